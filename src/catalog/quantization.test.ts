import assert from "node:assert/strict";
import { test } from "node:test";
import { storedWeights, storesNarrowKv } from "./quantization.ts";

const quantised = (quantization_config: unknown) => storedWeights({ model_type: "llama", quantization_config });
const group = (weights: object, input_activations?: object) => ({
  quant_method: "compressed-tensors",
  config_groups: { group_0: { weights, input_activations } },
});

test("each quantiser's own words say which format the weights are in", () => {
  assert.equal(quantised({ quant_method: "fp8", weight_block_size: [128, 128] }), "fp8");
  assert.equal(quantised({ quant_method: "fbgemm_fp8" }), "fp8");
  assert.equal(quantised({ quant_method: "mxfp4" }), "fp4");
  assert.equal(quantised({ quant_method: "awq", bits: 4 }), "int4");
  assert.equal(quantised({ quant_method: "gptq", bits: 8 }), "fp8");
  assert.equal(quantised(group({ num_bits: 4, type: "int" })), "int4");
  assert.equal(quantised(group({ num_bits: 4, type: "float" })), "fp4");
  assert.equal(quantised(group({ num_bits: 8, type: "float" }, { num_bits: 8, type: "float" })), "fp8");
  // Eight bits of weights alone are widened, beside activations in eight they are multiplied.
  assert.equal(quantised(group({ num_bits: 8, type: "int" })), "fp8");
  assert.equal(quantised(group({ num_bits: 8, type: "int" }, { num_bits: 8, type: "int" })), "int8");
  assert.equal(quantised({ quant_method: "modelopt", quant_algo: "W8A8_SQ_PER_CHANNEL" }), "int8");
  assert.equal(quantised({ quant_method: "modelopt", quant_algo: "NVFP4" }), "fp4");
  assert.equal(quantised({ quant_method: "modelopt", quantization: { quant_algo: "W4A16_AWQ" } }), "int4");
  assert.equal(quantised({ quant_method: "bitsandbytes", load_in_4bit: true }), "int4");
  assert.equal(quantised({ quant_method: "quark", global_quant_config: { weight: { dtype: "fp8_e4m3" } } }), "fp8");
});

test("where experts have a format of their own, that is the weights'", () => {
  const quantization_config = { quant_method: "fp8", weight_block_size: [128, 128] };
  assert.equal(storedWeights({ model_type: "deepseek_v4", expert_dtype: "fp4", quantization_config }), "fp4");
  assert.equal(storedWeights({ model_type: "deepseek_v4", quantization_config }), "fp8");
});

test("none says nothing, that of the text's part counts, and what is not known is refused", () => {
  assert.equal(storedWeights({ model_type: "llama", quantization_config: null }), undefined);
  assert.equal(storedWeights({}), undefined);
  assert.equal(storedWeights({ text_config: { quantization_config: { quant_method: "mxfp4" } } }), "fp4");
  assert.throws(() => quantised({ quant_method: "aqlm", bits: 2 }), /"aqlm", whose format is not known/);
});

test("of parts in several formats the narrowest is the weights', and what a quantiser names goes before what it counts", () => {
  // As nvidia/Qwen3.6-35B-A3B-NVFP4 and Nemotron 3 Super have them.
  const fp8 = { weights: { num_bits: 8, type: "float" }, input_activations: { num_bits: 8, type: "float" } };
  const nvfp4 = { weights: { num_bits: 4, type: "float" }, input_activations: { num_bits: 4, type: "float" } };
  const mixed = { quant_method: "modelopt", quant_algo: "MIXED_PRECISION" };
  assert.equal(quantised({ ...mixed, config_groups: { group_0: fp8, group_1: nvfp4 } }), "fp4");
  const layers = {
    "layers.3.self_attn.q_proj": { quant_algo: "FP8" },
    "layers.0.mlp.experts": { quant_algo: "W4A16_NVFP4" },
  };
  assert.equal(quantised({ ...mixed, quantized_layers: layers }), "fp4");
  assert.equal(quantised({ ...mixed, quantization: { quantized_layers: layers } }), "fp4");
  const counted = { weights: { num_bits: 4 }, input_activations: null };
  assert.equal(
    quantised({ quant_method: "modelopt", quant_algo: "W4A16_NVFP4", config_groups: { group_0: counted } }),
    "fp4",
  );
  assert.equal(quantised({ quant_method: "auto-round", bits: 4, data_type: "nv_fp" }), "fp4");
  assert.equal(quantised({ quant_method: "auto-round", bits: 4, data_type: "int" }), "int4");
});

test("the older name of compressed-tensors counts, of sparse weights nothing, and keys and values in eight bits are told", () => {
  const { config_groups } = group({ num_bits: 8, type: "int" }, { num_bits: 8, type: "int" });
  assert.equal(storedWeights({ model_type: "llama", compression_config: { config_groups } }), "int8");
  assert.equal(
    storedWeights({ model_type: "llama", compression_config: { sparsity_config: { format: "dense" } } }),
    undefined,
  );
  const quantization_config = {
    quant_method: "modelopt",
    quant_algo: "NVFP4",
    kv_cache_scheme: { num_bits: 8, type: "float" },
  };
  assert.ok(storesNarrowKv({ quantization_config }));
  assert.ok(storesNarrowKv({ quantization_config: { quantization: { kv_cache_quant_algo: "FP8" } } }));
  assert.ok(!storesNarrowKv({ quantization_config: { quant_method: "awq", bits: 4 } }));
  assert.ok(!storesNarrowKv({ model_type: "llama" }));
});
