import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../catalog/chips.ts";
import { latentCurves } from "./curves/latent.ts";
import {
  latentContextSeconds,
  latentDecodeSeconds,
  latentKernelSeconds,
  latentPromptSeconds,
  latentSquareSeconds,
} from "./latent.ts";
import { ratesOf } from "./rates.ts";

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
