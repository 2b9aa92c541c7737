import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "../stack/fault.ts";
import { familyName, leftOutOf, shapeOfConfig } from "./hugging-face.ts";
import { modelNamed } from "./models.ts";
import type { ModelShape } from "./model-shape.ts";

const llama = {
  model_type: "llama",
  num_hidden_layers: 32,
  hidden_size: 4096,
  intermediate_size: 14_336,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128_256,
  max_position_embeddings: 131_072,
  tie_word_embeddings: false,
};

const gemma4 = {
  model_type: "gemma4_text",
  head_dim: 256,
  global_head_dim: 512,
  attention_k_eq_v: true,
  hidden_size_per_layer_input: 0,
  sliding_window: 1024,
  vocab_size: 262_144,
  max_position_embeddings: 262_144,
  tie_word_embeddings: true,
};

/** Every sixth layer looks back over all of the context. */
function alternating(_: unknown, layer: number): string {
  return layer % 6 === 5 ? "full_attention" : "sliding_attention";
}

const nemotron3 = {
  model_type: "nemotron_h",
  num_attention_heads: 32,
  num_key_value_heads: 2,
  head_dim: 128,
  mamba_head_dim: 64,
  ssm_state_size: 128,
  n_groups: 8,
  n_shared_experts: 1,
  vocab_size: 131_072,
  max_position_embeddings: 262_144,
  tie_word_embeddings: false,
};

const minimaxM3 = {
  num_hidden_layers: 60,
  hidden_size: 6144,
  intermediate_size: 3072,
  dense_intermediate_size: 12_288,
  num_local_experts: 128,
  num_experts_per_tok: 4,
  n_shared_experts: 1,
  num_attention_heads: 64,
  num_key_value_heads: 4,
  head_dim: 128,
  vocab_size: 200_064,
  max_position_embeddings: 1_048_576,
};

const deepseekV4 = {
  model_type: "deepseek_v4",
  expert_dtype: "fp4",
  hc_mult: 4,
  head_dim: 512,
  num_key_value_heads: 1,
  qk_rope_head_dim: 64,
  o_lora_rank: 1024,
  sliding_window: 128,
  index_n_heads: 64,
  index_head_dim: 128,
  num_experts_per_tok: 6,
  n_shared_experts: 1,
  vocab_size: 129_280,
  max_position_embeddings: 1_048_576,
  tie_word_embeddings: false,
};

/** The fields of published configurations that tell a shape, one of each build. */
const configs: Readonly<Record<string, object>> = {
  "llama-3.1-8b": llama,
  "qwen3-0.6b": {
    ...llama,
    model_type: "qwen3",
    num_hidden_layers: 28,
    hidden_size: 1024,
    intermediate_size: 3072,
    num_attention_heads: 16,
    head_dim: 128,
    vocab_size: 151_936,
    max_position_embeddings: 40_960,
    tie_word_embeddings: true,
    sliding_window: null,
    use_sliding_window: false,
    max_window_layers: 28,
  },
  "mixtral-8x7b": {
    ...llama,
    model_type: "mixtral",
    vocab_size: 32_000,
    max_position_embeddings: 32_768,
    num_local_experts: 8,
    num_experts_per_tok: 2,
    sliding_window: null,
  },
  "qwen3-30b-a3b": {
    ...llama,
    model_type: "qwen3_moe",
    num_hidden_layers: 48,
    hidden_size: 2048,
    intermediate_size: 6144,
    moe_intermediate_size: 768,
    num_experts: 128,
    num_experts_per_tok: 8,
    num_key_value_heads: 4,
    head_dim: 128,
    vocab_size: 151_936,
    max_position_embeddings: 40_960,
    mlp_only_layers: [],
    decoder_sparse_step: 1,
  },
  "gpt-oss-20b": {
    ...llama,
    model_type: "gpt_oss",
    num_hidden_layers: 24,
    hidden_size: 2880,
    intermediate_size: 2880,
    num_attention_heads: 64,
    head_dim: 64,
    vocab_size: 201_088,
    num_local_experts: 32,
    num_experts_per_tok: 4,
    sliding_window: 128,
    layer_types: Array.from({ length: 24 }, (_, layer) => (layer % 2 === 0 ? "sliding_attention" : "full_attention")),
  },
  "deepseek-r1": {
    model_type: "deepseek_v3",
    num_hidden_layers: 61,
    hidden_size: 7168,
    intermediate_size: 18_432,
    moe_intermediate_size: 2048,
    n_routed_experts: 256,
    n_shared_experts: 1,
    num_experts_per_tok: 8,
    first_k_dense_replace: 3,
    num_attention_heads: 128,
    num_key_value_heads: 128,
    q_lora_rank: 1536,
    kv_lora_rank: 512,
    qk_nope_head_dim: 128,
    qk_rope_head_dim: 64,
    v_head_dim: 128,
    vocab_size: 129_280,
    max_position_embeddings: 163_840,
    tie_word_embeddings: false,
  },
  "deepseek-v4-flash": {
    ...deepseekV4,
    num_hidden_layers: 43,
    hidden_size: 4096,
    moe_intermediate_size: 2048,
    n_routed_experts: 256,
    num_attention_heads: 64,
    q_lora_rank: 1024,
    o_groups: 8,
    index_topk: 512,
    // The last is of the layer that drafts.
    compress_ratios: [0, 0, ...Array.from({ length: 41 }, (_, layer) => (layer % 2 === 0 ? 4 : 128)), 0],
  },
  "deepseek-v4-pro": {
    ...deepseekV4,
    num_hidden_layers: 61,
    hidden_size: 7168,
    moe_intermediate_size: 3072,
    n_routed_experts: 384,
    num_attention_heads: 128,
    q_lora_rank: 1536,
    o_groups: 16,
    index_topk: 1024,
    compress_rates: { compressed_sparse_attention: 4, heavily_compressed_attention: 128 },
    layer_types: [
      "heavily_compressed_attention",
      "heavily_compressed_attention",
      ...Array.from({ length: 59 }, (_, layer) =>
        layer % 2 === 0 ? "compressed_sparse_attention" : "heavily_compressed_attention",
      ),
    ],
  },
  "kimi-k2.5": {
    model_type: "kimi_k25",
    tie_word_embeddings: false,
    text_config: {
      model_type: "kimi_k2",
      num_hidden_layers: 61,
      hidden_size: 7168,
      intermediate_size: 18_432,
      moe_intermediate_size: 2048,
      n_routed_experts: 384,
      n_shared_experts: 1,
      num_experts_per_tok: 8,
      first_k_dense_replace: 1,
      num_attention_heads: 64,
      q_lora_rank: 1536,
      kv_lora_rank: 512,
      qk_nope_head_dim: 128,
      qk_rope_head_dim: 64,
      v_head_dim: 128,
      vocab_size: 163_840,
      max_position_embeddings: 262_144,
    },
  },
  "kimi-k3": {
    model_type: "kimi_k3",
    text_config: {
      model_type: "kimi_linear",
      num_hidden_layers: 93,
      hidden_size: 7168,
      intermediate_size: 33_792,
      moe_intermediate_size: 3072,
      routed_expert_hidden_size: 3584,
      num_experts: 896,
      num_experts_per_token: 16,
      num_shared_experts: 2,
      first_k_dense_replace: 1,
      num_attention_heads: 96,
      num_key_value_heads: 96,
      q_lora_rank: 1536,
      kv_lora_rank: 512,
      qk_nope_head_dim: 128,
      qk_rope_head_dim: 64,
      v_head_dim: 128,
      mla_use_nope: true,
      mla_use_output_gate: true,
      linear_attn_config: {
        kda_layers: Array.from({ length: 92 }, (_, layer) => layer + 1).filter((layer) => layer % 4 !== 0),
        full_attn_layers: [...Array.from({ length: 23 }, (_, index) => 4 * index + 4), 93],
        num_heads: 96,
        head_dim: 128,
        short_conv_kernel_size: 4,
        use_full_rank_gate: true,
      },
      quantization_config: { format: "mxfp4-pack-quantized", quant_method: "compressed-tensors" },
      vocab_size: 163_840,
      model_max_length: 1_048_576,
    },
  },
  "mistral-small-4": {
    model_type: "mistral3",
    text_config: {
      model_type: "mistral4",
      num_hidden_layers: 36,
      hidden_size: 4096,
      intermediate_size: 12_288,
      moe_intermediate_size: 2048,
      n_routed_experts: 128,
      n_shared_experts: 1,
      num_experts_per_tok: 4,
      first_k_dense_replace: 0,
      num_attention_heads: 32,
      q_lora_rank: 1024,
      kv_lora_rank: 256,
      qk_nope_head_dim: 64,
      qk_rope_head_dim: 64,
      v_head_dim: 128,
      vocab_size: 131_072,
      max_position_embeddings: 1_048_576,
    },
  },
  "nemotron-3-nano-30b-a3b": {
    ...nemotron3,
    hybrid_override_pattern: "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME",
    num_hidden_layers: 52,
    hidden_size: 2688,
    intermediate_size: 1856,
    n_routed_experts: 128,
    num_experts_per_tok: 6,
    moe_intermediate_size: 1856,
    moe_shared_expert_intermediate_size: 3712,
    mamba_num_heads: 64,
  },
  "nemotron-3-super-120b-a12b": {
    ...nemotron3,
    layers_block_type: Array.from({ length: 88 }, (_, block) =>
      block >= 80 ? "attention" : block % 2 === 0 ? "mamba" : "moe",
    ),
    num_hidden_layers: 88,
    hidden_size: 4096,
    n_routed_experts: 512,
    num_experts_per_tok: 22,
    moe_intermediate_size: 2688,
    moe_latent_size: 1024,
    moe_shared_expert_intermediate_size: 5376,
    mamba_num_heads: 128,
  },
  "glm-5.2": {
    model_type: "glm_moe_dsa",
    num_hidden_layers: 78,
    hidden_size: 6144,
    intermediate_size: 12_288,
    moe_intermediate_size: 2048,
    n_routed_experts: 256,
    n_shared_experts: 1,
    num_experts_per_tok: 8,
    first_k_dense_replace: 3,
    num_attention_heads: 64,
    q_lora_rank: 2048,
    kv_lora_rank: 512,
    qk_nope_head_dim: 192,
    qk_rope_head_dim: 64,
    v_head_dim: 256,
    index_topk: 2048,
    index_n_heads: 32,
    index_head_dim: 128,
    indexer_types: Array.from({ length: 78 }, (_, layer) => (layer < 3 || layer % 4 === 2 ? "full" : "shared")),
    vocab_size: 154_880,
    max_position_embeddings: 1_048_576,
  },
  "glm-4.5": {
    ...llama,
    model_type: "glm4_moe",
    num_hidden_layers: 92,
    hidden_size: 5120,
    intermediate_size: 12_288,
    moe_intermediate_size: 1536,
    n_routed_experts: 160,
    n_shared_experts: 1,
    num_experts_per_tok: 8,
    first_k_dense_replace: 3,
    num_attention_heads: 96,
    head_dim: 128,
    vocab_size: 151_552,
  },
  "minimax-m2.5": {
    ...llama,
    model_type: "minimax_m2",
    use_qk_norm: true,
    qk_norm_type: "per_layer",
    num_hidden_layers: 62,
    hidden_size: 3072,
    intermediate_size: 1536,
    shared_intermediate_size: 0,
    num_local_experts: 256,
    num_experts_per_tok: 8,
    num_attention_heads: 48,
    head_dim: 128,
    vocab_size: 200_064,
    max_position_embeddings: 196_608,
  },
  "minimax-m3": {
    model_type: "minimax_m3_vl",
    text_config: {
      ...minimaxM3,
      model_type: "minimax_m3",
      moe_layer_freq: Array.from({ length: 60 }, (_, layer) => (layer < 3 ? 0 : 1)),
      sparse_attention_config: {
        use_sparse_attention: true,
        sparse_num_index_heads: 4,
        sparse_index_dim: 128,
        sparse_block_size: 128,
        sparse_topk_blocks: 16,
        sparse_attention_freq: Array.from({ length: 60 }, (_, layer) => (layer < 3 ? 0 : 1)),
      },
    },
  },
  "phi-4": {
    ...llama,
    model_type: "phi3",
    num_hidden_layers: 40,
    hidden_size: 5120,
    intermediate_size: 17_920,
    num_attention_heads: 40,
    num_key_value_heads: 10,
    vocab_size: 100_352,
    max_position_embeddings: 16_384,
    sliding_window: null,
  },
  "gemma-3-4b": {
    model_type: "gemma3",
    text_config: {
      model_type: "gemma3_text",
      num_hidden_layers: 34,
      hidden_size: 2560,
      intermediate_size: 10_240,
      sliding_window: 1024,
    },
  },
  "gemma-4-31b": {
    model_type: "gemma4",
    text_config: {
      ...gemma4,
      num_hidden_layers: 60,
      layer_types: Array.from({ length: 60 }, alternating),
      hidden_size: 5376,
      intermediate_size: 21_504,
      num_attention_heads: 32,
      num_key_value_heads: 16,
      num_global_key_value_heads: 4,
      enable_moe_block: false,
      num_experts: null,
      moe_intermediate_size: null,
    },
  },
  "gemma-4-26b-a4b": {
    model_type: "gemma4",
    text_config: {
      ...gemma4,
      num_hidden_layers: 30,
      layer_types: Array.from({ length: 30 }, alternating),
      hidden_size: 2816,
      intermediate_size: 2112,
      num_attention_heads: 16,
      num_key_value_heads: 8,
      num_global_key_value_heads: 2,
      enable_moe_block: true,
      num_experts: 128,
      top_k_experts: 8,
      moe_intermediate_size: 704,
    },
  },
  "qwen3.5-397b-a17b": {
    model_type: "qwen3_5_moe",
    tie_word_embeddings: false,
    text_config: {
      model_type: "qwen3_5_moe_text",
      num_hidden_layers: 60,
      full_attention_interval: 4,
      attn_output_gate: true,
      hidden_size: 4096,
      head_dim: 256,
      num_attention_heads: 32,
      num_key_value_heads: 2,
      linear_num_key_heads: 16,
      linear_key_head_dim: 128,
      linear_num_value_heads: 64,
      linear_value_head_dim: 128,
      num_experts: 512,
      num_experts_per_tok: 10,
      moe_intermediate_size: 1024,
      shared_expert_intermediate_size: 1024,
      vocab_size: 248_320,
      max_position_embeddings: 262_144,
    },
  },
  "llama-4-maverick": {
    model_type: "llama4",
    text_config: {
      model_type: "llama4_text",
      num_hidden_layers: 48,
      hidden_size: 5120,
      head_dim: 128,
      intermediate_size: 8192,
      intermediate_size_mlp: 16_384,
      interleave_moe_layer_step: 2,
      attention_chunk_size: 8192,
      num_attention_heads: 40,
      num_key_value_heads: 8,
      num_local_experts: 128,
      num_experts_per_tok: 1,
      vocab_size: 202_048,
      max_position_embeddings: 1_048_576,
    },
  },
};

test("a published configuration gives the shape that the catalog has", () => {
  for (const [name, config] of Object.entries(configs)) {
    assert.deepEqual(numbersOf(shapeOfConfig(config, name, "here")), numbersOf(modelNamed(name)), name);
  }
});

test("what transformers names otherwise, or lists by layer, gives the same shape", () => {
  const ofM3 = {
    ...minimaxM3,
    model_type: "minimax_m3_vl_text",
    mlp_layer_types: Array.from({ length: 60 }, (_, layer) => (layer < 3 ? "dense" : "sparse")),
    layer_types: Array.from({ length: 60 }, (_, layer) => (layer < 3 ? "full_attention" : "minimax_m3_sparse")),
    index_n_heads: 4,
    index_head_dim: 128,
    index_block_size: 128,
    index_topk_blocks: 16,
  };
  const found = shapeOfConfig(ofM3, "minimax-m3", "here");
  assert.deepEqual(numbersOf(found), numbersOf(modelNamed("minimax-m3")));
  const short = { ...ofM3, mlp_layer_types: ["dense"] };
  assert.throws(
    () => shapeOfConfig(short, "it", "here"),
    /mlp_layer_types lists 1 layers, but num_hidden_layers is 60/,
  );
});

test("the language model is found wherever makers put it", () => {
  const plain = numbersOf(shapeOfConfig(llama, "it", "here"));
  for (const place of ["text_config", "llm_config", "language_config"]) {
    assert.deepEqual(numbersOf(shapeOfConfig({ model_type: "seeing", [place]: llama }, "it", "here")), plain, place);
  }
  const thinker = { model_type: "hearing", thinker_config: { text_config: llama } };
  assert.deepEqual(numbersOf(shapeOfConfig(thinker, "it", "here")), plain);
  assert.equal(familyName(thinker), "llama");
});

test("a model within a seeing one leaves out what is as usual; by itself such a gap is refused", () => {
  // mistral-community/pixtral-12b
  const text_config = {
    model_type: "mistral",
    hidden_size: 5120,
    head_dim: 128,
    num_hidden_layers: 40,
    vocab_size: 131_072,
    max_position_embeddings: 1_024_000,
  };
  const pixtral = { model_type: "llava", text_config, vision_config: { model_type: "pixtral" } };
  const { layers, attention, feedForward } = shapeOfConfig(pixtral, "it", "here");
  assert.equal(layers, 40);
  assert.ok(attention.type === "gqa" && attention.heads === 32 && attention.kvHeads === 8);
  assert.ok(feedForward.type === "dense" && feedForward.width === 14_336);
  assert.throws(() => shapeOfConfig(text_config, "it", "here"), /num_attention_heads is missing/);
});

test("YaRN stretches the context that a configuration names, and never shortens it", () => {
  const contextOf = (rope_scaling: object, changed: object = {}) =>
    shapeOfConfig({ ...llama, max_position_embeddings: 32_768, rope_scaling, ...changed }, "it", "here").contextMax;
  const yarn = { type: "yarn", factor: 4, original_max_position_embeddings: 32_768 };
  assert.equal(contextOf(yarn), 131_072);
  assert.equal(contextOf({ ...yarn, factor: 0.5 }), 32_768);
  assert.equal(contextOf({ ...yarn, type: "linear" }), 32_768);
  assert.equal(contextOf({ ...yarn, factor: "4" }), 32_768);
});

test("what a configuration has beside the language model is told", () => {
  assert.deepEqual(leftOutOf(llama), []);
  const seeing = { text_config: { ...llama, mtp_num_hidden_layers: 1 }, vision_config: { model_type: "vit" } };
  const [sees = "", drafts = ""] = leftOutOf(seeing);
  assert.match(sees, /vision_config.*take memory/);
  assert.match(drafts, /mtp_num_hidden_layers.*one by one/);
  assert.deepEqual(leftOutOf({ ...llama, num_nextn_predict_layers: 0 }), []);
});

test("a field's name of older days counts only where today's is not there", () => {
  const { num_hidden_layers, hidden_size, max_position_embeddings, ...others } = llama;
  const older = { ...others, n_layer: num_hidden_layers, n_embd: hidden_size, seq_length: max_position_embeddings };
  assert.deepEqual(shapeOfConfig(older, "it", "here"), shapeOfConfig(llama, "it", "here"));
  assert.deepEqual(shapeOfConfig({ ...llama, n_layer: 3 }, "it", "here"), shapeOfConfig(llama, "it", "here"));
});

/** A shape without its names. */
function numbersOf(shape: ModelShape): ModelShape {
  return { ...shape, name: "", title: "", aliases: [], source: "" };
}

test("an error names the field that is missing or impossible", () => {
  const cases: [changed: Record<string, unknown>, field: string, says: RegExp][] = [
    [{ num_hidden_layers: undefined }, "num_hidden_layers", /is missing/],
    [{ hidden_size: -4096 }, "hidden_size", /is -4096; a whole number/],
    [{ hidden_size: Infinity }, "hidden_size", /is Infinity;/],
    [{ hidden_size: "4".repeat(1000) }, "hidden_size", /^[^;]{1,140}…;/],
    [{ model_type: undefined, dim: 4096 }, "dim", /is a field of a params\.json/],
    [{ vocab_size: "many" }, "vocab_size", /is "many"/],
    [{ num_attention_heads: 0 }, "num_attention_heads", /is 0/],
    [{ num_key_value_heads: 6 }, "num_key_value_heads", /does not divide the 32/],
    [{ num_attention_heads: 24 }, "head_dim", /no multiple of 24/],
    [{ model_type: "lama" }, "model_type", /nearest of \d+: llama, /],
    [{ model_type: "constructor" }, "model_type", /nearest of/],
    [{ model_type: undefined }, "model_type", /is missing; the family's name/],
    [{ model_type: "zamba2" }, "model_type", /in common are not modelled/],
    [{ model_type: "t5" }, "model_type", /an encoder beside/],
    [{ model_type: "xlm-roberta" }, "model_type", /an encoder makes no tokens/],
    [{ architectures: ["LlamaForSequenceClassification"] }, "architectures", /makes no tokens one by one/],
    [{ architectures: ["LlamaForCausalLMEagle3"] }, "architectures", /drafts tokens for another model/],
    [{ model_type: "step3_text", moe_layers_enum: "4,5,32" }, "moe_layers_enum", /numbers of layers are wanted/],
    [
      { model_type: "exaone4", sliding_window: 128, sliding_window_pattern: "LLX" },
      "sliding_window_pattern",
      /L and G/,
    ],
    [{ model_type: "nemotron_h", hybrid_override_pattern: "M-E*" }, "hybrid_override_pattern", /are wanted/],
    [{ model_type: "nemotron_h", hybrid_override_pattern: "M*---" }, "hybrid_override_pattern", /no more than those/],
    [{ model_type: "bamba" }, "mamba_n_heads", /is missing/],
    [{ model_type: "granitemoehybrid", shared_intermediate_size: 8192 }, "layer_types", /type of each layer/],
    [{ model_type: "mamba", time_step_rank: 300 }, "time_step_rank", /no multiple of/],
    [{ model_type: "hunyuan_v1_moe", use_cla: true }, "use_cla", /in common are not modelled/],
    [{ model_type: "hunyuan_v1_moe", moe_topk: [1, 2] }, "moe_topk", /differs from layer to layer/],
    [{ model_type: "ernie4_5_moe", moe_layer_interval: "2" }, "moe_layer_interval", /is "2"/],
    [{ model_type: "mixtral", num_local_experts: 8, num_experts_per_tok: 9 }, "num_experts_per_tok", /more than the 8/],
    [{ model_type: "gpt_oss", sliding_window: 128, layer_types: ["full_attention"] }, "layer_types", /lists 1 layers/],
    [{ ...deepseekV4, model_type: "deepseek_v4" }, "layer_types", /is missing; how far/],
    [
      {
        kv_lora_rank: 512,
        q_lora_rank: null,
        qk_rope_head_dim: 64,
        qk_nope_head_dim: 128,
        v_head_dim: 128,
        linear_attn_config: {},
      },
      "kda_layers",
      /some of the 32 layers/,
    ],
    [{ ...gemma4, hidden_size_per_layer_input: 256 }, "hidden_size_per_layer_input", /not modelled/],
    [{ ...gemma4, num_global_key_value_heads: 3 }, "num_global_key_value_heads", /does not divide the 32/],
    [{ ...nemotron3, hybrid_override_pattern: "M-ME*E" }, "hybrid_override_pattern", /is "M-ME\*E"; blocks of Mamba/],
    [{ ...nemotron3, layers_block_type: ["mamba", "moe", "retention"] }, "layers_block_type", /is "ME\?"/],
    [{ ...deepseekV4, compress_ratios: [0, 4] }, "compress_ratios", /lists 2 layers/],
    [{ ...deepseekV4, compress_ratios: Array.from({ length: 32 }, () => -4) }, "compress_ratios", /has -4/],
  ];
  for (const [changed, field, says] of cases) {
    assert.throws(
      () => shapeOfConfig({ ...llama, ...changed }, "it", "here"),
      (error) => error instanceof Fault && error.param === field && says.test(error.message),
      field,
    );
  }
});

test("whatever is in the file, it is a shape or a fault that names a field", () => {
  const some = fc.oneof(fc.jsonValue(), fc.integer(), fc.constant(undefined));
  const fields = fc.constantFrom(...Object.keys(llama), "head_dim", "text_config", "layer_types", "num_experts");
  fc.assert(
    fc.property(fc.dictionary(fields, some), (changed) => {
      try {
        shapeOfConfig({ ...llama, ...changed }, "it", "here");
      } catch (error) {
        assert.ok(error instanceof Fault && error.param !== undefined, String(error));
      }
    }),
  );
});
