/**
 * A worker's standing equipment, which its requests share: the factory as it knows it, the meter's log, the limiter,
 * the replicas, and what is in flight. One coarse clock serves every request: no timers of their own.
 */
import { Fault } from "../stack/fault.ts";
import type { MeterLog } from "../meter/log.ts";
import type { Limiter } from "./limits/limiter.ts";
import type { Metrics } from "./metrics.ts";
import { type Member, Roster } from "./roster.ts";
import { RetryBudget } from "./route.ts";
import type { Snapshot } from "./snapshot.ts";
import { Upstreams } from "./upstreams.ts";

/** A request in flight, as the clock and the snapshot know it. */
export type InFlight = Member & {
  readonly keyId: string;
  /** Looks at deadlines, and writes a checkpoint where tokens have passed since the last. */
  tick(nowMs: number): void;
  /** Ends it now, with what has passed: its key was revoked, or this worker has to go. */
  cut(reason: "key_revoked" | "shutdown"): void;
};

/** Deadlines are kept to within this; a checkpoint is at most 250 ms old. */
const tickMs = 200;

/** Bodies held in memory at once, over all requests. */
const bufferedBytesMax = 512 * 1024 * 1024;

export type Equipment = {
  readonly log: MeterLog;
  readonly limiter: Limiter;
  readonly metrics: Metrics;
  /** Takes a defect's stack, and lines for a person. */
  readonly say: (line: string) => void;
};

export class Gateway {
  readonly log: MeterLog;
  readonly limiter: Limiter;
  readonly metrics: Metrics;
  readonly upstreams = new Upstreams();
  readonly retryBudget = new RetryBudget();
  readonly active = new Roster<InFlight>();
  readonly say: (line: string) => void;
  bufferedBytes = 0;
  /** The last position in the log that a request waits for. */
  lastLsn = 0;
  isDraining = false;
  #snapshot: Snapshot | undefined;
  #onIdle: (() => void) | undefined;
  readonly #clock: NodeJS.Timeout;

  constructor({ log, limiter, metrics, say }: Equipment) {
    this.log = log;
    this.limiter = limiter;
    this.metrics = metrics;
    this.say = say;
    this.#clock = setInterval(() => this.#tick(), tickMs);
    this.#clock.unref();
  }

  /** @throws Fault 503 before the first snapshot. */
  get snapshot(): Snapshot {
    if (this.#snapshot !== undefined) return this.#snapshot;
    throw new Fault("store_unavailable", {
      message: "The gateway has not yet learned of the factory.",
      retryAfterSeconds: 1,
    });
  }

  /** The last change of the factory that is known; -1 before the first. */
  get epoch(): number {
    return this.#snapshot?.epoch ?? -1;
  }

  /** Takes the factory as it is from now on; a request whose key no longer holds ends. */
  follow(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    this.upstreams.follow(snapshot);
    this.active.forEach((one) => {
      if (!snapshot.validKeys.has(one.keyId)) one.cut("key_revoked");
    });
  }

  /** @throws Fault 503 when new work could not be accounted for. */
  mustAccept(): void {
    const accepting = this.log.accepting;
    if (!accepting.ok) {
      throw new Fault("meter_unavailable", {
        message: `No new requests are taken, since they could not be accounted for: ${accepting.reason}.`,
        retryAfterSeconds: 5,
      });
    }
    if (this.bufferedBytes > bufferedBytesMax) {
      throw new Fault("overloaded", { message: "The gateway holds too many large requests.", retryAfterSeconds: 1 });
    }
  }

  get undurableBytes(): number {
    return Math.max(0, this.lastLsn - this.log.durableLsn);
  }

  /** Why this worker should get no traffic; empty when it should. */
  reasonsNotReady(): string[] {
    const reasons: string[] = [];
    if (this.isDraining) reasons.push("It is shutting down.");
    if (this.#snapshot === undefined) reasons.push("It has not yet learned of the factory.");
    const accepting = this.log.accepting;
    if (!accepting.ok) reasons.push(`The meter takes no new work: ${accepting.reason}.`);
    const nowMs = performance.now();
    if (![...this.upstreams.all()].some((one) => one.isReachable(nowMs))) reasons.push("No replica can be reached.");
    return reasons;
  }

  /** A request is over. */
  release(one: InFlight): void {
    this.active.remove(one);
    if (this.active.size === 0) this.#onIdle?.();
  }

  /** Resolves when nothing is in flight; what still is after `withinMs` is cut. */
  async drain(withinMs: number): Promise<void> {
    this.isDraining = true;
    if (this.active.size === 0) return;
    const idle = new Promise<void>((resolve) => (this.#onIdle = resolve));
    const cut = setTimeout(() => {
      this.active.forEach((one) => one.cut("shutdown"));
    }, withinMs);
    await idle;
    clearTimeout(cut);
  }

  async close(): Promise<void> {
    clearInterval(this.#clock);
    await this.upstreams.close();
    await this.log.close();
  }

  report(defect: unknown): void {
    this.say(defect instanceof Error ? (defect.stack ?? defect.message) : String(defect));
  }

  #tick(): void {
    const nowMs = performance.now();
    this.active.forEach((one) => one.tick(nowMs));
  }
}
