import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { type Served } from "../deployment.ts";
import { checkSplit } from "../check-split.ts";
import { kvRoom } from "./kv-room.ts";
import { kvBytesPerToken, weightBytes } from "./memory.ts";
import { compileStep } from "../steps/step.ts";

const served = (chip: string, model: string, tensorParallel: number, changes: Partial<Served> = {}): Served => ({
  chip: chipNamed(chip),
  model: modelNamed(model),
  engine: "vllm",
  tensorParallel,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "bf16",
  ...changes,
});

test("keys and values of a token: 327,680 bytes of Llama 3.1 70B, 70,272 of DeepSeek R1 on every accelerator", () => {
  assert.equal(kvBytesPerToken(modelNamed("llama-3.1-70b"), "bf16", 1), 327_680);
  assert.equal(kvBytesPerToken(modelNamed("llama-3.1-70b"), "fp8", 4), 40_960);
  assert.equal(kvBytesPerToken(modelNamed("deepseek-r1"), "bf16", 8), 70_272);
  // Eight KV heads on sixteen accelerators: each has one, twice over.
  assert.equal(kvBytesPerToken(modelNamed("llama-3.1-70b"), "bf16", 16), 80 * 2 * 128 * 2);
});

test("sparse attention keeps its indexer's keys besides; a recipe's share of the memory is taken", () => {
  const latent = 78 * 576 * 2;
  assert.equal(kvBytesPerToken(modelNamed("glm-5"), "bf16", 8), latent + 78 * 132);
  const room = (memoryShare: number) =>
    kvRoom(served("h200", "glm-5", 8, { engine: "sglang", kv: "bf16" }), 16, {
      maxStepTokens: 8192,
      maxSequences: 256,
      memoryShare,
    }).blocks;
  // A tenth of 151 GB less what the driver and NCCL take first, in blocks of 16 tokens.
  const tenth = (0.1 * (150.755e9 - 2.55e9)) / (16 * (latent + 78 * 132));
  assert.ok(Math.abs((room(0.9) - room(0.8)) / tenth - 1) < 0.01);
});

test("a pipeline of two has half of the weights on each accelerator, and a batch of it the room that they leave", () => {
  const [whole, staged] = [1, 2].map((pipelineParallel) =>
    served("h200", "llama-2-70b", 1, { pipelineParallel, version: "0.19" }),
  );
  assert.equal(weightBytes(staged!), weightBytes(whole!) / 2);
  const gained =
    (kvRoom(staged!, 16).blocks - kvRoom(whole!, 16).blocks) * 16 * kvBytesPerToken(whole!.model, "bf16", 1);
  assert.ok(Math.abs(gained / weightBytes(staged!) - 1) < 0.001, String(gained));
});

test("weights are shared out, and FP4 with its scales takes 0.5625 bytes each", () => {
  const whole = weightBytes(served("b200", "llama-3.1-405b", 1, { weights: "fp4" }));
  assert.ok(Math.abs(whole / (405.9e9 * 0.5625) - 1) < 0.03, String(whole));
  const eighth = weightBytes(served("b200", "llama-3.1-405b", 8, { weights: "fp4" }));
  assert.ok(Math.abs((eighth * 8) / whole - 1) < 1e-9);
});

test("a model that does not fit says how many accelerators would do", () => {
  assert.ok(kvRoom(served("h200", "llama-3.1-70b", 4), 16).blocks > 10_000);
  assert.throws(() => kvRoom(served("h100", "llama-3.1-405b", 2), 16), {
    code: "invalid_value",
    param: "tp",
    remedy: /Split it over 8 accelerators/,
  });
  // Weights alone would fit; what the engine leaves for them and the cache does not hold both.
  const tight = served("mi325x", "llama-4-scout", 1, { weights: "bf16", kv: "bf16", engine: "sglang" });
  assert.throws(() => kvRoom(tight, 16, { memoryShare: 0.75 }), {
    message: /has 274.878 GB, 20\d of them for weights/,
  });
});

test("a split that cannot be is refused with those that could", () => {
  assert.throws(() => checkSplit(served("h200", "llama-3.1-70b", 3)), { param: "tp", remedy: /1, 2, 4, 8, 16, 32/ });
  assert.throws(() => checkSplit(served("h200", "mixtral-8x7b", 4, { expertParallel: 3 })), { param: "ep" });
  assert.throws(() => checkSplit(served("tpu-v5e", "llama-3.1-8b", 1)), { param: "precision" });
});

test("a larger step leaves fewer blocks; vLLM 0.19 reports 2,588 of them for Llama 3.1 8B on a GeForce RTX 4090", () => {
  const card = served("rtx-4090", "llama-3.1-8b", 1, { weights: "bf16", kv: "bf16", engine: "vllm" });
  const blocks = kvRoom(card, 16, { maxStepTokens: 2048, maxSequences: 256 }).blocks;
  assert.ok(Math.abs(blocks / 2588 - 1) < 0.05, `${blocks} blocks`);
  assert.ok(kvRoom(card, 16, { maxStepTokens: 8192, maxSequences: 256 }).blocks < blocks);
});

test("layers of Gemma 4 that look back over all of the context have wider and fewer heads for keys and values", () => {
  const shape = modelNamed("gemma-4-31b");
  assert.equal(kvBytesPerToken(shape, "bf16", 1), 10 * 2 * 4 * 512 * 2);
  assert.equal(kvBytesPerToken(shape, "bf16", 8), 10 * 2 * 1 * 512 * 2);
  assert.equal(compileStep(served("h200", "gemma-4-31b", 1), 16, 2048).provenance, "transferred");
});
