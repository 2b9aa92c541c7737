/** What vLLM's versions leave for keys and values, beside what they reported when they started. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import type { Served } from "../deployment.ts";
import { cacheBytes, weightBytes, workspaceBytes } from "./memory.ts";
import { usualLimits } from "./usual-limits.ts";
import { vllmSetsAside } from "./vllm-memory.ts";

type Start = readonly [
  chip: string,
  model: string,
  weights: "fp8" | "bf16",
  split: number,
  version: string,
  gib: number,
];

function served([chip, model, weights, split, version]: Start, changes: Partial<Served> = {}): Served {
  return {
    chip: chipNamed(chip),
    model: modelNamed(model),
    engine: "vllm",
    tensorParallel: split,
    expertParallel: 1,
    attentionParallel: 1,
    weights,
    kv: "bf16",
    version,
    ...changes,
  };
}

function checkStarts(starts: readonly Start[], percent: number): void {
  for (const start of starts) {
    const one = served(start);
    // All were told 0.92 but those of 0.20, which has that by itself.
    const told = start[4] === "0.20.0" ? {} : { memoryShare: 0.92 };
    const found = cacheBytes(one, { ...usualLimits("vllm", one.chip), ...told }) / 2 ** 30;
    const reported = start[5];
    assert.ok(Math.abs(found / reported - 1) <= percent / 100, `${start.join(" ")}: ${found.toFixed(2)}`);
  }
}

// GiB on each accelerator; ashishkamra/vllm-memory-estimator at 8b0e21d, test_data/validation_db.json.
test("vLLM 0.11 to 0.20: what it left beside Llama 3.3 70B, within 0.6 %", () => {
  const starts: readonly Start[] = [
    ["h200", "llama-3.1-70b", "fp8", 4, "0.11.0", 109.09],
    ["h200", "llama-3.1-70b", "fp8", 4, "0.11.2", 106.15],
    ["h200", "llama-3.1-70b", "bf16", 4, "0.11.2", 90.23],
    ["h200", "llama-3.1-70b", "fp8", 4, "0.13.0", 106.15],
    ["h200", "llama-3.1-70b", "bf16", 4, "0.14.1", 90.3],
    ["h200", "llama-3.1-70b", "fp8", 4, "0.16.0", 106.23],
    ["h200", "llama-3.1-70b", "fp8", 4, "0.18.0", 107.52],
    ["b200", "llama-3.1-70b", "fp8", 4, "0.18.0", 142.94],
    ["b200", "llama-3.1-70b", "bf16", 4, "0.18.0", 127.02],
    ["h200", "llama-3.1-70b", "bf16", 4, "0.19.0", 91.57],
    ["h200", "llama-3.1-70b", "fp8", 4, "0.20.0", 106.62],
    ["h200", "llama-3.1-70b", "bf16", 4, "0.20.0", 90.66],
  ];
  checkStarts(starts, 0.6);
});

test("and beside other models and on MI300X, within 5 %", () => {
  const starts: readonly Start[] = [
    ["h200", "deepseek-r1", "fp8", 8, "0.11.0", 46.23],
    ["h200", "deepseek-r1", "fp8", 8, "0.14.1", 41.43],
    ["h200", "deepseek-r1", "fp8", 8, "0.16.0", 43.08],
    ["b200", "deepseek-r1", "fp8", 8, "0.18.0", 79.81],
    ["h200", "qwen3-235b-a22b", "fp8", 4, "0.11.0", 69.62],
    ["h200", "qwen3-235b-a22b", "fp8", 4, "0.11.2", 66.13],
    ["h200", "nemotron-3-nano-30b-a3b", "fp8", 1, "0.13.0", 93.13],
    ["h200", "nemotron-3-nano-30b-a3b", "fp8", 1, "0.18.0", 95.04],
    ["h200", "nemotron-3-nano-30b-a3b", "fp8", 1, "0.20.0", 94.45],
    ["h200", "minimax-m2.5", "fp8", 8, "0.18.0", 96.57],
    ["h200", "gemma-4-31b", "bf16", 1, "0.19.1", 65.56],
    ["h200", "llama-4-maverick", "fp8", 8, "0.11.2", 70.89],
    ["mi300x", "llama-3.1-70b", "fp8", 1, "0.16.0", 102.19],
    ["mi300x", "llama-3.1-70b", "bf16", 1, "0.18.0", 41.88],
    ["mi300x", "qwen3-235b-a22b", "fp8", 8, "0.11.2", 139.5],
  ];
  checkStarts(starts, 5);
});

test("where scores are sorted, a start's highest point is theirs, to the digit that its log prints", () => {
  // GiB of "peak activation", of vLLM 0.10.2 where FlashInfer was not installed, so that it drew as all do from 0.11.1 to 0.16:
  // Qwen3 8B in FP8 on a 3090, Qwen3 235B in FP8 over four L40S, and Qwen3-Next 80B over two H200.
  const vocabulary = 151_936;
  for (const [sequences, hidden, stepTokens, reported] of [
    [256, 4096, 2048, 1.4],
    [256, 4096, 2048, 1.4],
    [1024, 2048, 8192, 5.58],
  ] as const) {
    const { scoreBytes } = vllmSetsAside(served(["h200", "qwen3-8b", "bf16", 1, "0.12", 0]));
    // Beside them stand the last layer's output and what it was made of.
    const found = (sequences * vocabulary * scoreBytes + 2 * 2 * hidden * stepTokens) / 2 ** 30;
    assert.ok(Math.abs(found - reported) < 0.03, `${found} of ${reported}`);
  }
});

test("the published images of 0.9 to 0.11.0 drew by FlashInfer, AMD's did not", () => {
  const bytes = (chip: string, version: string) =>
    vllmSetsAside(served([chip, "llama-3.1-70b", "fp8", 1, version, 0])).scoreBytes;
  const versions = ["0.8.5", "0.9.0", "0.11", "0.11.1", "0.16.0", "0.17.0", "nightly"];
  assert.deepEqual(
    versions.map((version) => bytes("h100", version)),
    [38, 14, 14, 38, 38, 14, 14],
  );
  assert.deepEqual([bytes("mi300x", "0.11"), bytes("tpu-v6e", "0.11")], [38, 14]);
});

test("fewer sequences than the default leave room where scores are sorted", () => {
  const start: Start = ["h100", "qwen3-32b", "bf16", 1, "0.12", 0];
  const of = (maxSequences: number) => workspaceBytes(served(start), { maxSequences, maxStepTokens: 8192 });
  assert.ok(of(1024) - of(128) > 4e9);
  assert.equal(of(128), of(64));
});

test("a model compiled as one graph holds two hidden states a layer: 21.5 GB of Llama 3.1 70B", () => {
  const start: Start = ["b200", "llama-3.1-70b", "fp8", 1, "0.10.2", 0];
  const limits = { maxSequences: 64, maxStepTokens: 8192 };
  const of = (changes: Partial<Served>, isOneGraph: boolean) =>
    workspaceBytes(served(start, changes), { ...limits, isOneGraph });
  const more = (changes: Partial<Served> = {}) => of(changes, true) - of(changes, false);
  assert.equal(more(), 80 * 2 * 8192 * 8192 * 2);
  // Hidden states are whole on each accelerator that shares the layers; a stage of a pipeline has some of the layers.
  assert.equal(more({ tensorParallel: 4 }), more());
  assert.equal(more({ pipelineParallel: 2 }), more() / 2);
  assert.equal(more({ engine: "sglang" }), 0);
});

test("weights of latents, indexers and INT4 experts: DeepSeek's and Kimi's on each of eight accelerators, within 2 %", () => {
  // "Model loading took" of the same starts; Kimi K2.5 has an image tower besides.
  for (const [model, weights, reported] of [
    ["deepseek-r1", "fp8", 79.74],
    ["deepseek-v3.2", "fp8", 80.76],
    ["deepseek-v3.2", "fp4", 48.62],
    ["kimi-k2.5", "int4", 72.02],
    ["minimax-m2.5", "fp8", 27.01],
  ] as const) {
    const found = weightBytes(served(["h200", model, "fp8", 8, "0.18.0", 0], { weights })) / 2 ** 30;
    assert.ok(Math.abs(found / reported - 1) < 0.02, `${model}: ${found}`);
  }
});
