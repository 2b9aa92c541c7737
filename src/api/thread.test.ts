import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import type { Question } from "../perf/estimate.ts";
import { Fault } from "../stack/fault.ts";
import type { PerfWork } from "./perf-worker.ts";
import { Thread } from "./thread.ts";

const estimates = (waitingMost: number) =>
  new Thread<PerfWork>(new URL("./perf-worker.ts", import.meta.url), "estimates", waitingMost);

const on = (model: string): Question => ({
  served: {
    chip: chipNamed("h100"),
    model: modelNamed(model),
    engine: "vllm",
    tensorParallel: 1,
    expertParallel: 1,
    attentionParallel: 1,
    weights: "bf16",
    kv: "bf16",
  },
  promptTokens: 64,
  outputTokens: 8,
  sharedShare: 0,
  seed: 1,
  recipe: "none",
  settings: {},
  usdPerHour: undefined,
});

test("each who asks gets the answer to what they asked", async () => {
  const thread = estimates(2);
  const [one, two] = await Promise.all([
    thread.ask("estimates", on("llama-3.1-8b"), [1]),
    thread.ask("estimates", on("llama-3.1-8b"), [2, 3]),
  ]);
  assert.deepEqual(
    [one, two].map(({ points }) => points.map(({ concurrency }) => concurrency)),
    [[1], [2, 3]],
  );
});

test("what the work refuses is the Fault that it threw, and others are answered", async () => {
  const thread = estimates(2);
  const refused = thread.ask("estimates", on("llama-3.1-70b"), [1]);
  const answered = thread.ask("estimates", on("llama-3.1-8b"), [1]);
  await assert.rejects(refused, (error) => error instanceof Fault && error.code === "invalid_value");
  assert.equal((await answered).points.length, 1);
});

test("a defect is told to whoever waits, and the next question is answered", async () => {
  const thread = estimates(2);
  await assert.rejects(thread.ask("estimates", undefined as unknown as Question, [1]), TypeError);
  assert.equal((await thread.ask("estimates", on("llama-3.1-8b"), [1])).points.length, 1);
});

test("more than may wait are refused until one is answered", async () => {
  const thread = estimates(1);
  const first = thread.ask("estimates", on("llama-3.1-8b"), [1]);
  await assert.rejects(
    thread.ask("estimates", on("llama-3.1-8b"), [1]),
    (error) => error instanceof Fault && error.code === "overloaded" && error.retryAfterSeconds === 1,
  );
  await first;
  assert.equal((await thread.ask("estimates", on("llama-3.1-8b"), [1])).points.length, 1);
});
