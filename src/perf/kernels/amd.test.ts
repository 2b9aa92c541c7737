import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { type Served } from "../deployment.ts";
import { checkSplit } from "../check-split.ts";
import { workOf } from "../operations/gemm-grid.ts";
import { deploymentOf } from "../engine.ts";
import { ratesOf } from "../operations/rates.ts";
import { expertsOf } from "./transfer.ts";
import { allReducesOf } from "./all-reduces.ts";
import { gemmOf } from "./gemm-transfer.ts";

const served = (chip: string, model: string, weights: Served["weights"]): Served => ({
  chip: chipNamed(chip),
  model: modelNamed(model),
  engine: "sglang",
  tensorParallel: 8,
  expertParallel: 1,
  attentionParallel: 1,
  weights,
  kv: "bf16",
});

test("products of matrices on AMD's chips take what others measured of them, too", () => {
  // HazyResearch/HipKittens (MIT), analysis/bf16_gemm: AITER on MI355X and PyTorch on MI325X, square, milliseconds.
  const measured = [
    ["mi355x", 4096, 0.123],
    ["mi355x", 8192, 0.691],
    ["mi355x", 16_384, 5.62],
    ["mi325x", 8192, 1.4],
    ["mi325x", 16_384, 11.7],
  ] as const;
  for (const [chip, size, milliseconds] of measured) {
    const { seconds } = gemmOf(chipNamed(chip), "bf16", "vllm");
    const off = (seconds({ m: size, n: size, k: size }) * 1e3) / milliseconds;
    assert.ok(Math.abs(off - 1) < 0.15, `${chip} ${size}: ${off}`);
  }
});

test("a chip's own timings come before those of its kin, and no product beats its datasheet", () => {
  assert.equal(gemmOf(chipNamed("mi300x"), "fp8", "vllm").provenance, "interpolated");
  assert.equal(gemmOf(chipNamed("mi300x"), "bf16", "vllm").provenance, "transferred");
  for (const chip of ["mi300x", "mi325x", "mi355x"].map(chipNamed)) {
    for (const format of ["bf16", "fp8", "fp8-block"] as const) {
      const rates = ratesOf(chip, format === "bf16" ? "bf16" : "fp8");
      const { seconds } = gemmOf(chip, format, "vllm");
      for (const size of [
        { m: 1, n: 65_536, k: 16_384 },
        { m: 64, n: 1024, k: 8192 },
        { m: 16_384, n: 8192, k: 8192 },
      ]) {
        const { flops, bytes } = workOf(size, format === "bf16" ? 2 : 1);
        const least = Math.max(flops / rates.flopsPerSecond, bytes / rates.bytesPerSecond);
        assert.ok(seconds(size) >= least, `${chip.name} ${format} ${size.m}`);
      }
    }
  }
});

test("experts on AMD's chips run aiter's kernels, in the format that the model was released in", () => {
  assert.equal(expertsOf(served("mi355x", "deepseek-r1", "fp8")).provenance, "interpolated");
  assert.equal(expertsOf(served("mi355x", "deepseek-r1", "fp4")).arithmetic, "fp4");
  assert.equal(expertsOf(served("mi355x", "gpt-oss-120b", "fp4")).arithmetic, "fp8");
  // gpt-oss's MXFP4 on a chip without FP4: Triton's kernel, as measured elsewhere.
  const widened = expertsOf(served("mi325x", "gpt-oss-120b", "fp4"));
  assert.equal(widened.arithmetic, "bf16");
  assert.equal(widened.provenance, "transferred");
});

test("sums over fewer of AMD's accelerators are slower, for each link between two of them is one of its own", () => {
  const seconds = (accelerators: number) => {
    const { efficiencies } = allReducesOf(served("mi355x", "deepseek-r1", "fp8"), accelerators);
    return Math.min(...efficiencies.map((one) => one.seconds + 64e6 / one.bytesPerSecond));
  };
  assert.ok(seconds(2) > 1.9 * seconds(4) && seconds(4) > 1.9 * seconds(8));
});

test("what nobody timed of a chip is told as transferred, though its curve stands beside the chip's own", () => {
  const { provenance: of8 } = allReducesOf(served("mi355x", "deepseek-r1", "fp8"), 8);
  const { provenance: of2 } = allReducesOf(served("mi355x", "deepseek-r1", "fp8"), 2);
  assert.deepEqual([of8, of2], ["interpolated", "transferred"]);
});

test("ATOM runs on AMD's chips alone, and puts whole prompts before decodes", () => {
  const atom = { ...served("mi355x", "deepseek-r1", "fp4"), engine: "atom" as const };
  const { scheduler } = deploymentOf(atom);
  assert.deepEqual(scheduler, { type: "vllm-v0", maxStepTokens: 16_384, maxSequences: 512 });
  assert.throws(() => checkSplit({ ...atom, chip: chipNamed("b200") }), /ATOM does not run on/);
  assert.throws(() => checkSplit({ ...atom, engine: "tensorrt-llm" }), /TensorRT-LLM does not run on/);
});
