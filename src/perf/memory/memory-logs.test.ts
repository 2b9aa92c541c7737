/** Rooms for keys and values, beside what engines reported when they started. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import type { Served } from "../deployment.ts";
import { kvRoom } from "./kv-room.ts";
import { cacheBytes, kvBytesPerToken, type StepLimits, weightBytes } from "./memory.ts";

function served(chip: string, model: string, tensorParallel: number, changes: Partial<Served> = {}): Served {
  return {
    chip: chipNamed(chip),
    model: modelNamed(model),
    engine: "vllm",
    tensorParallel,
    expertParallel: 1,
    attentionParallel: 1,
    weights: "bf16",
    kv: "bf16",
    version: "0.19",
    ...changes,
  };
}

function isWithin(found: number, reported: number, percent: number, what: string): void {
  assert.ok(Math.abs(found / reported - 1) <= percent / 100, `${what}: ${found.toFixed(2)}, reported ${reported}`);
}

const gibibytes = (bytes: number) => bytes / 2 ** 30;

test("vLLM 0.19 on H100 at 0.95 of the memory: what it left for keys and values, within 1 %, with image towers within 2.2 %", () => {
  // GiB on each accelerator; llm-d-incubation/llm-d-planner, accuracy/results/v0.19.0/accuracy_report.md, pull request 205:
  // 8,192 tokens and 1,024 sequences a step. From its relative errors where it does not print them.
  const reported: readonly (readonly [model: string, tensorParallel: number, gibibytes: number, percent?: number])[] = [
    ["llama-3.1-8b", 1, 58.11],
    ["llama-3.1-8b", 2, 63.76],
    ["llama-3.1-8b", 4, 67.44],
    ["qwen2.5-7b", 1, 58.53],
    ["qwen2.5-7b", 2, 63.84],
    ["qwen2.5-7b", 4, 67.34],
    ["qwen3-8b", 1, 57.52],
    ["qwen3-30b-a3b", 1, 15.43],
    ["phi-4", 1, 46.17],
    ["gemma-2-9b", 1, 54.13],
    ["gemma-2-27b", 1, 20.6],
    ["gemma-3-4b", 1, 63.78],
    ["gemma-3-12b", 1, 49.08],
    ["gemma-3-27b", 1, 20.68, 2.2],
  ];
  const limits: StepLimits = { maxStepTokens: 8192, maxSequences: 1024, memoryShare: 0.95 };
  for (const [model, tensorParallel, room, percent = 1] of reported) {
    const one = served("h100", model, tensorParallel);
    isWithin(gibibytes(cacheBytes(one, limits)), room, percent, `${model} over ${tensorParallel}`);
  }
  // And in tokens.
  const blocks = (changes: Partial<Served>) => kvRoom(served("h100", "llama-3.1-8b", 1, changes), 16, limits).blocks;
  isWithin(blocks({}) * 16, 476_000, 1, "tokens");
  isWithin(blocks({ kv: "fp8" }) * 16, 952_032, 1, "tokens in FP8");
  isWithin(gibibytes(weightBytes(served("h100", "llama-3.1-8b", 1))), 14.99, 0.5, "weights");
});

test("other starts of engines, on which nothing was chosen, within 5 %", () => {
  // 178,880 tokens in 8.11 GiB by vLLM, 367,404 by SGLang at 0.93 of the memory (vllm-project/vllm#21348).
  const large = served("h100", "qwen3-235b-a22b", 4, { weights: "fp8" });
  const perToken = kvBytesPerToken(large.model, "bf16", 4);
  isWithin(gibibytes(178_880 * perToken), 8.11, 1.5, "bytes of a token");
  const sglang = kvRoom({ ...large, engine: "sglang" }, 1, { memoryShare: 0.93 });
  isWithin(sglang.blocks, 367_404, 5, "SGLang's tokens");
  // 36.56 GiB at 0.65 of an A100's memory, beside 13.72 of weights (myoceane.fr, 2026-04-18, vLLM 0.19).
  const small = served("a100", "gpt-oss-20b", 1, { weights: "fp4" });
  const limits = { maxStepTokens: 2048, maxSequences: 256, memoryShare: 0.65 };
  isWithin(gibibytes(cacheBytes(small, limits)), 36.56, 5, "gpt-oss 20B");
  isWithin(gibibytes(weightBytes(small)), 13.72, 10, "weights of gpt-oss 20B");
  // 69,524,783,104 bytes beside Llama 2 7B in INT8 on an A100, by TensorRT-LLM 0.8 (NVIDIA/TensorRT-LLM#1400).
  const compiled = served("a100", "llama-2-7b", 1, { engine: "tensorrt-llm", weights: "int8" });
  isWithin(cacheBytes(compiled, { maxStepTokens: 4096, maxSequences: 1 }), 69_524_783_104, 1, "TensorRT-LLM's bytes");
});
