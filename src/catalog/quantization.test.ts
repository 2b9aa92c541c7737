import assert from "node:assert/strict";
import { test } from "node:test";
import { storedWeights } from "./quantization.ts";

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
