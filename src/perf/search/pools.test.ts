import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { matched } from "./pools.ts";

const objective = { ttftMs: 60_000, tpotMs: 50 };
const prefill = (requestsPerSecond: number, accelerators: number) => ({
  id: 0,
  requestsPerSecond,
  firstSeconds: 1 / requestsPerSecond,
  accelerators,
});
const decode = (requestsPerSecond: number, accelerators: number) => ({
  concurrency: 64,
  tokenSeconds: 0.02,
  requestsPerSecond,
  accelerators,
});
const rates = fc.double({ min: 0.5, max: 20, noNaN: true });
const sizes = fc.constantFrom(1, 2, 4, 8);

test("no number of workers within the accelerators gives a twentieth more requests by accelerator, and none is more than there may be", () => {
  fc.assert(
    fc.property(rates, rates, sizes, sizes, fc.integer({ min: 2, max: 48 }), (prompts, answers, one, other, most) => {
      const found = matched(prefill(prompts, one), decode(answers, other), objective, most);
      if (one + other > most) return assert.equal(found, undefined);
      assert.ok(found !== undefined);
      const accelerators = (prefills: number, decodes: number) => prefills * one + decodes * other;
      assert.ok(accelerators(found.prefills, found.decodes) <= most);
      // With a minute to queue, workers for prompts are as busy as they ever are.
      const worth = (prefills: number, decodes: number) =>
        Math.min(prefills * prompts * 0.95, decodes * answers) / accelerators(prefills, decodes);
      for (let decodes = 1; decodes <= 8; decodes++) {
        for (let prefills = 1; accelerators(prefills, decodes) <= most; prefills++) {
          assert.ok(worth(prefills, decodes) <= found.requestsPerSecondPerAccelerator * 1.05);
        }
      }
    }),
  );
});

test("the less time a first token has, the more workers there are for prompts", () => {
  const counts = (ttftMs: number) => matched(prefill(2, 1), decode(4, 1), { ...objective, ttftMs }, 64);
  const [soon, late] = [counts(520), counts(60_000)];
  assert.ok(soon !== undefined && late !== undefined);
  assert.ok(soon.prefills / soon.decodes > late.prefills / late.decodes);
});
