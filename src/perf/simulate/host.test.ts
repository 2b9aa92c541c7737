import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepTable } from "./step-table.ts";
import { serviceTable } from "./plain/fixture.ts";
import { simulate } from "./run.ts";

/** Whatever is in a step, its kernels take 20 ms. */
const table = serviceTable(0.02);
const scheduler = { type: "vllm-v1", maxStepTokens: 32, maxSequences: 8 } as const;
const pool = { scheduler, kvBlocks: 64, blockTokens: 4, looksAhead: true };

function preparing(stepSeconds: number, launchSeconds = 0): StepTable {
  return { ...table, ahead: { stepSeconds, sequenceSeconds: 0, launchSeconds, replaySeconds: 0 } };
}

/** Of requests with a prompt of one token and ten tokens of output. */
function times(of: StepTable, seconds: readonly number[], looksAhead = true) {
  const load = {
    arrivals: { type: "open", seconds: Float64Array.from(seconds) },
    promptTokens: Int32Array.from(seconds, () => 1),
    outputTokens: Int32Array.from(seconds, () => 10),
  } as const;
  return simulate(load, { ...pool, looksAhead, table: of });
}

const isClose = (value: number, wanted: number) =>
  assert.ok(Math.abs(value - wanted) < 1e-9, `${value}, not ${wanted}`);

test("a host that is faster than its accelerator is hidden, a slower one sets the pace", () => {
  isClose(times(preparing(0.015), [0]).e2eSeconds[0]!, 10 * 0.02);
  isClose(times(preparing(0.03), [0]).e2eSeconds[0]!, 10 * 0.03);
});

test("launching a prompt hides behind the step before it, and behind its own kernels where none ran before", () => {
  // Steps of the first request end at 50, 70 and 90 ms. The third one's host begins at 70 ms and is done at 120 ms.
  const { ttftSeconds } = times(preparing(0, 0.05), [0, 0.06]);
  isClose(ttftSeconds[0]!, 0.05);
  isClose(ttftSeconds[1]!, 0.12 - 0.06);
});

test("who comes while a step runs is in the step after the next, since the next is decided on", () => {
  isClose(times(table, [0, 0.05]).ttftSeconds[1]!, 0.1 - 0.05);
  isClose(times(table, [0, 0.05], false).ttftSeconds[1]!, 0.08 - 0.05);
});

test("an engine that has nothing to do takes up at once who came during its last step", () => {
  isClose(times(table, [0, 0.19]).ttftSeconds[1]!, 0.22 - 0.19);
});
