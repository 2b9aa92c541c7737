/**
 * Limits between processes: workers ask the supervisor over the channel that Node gives to a forked process.
 * Both ends stand here, with the form of their messages.
 */
import type { ChildProcess } from "node:child_process";
import type { Authority, Recall } from "./authority.ts";
import type { AuthorityLink, Reply } from "./lease.ts";
import type { Claim } from "./quota.ts";
import { decode, encode } from "./wire.ts";

type FromWorker =
  | { readonly limits: "exchange"; readonly worker: string; readonly ask: number; readonly claims: string }
  | { readonly limits: "recalled"; readonly recall: number; readonly claims: string }
  | { readonly limits: "leave" };

type ToWorker =
  | { readonly limits: "replies"; readonly ask: number; readonly replies: string }
  | { readonly limits: "trouble"; readonly ask: number; readonly message: string }
  | { readonly limits: "recall"; readonly recall: number; readonly ids: readonly string[] };

const answerMsMax = 2_000;
const recallMsMax = 100;

/** The supervisor's end: one for each authority, any number of workers. */
export class LimitDesk {
  readonly authority: Authority;
  readonly #children = new Map<string, ChildProcess>();
  readonly #recalls = new Map<number, (claims: readonly Claim[]) => void>();
  readonly #say: (line: string) => void;
  #recallCount = 0;

  /**
   * @param authority makes the authority, which calls leases back by the function given.
   * @param say told what a person should know.
   */
  constructor(authority: (recall: Recall) => Authority, say: (line: string) => void = () => {}) {
    this.#say = say;
    this.authority = authority((worker, ids) => this.#recall(worker, ids));
  }

  /**
   * Serves a child for as long as it lives.
   *
   * @param died told, with the name that the worker went by, when it ended without giving back what it held.
   */
  serve(child: ChildProcess, died?: (worker: string) => void): void {
    let worker: string | undefined;
    // One thing after the other: a report must not overtake an earlier one.
    let turn = Promise.resolve();
    child.on("message", (message) => {
      if (!isOurs<FromWorker>(message)) return;
      if (message.limits === "exchange") {
        if (worker === undefined) {
          worker = message.worker;
          this.#children.set(worker, child);
          this.#tell(worker, this.authority.enter(worker));
        }
        const asker = worker;
        turn = turn.then(() => this.#exchange(child, asker, message.ask, message.claims));
      } else if (message.limits === "recalled") {
        this.#recalls.get(message.recall)?.(decode<Claim[]>(message.claims));
      } else if (worker !== undefined) {
        const leaver = worker;
        turn = turn.then(() => this.#tell(leaver, this.authority.leave(leaver)));
        this.#children.delete(worker);
        worker = undefined;
      }
    });
    child.once("exit", () => {
      if (worker === undefined) return;
      this.#children.delete(worker);
      this.#tell(worker, this.authority.died(worker));
      died?.(worker);
    });
  }

  async #exchange(child: ChildProcess, worker: string, ask: number, claims: string): Promise<void> {
    try {
      const replies = await this.authority.exchange(worker, decode<Claim[]>(claims));
      send(child, { limits: "replies", ask, replies: encode(replies) });
    } catch (error) {
      send(child, { limits: "trouble", ask, message: (error as Error).message });
    }
  }

  /** An authority that is away learns by the worker's silence instead. */
  #tell(worker: string, told: void | Promise<void>): void {
    told?.catch((error: Error) =>
      this.#say(`The authority on limits does not know yet of ${worker}: ${error.message}`),
    );
  }

  #recall(worker: string, ids: readonly string[]): Promise<readonly Claim[]> {
    const child = this.#children.get(worker);
    if (child === undefined) return Promise.resolve([]);
    const recall = (this.#recallCount += 1);
    return new Promise((resolve) => {
      const done = (claims: readonly Claim[]) => {
        clearTimeout(timer);
        this.#recalls.delete(recall);
        resolve(claims);
      };
      const timer = setTimeout(done, recallMsMax, []);
      this.#recalls.set(recall, done);
      send(child, { limits: "recall", recall, ids });
    });
  }
}

/** The worker's end. */
export class SupervisorLink implements AuthorityLink {
  readonly #worker: string;
  readonly #asks = new Map<number, { resolve(replies: readonly Reply[]): void; reject(error: Error): void }>();
  #askCount = 0;
  #idleHere: ((ids: readonly string[]) => readonly Claim[]) | undefined;
  readonly #listen = (message: unknown) => this.#take(message);

  /** @param worker the name that its meter log goes by too. */
  constructor(worker: string) {
    this.#worker = worker;
    process.on("message", this.#listen);
  }

  exchange(claims: readonly Claim[]): Promise<readonly Reply[]> {
    const ask = (this.#askCount += 1);
    const { promise, resolve, reject } = Promise.withResolvers<readonly Reply[]>();
    this.#asks.set(ask, { resolve, reject });
    sendUp({ limits: "exchange", worker: this.#worker, ask, claims: encode(claims) });
    const timer = setTimeout(() => reject(new Error("the supervisor does not answer")), answerMsMax);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#asks.delete(ask);
    });
  }

  onRecall(recall: (ids: readonly string[]) => readonly Claim[]): void {
    this.#idleHere = recall;
  }

  async close(): Promise<void> {
    process.off("message", this.#listen);
    sendUp({ limits: "leave" });
  }

  #take(message: unknown): void {
    if (!isOurs<ToWorker>(message)) return;
    if (message.limits === "replies") this.#asks.get(message.ask)?.resolve(decode<Reply[]>(message.replies));
    else if (message.limits === "trouble") this.#asks.get(message.ask)?.reject(new Error(message.message));
    else {
      const claims = this.#idleHere?.(message.ids) ?? [];
      sendUp({ limits: "recalled", recall: message.recall, claims: encode(claims) });
    }
  }
}

function send(child: ChildProcess, message: ToWorker): void {
  // One that is gone is mourned at its exit.
  if (child.connected) child.send(message, () => {});
}

function sendUp(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** Other messages share the channel. */
function isOurs<Message>(message: unknown): message is Message {
  return typeof message === "object" && message !== null && "limits" in message && typeof message.limits === "string";
}
