import assert from "node:assert/strict";
import { test } from "node:test";
import { Balance, type Balanced } from "./balance.ts";

const rank = (isReady: boolean, decodes = 8): Balanced => ({
  isReady,
  present: decodes + (isReady ? 1 : 0),
  decodes: { count: decodes },
  isReleased: false,
});

/** The steps, of so many, in which prompts go. */
function released(balance: Balance, ranks: readonly Balanced[], steps: number): number[] {
  return Array.from({ length: steps }, (_, step) => {
    balance.decide(ranks);
    balance.carryOut(1);
    return ranks[0]!.isReleased ? step : -1;
  }).filter((step) => step >= 0);
}

test("a lone prompt goes at the next of the timeouts, which are counted while none waits", () => {
  const balance = new Balance(0, 9);
  assert.equal(balance.decide([rank(false), rank(false)]), Number.POSITIVE_INFINITY);
  balance.carryOut(7);
  assert.deepEqual(released(balance, [rank(true), rank(false)], 20), [1, 10, 19]);
});

test("where each rank has a prompt they go after so many steps, which need not be in a row", () => {
  const balance = new Balance(3, 9);
  const all = [rank(true), rank(true)];
  assert.deepEqual(released(balance, all, 9), [3, 7]);
  assert.equal(balance.decide([rank(true), rank(false)]), 8);
  balance.carryOut(2);
  assert.deepEqual(released(balance, all, 3), [2]);
});

test("prompts go at once where a rank has nothing to decode, and without a timeout always", () => {
  assert.deepEqual(released(new Balance(3, 9), [rank(true, 0), rank(false)], 3), [0, 1, 2]);
  assert.equal(new Balance(0, 0).decide([rank(true)]), Number.POSITIVE_INFINITY);
});

test("a plan is no longer than the decision holds", () => {
  const balance = new Balance(2, 5);
  assert.equal(balance.decide([rank(true), rank(false)]), 4);
  balance.carryOut(4);
  assert.equal(balance.decide([rank(true), rank(false)]), 1);
  assert.equal(balance.decide([rank(true), rank(true)]), 2);
});
