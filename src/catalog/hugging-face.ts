/**
 * A model's shape from its Hugging Face `config.json`: what the fields of each family mean, as the models' own code in
 * https://github.com/huggingface/transformers reads them. An error names the field.
 */
import { Fault } from "../stack/fault.ts";
import type { Attention, FeedForward, Grouped, LinearAttention, ModelShape } from "./model-shape.ts";

type Fields = Readonly<Record<string, unknown>>;

type Family = {
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
const families: Readonly<Record<string, Family>> = {
  llama: {},
  mistral: {},
  mixtral: {},
  mistral4: {},
  ministral3: {},
  qwen2: { windowed: qwenWindow },
  qwen2_moe: { windowed: qwenWindow },
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
  smollm3: {},
  seed_oss: {},
  ernie4_5: {},
  olmo2: {},
  olmo3: { windowed: (_, layers) => layers - Math.floor(layers / 4) },
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

/**
 * @param config what `JSON.parse` makes of `config.json`; of a model that also sees or hears, the text's part is taken.
 * @param name how the shape is to be called.
 * @param source its address or path, for the shape's provenance.
 * @throws Fault `invalid_value` with the field in `param`: missing, not a whole number, or impossible beside the others.
 */
export function shapeOfConfig(config: unknown, name: string, source: string): ModelShape {
  if (!isFields(config)) refuse("config.json", "is not an object with fields such as `hidden_size`");
  const text = config["text_config"];
  const given: Fields = isFields(text) ? { ...withoutNull(config), ...withoutNull(text) } : withoutNull(config);
  const type = given["model_type"];
  const family = typeof type === "string" ? families[type] : undefined;
  if (family === undefined) {
    const known = Object.keys(families).join(", ");
    refuse("model_type", `${type === undefined ? "is missing" : `is ${JSON.stringify(type)}`}; known are ${known}`);
  }
  const fields: Fields = { ...family.defaults, ...(family.translated?.(given) ?? given) };
  const layers = whole(fields, "num_hidden_layers");
  const hidden = whole(fields, "hidden_size");
  return {
    name,
    title: name,
    aliases: [],
    layers,
    hidden,
    vocabulary: whole(fields, "vocab_size"),
    tiedEmbeddings:
      fields["tie_word_embeddings"] === undefined ? (family.tied ?? false) : fields["tie_word_embeddings"] === true,
    feedForwardMatrices: family.feedForwardMatrices ?? 3,
    attention: attentionOf(fields, family, layers, hidden),
    feedForward: feedForward(fields, layers),
    ...(fields["hc_mult"] !== undefined && { residualStreams: whole(fields, "hc_mult") }),
    ...besideFp4Of(fields),
    contextMax: whole(fields, "max_position_embeddings"),
    source,
  };
}

/** How a model of a family is called where its own name is not known, `gpt-oss`: some kernels go by it. */
export function familyName(config: unknown): string {
  const given = isFields(config) ? config : {};
  const type = (isFields(given["text_config"]) ? given["text_config"] : given)["model_type"] ?? given["model_type"];
  return String(type)
    .replaceAll("_", "-")
    .replace(/-text$/, "");
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

/** In which format all but the experts is, where those are in FP4. */
function besideFp4Of(fields: Fields): Pick<ModelShape, "besideFp4"> {
  const quantised = fields["quantization_config"];
  if (fields["model_type"] === "deepseek_v4") return fields["expert_dtype"] === "fp8" ? {} : { besideFp4: "fp8" };
  return isFields(quantised) && quantised["format"] === "mxfp4-pack-quantized" ? { besideFp4: "bf16" } : {};
}

function attentionOf(fields: Fields, family: Family, layers: number, hidden: number): Attention {
  if (family.attention !== undefined) return family.attention(fields, layers);
  return fields["kv_lora_rank"] === undefined ? grouped(fields, family, layers, hidden) : latent(fields, layers);
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

function grouped(fields: Fields, family: Family, layers: number, hidden: number): Attention {
  const heads = whole(fields, "num_attention_heads");
  const kvHeads = fields["num_key_value_heads"] === undefined ? heads : whole(fields, "num_key_value_heads");
  if (heads % kvHeads !== 0) {
    refuse("num_key_value_heads", `is ${kvHeads}, which does not divide the ${heads} of num_attention_heads`);
  }
  if (fields["head_dim"] === undefined && hidden % heads !== 0) {
    refuse("head_dim", `is missing, and the ${hidden} of hidden_size are no multiple of ${heads} heads`);
  }
  const window = windowOf(fields, family, layers);
  const linear = linearOf(fields, layers);
  return {
    type: "gqa",
    heads,
    kvHeads,
    headDim: fields["head_dim"] === undefined ? hidden / heads : whole(fields, "head_dim"),
    ...(window === undefined ? {} : { window }),
    ...(fields["global_head_dim"] !== undefined && { global: globalHeads(fields, heads, kvHeads) }),
    ...(linear === undefined ? {} : { linear }),
    ...blocksOf(fields, layers),
    // Qwen3-Next gates its output always, and has no field for it.
    ...(fields["use_qk_norm"] === true && fields["qk_norm_type"] === "per_layer" ? { normAcrossHeads: true } : {}),
    ...(fields["attn_output_gate"] === true || fields["model_type"] === "qwen3_next" ? { outputGate: true } : {}),
  };
}

/** Heads of layers without a window, where those have others (Gemma 4). */
function globalHeads(fields: Fields, heads: number, kvHeads: number): NonNullable<Grouped["global"]> {
  const isOwn = fields["num_global_key_value_heads"] !== undefined;
  const all = isOwn ? whole(fields, "num_global_key_value_heads") : kvHeads;
  if (heads % all !== 0) {
    refuse("num_global_key_value_heads", `is ${all}, which does not divide the ${heads} of num_attention_heads`);
  }
  const isOneProjection = fields["attention_k_eq_v"] === true;
  return { kvHeads: all, headDim: whole(fields, "global_head_dim"), isOneProjection };
}

/** Attention to the best blocks (MiniMax-M3), as its own configuration says it and as that of transformers does. */
function blocksOf(fields: Fields, layers: number): Pick<Grouped, "sparse"> {
  const own = fields["sparse_attention_config"];
  if (isFields(own) && own["use_sparse_attention"] !== false) {
    const listed = own["sparse_attention_freq"];
    const count = Array.isArray(listed)
      ? listed.filter((one) => one !== 0).length
      : layers - denseLayersOf(fields, layers);
    return blocks(own, count, [
      "sparse_topk_blocks",
      "sparse_block_size",
      "sparse_num_index_heads",
      "sparse_index_dim",
    ]);
  }
  if (fields["index_topk_blocks"] === undefined) return {};
  const count = layersOfType(fields, layers, ["minimax_m3_sparse"]) ?? layers - denseLayersOf(fields, layers);
  return blocks(fields, count, ["index_topk_blocks", "index_block_size", "index_n_heads", "index_head_dim"]);
}

function blocks(
  fields: Fields,
  layers: number,
  [most, size, heads, dim]: readonly [most: string, size: string, heads: string, dim: string],
): Pick<Grouped, "sparse"> {
  if (layers === 0) return {};
  const tokens = whole(fields, most) * whole(fields, size);
  return { sparse: { layers, tokens, indexHeads: whole(fields, heads), indexDim: whole(fields, dim) } };
}

function latent(fields: Fields, layers: number): Attention {
  const delta = fields["linear_attn_config"];
  return {
    type: "mla",
    heads: whole(fields, "num_attention_heads"),
    ...(fields["q_lora_rank"] === undefined ? {} : { queryRank: whole(fields, "q_lora_rank") }),
    kvRank: whole(fields, "kv_lora_rank"),
    ropeDim: whole(fields, "qk_rope_head_dim"),
    nopeDim: whole(fields, "qk_nope_head_dim"),
    valueDim: whole(fields, "v_head_dim"),
    ...(isFields(delta) && { linear: deltaAttention(delta, layers) }),
    ...(fields["mla_use_output_gate"] === true && { outputGate: true }),
    ...(fields["index_topk"] === undefined
      ? {}
      : {
          sparse: {
            tokens: whole(fields, "index_topk"),
            indexHeads: whole(fields, "index_n_heads"),
            indexDim: whole(fields, "index_head_dim"),
            ...sharedIndexers(fields),
          },
        }),
  };
}

/** Kimi Delta Attention, whose heads for keys and for values are alike. */
function deltaAttention(fields: Fields, layers: number): LinearAttention {
  const listed = fields["kda_layers"];
  if (!Array.isArray(listed) || listed.length === 0 || listed.length >= layers) {
    refuse("kda_layers", `does not list some of the ${layers} layers`);
  }
  const [heads, dim] = [whole(fields, "num_heads"), whole(fields, "head_dim")];
  return { layers: listed.length, keyHeads: heads, keyDim: dim, valueHeads: heads, valueDim: dim };
}

/** Where some layers take over what the indexer of one before them chose (GLM-5.2), how many choose themselves. */
function sharedIndexers(fields: Fields): { indexLayers?: number } {
  const types = fields["indexer_types"];
  if (!Array.isArray(types)) return {};
  const indexLayers = types.filter((one) => one === "full").length;
  if (types.length !== whole(fields, "num_hidden_layers") || indexLayers === 0) {
    refuse("indexer_types", `lists ${types.length} layers, ${indexLayers} of them "full"`);
  }
  return indexLayers === types.length ? {} : { indexLayers };
}

function windowOf(fields: Fields, family: Family, layers: number): { tokens: number; layers: number } | undefined {
  const field = fields["attention_chunk_size"] === undefined ? "sliding_window" : "attention_chunk_size";
  if (fields[field] === undefined || fields["use_sliding_window"] === false) return undefined;
  const tokens = whole(fields, field);
  if (tokens >= whole(fields, "max_position_embeddings")) return undefined;
  const listed = layersOfType(fields, layers, ["sliding_attention", "chunked_attention"]);
  const windowed = listed ?? family.windowed?.(fields, layers) ?? layers;
  return windowed > 0 ? { tokens, layers: windowed } : undefined;
}

/** Layers from `max_window_layers` on have the window. */
function qwenWindow(fields: Fields, layers: number): number {
  return fields["max_window_layers"] === undefined ? layers : Math.max(0, layers - whole(fields, "max_window_layers"));
}

function linearOf(fields: Fields, layers: number): LinearAttention | undefined {
  if (fields["linear_num_value_heads"] === undefined) return undefined;
  const listed = layersOfType(fields, layers, ["linear_attention"]);
  return {
    layers: listed ?? layers - Math.floor(layers / whole(fields, "full_attention_interval")),
    keyHeads: whole(fields, "linear_num_key_heads"),
    keyDim: whole(fields, "linear_key_head_dim"),
    valueHeads: whole(fields, "linear_num_value_heads"),
    valueDim: whole(fields, "linear_value_head_dim"),
  };
}

/** How many layers have one of the types; undefined where the configuration does not list them. */
function layersOfType(fields: Fields, layers: number, wanted: readonly string[]): number | undefined {
  const types = fields["layer_types"];
  if (!Array.isArray(types)) return undefined;
  if (types.length !== layers)
    refuse("layer_types", `lists ${types.length} layers, but num_hidden_layers is ${layers}`);
  return types.filter((one) => wanted.includes(String(one))).length;
}

const expertCountFields = ["n_routed_experts", "num_local_experts", "num_experts"];

function feedForward(fields: Fields, layers: number): FeedForward {
  const count = expertCountFields.find((field) => fields[field] !== undefined);
  if (count === undefined) return { type: "dense", width: whole(fields, "intermediate_size") };
  const experts = whole(fields, count);
  const expertsPerToken = whole(fields, "num_experts_per_tok");
  if (expertsPerToken > experts)
    refuse("num_experts_per_tok", `is ${expertsPerToken}, more than the ${experts} of ${count}`);
  const ownWidth = fields["moe_intermediate_size"] !== undefined;
  const expertWidth = whole(fields, ownWidth ? "moe_intermediate_size" : "intermediate_size");
  const denseLayers = denseLayersOf(fields, layers);
  const denseFields = ["intermediate_size_mlp", "dense_intermediate_size"];
  const denseField = denseFields.find((field) => fields[field] !== undefined) ?? "intermediate_size";
  return {
    type: "moe",
    experts,
    expertsPerToken,
    expertWidth,
    ...(fields["routed_expert_hidden_size"] !== undefined && {
      latentWidth: whole(fields, "routed_expert_hidden_size"),
    }),
    sharedWidth: sharedWidthOf(fields, expertWidth),
    denseLayers,
    denseWidth:
      denseLayers === 0
        ? 0
        : denseField === "dense_intermediate_size"
          ? wholeOrZero(fields, denseField)
          : whole(fields, denseField),
  };
}

function sharedWidthOf(fields: Fields, expertWidth: number): number {
  if (fields["model_type"] === "llama4_text") return expertWidth;
  if (fields["n_shared_experts"] !== undefined) return wholeOrZero(fields, "n_shared_experts") * expertWidth;
  const field = ["shared_expert_intermediate_size", "shared_intermediate_size"].find(
    (one) => fields[one] !== undefined,
  );
  return field === undefined ? 0 : wholeOrZero(fields, field);
}

/** Layers that a list, of a type or of 0 and 1 for each, says to be without experts; undefined where there is no such list. */
function listedDense(fields: Fields, layers: number): number | undefined {
  const field = ["mlp_layer_types", "moe_layer_freq"].find((one) => Array.isArray(fields[one]));
  const listed: unknown = field === undefined ? undefined : fields[field];
  if (field === undefined || !Array.isArray(listed)) return undefined;
  if (listed.length !== layers) refuse(field, `lists ${listed.length} layers, but num_hidden_layers is ${layers}`);
  return listed.filter((one) => one === "dense" || one === 0).length;
}

function denseLayersOf(fields: Fields, layers: number): number {
  const among = listedDense(fields, layers);
  if (among !== undefined) return among;
  const first = fields["first_k_dense_replace"] === undefined ? 0 : wholeOrZero(fields, "first_k_dense_replace");
  if (first > layers) refuse("first_k_dense_replace", `is ${first}, more than the ${layers} of num_hidden_layers`);
  const listed = fields["mlp_only_layers"];
  const stepField = ["interleave_moe_layer_step", "decoder_sparse_step"].find((one) => fields[one] !== undefined);
  const sparse = stepField === undefined ? layers : Math.floor(layers / whole(fields, stepField));
  return Math.min(layers, first + (Array.isArray(listed) ? listed.length : 0) + layers - sparse);
}

/** Wider than any model is, by far. */
const fieldMax = 100_000_000;

function whole(fields: Fields, field: string): number {
  const value = wholeOrZero(fields, field);
  if (value === 0) refuse(field, "is 0; a positive whole number is wanted");
  return value;
}

function wholeOrZero(fields: Fields, field: string): number {
  const value = fields[field];
  if (value === undefined) refuse(field, "is missing; a whole number is wanted");
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > fieldMax) {
    refuse(field, `is ${JSON.stringify(value)}; a whole number up to ${fieldMax.toLocaleString("en")} is wanted`);
  }
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutNull(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function refuse(field: string, what: string): never {
  throw new Fault("invalid_value", { message: `The model's configuration: ${field} ${what}.`, param: field });
}
