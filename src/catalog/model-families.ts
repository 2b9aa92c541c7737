/**
 * What each family of models calls the fields of its configuration and what it leaves out, as the models' own code in
 * https://github.com/huggingface/transformers reads them.
 */
import { fieldMax, type Fields, isFields, refuse, whole, wholeOrZero } from "./config-fields.ts";
import type { Attention } from "./model-shape.ts";

export type Family = {
  /** Values of fields that a configuration of the family may leave out. */
  readonly defaults?: Fields;
  /** Which layers look back over a window where no list of layer types says so; else all. */
  readonly windowed?: (fields: Fields, layers: number) => number;
  /** What the family calls otherwise than others do, in the words of those. */
  readonly translated?: (fields: Fields) => Fields;
  readonly tied?: boolean;
  /** Where it is neither grouped-query nor latent attention. */
  readonly attention?: (fields: Fields, layers: number) => Attention;
  readonly feedForwardMatrices?: 2 | 3;
};

/** Every `model_type` that is understood. */
export const families: Readonly<Record<string, Family>> = {
  llama: {},
  mistral: {},
  mixtral: {},
  mistral4: {},
  ministral3: {},
  qwen2: { windowed: qwenWindow },
  qwen2_moe: { windowed: qwenWindow },
  qwen2_vl: { windowed: qwenWindow },
  qwen2_vl_text: { windowed: qwenWindow },
  qwen2_5_vl: { windowed: qwenWindow },
  qwen2_5_vl_text: { windowed: qwenWindow },
  mimo: { windowed: qwenWindow },
  qwen3: { windowed: qwenWindow },
  qwen3_moe: { windowed: qwenWindow },
  qwen3_vl_text: {},
  qwen3_vl_moe_text: {},
  qwen3_next: {},
  qwen3_5_text: {},
  qwen3_5_moe_text: {},
  gpt_oss: { windowed: (_, layers) => Math.ceil(layers / 2) },
  deepseek_v2: {},
  deepseek_v3: {},
  deepseek_v32: {},
  deepseek_v4: { attention: compressed },
  kimi_k2: {},
  kimi_linear: { translated: ofKimi },
  kimi_k3: { translated: ofKimi },
  dots1: {},
  glm: {},
  glm4: {},
  glm4_moe: {},
  glm4_moe_lite: {},
  glm_moe_dsa: {},
  nemotron_h: { translated: ofNemotron, feedForwardMatrices: 2 },
  minimax_m2: {},
  minimax_m3: {},
  minimax_m3_text: {},
  minimax_m3_vl: {},
  minimax_m3_vl_text: {},
  phi: { feedForwardMatrices: 2 },
  phi3: {},
  phi4mm: {},
  phimoe: {},
  granite: {},
  granitemoe: {},
  internlm2: {},
  internlm3: {},
  gpt_neox: { feedForwardMatrices: 2 },
  starcoder2: { tied: true, feedForwardMatrices: 2 },
  hunyuan_v1_dense: {},
  hunyuan_v1_moe: { translated: ofHunyuan },
  bailing_moe: { translated: ofBailing },
  bailing_moe_v2: { translated: ofBailing },
  smollm3: {},
  seed_oss: {},
  ernie4_5: { tied: true },
  ernie4_5_moe: { tied: true, translated: ofErnie },
  olmo: {},
  olmoe: {},
  olmo2: {},
  olmo3: { windowed: (_, layers) => layers - Math.floor(layers / 4) },
  cohere: { tied: true },
  cohere2: {
    tied: true,
    windowed: (fields, layers) => {
      const every = fields["sliding_window_pattern"] === undefined ? 4 : whole(fields, "sliding_window_pattern");
      return layers - Math.floor(layers / every);
    },
  },
  gemma: { tied: true },
  gemma2: { tied: true, windowed: (_, layers) => Math.ceil(layers / 2) },
  gemma3_text: {
    tied: true,
    defaults: {
      num_attention_heads: 8,
      num_key_value_heads: 4,
      head_dim: 256,
      vocab_size: 262_208,
      max_position_embeddings: 131_072,
    },
    windowed: (fields, layers) => {
      const every = fields["sliding_window_pattern"] === undefined ? 6 : whole(fields, "sliding_window_pattern");
      return layers - Math.floor(layers / every);
    },
  },
  gemma4_text: { tied: true, translated: ofGemma4 },
  gemma4_unified_text: { tied: true, translated: ofGemma4 },
  llama4_text: { windowed: (_, layers) => layers - Math.floor(layers / 4) },
};

/** Layers from `max_window_layers` on have the window. */
function qwenWindow(fields: Fields, layers: number): number {
  return fields["max_window_layers"] === undefined ? layers : Math.max(0, layers - whole(fields, "max_window_layers"));
}

/** Google's Gemma 4, whose layers of experts have a dense feed-forward besides. */
function ofGemma4(fields: Fields): Fields {
  if (typeof fields["hidden_size_per_layer_input"] === "number" && fields["hidden_size_per_layer_input"] > 0) {
    refuse("hidden_size_per_layer_input", "is not 0: embeddings of each layer's own are not modelled");
  }
  const { num_experts: experts, moe_intermediate_size: width, ...others } = fields;
  if (fields["enable_moe_block"] !== true) return others;
  return {
    ...others,
    num_experts: experts,
    moe_intermediate_size: width,
    num_experts_per_tok: fields["top_k_experts"],
    shared_expert_intermediate_size: fields["intermediate_size"],
  };
}

/** Ant's Ling and Ring. */
function ofBailing(fields: Fields): Fields {
  return { n_shared_experts: fields["num_shared_experts"], ...fields };
}

/** Baidu's ERNIE 4.5, whose layers with experts are every so many ones from a first to a last. */
function ofErnie(fields: Fields): Fields {
  const layers = whole(fields, "num_hidden_layers");
  const of = (field: string, absent: number) => (fields[field] === undefined ? absent : wholeOrZero(fields, field));
  const [first, every] = [of("moe_layer_start_index", 1), of("moe_layer_interval", 1) || 1];
  const last = fields["moe_layer_end_index"] === -1 ? layers - 1 : of("moe_layer_end_index", layers - 1);
  const hasExperts = (layer: number) => layer >= first && layer <= last && (layer + 1) % every === 0;
  return {
    ...fields,
    num_experts: fields["moe_num_experts"],
    num_experts_per_tok: fields["moe_k"],
    n_shared_experts: of("moe_num_shared_experts", 2),
    mlp_layer_types: Array.from({ length: layers }, (_, layer) => (hasExperts(layer) ? "sparse" : "dense")),
  };
}

/** Tencent's Hunyuan, which says of each layer what is the same in all. */
function ofHunyuan(fields: Fields): Fields {
  if (fields["use_cla"] === true) refuse("use_cla", "is true: keys that layers have in common are not modelled");
  const ofAll = (field: string) => {
    const { [field]: value } = fields;
    if (!Array.isArray(value)) return value;
    if (value.some((one) => one !== value[0])) refuse(field, "differs from layer to layer, which is not modelled");
    return value[0] as unknown;
  };
  const shared = fields["use_mixed_mlp_moe"] === false ? 0 : ofAll("num_shared_expert");
  return {
    ...fields,
    num_experts: ofAll("num_experts"),
    num_experts_per_tok: ofAll("moe_topk"),
    moe_intermediate_size: ofAll("moe_intermediate_size"),
    n_shared_experts: shared ?? 1,
  };
}

/** Moonshot's Kimi Linear and K3. */
function ofKimi(fields: Fields): Fields {
  const known = {
    num_experts_per_tok: fields["num_experts_per_token"],
    n_shared_experts: fields["num_shared_experts"],
    max_position_embeddings: fields["model_max_length"],
  };
  return { ...known, ...fields };
}

/**
 * NVIDIA's Nemotron 3: blocks of Mamba-2 (M), of attention (*) and of experts (E) take turns. Those of the first two count
 * as layers, of which as many have experts as there are blocks of these.
 */
function ofNemotron(fields: Fields): Fields {
  const listed = fields["layers_block_type"];
  const pattern = Array.isArray(listed)
    ? listed.map((one) => ({ mamba: "M", attention: "*", moe: "E" })[String(one)] ?? "?").join("")
    : String(fields["hybrid_override_pattern"]);
  if (!/^[M*E]*[M*][M*E]*E[M*E]*$/.test(pattern)) {
    refuse(
      Array.isArray(listed) ? "layers_block_type" : "hybrid_override_pattern",
      `is ${JSON.stringify(pattern)}; blocks of Mamba (M), attention (*) and experts (E) are wanted`,
    );
  }
  const types = [...pattern.replaceAll("E", "")];
  const experts = pattern.length - types.length;
  return {
    ...fields,
    num_hidden_layers: types.length,
    layer_types: types.map((one) => (one === "M" ? "linear_attention" : "full_attention")),
    mlp_layer_types: types.map((_, layer) => (layer < experts ? "sparse" : "dense")),
    dense_intermediate_size: 0,
    linear_num_value_heads: fields["mamba_num_heads"],
    linear_value_head_dim: fields["mamba_head_dim"],
    linear_num_key_heads: fields["n_groups"],
    linear_key_head_dim: fields["ssm_state_size"],
    routed_expert_hidden_size: fields["moe_latent_size"],
    n_shared_experts: undefined,
    shared_expert_intermediate_size: fields["moe_shared_expert_intermediate_size"],
  };
}

/** DeepSeek-V4's: how far each layer compresses stands in a list of ratios, or in one of types with a ratio for each type. */
function compressed(fields: Fields, layers: number): Attention {
  const listed = compressionOf(fields, layers);
  const few = listed.filter((ratio) => ratio > 0 && ratio <= chosenRatioMost);
  const many = listed.filter((ratio) => ratio > chosenRatioMost);
  return {
    type: "compressed",
    heads: whole(fields, "num_attention_heads"),
    keyDim: whole(fields, "head_dim"),
    ropeDim: whole(fields, "qk_rope_head_dim"),
    queryRank: whole(fields, "q_lora_rank"),
    outputGroups: whole(fields, "o_groups"),
    outputRank: whole(fields, "o_lora_rank"),
    windowTokens: whole(fields, "sliding_window"),
    chosen: {
      layers: few.length,
      ratio: few[0] ?? chosenRatioMost,
      tokens: whole(fields, "index_topk"),
      indexHeads: whole(fields, "index_n_heads"),
      indexDim: whole(fields, "index_head_dim"),
    },
    whole: { layers: many.length, ratio: many[0] ?? 128 },
  };
}

/** Layers that compress no further have an indexer. */
const chosenRatioMost = 4;

/** Of each layer, how many tokens a compressed one stands for; 0 where there is only a window. */
function compressionOf(fields: Fields, layers: number): number[] {
  const ratios = fields["compress_ratios"];
  const field = ratios === undefined ? "layer_types" : "compress_ratios";
  const given = fields[field];
  if (!Array.isArray(given)) refuse(field, "is missing; how far each layer compresses is wanted");
  // Those of layers that draft tokens may stand behind.
  if (given.length < layers) refuse(field, `lists ${given.length} layers, but num_hidden_layers is ${layers}`);
  const rates = isFields(fields["compress_rates"]) ? fields["compress_rates"] : {};
  return given.slice(0, layers).map((one: unknown) => {
    const ratio: unknown = field === "compress_ratios" ? one : one === "sliding_attention" ? 0 : rates[String(one)];
    if (typeof ratio === "number" && Number.isInteger(ratio) && ratio >= 0 && ratio <= fieldMax) return ratio;
    return refuse(field, `has ${JSON.stringify(one)}, which says not how far a layer compresses`);
  });
}
