import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { derivedExperts } from "../curves/experts.ts";
import {
  chosenByRouter,
  evenlyChosen,
  expertRoofline,
  expertSeconds,
  type ExpertShape,
  expertWork,
} from "./experts.ts";
import { type ExpertKernel, expertKernels, expertKernelsOf } from "./expert-kernels.ts";
import { bytesOf, ratesOf } from "./rates.ts";
import { RandomStream } from "../loads/random.ts";
import { expertsOf } from "../kernels/transfer.ts";

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

test("slices of experts do equal parts of the work, and of experts dealt out the busiest accelerator does most", () => {
  fc.assert(
    fc.property(anyShape, anyTokens, (shape, tokens) => {
      const slices = shape.wholeWidth / shape.width;
      const [part, unsliced] = [expertWork(shape, tokens), expertWork({ ...shape, width: shape.wholeWidth }, tokens)];
      assert.ok(Math.abs((part.flops * slices) / unsliced.flops - 1) < 1e-9);
      const evenly = (tokens * shape.perToken * shape.local) / shape.experts;
      const choices = part.active * part.tokensOfEach;
      assert.ok(choices >= evenly * (1 - 1e-9) && choices <= tokens * Math.min(shape.perToken, shape.local) + 1e-6);
      assert.ok(part.active <= Math.min(shape.local, choices) + 1e-9);
    }),
  );
});

test("dealt out to eight, the busiest has by chance what simulated routers give it", () => {
  const shape = {
    hidden: 7168,
    wholeWidth: 2048,
    width: 2048,
    matrices: 3,
    experts: 256,
    perToken: 8,
    bytesPerWeight: 1,
  };
  const random = new RandomStream(1, "routing");
  for (const tokens of [4, 16, 64]) {
    let most = 0;
    const runs = 400;
    for (let run = 0; run < runs; run += 1) {
      const ofRank = Array.from({ length: 8 }, () => 0);
      for (let choice = 0; choice < tokens * shape.perToken; choice += 1) ofRank[random.bits() % 8]! += 1;
      most += Math.max(...ofRank) / runs;
    }
    const { active, tokensOfEach } = expertWork({ ...shape, local: 32 }, tokens);
    // Uneven popularity of experts, which these routers have not, comes to it.
    assert.ok(active * tokensOfEach >= most * 0.97 && active * tokensOfEach <= most * 1.5, `${tokens}: ${most}`);
  }
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
  const first = (model: string, engine: "vllm" | "tensorrt-llm", version?: string) =>
    expertKernelsOf({
      ...(version !== undefined && { version }),
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
  assert.equal(first("deepseek-r1", "vllm", "0.16.0"), "fp8-block-triton-old");
  assert.equal(first("deepseek-r1", "vllm", "0.17.0"), "fp8-block-triton-vllm");
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

test("what B200 has measured of many tokens bounds FP8 experts on racks of its silicon, too", () => {
  const manyOn = (chip: string) =>
    expertsOf({
      chip: chipNamed(chip),
      model: modelNamed("deepseek-r1"),
      engine: "sglang",
      tensorParallel: 8,
      expertParallel: 8,
      attentionParallel: 1,
      weights: "fp8",
      kv: "fp8",
    }).many;
  assert.ok(manyOn("b200"));
  assert.deepEqual(manyOn("gb200"), manyOn("b200"));
  assert.deepEqual(manyOn("gb300"), manyOn("b200"));
  assert.equal(manyOn("h200"), undefined);
});

test("FP4 experts on a chip that multiplies FP4 take Blackwell's kernels, whoever made the chip", () => {
  for (const chip of ["trainium3", "maia-200", "b200"]) {
    const of = (model: string, engine: "vllm" | "sglang") =>
      expertsOf({
        chip: chipNamed(chip),
        model: modelNamed(model),
        engine,
        tensorParallel: 8,
        expertParallel: 1,
        attentionParallel: 1,
        weights: "fp4",
        kv: "fp8",
      });
    for (const engine of ["vllm", "sglang"] as const) assert.equal(of("mixtral-8x7b", engine).arithmetic, "fp4", chip);
    assert.equal(of("gpt-oss-120b", "vllm").arithmetic, "fp8", chip);
  }
});

test("a router's tokens meet in popular experts: one has all of its own, more have fewer than were all alike, many have nearly all", () => {
  const sizes = fc.record({ experts: fc.constantFrom(64, 128, 256, 512), perToken: fc.constantFrom(4, 8, 10) });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 4096 }), ({ experts, perToken }, tokens) => {
      const share = chosenByRouter(tokens, perToken, experts);
      assert.ok(share <= evenlyChosen(tokens, perToken, experts) + 1e-12);
      assert.ok(share > chosenByRouter(tokens - 1, perToken, experts));
      assert.ok(Math.abs(chosenByRouter(1, perToken, experts) * experts - perToken) < 0.05 * perToken);
      assert.ok(chosenByRouter(4096, perToken, experts) > 0.95);
    }),
  );
});
