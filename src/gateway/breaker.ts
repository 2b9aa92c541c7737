/**
 * The circuit breaker of a replica, as a pure state machine: after failures in a row it opens, refuses for a while,
 * then lets one request through to probe; a success closes it, a failure opens it for twice as long.
 */

export type Breaker =
  | { readonly state: "closed"; readonly failures: number }
  | { readonly state: "open"; readonly untilMs: number; readonly openMs: number }
  /** One probe is under way. */
  | { readonly state: "probing"; readonly openMs: number };

export type BreakerEvent =
  /** A request was sent to the replica. */
  | "sent"
  | "succeeded"
  | "failed"
  /** It ended without telling anything about the replica: its client left, or the replica was merely busy. */
  | "abandoned";

export const failuresToOpen = 5;
export const openMsFirst = 1_000;
export const openMsMax = 30_000;

export const closedBreaker: Breaker = { state: "closed", failures: 0 };

/** Whether a request may be sent; when not, from when on. */
export function mayTry(breaker: Breaker, nowMs: number): boolean {
  return breaker.state === "closed" || (breaker.state === "open" && nowMs >= breaker.untilMs);
}

export function afterEvent(breaker: Breaker, event: BreakerEvent, nowMs: number): Breaker {
  switch (event) {
    case "sent":
      return breaker.state === "open" && nowMs >= breaker.untilMs
        ? { state: "probing", openMs: breaker.openMs }
        : breaker;
    case "succeeded":
      return breaker.state === "closed" && breaker.failures === 0 ? breaker : closedBreaker;
    case "failed":
      if (breaker.state === "probing") return open(Math.min(openMsMax, breaker.openMs * 2), nowMs);
      if (breaker.state === "open") return breaker;
      return breaker.failures + 1 >= failuresToOpen
        ? open(openMsFirst, nowMs)
        : { state: "closed", failures: breaker.failures + 1 };
    case "abandoned":
      // The next request probes instead.
      return breaker.state === "probing" ? { state: "open", untilMs: nowMs, openMs: breaker.openMs } : breaker;
  }
}

function open(openMs: number, nowMs: number): Breaker {
  return { state: "open", untilMs: nowMs + openMs, openMs };
}
