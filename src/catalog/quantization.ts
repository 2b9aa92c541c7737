/**
 * The format that a Hugging Face configuration says its weights are in, as the quantisers write it: `quantization_config`
 * of FP8 and MXFP4 checkpoints, AWQ, GPTQ, compressed-tensors, ModelOpt, bitsandbytes and Quark.
 */
import { Fault } from "../stack/fault.ts";
import type { ModelShape } from "./model-shape.ts";

export type StoredWeights = "fp8" | "int8" | "fp4" | "int4";

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param config what `JSON.parse` makes of `config.json`.
 * @returns undefined where it says nothing of quantised weights.
 * @throws Fault `invalid_value` of a method or a width that is none of these.
 */
export function storedWeights(config: unknown): StoredWeights | undefined {
  const given = fieldsOf(config);
  const fields = quantizationOf(given);
  if (fields === undefined) return undefined;
  // DeepSeek-V4's is of all but the experts.
  if (given["expert_dtype"] === "fp4") return "fp4";
  const method = String(fields["quant_method"] ?? "").toLowerCase();
  const found = /fp8/.test(method)
    ? "fp8"
    : /fp4/.test(method)
      ? "fp4"
      : (byName(fields) ?? ofParts(fields) ?? byWidth(fields));
  if (found !== undefined) return found;
  throw new Fault("invalid_value", {
    message: `The model's configuration: quantization_config is of the method "${method}", whose format is not known.`,
    remedy: "Say it by --precision: bf16, fp8, int8, fp4 or int4.",
    param: "quantization_config",
  });
}

/** Whether the configuration asks for keys and values in eight bits. */
export function storesNarrowKv(config: unknown): boolean {
  const fields = quantizationOf(fieldsOf(config)) ?? {};
  const named = fields["kv_cache_quant_algo"] ?? fieldsOf(fields["quantization"])["kv_cache_quant_algo"];
  return fieldsOf(fields["kv_cache_scheme"])["num_bits"] === 8 || /fp8/i.test(String(named));
}

/** `compression_config` is what compressed-tensors called it at first. One of sparse weights alone quantises nothing. */
function quantizationOf(given: Fields): Fields | undefined {
  const found = given["quantization_config"] ?? fieldsOf(given["text_config"])["quantization_config"];
  if (typeof found === "object" && found !== null) return fieldsOf(found);
  const older = fieldsOf(given["compression_config"]);
  return older["config_groups"] === undefined ? undefined : older;
}

/** Formats in which makers publish the weights of their models, where that is not BF16: the catalog's names. */
const released: readonly (readonly [names: RegExp, format: StoredWeights])[] = [
  [/^(deepseek-(v3|r1)|kimi-k2$|minimax-m2|mistral-large-3)/, "fp8"],
  [/^kimi-k2[-.]/, "int4"],
  [/^(gpt-oss|deepseek-v4|kimi-k3)/, "fp4"],
];

/** The format of the checkpoint that a model's own name stands for; undefined where that is BF16. */
export function releasedWeights(model: ModelShape): StoredWeights | undefined {
  return released.find(([names]) => names.test(model.name))?.[1];
}

const narrowestFirst = ["fp4", "int4", "fp8", "int8"] as const satisfies readonly StoredWeights[];

/**
 * Of a model whose parts have formats of their own, in groups (`config_groups`) or one by one (`quantized_layers`), the
 * narrowest: it is that of the experts or the feed-forward, which are most of the weights.
 */
function ofParts(fields: Fields): StoredWeights | undefined {
  const layers = fields["quantized_layers"] ?? fieldsOf(fields["quantization"])["quantized_layers"];
  const parts = [...Object.values(fieldsOf(fields["config_groups"])), ...Object.values(fieldsOf(layers))].map(fieldsOf);
  const formats = parts.map((part) => byName(part) ?? byName(fieldsOf(part["weights"])) ?? byWidth(part));
  return narrowestFirst.find((format) => formats.includes(format));
}

/** Bits of a weight, and whether they are those of a floating-point number. */
function byWidth(fields: Fields): StoredWeights | undefined {
  const weights = fieldsOf(fields["weights"]);
  const whole = fields["load_in_4bit"] === true ? 4 : fields["load_in_8bit"] === true ? 8 : fields["bits"];
  const bits = Number(weights["num_bits"] ?? whole);
  const isFloat = weights["type"] === "float" || /fp/i.test(String(fields["data_type"]));
  if (bits === 4) return isFloat ? "fp4" : "int4";
  if (bits !== 8) return undefined;
  // Weights alone in eight whole bits (GPTQ, bitsandbytes) are widened: as many bytes as FP8.
  const isMultiplied = Object.keys(fieldsOf(fields["input_activations"])).length > 0;
  return isMultiplied && !isFloat ? "int8" : "fp8";
}

/** `NVFP4`, `W4A16_AWQ`, `fp8_e4m3`. */
function byName(fields: Fields): StoredWeights | undefined {
  const { dtype } = fieldsOf(fieldsOf(fields["global_quant_config"])["weight"]);
  const name = String(
    fields["quant_algo"] ?? fieldsOf(fields["quantization"])["quant_algo"] ?? dtype ?? "",
  ).toLowerCase();
  if (/fp4/.test(name)) return "fp4";
  if (/fp8/.test(name)) return "fp8";
  if (/w8a8|int8/.test(name)) return "int8";
  return /int4|w4a/.test(name) ? "int4" : undefined;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
