/**
 * A model's shape from its Hugging Face `config.json`: what the fields of each family mean, as the models' own code in
 * https://github.com/huggingface/transformers reads them. An error names the field.
 */
import { fieldMax, type Fields, isFields, refuse, shown, whole, wholeOrZero, withoutNull } from "./config-fields.ts";
import { families, type Family } from "./model-families.ts";
import type { Attention, FeedForward, Grouped, LinearAttention, ModelShape } from "./model-shape.ts";
import { nearest } from "./nearest.ts";
import { inTodaysWords, refuseKnown } from "./older-families.ts";

/**
 * @param config what `JSON.parse` makes of `config.json`; of a model that also sees or hears, the text's part is taken.
 * @param name how the shape is to be called.
 * @param source its address or path, for the shape's provenance.
 * @throws Fault `invalid_value` with the field in `param`: missing, not a whole number, or impossible beside the others.
 */
export function shapeOfConfig(config: unknown, name: string, source: string): ModelShape {
  if (!isFields(config)) refuse("config.json", "is not an object with fields such as `hidden_size`");
  const other = otherFormats.find(({ field }) => config[field] !== undefined);
  if (other !== undefined && config["model_type"] === undefined) {
    refuse(other.field, `is a field of ${other.of}; the config.json of the same model on Hugging Face is wanted`);
  }
  refuseOtherKinds(config["architectures"]);
  const text = textOf(config);
  const own = inTodaysWords({ ...withoutNull(config), ...withoutNull(text ?? {}) });
  const type = own["model_type"];
  const isInside = text !== undefined && typeof type === "string" && Object.hasOwn(insideDefaults, type);
  const given = isInside ? { ...insideDefaults[type], ...own } : own;
  const family = typeof type === "string" && Object.hasOwn(families, type) ? families[type] : undefined;
  if (family === undefined) refuseType(type);
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
    contextMax: contextOf(fields),
    source,
  };
}

/**
 * What transformers takes for fields that are left out. Of a model within a seeing one it leaves out all that is as usual
 * (Pixtral's heads); of a model by itself such a gap is a mistake.
 */
const insideDefaults: Readonly<Record<string, Fields>> = {
  llama: {
    hidden_size: 4096,
    intermediate_size: 11_008,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    vocab_size: 32_000,
    max_position_embeddings: 2048,
  },
  mistral: {
    hidden_size: 4096,
    intermediate_size: 14_336,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    vocab_size: 32_000,
    max_position_embeddings: 131_072,
  },
};

/** Architectures that have a generator's shape and are none. */
const noGenerators: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/For(SequenceClassification|TokenClassification|MaskedLM|QuestionAnswering)$/, "makes no tokens one by one"],
  [/Eagle/i, "drafts tokens for another model, whose configuration is wanted"],
];

function refuseOtherKinds(architectures: unknown): void {
  for (const one of Array.isArray(architectures) ? architectures : []) {
    const found = noGenerators.find(([pattern]) => typeof one === "string" && pattern.test(one));
    if (found !== undefined) refuse("architectures", `is ${shown(one)}, which ${found[1]}`);
  }
}

/** YaRN stretches the context that a model was trained with; a configuration may name both or the stretched one alone. */
function contextOf(fields: Fields): number {
  const named = whole(fields, "max_position_embeddings");
  const rope = [fields["rope_scaling"], fields["rope_parameters"]].find(isFields) ?? {};
  const [factor, original] = [rope["factor"], rope["original_max_position_embeddings"]];
  const isYarn = (rope["rope_type"] ?? rope["type"]) === "yarn";
  if (!isYarn || typeof factor !== "number" || typeof original !== "number") return named;
  const stretched = Math.floor(factor * original);
  return stretched > named && stretched <= fieldMax ? stretched : named;
}

/** What a configuration has beside the language model that is predicted: a sentence for each. */
export function leftOutOf(config: unknown): string[] {
  if (!isFields(config)) return [];
  const text = textOf(config) ?? {};
  const senses = ["vision_config", "visual", "vit_config", "audio_config", "thinker_config"].find((one) =>
    isFields(config[one]),
  );
  const drafting = ["num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules"].find((one) => {
    const layers = config[one] ?? text[one];
    return typeof layers === "number" && layers > 0;
  });
  return [
    ...(senses === undefined ? [] : [`what sees or hears (${senses}): its weights take memory, and its inputs time`]),
    ...(drafting === undefined ? [] : [`layers that draft tokens (${drafting}): tokens are made one by one`]),
  ];
}

/** Files that say the same in other words, by a field that each of them has. */
const otherFormats = [
  { field: "general.architecture", of: "a GGUF file's metadata" },
  { field: "dim", of: "a params.json as Meta and Mistral have it" },
  { field: "weight_map", of: "an index of weights" },
  { field: "builder_config", of: "an engine that TensorRT-LLM built" },
] as const;

/** Where the language model stands of one that also sees, hears or speaks. */
function textOf(config: Fields): Fields | undefined {
  const thinker = config["thinker_config"];
  const text = isFields(thinker) ? thinker["text_config"] : undefined;
  return [config["text_config"], config["llm_config"], config["language_config"], text].find(isFields);
}

function refuseType(type: unknown): never {
  if (typeof type !== "string") {
    const what = type === undefined ? "is missing" : `is ${shown(type)}`;
    return refuse("model_type", `${what}; the family's name is wanted, as Hugging Face's config.json has it: "llama"`);
  }
  refuseKnown(type);
  const known = Object.keys(families).map((name) => ({ name, aliases: [] }));
  return refuse("model_type", `is ${shown(type)}; nearest of ${known.length}: ${nearest(type, known).join(", ")}`);
}

/** How a model of a family is called where its own name is not known, `gpt-oss`: some kernels go by it. */
export function familyName(config: unknown): string {
  const given = isFields(config) ? config : {};
  const type = textOf(given)?.["model_type"] ?? given["model_type"];
  return String(type)
    .replaceAll("_", "-")
    .replace(/-text$/, "");
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
    ...(fields["grouped_query_rank"] !== undefined && { queryRank: whole(fields, "grouped_query_rank") }),
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

function linearOf(fields: Fields, layers: number): LinearAttention | undefined {
  if (fields["linear_num_value_heads"] === undefined) return undefined;
  const listed = layersOfType(fields, layers, ["linear_attention"]);
  const count = listed ?? layers - Math.floor(layers / whole(fields, "full_attention_interval"));
  if (count === 0) return undefined;
  return {
    layers: count,
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
  if (count === undefined) {
    const some = fields["layers_with_feed_forward"];
    const width = whole(fields, "intermediate_size");
    return { type: "dense", width, ...(typeof some === "number" && some !== layers && { layers: some }) };
  }
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
