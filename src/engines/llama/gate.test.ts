import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Gate } from "./gate.ts";

test("who runs in steps stops at the gate while it is closed, and goes on when the last work is done", async () => {
  const gate = new Gate();
  let steps = 0;
  const stop = new AbortController();
  const runner = (async () => {
    while (!stop.signal.aborted) {
      steps += 1;
      await turn();
      await gate.passed();
    }
  })();
  await turn();
  const works = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const done = works.map(({ promise }) => gate.closed(() => promise));
  await turn();
  const stoodAt = steps;
  works[0]?.resolve();
  for (let turns = 0; turns < 5; turns += 1) await turn();
  assert.equal(steps, stoodAt);
  works[1]?.reject(new Error("failed"));
  await assert.rejects(Promise.all(done), /failed/);
  await turn();
  await turn();
  assert.ok(steps > stoodAt);
  stop.abort();
  await runner;
});
