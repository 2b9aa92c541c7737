import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import type { Served } from "./deployment.ts";
import { cliffOf, estimateAt, type Question } from "./estimate.ts";
import { acceleratorsOfMachines } from "./under-load.ts";

const served: Served = {
  chip: chipNamed("h200"),
  model: modelNamed("llama-3.1-70b"),
  engine: "vllm",
  tensorParallel: 2,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "fp8",
};
const prefill = { served: { ...served, tensorParallel: 1 }, replicas: 5 };
const question: Question = {
  served,
  apart: { prefill, decodes: 2 },
  promptTokens: 4096,
  outputTokens: 256,
  sharedShare: 0,
  seed: 1,
  recipe: "none",
  settings: { maxSequences: 256 },
  usdPerHour: 2,
};

test("of pools an estimate's dollars, joules and accelerators are those of both", () => {
  const estimated = estimateAt(question, 64);
  assert.equal(acceleratorsOfMachines(question), 9);
  const perHour = estimated.outputTokensPerSecondPerAccelerator * 9 * 3600;
  assert.ok(Math.abs((estimated.usd!.perMillionOutputTokens.value * perHour) / 1e6 / (2 * 9) - 1) < 1e-9);
  const { power } = estimated;
  assert.ok(power.type === "predicted");
  const { prefill: prompts, decode, idle } = power.byPhase;
  assert.ok(Math.abs((prompts.joules + decode.joules + idle.joules) / power.joules - 1) < 1e-9);
  // Watts of an accelerator, all of them, for as long as the joules are drawn.
  const seconds = (64 * 10 * 256 * 0.9) / (estimated.outputTokensPerSecondPerAccelerator * 9);
  assert.ok(Math.abs((power.watts * 9 * seconds) / power.joules - 1) < 0.02);
});

test("answers are no longer held up by prompts, and room is that of a worker for answers", () => {
  const { apart: _, ...whole } = question;
  assert.ok(estimateAt(question, 64).itlMs.p99 < 0.7 * estimateAt(whole, 32).itlMs.p99);
  assert.equal(cliffOf(question).tokens, cliffOf(whole).tokens);
});
