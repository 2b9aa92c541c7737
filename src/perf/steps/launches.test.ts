import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { models, modelNamed } from "../../catalog/models.ts";
import type { Served } from "../deployment.ts";
import { launchesPerLayer, smallKernelsPerLayer } from "./launches.ts";

const of = (model: string, engine: Served["engine"] = "tensorrt-llm", changes: Partial<Served> = {}) =>
  launchesPerLayer({
    chip: chipNamed("b200"),
    model: modelNamed(model),
    engine,
    tensorParallel: 8,
    expertParallel: 1,
    attentionParallel: 1,
    weights: "fp8",
    kv: "fp8",
    ...changes,
  });

test("a dense layer counts as one, experts, latent and linear attention as more, and no layer of any model as ten", () => {
  assert.equal(of("llama-3.1-70b"), 1);
  assert.ok(of("gpt-oss-120b") > 1 && of("gpt-oss-120b") < of("qwen3.5-397b-a17b"));
  assert.ok(of("deepseek-r1") > 2 && of("deepseek-r1") < of("deepseek-v3.2"));
  for (const { name } of models) assert.ok(of(name, "sglang") >= 1 && of(name, "sglang") < 10, name);
});

test("formats that want their input quantised launch more, generated experts fewer than Triton's, a compiler merges some", () => {
  const inFormat = (weights: Served["weights"]) => of("qwen3.5-397b-a17b", "sglang", { weights });
  assert.ok(inFormat("fp4") < inFormat("fp8"));
  assert.ok(of("deepseek-r1", "vllm") < of("deepseek-r1", "sglang"));
  const hopper = of("deepseek-r1", "sglang", { chip: chipNamed("h200") });
  assert.ok(hopper > of("deepseek-r1", "sglang"), "Triton's experts on Hopper");
});

test("decodes of a dense layer have no kernels but the measured; choosing experts, norms and linear attention have some", () => {
  const of = (name: string) => smallKernelsPerLayer(modelNamed(name));
  assert.deepEqual([of("llama-3.1-70b"), of("gpt-oss-120b"), of("minimax-m2.5")], [0, 1, 4]);
  // Three of four layers are linear, all choose experts and add a shared one.
  assert.equal(of("qwen3.5-397b-a17b"), 0.75 * 6 + 0.25 * 3 + 2);
  assert.ok(of("deepseek-r1") < 2);
});
