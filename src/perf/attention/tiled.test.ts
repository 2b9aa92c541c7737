import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import type { EngineName, Served } from "../deployment.ts";
import { compileStep } from "../steps/step.ts";

const served = (chip: string, model: string, engine: EngineName = "vllm"): Served => ({
  chip: chipNamed(chip),
  model: modelNamed(model),
  engine,
  tensorParallel: 1,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "bf16",
  kv: "bf16",
});

/** µs of a layer's attention: a chunk of 512 tokens with decodes of 1,024 tokens each, and the chunk by itself. */
const measured = [
  { chip: "rtx-pro-6000", model: "llama-3.1-8b", decodes: 64, together: 349, alone: 25 },
  { chip: "rtx-pro-6000", model: "llama-3.1-8b", decodes: 128, together: 735, alone: 25 },
  { chip: "rtx-pro-6000", model: "qwen3-32b", decodes: 64, together: 658, alone: 37 },
  { chip: "rtx-4090", model: "llama-3.1-8b", decodes: 64, together: 708, alone: 41 },
] as const;

test("decodes in one kernel with a prompt take what LLMServingSim's profiler measured of FlashAttention 2", () => {
  for (const { chip, model, decodes, together, alone } of measured) {
    const of = served(chip, model);
    const { table } = compileStep(of, 256, 2048);
    const context = table.mixedContextSeconds![decodes]! * decodes * 1024;
    const begun = 135 * decodes * table.mixedContextSeconds![decodes]!;
    const micros = ((context + begun) / of.model.layers) * 1e6;
    assert.ok(Math.abs(micros / (together - alone) - 1) < 0.2, `${chip} ${model} ${decodes}: ${micros}`);
  }
});

test("it takes longer than decodes by themselves, up to three times where eight heads share keys and values", () => {
  const ratio = (of: Served) => {
    const { table } = compileStep(of, 128, 2048);
    return (table.mixedContextSeconds ?? table.contextSeconds)[128]! / table.contextSeconds[128]!;
  };
  assert.ok(ratio(served("rtx-pro-6000", "llama-3.1-8b")) > 1.3);
  assert.ok(ratio(served("rtx-pro-6000", "qwen3-32b")) > 2.5);
  assert.ok(ratio(served("a100", "llama-3.1-8b")) > 1.3);
  for (const chip of ["h200", "b200"]) assert.equal(ratio(served(chip, "llama-3.1-8b")), 1);
  assert.equal(ratio(served("rtx-pro-6000", "llama-3.1-8b", "sglang")), 1);
});
