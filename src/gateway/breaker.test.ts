import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  afterEvent,
  type Breaker,
  type BreakerEvent,
  closedBreaker,
  failuresToOpen,
  mayTry,
  openMsFirst,
  openMsMax,
} from "./breaker.ts";

function after(events: readonly BreakerEvent[], nowMs = 0, from: Breaker = closedBreaker): Breaker {
  return events.reduce((breaker, event) => afterEvent(breaker, event, nowMs), from);
}

const opened = after(Array<BreakerEvent>(failuresToOpen).fill("failed"));

describe("a breaker", () => {
  test("opens after failures in a row, and not after ever so many with successes between", () => {
    assert.equal(opened.state, "open");
    const few = Array<BreakerEvent>(failuresToOpen - 1).fill("failed");
    assert.equal(after([...few, "succeeded", ...few, "succeeded", ...few]).state, "closed");
  });

  test("lets one request through when its time has come, and the others only after it has succeeded", () => {
    assert.equal(mayTry(opened, openMsFirst - 1), false);
    assert.equal(mayTry(opened, openMsFirst), true);
    const probing = afterEvent(opened, "sent", openMsFirst);
    assert.equal(mayTry(probing, openMsFirst), false);
    assert.equal(mayTry(afterEvent(probing, "succeeded", openMsFirst), openMsFirst), true);
  });

  test("stays open twice as long after each probe that fails, up to a bound", () => {
    let breaker = opened;
    let nowMs = 0;
    for (let openMs = openMsFirst; openMs < 100_000; openMs *= 2) {
      nowMs += Math.min(openMs, openMsMax);
      assert.equal(mayTry(breaker, nowMs), true);
      breaker = afterEvent(afterEvent(breaker, "sent", nowMs), "failed", nowMs);
      const wait = Math.min(openMs * 2, openMsMax);
      assert.equal(mayTry(breaker, nowMs + wait - 1), false);
      assert.equal(mayTry(breaker, nowMs + wait), true);
    }
  });

  test("probes again when a probe ended without telling anything", () => {
    const left = after(["sent", "abandoned"], openMsFirst, opened);
    assert.equal(mayTry(left, openMsFirst), true);
  });

  test("whatever happens, never refuses for good", () => {
    const event = fc.constantFrom<BreakerEvent>("sent", "succeeded", "failed", "abandoned");
    const history = fc.array(fc.record({ event, passedMs: fc.nat(5_000) }));
    fc.assert(
      fc.property(history, (events) => {
        let breaker: Breaker = closedBreaker;
        let nowMs = 0;
        for (const { event, passedMs } of events) {
          nowMs += passedMs;
          // A request is sent only where it may be.
          if (event === "sent" && !mayTry(breaker, nowMs)) continue;
          breaker = afterEvent(breaker, event, nowMs);
        }
        if (breaker.state === "probing") breaker = afterEvent(breaker, "abandoned", nowMs);
        assert.equal(mayTry(breaker, nowMs + openMsMax), true);
      }),
    );
  });
});
