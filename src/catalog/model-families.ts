/**
 * What each family of models calls the fields of its configuration and what it leaves out, as the models' own code in
 * https://github.com/huggingface/transformers reads them.
 */
import { fieldMax, type Fields, isFields, refuse, shown, whole, wholeOrZero } from "./config-fields.ts";
import type { Attention } from "./model-shape.ts";
import {
  fourfold,
  ofArctic,
  ofBigCode,
  ofChatGlm,
  ofDbrx,
  ofFalcon,
  ofMiniCpm3,
  ofMosaic,
  ofQwen1,
} from "./older-families.ts";
import {
  ofBamba,
  ofFalconH1,
  ofGranite4,
  ofJamba,
  ofLiquid,
  ofMamba,
  ofMamba2,
  ofMiniMax01,
  ofNemotron,
} from "./state-space-families.ts";

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

/** States have no context that they end with; so much is what their makers try them on. */
const endless: Fields = { max_position_embeddings: 262_144 };
const falcon: Family = { tied: true, defaults: { max_position_embeddings: 2048 }, feedForwardMatrices: 2 };

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
  afmoe: { translated: ofTrinity },
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
  hunyuan_v1_dense: { translated: (fields) => ({ ...fields, num_experts: undefined }) },
  hunyuan_v1_moe: { translated: ofHunyuan },
  bailing_moe: { translated: ofBailing },
  bailing_moe_v2: { translated: ofBailing },
  smollm3: {},
  seed_oss: {},
  solar_open: {},
  hyperclovax: {},
  flex_olmo: {},
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
  falcon: { ...falcon, translated: ofFalcon },
  RefinedWeb: { ...falcon, translated: ofFalcon },
  RefinedWebModel: { ...falcon, translated: ofFalcon },
  falcon_h1: { translated: ofFalconH1 },
  falcon_mamba: { defaults: endless, translated: ofMamba },
  mamba: { tied: true, defaults: endless, translated: ofMamba },
  mamba2: { defaults: endless, translated: ofMamba2 },
  jamba: { translated: ofJamba },
  bamba: { translated: ofBamba },
  granitemoehybrid: { tied: true, translated: ofGranite4 },
  granitemoeshared: { tied: true },
  lfm2: { tied: true, translated: ofLiquid },
  lfm2_moe: { tied: true, translated: ofLiquid },
  minimax: { translated: ofMiniMax01 },
  minimax_text_01: { translated: ofMiniMax01 },
  minimax_m1: { translated: ofMiniMax01 },
  step3_text: { translated: ofStep },
  nemotron: { feedForwardMatrices: 2 },
  apertus: { feedForwardMatrices: 2 },
  arcee: { feedForwardMatrices: 2 },
  exaone: {},
  exaone4: { windowed: patterned },
  exaone_moe: { translated: ofBailing, windowed: patterned },
  glm4v_text: {},
  glm4v_moe_text: {},
  qwen2_5_omni_text: { windowed: qwenWindow },
  qwen3_omni_moe_text: {},
  minicpm: { tied: true },
  minicpm3: { tied: true, translated: ofMiniCpm3 },
  deepseek: {},
  dbrx: { translated: ofDbrx },
  arctic: { translated: ofArctic },
  "grok-1": {},
  baichuan: {},
  internlm: {},
  chatglm: { translated: ofChatGlm },
  qwen: { translated: ofQwen1 },
  stablelm: {},
  gpt2: { tied: true, feedForwardMatrices: 2, translated: fourfold },
  gptj: { feedForwardMatrices: 2, translated: fourfold },
  gpt_bigcode: { tied: true, feedForwardMatrices: 2, translated: ofBigCode },
  opt: { tied: true, feedForwardMatrices: 2 },
  bloom: { tied: true, defaults: { max_position_embeddings: 2048 }, feedForwardMatrices: 2, translated: fourfold },
  mpt: { tied: true, feedForwardMatrices: 2, translated: ofMosaic },
  llama4_text: { windowed: (_, layers) => layers - Math.floor(layers / 4) },
};

/** Layers from `max_window_layers` on have the window. */
function qwenWindow(fields: Fields, layers: number): number {
  return fields["max_window_layers"] === undefined ? layers : Math.max(0, layers - whole(fields, "max_window_layers"));
}

/** Windows where a pattern has L, all of the context where it has G, over and over: `LLLG`. */
function patterned(fields: Fields, layers: number): number {
  const pattern = fields["sliding_window_pattern"];
  if (typeof pattern !== "string") return layers - Math.floor(layers / 4);
  if (!/^[LG]+$/.test(pattern)) refuse("sliding_window_pattern", `is ${shown(pattern)}; L and G are wanted`);
  return Array.from({ length: layers }, (_, layer) => pattern[layer % pattern.length]).filter((one) => one === "L")
    .length;
}

/** StepFun's Step-3, whose queries are made in two stages and whose layers with experts are listed as text: `4,5,6`. */
function ofStep(fields: Fields): Fields {
  const listed = String(fields["moe_layers_enum"] ?? "")
    .split(",")
    .map((one) => Number(one.trim() || Number.NaN));
  const layers = whole(fields, "num_hidden_layers");
  if (!listed.every((one) => Number.isInteger(one) && one >= 0 && one < layers)) {
    refuse("moe_layers_enum", `is ${shown(fields["moe_layers_enum"])}; numbers of layers are wanted`);
  }
  return {
    ...fields,
    num_key_value_heads: fields["num_attention_groups"],
    grouped_query_rank: fields["share_q_dim"],
    num_experts: fields["moe_num_experts"],
    num_experts_per_tok: fields["moe_top_k"],
    shared_expert_intermediate_size: fields["share_expert_dim"],
    mlp_layer_types: Array.from({ length: layers }, (_, layer) => (listed.includes(layer) ? "sparse" : "dense")),
  };
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

/** Arcee's Trinity: attention with a gate, and a window in all layers but every fourth. */
function ofTrinity(fields: Fields): Fields {
  const layers = whole(fields, "num_hidden_layers");
  const every = fields["global_attn_every_n_layers"] === undefined ? 4 : whole(fields, "global_attn_every_n_layers");
  const typeOf = (layer: number) => ((layer + 1) % every === 0 ? "full_attention" : "sliding_attention");
  return {
    layer_types: Array.from({ length: layers }, (_, layer) => typeOf(layer)),
    ...fields,
    attn_output_gate: true,
    n_shared_experts: fields["num_shared_experts"],
    first_k_dense_replace: fields["num_dense_layers"],
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
    return refuse(field, `has ${shown(one)}, which says not how far a layer compresses`);
  });
}
