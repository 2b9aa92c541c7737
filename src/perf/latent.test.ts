import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../catalog/chips.ts";
import type { ModelShape } from "../catalog/model-shape.ts";
import { modelNamed } from "../catalog/models.ts";
import { latentCurves } from "./curves/latent.ts";
import {
  latentContextSeconds,
  latentDecodeSeconds,
  latentKernelSeconds,
  latentPromptSeconds,
  latentSquareSeconds,
} from "./latent.ts";
import { kvBytesPerToken } from "./memory.ts";
import { ratesOf } from "./rates.ts";
import { compileStep } from "./step.ts";

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
  const b200 = { chip: chipNamed("b200"), engine: "sglang", tensorParallel: 8, expertParallel: 1 } as const;
  const of = (model: ModelShape) =>
    compileStep({ ...b200, model, attentionParallel: 1, weights: "fp8", kv: "fp8" }, 64, 8192).table;
  assert.ok(of(shared).contextSeconds[8]! < 0.4 * of(own).contextSeconds[8]!);
  assert.ok(of(shared).prefillAttention.seconds[512]! < of(own).prefillAttention.seconds[512]!);
});
