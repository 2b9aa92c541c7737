import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import type { Served } from "../deployment.ts";
import { inferenceXLoad, inferenceXSettings } from "./inferencex.ts";

const served = (engine: Served["engine"], chip: string, model: string, changes: Partial<Served> = {}): Served => ({
  chip: chipNamed(chip),
  model: modelNamed(model),
  engine,
  tensorParallel: 8,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "fp8",
  ...changes,
});

test("lengths are those that InferenceX's client draws: NumPy's of seed 0, all prompts before all answers", () => {
  // numpy.random.seed(0); numpy.random.randint(819, 1025, 40); numpy.random.randint(819, 1025, 40)
  const { promptTokens, outputTokens } = inferenceXLoad(1024, 1024, 4);
  assert.equal(promptTokens.length, 40);
  assert.deepEqual(Array.from(promptTokens.slice(0, 4)), [991, 866, 936, 1011]);
  assert.deepEqual(Array.from(outputTokens.slice(0, 4)), [851, 1012, 828, 1004]);
});

test("dense models' batches are as large as vLLM is told: of Hopper the clients, of Blackwell 512", () => {
  const most = (chip: string) => inferenceXSettings(served("vllm", chip, "llama-3.1-70b"), 1024, 8192, 64).maxSequences;
  assert.deepEqual([most("h200"), most("b200")], [64, 512]);
});

test("the recipes' settings: SGLang looks for requests seldom on Blackwell, MiniMax has steps of two prompts", () => {
  const qwen = (chip: string, clients: number) =>
    inferenceXSettings(served("sglang", chip, "qwen3.5-397b-a17b"), 1024, 1024, clients).receiveSteps;
  assert.deepEqual([qwen("b200", 4), qwen("b200", 64), qwen("h200", 64)], [10, 30, undefined]);
  const minimax = (promptTokens: number) =>
    inferenceXSettings(served("vllm", "b200", "minimax-m2.5"), promptTokens, 1024, 64).maxStepTokens;
  assert.deepEqual([minimax(1024), minimax(8192)], [2048, 16_384]);
});

test("a model or a card without a recipe is served by the engine's defaults: its prompts wait for no other model's steps", () => {
  const of = (engine: Served["engine"], chip: string, model: string) =>
    inferenceXSettings(served(engine, chip, model), 1024, 1024, 64);
  assert.deepEqual(of("sglang", "b200", "mixtral-8x7b"), {});
  assert.deepEqual(of("sglang", "rtx-pro-6000", "gpt-oss-120b"), {});
  assert.equal(of("sglang", "b200", "deepseek-r1").receiveSteps, 30);
  assert.equal(of("tensorrt-llm", "b200", "qwen3-235b-a22b").batchWait, undefined);
  assert.equal(of("tensorrt-llm", "b200", "deepseek-r1").batchWait?.steps, 40);
});

test("steps with prompts are replayed from graphs where a recipe captures them", () => {
  const captured = (clients: number, ...of: Parameters<typeof served>) =>
    inferenceXSettings(served(...of), 1024, 1024, clients).capturedTokens;
  assert.equal(captured(4, "vllm", "h200", "gpt-oss-120b"), 2048);
  assert.equal(captured(4, "vllm", "b200", "llama-3.1-70b"), 0);
  const minimax = (version: string) => captured(4, "vllm", "b200", "minimax-m2.5", { version });
  assert.deepEqual([minimax("0.17.0"), minimax("nightly-5b8c"), minimax("0.19.0")], [undefined, undefined, 2048]);
  const deepseek = (clients: number, version: string) =>
    captured(clients, "tensorrt-llm", "b200", "deepseek-r1", { version });
  assert.deepEqual(
    [deepseek(64, "1.1.0rc2"), deepseek(16, "1.2.0rc6"), deepseek(64, "1.2.0rc6")],
    [undefined, undefined, 8192],
  );
});

test("DeepSeek's prompts are replayed by format, split, clients and whether tokens are drafted", () => {
  const captured = (clients: number, promptTokens: number, changes: Partial<Served>) =>
    inferenceXSettings(
      served("tensorrt-llm", "b200", "deepseek-r1", { version: "1.2.0rc6", ...changes }),
      promptTokens,
      1024,
      clients,
    ).capturedTokens !== undefined;
  const dealtOut = { weights: "fp4", expertParallel: 8 } as const;
  assert.deepEqual([captured(64, 1024, dealtOut), captured(64, 1024, { weights: "fp4" })], [true, false]);
  const speculation = { drafts: 3, accepted: 1.6 };
  assert.deepEqual([captured(8, 1024, { speculation }), captured(8, 8192, { speculation })], [true, false]);
  assert.deepEqual(
    [captured(16, 1024, { ...dealtOut, speculation }), captured(32, 1024, { ...dealtOut, speculation })],
    [false, true],
  );
});

test("TensorRT-LLM's copies of attention wait for each other for sixty steps, in which drafts make more tokens", () => {
  const copies = { tensorParallel: 1, attentionParallel: 8, expertParallel: 8 };
  const waits = (changes: Partial<Served>) =>
    inferenceXSettings(served("tensorrt-llm", "b200", "deepseek-r1", changes), 8192, 1024, 128).balanceSteps;
  assert.equal(waits({}), undefined);
  assert.equal(waits(copies), 60);
  assert.equal(waits({ ...copies, speculation: { drafts: 1, accepted: 0.5 } }), 90);
});

test("AMD's recipes have SGLang do several steps of decodes at a time, and leave ATOM alone", () => {
  const told = (engine: Served["engine"], chip: string) =>
    inferenceXSettings(served(engine, chip, "deepseek-r1"), 8192, 1024, 16);
  assert.deepEqual(told("sglang", "mi355x"), { maxStepTokens: 196_608, memoryShare: 0.8, receiveSteps: 8 });
  assert.equal(told("sglang", "mi325x").receiveSteps, 4);
  assert.deepEqual(told("atom", "mi355x"), {});
});
