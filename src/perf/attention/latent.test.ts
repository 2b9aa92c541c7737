import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../../catalog/chips.ts";
import type { FeedForward, Latent, ModelShape } from "../../catalog/model-shape.ts";
import { modelNamed } from "../../catalog/models.ts";
import { latentCurves } from "../curves/latent.ts";
import type { Served } from "../deployment.ts";
import {
  latentContextSeconds,
  latentDecodeSeconds,
  latentKernelSeconds,
  latentPromptSeconds,
  latentSquareSeconds,
} from "./latent.ts";
import { kvBytesPerToken, weightBytes, workspaceBytes } from "../memory/memory.ts";
import { parameterCount } from "../memory/parameters.ts";
import { ratesOf } from "../operations/rates.ts";
import { compileStep } from "../steps/step.ts";

const servedOf = (model: ModelShape, changes: Partial<Served> = {}): Served => ({
  chip: chipNamed("b200"),
  model,
  engine: "sglang",
  tensorParallel: 8,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "fp8",
  ...changes,
});

test("latent attention is never faster than reading its cache, and its kernel never takes longer than the module", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.entries(latentCurves)),
      fc.constantFrom(1, 2, 4, 8, 16, 24, 32, 64, 128),
      fc.integer({ min: 1, max: 2048 }),
      fc.constantFrom("bf16" as const, "fp8" as const),
      ([name, curves], heads, sequences, kv) => {
        const rates = ratesOf(chipNamed(name), "bf16");
        const context = latentContextSeconds(curves, kv, rates, heads, sequences);
        assert.ok(context >= (576 * (kv === "fp8" ? 1 : 2)) / rates.bytesPerSecond);
        assert.ok(latentKernelSeconds(curves, heads, sequences) < latentDecodeSeconds(curves, heads, sequences));
      },
    ),
  );
});

test("more heads and longer prompts take longer", () => {
  for (const curves of Object.values(latentCurves)) {
    for (const heads of [1, 8, 64]) {
      assert.ok(latentPromptSeconds(curves, heads, 8192) < latentPromptSeconds(curves, heads * 2, 8192));
      assert.ok(latentSquareSeconds(curves, heads, 4096) < latentSquareSeconds(curves, heads, 8192));
    }
  }
});

test("a module of DeepSeek V3 with 16 heads takes what was measured on H200: 0.09 ms for 64 sequences of 1,024 tokens", () => {
  const curves = latentCurves["h200"]!;
  const rates = ratesOf(chipNamed("h200"), "bf16");
  const seconds = latentDecodeSeconds(curves, 16, 64) + 64 * 1024 * latentContextSeconds(curves, "bf16", rates, 16, 64);
  assert.ok(Math.abs(seconds / 0.089e-3 - 1) < 0.1, String(seconds));
});

test("where layers share what one of them chose, a token of context takes less to read and to keep", () => {
  const [own, shared] = [modelNamed("glm-5"), modelNamed("glm-5.2")];
  // 57 of 78 layers have no indexer, each of whose keys takes 128 bytes and four for its scale.
  assert.equal(kvBytesPerToken(own, "fp8", 8) - kvBytesPerToken(shared, "fp8", 8), 57 * 132);
  const of = (model: ModelShape) => compileStep(servedOf(model), 64, 8192).table;
  assert.ok(of(shared).contextSeconds[8]! < 0.4 * of(own).contextSeconds[8]!);
  assert.ok(of(shared).prefillAttention.seconds[512]! < of(own).prefillAttention.seconds[512]!);
});

test("where three layers of four keep a state instead of a latent, a context takes a quarter to keep, and less to read", () => {
  const k3 = modelNamed("kimi-k3");
  assert.equal(k3.attention.type, "mla");
  const { linear, ...attention } = k3.attention as Latent;
  const full: ModelShape = { ...k3, name: "kimi-full", attention };
  assert.equal(kvBytesPerToken(k3, "fp8", 8), 24 * 576);
  const of = (model: ModelShape) => compileStep(servedOf(model, { weights: "fp4" }), 64, 8192);
  const [some, all] = [of(k3).table, of(full).table];
  assert.ok(Math.abs(some.contextSeconds[8]! / all.contextSeconds[8]! - 24 / 93) < 1e-9);
  assert.ok(some.prefillAttention.seconds[512]! < 0.3 * all.prefillAttention.seconds[512]!);
  // A state of 96 × 128 × 128 numbers in FP32 is read and written for each sequence, however long it is.
  const states = (2 * 4 * (linear?.layers ?? 0) * 96 * 128 * 128) / 8;
  const more = some.decodeSeconds[64]! - some.decodeSeconds[32]!;
  assert.ok(more > (32 * states) / ratesOf(chipNamed("b200"), "bf16").bytesPerSecond);
  assert.equal(of(k3).provenance, "analytic");
});

test("experts that work on half the hidden size take half as much, which a smaller workspace and less to send follow", () => {
  const k3 = modelNamed("kimi-k3");
  assert.equal(k3.feedForward.type, "moe");
  const { latentWidth, ...feedForward } = k3.feedForward as Extract<FeedForward, { type: "moe" }>;
  const wide: ModelShape = { ...k3, name: "kimi-wide", feedForward };
  assert.equal(latentWidth, k3.hidden / 2);
  const [some, all] = [servedOf(k3, { weights: "fp4" }), servedOf(wide, { weights: "fp4" })];
  // Experts are all but a few hundredths of it.
  assert.ok(Math.abs(parameterCount(k3).total / parameterCount(wide).total - 0.5) < 0.02);
  assert.ok(weightBytes(some) < 0.56 * weightBytes(all));
  assert.ok(workspaceBytes(some) < workspaceBytes(all));
  assert.ok(compileStep(some, 64, 2048).table.decodeSeconds[64]! < compileStep(all, 64, 2048).table.decodeSeconds[64]!);
});
