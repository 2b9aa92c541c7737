import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { afterDeath, type RestartHistory, restartDelayMs, steadyAfterMs } from "./restart.ts";

const start: RestartHistory = { earlyDeaths: 0, startedAtMs: 0 };

test("the first death is answered at once", () => {
  assert.equal(restartDelayMs(afterDeath(start, 1)), 0);
});

test("a process that keeps dying early is started ever later, up to fifteen seconds", () => {
  let history = start;
  let previous = -1;
  for (let deaths = 0; deaths < 30; deaths += 1) {
    history = afterDeath(history, history.startedAtMs + 1);
    const delay = restartDelayMs(history);
    assert.ok(delay >= previous);
    assert.ok(delay <= 15_000);
    previous = delay;
  }
  assert.equal(previous, 15_000);
});

test("a steady life wipes out whatever came before it", () => {
  fc.assert(
    fc.property(fc.nat(50), fc.integer({ min: steadyAfterMs, max: 10 ** 9 }), (earlyDeaths, livedMs) => {
      const history = afterDeath({ earlyDeaths, startedAtMs: 5 }, 5 + livedMs);
      assert.equal(restartDelayMs(history), 0);
    }),
  );
});
