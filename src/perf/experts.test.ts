import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import { derivedExperts } from "./curves/experts.ts";
import {
  type ExpertKernel,
  expertKernels,
  expertKernelsOf,
  expertRoofline,
  expertSeconds,
  type ExpertShape,
  expertWork,
} from "./experts.ts";
import { bytesOf, ratesOf } from "./rates.ts";
import { expertsOf } from "./transfer.ts";

const anyShape: fc.Arbitrary<ExpertShape> = fc
  .record({
    hidden: fc.constantFrom(2048, 2880, 4096, 7168),
    wholeWidth: fc.constantFrom(768, 1536, 2048, 2880),
    slices: fc.constantFrom(1, 2, 4, 8),
    ranks: fc.constantFrom(1, 2, 8, 36),
    experts: fc.constantFrom(128, 256, 384),
    perToken: fc.constantFrom(4, 8),
    bytesPerWeight: fc.constantFrom(0.53, 1, 2),
  })
  .map(({ slices, ranks, ...shape }) => ({
    ...shape,
    matrices: 3,
    width: shape.wholeWidth / slices,
    local: shape.experts / ranks,
  }));
const anyTokens = fc.integer({ min: 1, max: 32_768 });

test("experts dealt out or sliced do the work of all of them together", () => {
  fc.assert(
    fc.property(anyShape, anyTokens, (shape, tokens) => {
      const ranks = (shape.experts / shape.local) * (shape.wholeWidth / shape.width);
      const whole = expertWork({ ...shape, local: shape.experts, width: shape.wholeWidth }, tokens);
      const part = expertWork(shape, tokens);
      assert.ok(Math.abs((part.flops * ranks) / whole.flops - 1) < 1e-9);
      assert.ok(part.active <= Math.min(shape.local, tokens * shape.perToken) + 1e-9);
      assert.ok(
        Math.abs(part.active * part.tokensOfEach - (tokens * shape.perToken * shape.local) / shape.experts) < 1e-6,
      );
    }),
  );
});

test("no kernel of experts beats the hardware, on any chip that was measured", () => {
  const measured = Object.entries(derivedExperts);
  fc.assert(
    fc.property(fc.constantFrom(...measured), anyShape, anyTokens, ([name, efficiency], any, tokens) => {
      const [chip = "", , kernel = ""] = name.split("/");
      const { arithmetic, weights } = expertKernels[kernel as ExpertKernel];
      const shape = { ...any, bytesPerWeight: bytesOf(weights) };
      const rates = ratesOf(chipNamed(chip), arithmetic);
      const seconds = expertSeconds(efficiency, rates, shape, tokens);
      assert.ok(seconds >= expertRoofline(expertWork(shape, tokens), rates));
      assert.ok(seconds < 60);
    }),
  );
});

test("DeepSeek's experts on H200 take what was measured: 0.48 ms for 128 tokens in slices of an eighth, TensorRT-LLM", () => {
  const shape = { hidden: 7168, wholeWidth: 2048, width: 256, matrices: 3, local: 256, experts: 256, perToken: 8 };
  const seconds = expertSeconds(
    derivedExperts["h200/tensorrt-llm/fp8-block-cutlass"]!,
    ratesOf(chipNamed("h200"), "fp8"),
    { ...shape, bytesPerWeight: 1 },
    128,
  );
  assert.ok(Math.abs(seconds / 0.477e-3 - 1) < 0.1, String(seconds));
});

test("experts in FP8 take kernels for a scale to each matrix or to each block, as the model is released", () => {
  const first = (model: string, engine: "vllm" | "tensorrt-llm") =>
    expertKernelsOf({
      chip: chipNamed("h100"),
      model: modelNamed(model),
      engine,
      weights: "fp8",
      kv: "fp8",
      tensorParallel: 2,
      expertParallel: 1,
      attentionParallel: 1,
    })[0];
  assert.equal(first("mixtral-8x7b", "tensorrt-llm"), "fp8-cutlass");
  assert.equal(first("mixtral-8x7b", "vllm"), "fp8-triton-vllm");
  assert.equal(first("deepseek-r1", "tensorrt-llm"), "fp8-block-cutlass");
  assert.equal(first("deepseek-r1", "vllm"), "fp8-block-triton-vllm");
});

test("FP4 experts are widened where a chip has no such arithmetic alone: a Blackwell card takes B200's kernels, not H100's", () => {
  const of = (chip: string, engine: "vllm" | "sglang" | "tensorrt-llm") => {
    const split = { tensorParallel: 1, expertParallel: 1, attentionParallel: 1 };
    return expertsOf({
      chip: chipNamed(chip),
      model: modelNamed("qwen3-30b-a3b"),
      engine,
      weights: "fp4",
      kv: "fp8",
      ...split,
    });
  };
  for (const engine of ["vllm", "sglang", "tensorrt-llm"] as const) {
    assert.equal(of("rtx-pro-6000", engine).arithmetic, "fp4");
    assert.deepEqual(of("rtx-pro-6000", engine).efficiencies, of("b200", engine).efficiencies);
    assert.equal(of("h100", engine).arithmetic, "bf16");
  }
});
