import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ShareMeter } from "./share.ts";

test("two requests that overlap share the time in which they do", () => {
  const meter = new ShareMeter(0);
  meter.start("a", 0);
  meter.start("b", 10);
  assert.equal(meter.stop("a", 30), 20);
  assert.equal(meter.stop("b", 40), 20);
  assert.equal(meter.busy(100), 40);
});

test("the shares add up to the busy time, whatever starts and stops when", () => {
  const event = fc.record({ id: fc.constantFrom("a", "b", "c", "d", "e"), afterMs: fc.nat(1_000) });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 100 }), (events) => {
      const meter = new ShareMeter(0);
      const active = new Set<string>();
      let nowMs = 0;
      let sum = 0;
      for (const { id, afterMs } of events) {
        nowMs += afterMs;
        if (active.delete(id)) sum += meter.stop(id, nowMs);
        else {
          active.add(id);
          meter.start(id, nowMs);
        }
      }
      for (const id of active) sum += meter.stop(id, nowMs);
      assert.ok(Math.abs(sum - meter.busy(nowMs)) < 1e-6 * Math.max(1, sum));
    }),
  );
});
