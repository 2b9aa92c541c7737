import assert from "node:assert/strict";
import { test } from "node:test";
import { recipesFor, type Run, speculationOf } from "./recipes.ts";

/** A row of InferenceX of 19 December 2025: TensorRT-LLM on GB200, 24 clients, 8k in and 1k out. */
const run: Run = {
  model: "deepseek-v3",
  chip: "gb200",
  engine: "tensorrt-llm",
  weights: "fp4",
  version: "0.5.1-rc0.pre3",
  promptTokens: 8192,
  outputTokens: 1024,
  concurrency: 102,
  day: "2025-12-19",
  prefillAccelerators: 4,
  decodeAccelerators: 8,
};

test("a run's pools are those that the recipes of its day have for its lengths and clients", () => {
  const [found] = recipesFor(run);
  assert.ok(found !== undefined);
  assert.deepEqual(found.prefill, { workers: 1, tensorParallel: 4, attentionParallel: 1, expertParallel: 4 });
  assert.deepEqual(found.decode, { workers: 3, tensorParallel: 8, attentionParallel: 1, expertParallel: 8 });
  assert.equal(found.drafts, 0);
  assert.equal(found.decodeSequences, 32);
});

test("what no recipe has is not guessed, and where the same pools ran with drafts and without, both are told", () => {
  assert.deepEqual(recipesFor({ ...run, concurrency: 103 }), []);
  assert.deepEqual(recipesFor({ ...run, day: "2025-06-01" }), []);
  assert.deepEqual(recipesFor({ ...run, workers: { prefill: 1, decode: 4 } }), []);
  const both = recipesFor({ ...run, concurrency: 24 });
  assert.deepEqual(both.map(({ drafts }) => drafts).toSorted(), [0, 3]);
});

test("a rack that is marked as one deployment has the pools whose accelerators come to its own", () => {
  const rack = { ...run, version: "", concurrency: 1075, prefillAccelerators: 48, decodeAccelerators: 48 };
  const [found] = recipesFor({ ...rack, day: "2025-11-17" });
  assert.ok(found !== undefined);
  assert.equal(found.prefill.workers * 4 + found.decode.attentionParallel, 48);
  assert.deepEqual(speculationOf(found), { drafts: 2, accepted: 1.25 });
});
