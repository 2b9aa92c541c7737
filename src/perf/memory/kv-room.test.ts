import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../../catalog/chips.ts";
import { shapeOfConfig } from "../../catalog/hugging-face.ts";
import { modelNamed } from "../../catalog/models.ts";
import { engineNames, type Served } from "../deployment.ts";
import { kvRoom, sequenceBytes } from "./kv-room.ts";
import { cacheBytes, kvBytesPerToken } from "./memory.ts";
import { deploymentOf } from "../engine.ts";

const served = (model: string, tensorParallel: number, changes: Partial<Served> = {}): Served => ({
  chip: chipNamed("h200"),
  model: modelNamed(model),
  engine: "vllm",
  tensorParallel,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "bf16",
  ...changes,
});

test("a sequence keeps the keys of its windows and its states: 839 MB of Gemma 4 31B, 189 of Qwen3.5 397B, 434 of Kimi K3", () => {
  const megabytes = (model: string, tokens: number) => sequenceBytes(served(model, 1), tokens) / 1e6;
  assert.equal(Math.round(megabytes("gemma-4-31b", 100_000)), 839);
  assert.equal(Math.round(megabytes("gemma-4-31b", 512)), 419);
  // States in FP32, and three inputs of the convolution in BF16.
  assert.ok(Math.abs(megabytes("qwen3.5-397b-a17b", 100) - 188.7 - 3.3) < 0.1);
  assert.ok(Math.abs(megabytes("kimi-k3", 100) - 434.1 - 15.3) < 0.1);
  assert.equal(megabytes("llama-3.1-70b", 100_000), 0);
});

test("vLLM 0.19's Qwen3.5 27B: pages of 784 tokens, of which 1,487 have room for 33.04 requests of 32,768 (vllm#40691)", () => {
  const { sequenceBlocks } = kvRoom(served("qwen3.5-27b", 1, { weights: "bf16" }), 16);
  const pages = (32_768 / 16 + sequenceBlocks!(32_768)) / (784 / 16);
  // 42 of keys and values, and one of each of three groups of states.
  assert.equal(pages, 45);
  assert.equal((1487 / pages).toFixed(2), "33.04");
  // Its log divides the pages among four groups.
  assert.equal(Math.floor(1487 / 4) * 784, 290_864);
});

test("vLLM's pages are as its logs say: 544 tokens of Qwen3-Next over two, whose states are in BF16, and 1,568 of Qwen3.5 27B with FP8 keys", () => {
  const page = (of: Served) => {
    const { sequenceBlocks } = kvRoom(of, 16);
    const blocks = (tokens: number) => Math.ceil(tokens / 16) + sequenceBlocks!(tokens);
    const tokens = Array.from({ length: 4096 }, (_, index) => index + 1);
    const next = tokens.filter((one) => blocks(one + 1) > blocks(one));
    return next[1]! - next[0]!;
  };
  assert.equal(page(served("qwen3-next-80b-a3b", 2, { weights: "bf16" })), 544);
  assert.equal(page(served("qwen3.5-27b", 1, { kv: "fp8" })), 1568);
  assert.equal(page(served("qwen3.5-27b", 1)), 784);
});

test("vLLM's own count of requests of 8,192 tokens beside states, within 0.1 %", () => {
  // "Maximum concurrency" of starts of 0.18 on H200 (0.11.2 of Llama 4), and the GiB that each had: see vllm-memory.ts.
  const starts = [
    ["qwen3.5-397b-a17b", 4, "bf16", 26.76, 161.0],
    ["qwen3.5-122b-a10b", 2, "bf16", 62.77, 373.71],
    ["qwen3.5-35b-a3b", 1, "bf16", 89.92, 405.82],
    ["qwen3-next-80b-a3b", 1, "bf16", 49.29, 208.32],
    ["nemotron-3-nano-30b-a3b", 1, "fp8", 95.04, 1325.83],
    ["nemotron-3-super-120b-a12b", 2, "fp8", 64.7, 679.5],
    ["llama-4-maverick", 8, "fp8", 70.89, 756.2],
  ] as const;
  for (const [model, split, kv, gibibytes, reported] of starts) {
    const one = served(model, split, { kv });
    const blocks = (gibibytes * 2 ** 30) / kvBytesPerToken(one.model, kv, split) / 16;
    const each = 8192 / 16 + (kvRoom(one, 16).sequenceBlocks?.(8192) ?? 0);
    assert.ok(Math.abs(blocks / each / reported - 1) < 0.001, `${model}: ${blocks / each}`);
  }
});

test("vLLM has room for all keys of a prompt while it is computed: 6.9 GiB for 8,192 tokens of Gemma 4 31B, as it counts itself", () => {
  const one = served("gemma-4-31b", 1, { weights: "bf16" });
  const limits = { maxStepTokens: 8192, maxSequences: 1024 };
  const { blocks, sequenceBlocks } = kvRoom(one, 16, { ...limits, longestPrompt: 8192 });
  const taken = kvRoom(one, 16, limits).blocks - blocks + 8192 / 16 + sequenceBlocks!(8192);
  const gibibytes = (taken * 16 * kvBytesPerToken(one.model, "bf16", 1)) / 2 ** 30;
  // 69.75 GiB for 10.13 requests.
  assert.ok(Math.abs(gibibytes / (69.75 / 10.13) - 1) < 0.01, String(gibibytes));
  // Prompts within a window, and chunks of longer ones, need no more than they have.
  assert.equal(kvRoom(one, 16, { ...limits, longestPrompt: 512 }).blocks, kvRoom(one, 16, limits).blocks);
  const chunks = { maxSequences: 1024, maxStepTokens: 2048 };
  assert.equal(
    kvRoom(one, 16, { ...chunks, longestPrompt: 8192 }).blocks,
    kvRoom(one, 16, { ...chunks, longestPrompt: 2048 }).blocks,
  );
});

test("vLLM keeps the last window's blocks of gpt-oss and one more, SGLang four tokens of five, TensorRT-LLM all", () => {
  const room = (engine: Served["engine"]) => kvRoom(served("gpt-oss-120b", 1, { engine, weights: "fp4" }), 16);
  const [vllm, sglang, trt] = engineNames.map(room);
  assert.equal(vllm!.sequenceBlocks!(4096), 9);
  assert.equal(vllm!.sequenceBlocks!(40), 3);
  // Of a short sequence, whose window has all of it, the window's pool is the first to be full.
  assert.equal(sglang!.sequenceBlocks!(128), 2);
  assert.equal(sglang!.sequenceBlocks!(4096), 0);
  assert.equal(trt!.sequenceBlocks!(4096), 0);
  const bytes = 36 * 2 * 8 * 64 * 2 * 16;
  assert.equal(
    trt!.blocks,
    Math.floor(cacheBytes(served("gpt-oss-120b", 1, { engine: "tensorrt-llm", weights: "fp4" })) / bytes),
  );
});

test("SGLang runs no more sequences than it has states for: as many as it is told, or with a prefix cache a third", () => {
  const hybrid = served("nemotron-3-super-120b-a12b", 2, { engine: "sglang" });
  assert.equal(kvRoom(hybrid, 16, { maxSequences: 64 }).sequencesMost, 64);
  const cached = kvRoom(hybrid, 16, { maxSequences: 512, prefixCache: true });
  const states = (cacheBytes(hybrid, { maxSequences: 512 }) * 0.9) / 1.9 / sequenceBytes(hybrid, 1);
  assert.equal(cached.sequencesMost, Math.floor(states / 3));
  const { scheduler } = deploymentOf(hybrid, { maxSequences: 512, prefixCache: true });
  assert.equal(scheduler.maxSequences, cached.sequencesMost);
});

test("whatever fits takes no more than there is; blocks that are given are taken as they are", () => {
  const models = [
    "gemma-3-27b",
    "gemma-4-31b",
    "gpt-oss-120b",
    "qwen3.5-397b-a17b",
    "kimi-k3",
    "deepseek-v4-pro",
    "llama-4-scout",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      fc.constantFrom(...engineNames),
      fc.integer({ min: 1, max: 100_000 }),
      fc.boolean(),
      (model, engine, tokens, prefixCache) => {
        const one = served(model, 8, { engine, weights: "fp4", chip: chipNamed("gb300") });
        const limits = { prefixCache, maxSequences: 256 };
        const { blocks, sequenceBlocks, sequencesMost } = kvRoom(one, 16, limits);
        const besides = sequenceBlocks?.(tokens) ?? 0;
        assert.ok(besides >= 0 && Number.isInteger(besides));
        const fit = Math.min(sequencesMost ?? Infinity, Math.floor(blocks / (Math.ceil(tokens / 16) + besides)));
        const each = kvBytesPerToken(one.model, one.kv, 8) * tokens + sequenceBytes(one, tokens);
        assert.ok(fit * each <= cacheBytes(one, limits), `${fit} sequences`);
        assert.equal(kvRoom(one, 16, { ...limits, blocks: 1000 }).blocks, 1000);
      },
    ),
  );
});

test("where layers keep states alone, sequences of any length take as much, and as many are there as states", () => {
  const config = {
    model_type: "mamba2",
    num_hidden_layers: 64,
    hidden_size: 4096,
    num_heads: 128,
    head_dim: 64,
    state_size: 128,
    n_groups: 8,
    vocab_size: 32_768,
  };
  const model = shapeOfConfig(config, "mamba", "here");
  for (const engine of engineNames) {
    const mamba: Served = { ...served("llama-3.1-8b", 1, { engine }), model };
    const { blocks, sequenceBlocks } = kvRoom(mamba, 16);
    const each = (tokens: number) => Math.ceil(tokens / 16) + sequenceBlocks!(tokens);
    assert.equal(each(1), each(100_000));
    assert.equal(blocks / each(1), Math.floor(cacheBytes(mamba) / sequenceBytes(mamba, 1)), engine);
    assert.equal(kvRoom(mamba, 16, { maxSequences: 8 }).blocks, 8 * each(1));
  }
});
