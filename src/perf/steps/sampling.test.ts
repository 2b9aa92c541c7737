import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { calibrationOf } from "../kernels/calibration.ts";
import type { Served } from "../deployment.ts";
import { unhiddenCosts } from "./sampling.ts";

const served = (chip: string, tensorParallel: number): Served => ({
  chip: chipNamed(chip),
  model: modelNamed("llama-3.1-8b"),
  engine: "vllm",
  tensorParallel,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "bf16",
  kv: "bf16",
});

/** Sequences and µs of vLLM 0.19's sampler, by LLMServingSim's profiler, `per_sequence.csv` of Llama 3.1 8B. */
const measured = { "rtx-4090": [1, 25.0, 256, 310.9], "rtx-pro-6000": [1, 24.7, 256, 164.2] } as const;

test("sampling takes what was measured on two cards, or up to half as much again where caches hold the scores", () => {
  for (const [chip, [one, oneMicros, many, manyMicros]] of Object.entries(measured)) {
    const of = served(chip, 1);
    const { stepSeconds, sequenceSeconds } = unhiddenCosts(calibrationOf("vllm", of.chip), of);
    const micros = (sequences: number) => (stepSeconds + sequences * sequenceSeconds) * 1e6;
    assert.ok(Math.abs(micros(one) / oneMicros - 1) < 0.1, `${chip}: ${micros(one)}`);
    assert.ok(micros(many) > manyMicros && micros(many) < 1.5 * manyMicros, `${chip}: ${micros(many)}`);
  }
});

test("scores are gathered over links where the head is split, and the engine's other costs stay", () => {
  const [alone, split] = [served("h200", 1), served("h200", 8)];
  const costs = calibrationOf("vllm", alone.chip);
  const [one, eight] = [unhiddenCosts(costs, alone), unhiddenCosts(costs, split)];
  const gathered = (2 * 128_256 * 7) / 8 / 450e9;
  assert.ok(Math.abs(eight.sequenceSeconds - one.sequenceSeconds - gathered) < 1e-12);
  assert.ok(one.sequenceSeconds < costs.sequenceSeconds && one.stepSeconds < costs.stepSeconds);
  assert.equal(one.launchSeconds, costs.launchSeconds);
});
