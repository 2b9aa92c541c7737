/**
 * Routing, as decisions: which replica of a model gets a request, and whether a try that failed is made again.
 * Weights share the traffic among the healthy replicas of the lowest priority number; the next ones are fallbacks.
 */

export type Candidate = {
  readonly deployment: string;
  readonly weight: number;
  /** Lower first. */
  readonly priority: number;
};

/**
 * The replica to try next: one that has not been tried, or, when all have, any that is available. A weight of 0
 * takes no traffic. Undefined when there is none.
 *
 * @param random from 0 up to but not including 1
 */
export function chooseReplica<R extends Candidate>(
  replicas: readonly R[],
  isAvailable: (replica: R) => boolean,
  tried: readonly string[],
  random: number,
): R | undefined {
  // One replica is by far the commonest case.
  const [only] = replicas;
  if (replicas.length === 1 && only !== undefined) return only.weight > 0 && isAvailable(only) ? only : undefined;
  const available = replicas.filter((one) => one.weight > 0 && isAvailable(one));
  const fresh = tried.length === 0 ? available : available.filter((one) => !tried.includes(one.deployment));
  return byWeight(fresh.length > 0 ? fresh : available, random);
}

function byWeight<R extends Candidate>(replicas: readonly R[], random: number): R | undefined {
  const priority = Math.min(...replicas.map((one) => one.priority));
  const first = replicas.filter((one) => one.priority === priority);
  let left = random * first.reduce((sum, one) => sum + one.weight, 0);
  for (const one of first) {
    left -= one.weight;
    if (left < 0) return one;
  }
  return first.at(-1);
}

/** What went wrong with a try, before any byte of an answer had gone out. */
export type TryFailure =
  /** Nobody answered, or the connection broke. */
  | "unreachable"
  | "timeout"
  /** A 5xx, an answer that is none, or a refusal of our own credentials. */
  | "broken"
  /** 429, or 503 with a time to come back. */
  | "busy";

export type RetryDecision = { readonly retry: false } | { readonly retry: true; readonly afterMs: number };

export type RetryQuestion = {
  readonly failure: TryFailure;
  readonly tries: number;
  readonly triesMax: number;
  /** When the replica asked to be tried again. */
  readonly retryAfterMs: number | undefined;
  /** Whether another replica is available that has not been tried. */
  readonly hasFreshReplica: boolean;
  /** What is left of the time that the whole request may take. */
  readonly leftMs: number;
  readonly random: number;
};

/** A wait longer than this is left to the client. */
export const retryWaitMsMax = 2_000;

/** Another replica is tried at once; the same one after what it asked for, or after a random back-off. */
export function decideRetry(question: RetryQuestion): RetryDecision {
  const { failure, tries, triesMax, retryAfterMs, hasFreshReplica, leftMs, random } = question;
  if (tries >= triesMax || leftMs <= 0) return { retry: false };
  if (hasFreshReplica) return { retry: true, afterMs: 0 };
  const backOffMs = 50 * 2 ** (tries - 1) * (0.5 + random);
  const afterMs = failure === "busy" ? Math.max(retryAfterMs ?? 250, backOffMs) : backOffMs;
  return afterMs > retryWaitMsMax || afterMs >= leftMs ? { retry: false } : { retry: true, afterMs };
}

/**
 * Retries that a worker may still make: a share of its requests, so that a broken upstream is not also flooded.
 * Each request adds a tenth, each retry takes one; a quiet worker keeps enough for a burst.
 */
export class RetryBudget {
  static readonly perRequest = 0.1;
  static readonly most = 50;
  #left = RetryBudget.most;

  earn(): void {
    this.#left = Math.min(RetryBudget.most, this.#left + RetryBudget.perRequest);
  }

  spend(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

/** The wait that an answer's headers ask for, in milliseconds; `retry-after-ms` wins. */
export function retryAfterMsOf(headers: Readonly<Record<string, unknown>>, nowMs: number): number | undefined {
  const precise = Number(headers["retry-after-ms"] ?? Number.NaN);
  if (precise >= 0) return precise;
  const header = headers["retry-after"];
  if (typeof header !== "string") return undefined;
  const seconds = Number(header);
  if (seconds >= 0) return seconds * 1000;
  // A date has its month in letters; Date.parse would also read a stray number as a year.
  const atMs = /[a-z]{3}/i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
