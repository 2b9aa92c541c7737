/**
 * Live events for consoles that are open: the ledger is asked at most once a second, and only while somebody
 * listens; one question serves all listeners.
 */
import type { RequestTrace, StackReport } from "../stack/report.ts";
import { Fault } from "../stack/fault.ts";
import { listRequests, stackReport } from "../ledger/report.ts";
import type { Store } from "../store/open.ts";

export type LiveEvent =
  | { readonly event: "stack"; readonly data: StackReport }
  | { readonly event: "request"; readonly data: RequestTrace };

export type Listener = (event: LiveEvent) => void;

const pollMs = 1_000;
const windowMs = 15 * 60 * 1000;
/** Idle capacity accrues while nobody asks for anything, so the stack is read again now and then. */
const stackAtLeastEveryMs = 5_000;
const newestMax = 100;

export class LiveFeed {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  /** Requests that were told or were there before anybody listened; the newest ones are enough. */
  #seen: ReadonlySet<string> | undefined;
  #stack: { report: StackReport; text: string; atMs: number } | undefined;

  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /** Tells from now on what happens; the answer ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#stack !== undefined) listener({ event: "stack", data: this.#stack.report });
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => void this.#ask(), pollMs);
      void this.#ask();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#seen = undefined;
    this.#stack = undefined;
    this.#listeners.clear();
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      await this.#poll();
    } catch (error) {
      // The database is away: consoles keep what they show, and the next second asks again.
      if (!(error instanceof Fault && error.code === "store_unavailable")) throw error;
    } finally {
      this.#asking = false;
    }
  }

  async #poll(): Promise<void> {
    const newest = await listRequests(this.#store.db, { limit: newestMax });
    const known = this.#seen;
    const fresh = known === undefined ? [] : newest.filter(({ id }) => !known.has(id));
    this.#seen = new Set(newest.map(({ id }) => id));
    for (const data of fresh.toReversed()) this.#tell({ event: "request", data });

    const nowMs = this.#now();
    const last = this.#stack;
    if (last !== undefined && fresh.length === 0 && nowMs - last.atMs < stackAtLeastEveryMs) return;
    const span = { from: new Date(nowMs - windowMs), to: new Date(nowMs) };
    const report = await stackReport(this.#store.db, span);
    const text = JSON.stringify({ ...report, from: "", to: "" });
    this.#stack = { report, text, atMs: nowMs };
    if (text !== last?.text) this.#tell({ event: "stack", data: report });
  }

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
