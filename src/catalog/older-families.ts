/** Families that name their fields before names had settled, and what is known of those that are not modelled. */
import { type Fields, isFields, refuse, shown, whole } from "./config-fields.ts";

/** How fields were called elsewhere, in today's words. */
const names: Readonly<Record<string, readonly string[]>> = {
  num_hidden_layers: ["num_layers", "n_layer", "n_layers"],
  hidden_size: ["n_embd", "n_embed", "d_model"],
  num_attention_heads: ["n_head", "n_heads"],
  intermediate_size: ["ffn_hidden_size", "ffn_dim", "n_inner"],
  max_position_embeddings: ["model_max_length", "seq_length", "max_seq_len", "n_positions"],
};

/** The same configuration, with today's name of each field that it has by another name alone. */
export function inTodaysWords(fields: Fields): Fields {
  const renamed = Object.entries(names).flatMap(([today, others]) => {
    const found = fields[today] === undefined ? others.find((other) => fields[other] !== undefined) : undefined;
    return found === undefined ? [] : [[today, fields[found]] as const];
  });
  return { ...fields, ...Object.fromEntries(renamed) };
}

/** A feed-forward four times as wide as the hidden size where no field says otherwise: GPT-2, GPT-J, BLOOM. */
export function fourfold(fields: Fields): Fields {
  return { intermediate_size: 4 * whole(fields, "hidden_size"), ...fields };
}

/** TII's Falcon: one head of keys and values for all, or in its newer form for so many groups. */
export function ofFalcon(fields: Fields): Fields {
  const groups = fields["num_kv_heads"] ?? fields["n_head_kv"];
  const isNew = fields["new_decoder_architecture"] === true || fields["n_head_kv"] !== undefined;
  const isOne = fields["multi_query"] !== false;
  return fourfold({ ...fields, num_key_value_heads: isNew ? groups : isOne ? 1 : fields["num_attention_heads"] });
}

/** BigCode's StarCoder. */
export function ofBigCode(fields: Fields): Fields {
  return fourfold({ ...fields, num_key_value_heads: fields["multi_query"] === false ? undefined : 1 });
}

/** MosaicML's MPT. */
export function ofMosaic(fields: Fields): Fields {
  const ratio = fields["expansion_ratio"] === undefined ? 4 : whole(fields, "expansion_ratio");
  return { ...fields, intermediate_size: ratio * whole(fields, "hidden_size") };
}

/** Databricks' DBRX, whose attention and experts have fields of their own. */
export function ofDbrx(fields: Fields): Fields {
  const [attention, experts] = [fields["attn_config"], fields["ffn_config"]].map((one) => (isFields(one) ? one : {}));
  return {
    ...fields,
    num_key_value_heads: attention?.["kv_n_heads"],
    num_experts: experts?.["moe_num_experts"],
    num_experts_per_tok: experts?.["moe_top_k"],
    moe_intermediate_size: experts?.["ffn_hidden_size"],
  };
}

/** Snowflake's Arctic: beside the experts of each layer a feed-forward as wide as the hidden size. */
export function ofArctic(fields: Fields): Fields {
  return { ...fields, shared_expert_intermediate_size: fields["hidden_size"] };
}

/** Zhipu's ChatGLM, up to GLM-4 as it came out first. */
export function ofChatGlm(fields: Fields): Fields {
  const isGrouped = fields["multi_query_attention"] === true;
  return {
    ...fields,
    vocab_size: fields["padded_vocab_size"] ?? fields["vocab_size"],
    head_dim: fields["kv_channels"],
    num_key_value_heads: isGrouped ? fields["multi_query_group_num"] : undefined,
  };
}

/** Alibaba's first Qwen, which counts both halves of its feed-forward as one. */
export function ofQwen1(fields: Fields): Fields {
  return { ...fields, intermediate_size: Math.ceil(whole(fields, "intermediate_size") / 2) };
}

/** ModelBest's MiniCPM 3: latent attention whose values are as wide as a head's share of the hidden state. */
export function ofMiniCpm3(fields: Fields): Fields {
  return { v_head_dim: Math.ceil(whole(fields, "hidden_size") / whole(fields, "num_attention_heads")), ...fields };
}

/** What about a family cannot be told by a shape. */
export const notModelled: Readonly<Record<string, string>> = {
  gemma3n_text: "embeddings of each layer's own and keys that layers have in common are not modelled",
  "nemotron-nas": "layers that differ one by one are not modelled",
  deci: "layers that differ one by one are not modelled",
  mllama_text_model: "layers that attend to an image are not modelled",
  longcat_flash: "experts that do nothing, beside two blocks of attention, are not modelled",
  mimo_v2_flash: "values narrower than keys beside windows with other heads are not modelled",
  step3p5: "windows with more heads than the other layers have are not modelled",
  phi4flash: "keys and memories that layers have in common are not modelled",
  hunyuan: "keys that layers have in common are not modelled",
  zamba: "blocks of attention that layers have in common are not modelled",
  zamba2: "blocks of attention that layers have in common are not modelled",
  recurrent_gemma: "gated linear recurrences are not modelled",
  rwkv: "time mixing is not modelled",
  t5: "an encoder beside the decoder is not modelled",
  bart: "an encoder beside the decoder is not modelled",
  whisper: "an encoder beside the decoder is not modelled",
  "encoder-decoder": "an encoder beside the decoder is not modelled",
  ...Object.fromEntries(
    "bert roberta xlm-roberta distilbert deberta-v2 electra modernbert nomic_bert clip siglip vit dinov2 wav2vec2"
      .split(" ")
      .map((type) => [type, "an encoder makes no tokens one by one"]),
  ),
};

/** @throws Fault `invalid_value` that says why */
export function refuseKnown(type: string): void {
  const why = Object.hasOwn(notModelled, type) ? notModelled[type] : undefined;
  if (why !== undefined) refuse("model_type", `is ${shown(type)}: ${why}`);
}
