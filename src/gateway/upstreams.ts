/**
 * The replicas that a worker can reach: for each a pool of connections and a circuit breaker, kept over changes of
 * the factory for as long as the address stays the same.
 */
import { existsSync } from "node:fs";
import { Pool } from "undici";
import { afterEvent, type Breaker, type BreakerEvent, closedBreaker, mayTry } from "./breaker.ts";
import type { Replica, Snapshot } from "./snapshot.ts";

export class Upstream {
  replica: Replica;
  readonly pool: Pool;
  /** Headers of every request to it; the last value is the request's id. */
  readonly #headers: string[];
  #breaker: Breaker = closedBreaker;
  /** It asked not to be asked until then. */
  #busyUntilMs = 0;

  constructor(replica: Replica) {
    this.replica = replica;
    this.pool = new Pool(replica.origin, {
      // Answers are long: one behind another on a connection would wait for it.
      pipelining: 1,
      allowH2: false,
      // The exchange keeps its own time.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: 10_000 },
      ...(replica.socketPath === undefined ? {} : { socketPath: replica.socketPath }),
    });
    this.#headers = ["content-type", "application/json"];
    if (replica.secret !== undefined) this.#headers.push("authorization", `Bearer ${replica.secret}`);
  }

  get breaker(): Breaker {
    return this.#breaker;
  }

  isAvailable(nowMs: number): boolean {
    return nowMs >= this.#busyUntilMs && mayTry(this.#breaker, nowMs);
  }

  /** Whether somebody seems to be there, without asking. */
  isReachable(nowMs: number): boolean {
    const { socketPath } = this.replica;
    return this.isAvailable(nowMs) && (socketPath === undefined || existsSync(socketPath));
  }

  note(event: BreakerEvent, nowMs: number): void {
    this.#breaker = afterEvent(this.#breaker, event, nowMs);
  }

  noteBusy(untilMs: number): void {
    this.#busyUntilMs = Math.max(this.#busyUntilMs, untilMs);
  }

  headersFor(requestId: string): string[] {
    return [...this.#headers, "x-request-id", requestId];
  }
}

export class Upstreams {
  readonly #byDeployment = new Map<string, Upstream>();

  /** Brings the pools in line with a snapshot; requests in flight to what is gone end in peace. */
  follow(snapshot: Snapshot): void {
    const replicas = [...snapshot.models.values()].flatMap((model) => model.replicas);
    const kept = new Set(replicas.map((one) => one.deployment));
    for (const [deployment, upstream] of this.#byDeployment) {
      if (!kept.has(deployment)) this.#drop(deployment, upstream);
    }
    for (const replica of replicas) {
      const known = this.#byDeployment.get(replica.deployment);
      if (known !== undefined && isSameAddress(known.replica, replica)) known.replica = replica;
      else {
        if (known !== undefined) this.#drop(replica.deployment, known);
        this.#byDeployment.set(replica.deployment, new Upstream(replica));
      }
    }
  }

  of(replica: Replica): Upstream | undefined {
    return this.#byDeployment.get(replica.deployment);
  }

  all(): Iterable<Upstream> {
    return this.#byDeployment.values();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byDeployment.values()].map((upstream) => upstream.pool.destroy()));
  }

  #drop(deployment: string, upstream: Upstream): void {
    this.#byDeployment.delete(deployment);
    // It closes when its last request has ended; nobody waits for that.
    void upstream.pool.close();
  }
}

function isSameAddress(one: Replica, other: Replica): boolean {
  return one.origin === other.origin && one.socketPath === other.socketPath && one.secret === other.secret;
}
