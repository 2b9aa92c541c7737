import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import { compileStep } from "./steps/step.ts";
import { acceleratorsOf, type EngineName, isSince, type Served, weightsText } from "./deployment.ts";
import { checkSplit } from "./check-split.ts";

const served: Served = {
  chip: chipNamed("h200"),
  model: modelNamed("gpt-oss-120b"),
  engine: "vllm",
  tensorParallel: 1,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp4",
  kv: "fp8",
};

test("versions are compared by their numbers, and what has none is the newest", () => {
  const since = (version: string) => isSince({ ...served, version }, "1.2");
  assert.deepEqual(["1.1.0rc2.post2", "0.19.0", "1.2.0rc6", "v1.10", "2.0"].map(since), [
    false,
    false,
    true,
    true,
    true,
  ]);
  assert.ok(since("nightly-5b8c30d") && since("gpt-oss-dev"));
  assert.ok(isSince(served, "1.2"));
});

test("a pipeline's stages are whole numbers of layers, and each has accelerators of its own", () => {
  assert.equal(acceleratorsOf({ ...served, tensorParallel: 2, pipelineParallel: 3 }), 6);
  for (const pipelineParallel of [0, 1.5, 37]) {
    assert.throws(() => checkSplit({ ...served, pipelineParallel }), { code: "invalid_value", param: "pp" });
  }
});

test("FP4 weights are offered where a chip multiplies in FP4 or the engine widens them, and the latter says so", () => {
  const on = (chip: string, engine: EngineName, model = "llama-3.1-70b"): Served => ({
    ...served,
    chip: chipNamed(chip),
    model: modelNamed(model),
    engine,
  });
  const possible = [on("b200", "tensorrt-llm"), on("h200", "vllm"), on("l40s", "sglang"), on("h100", "tensorrt-llm")];
  for (const one of [...possible, on("mi300x", "vllm", "gpt-oss-120b"), on("mi355x", "sglang")]) checkSplit(one);
  for (const one of [on("l40s", "tensorrt-llm"), on("mi300x", "vllm"), on("tpu-v7", "vllm"), on("gaudi3", "vllm")]) {
    assert.throws(() => checkSplit(one), /no arithmetic in fp4, and \S+ no kernels there that widen it/, one.chip.name);
  }
  assert.deepEqual(possible.map(weightsText), ["fp4", "fp4 (W4A16)", "fp4 (W4A16)", "fp4 (W4A16)"]);
});

test("FP8 weights are widened on A100 by vLLM and SGLang; INT8 is multiplied there, and not on Blackwell", () => {
  const on = (chip: string, engine: EngineName, weights: Served["weights"]): Served => ({
    ...served,
    chip: chipNamed(chip),
    model: modelNamed("llama-3.1-8b"),
    tensorParallel: 1,
    engine,
    weights,
    kv: "bf16",
  });
  const [wide, whole] = [on("a100", "vllm", "fp8"), on("a100", "vllm", "int8")];
  for (const one of [wide, whole, on("a100", "sglang", "fp8"), on("h100", "vllm", "int8")]) checkSplit(one);
  assert.throws(() => checkSplit(on("a100", "tensorrt-llm", "fp8")), /no kernels there that widen it/);
  assert.throws(() => checkSplit(on("b200", "vllm", "int8")), { param: "precision", remedy: /fp8/ });
  assert.deepEqual([wide, whole].map(weightsText), ["fp8 (W8A16)", "int8"]);
  // Half of the bytes to read for a token, and arithmetic in INT8 for a prompt.
  const [bf16, fp8, int8] = [on("a100", "vllm", "bf16"), wide, whole].map((one) => compileStep(one, 16, 4096));
  assert.ok(fp8!.table.decodeSeconds[1]! < 0.75 * bf16!.table.decodeSeconds[1]!);
  assert.ok(int8!.table.mixedSeconds[4096]! < 0.75 * fp8!.table.mixedSeconds[4096]!);
  // TensorRT-LLM's kernels stand for Marlin's.
  assert.deepEqual(
    [bf16, fp8, int8].map((one) => one!.provenance),
    ["interpolated", "transferred", "interpolated"],
  );
});
