/**
 * What single cells of a table of points say: an engine's name, a precision, a whole number, milliseconds. Each is read as the
 * tables, checkpoints and options of engines write it; what cannot be read is refused with its column's name.
 */
import type { Chip } from "../../catalog/chip.ts";
import type { ModelShape } from "../../catalog/model-shape.ts";
import { releasedWeights } from "../../catalog/quantization.ts";
import { Fault } from "../../stack/fault.ts";
import type { EngineName } from "../deployment.ts";
import type { KvPrecision, Weights } from "../operations/efficiency.ts";
import { kvFor } from "../inferencex/inferencex.ts";

/** Reads the cells of one row by the names of their columns; empty where there is none. */
export type Text = (column: string) => string;

/** Engines by the names that tables give them. */
const engines: Readonly<Record<string, EngineName>> = {
  vllm: "vllm",
  sglang: "sglang",
  sgl: "sglang",
  trt: "tensorrt-llm",
  trtllm: "tensorrt-llm",
  "trt-llm": "tensorrt-llm",
  tensorrt: "tensorrt-llm",
  "tensorrt-llm": "tensorrt-llm",
  atom: "atom",
};
/** What InferenceX adds to an engine's name for the router before it, or for pools of prompts and answers. */
const around = /^(dynamo|llmd)-|-disagg$/g;

/** As tables, checkpoints and the options of engines write them; the first that fits. */
const weights: readonly (readonly [pattern: RegExp, weights: Weights])[] = [
  [/^((nv|mx)?fp4|w4a(16|8)_(nv|mx)fp4|modelopt_(nv)?fp4)/, "fp4"],
  // Weights alone in eight whole bits are widened: as many bytes as FP8.
  [/^(int8_wo|w8a16|quantized\.w8a16)/, "fp8"],
  [/^(int8|smoothquant|sq$|quantized\.w8a8)/, "int8"],
  [/^((mx)?fp8|w8a8|e4m3|fbgemm_fp8|ptpc_fp8|modelopt_fp8)/, "fp8"],
  [/^(int4|w4a|quantized\.w4a|awq|gptq|4bit)/, "int4"],
  [/^(bf16|bfloat16|fp16|float16|half|none|unquantized)$/, "bf16"],
];

/** Clients, as `silicon_data_source` of an export says them where the table has no column for them. */
export function clientsMeasured(source: string): number | undefined {
  const said = /silicon_concurrency=(\d+)/.exec(source)?.[1];
  return said === undefined ? undefined : whole("silicon_data_source", said);
}

/** @throws Fault `invalid_value` that names the engines there are */
export function engineNamed(name: string): EngineName {
  const found = engines[name.toLowerCase().replaceAll(/[_ ]+/g, "-").replace(around, "")];
  if (found !== undefined) return found;
  throw new Fault("invalid_value", {
    message: `There is no engine "${name}".`,
    remedy: "There are: vllm, sglang, trtllm, atom, and they with a router or pools: dynamo-vllm, sglang-disagg.",
    param: "backend",
  });
}

/** As the row says; else as its model's name does, of whose kind `nvidia/Qwen3-32B-NVFP4` is; else as its makers publish it. */
export function weightsOf(precision: string, gemm: string, modelPath: string, model: ModelShape): Weights {
  const said = [precision, gemm]
    .find((text) => text !== "")
    ?.toLowerCase()
    .replaceAll("-", "_");
  if (said !== undefined) {
    const found = weights.find(([pattern]) => pattern.test(said));
    if (found !== undefined) return found[1];
    throw new Fault("invalid_value", {
      message: `precision is "${said}".`,
      remedy: "It must be bf16, fp8, int8, fp4 or int4.",
      param: "precision",
    });
  }
  return weightsNamed(modelPath) ?? releasedWeights(model) ?? "bf16";
}

/** The format that a model's name tells, as that of `nvidia/Qwen3-32B-NVFP4` does; undefined where it tells none. */
export function weightsNamed(name: string): Weights | undefined {
  const words = name.toLowerCase().split(/[-_]/);
  return weights.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1];
}

/** The format of keys and values: as the row says, else as InferenceX serves such weights on the chip. */
export function kvOf(given: string, precision: Weights, chip: Chip): KvPrecision {
  if (given !== "") return /^(fp8|int8|e4m3)/i.test(given) ? "fp8" : "bf16";
  return kvFor(precision, chip);
}

/**
 * Of a run that nobody says it of: engines keep keys and values as wide as the model's own unless they are told otherwise;
 * NVIDIA's checkpoints, and TensorRT-LLM with any quantised one, tell them FP8 (`kv_cache_quant_algo` of ModelOpt).
 */
export function kvOfOwnRun(
  given: string,
  engine: EngineName,
  precision: Weights,
  chip: Chip,
  modelPath: string,
): KvPrecision {
  const isTold = engine === "tensorrt-llm" || /^nvidia\/.*(fp8|fp4)/i.test(modelPath);
  return given === "" && !isTold ? "bf16" : kvOf(given, precision, chip);
}

/** Any number above 0; nothing where the cell is empty or 0. */
export function amount(name: string, text: string): number | undefined {
  const value = numberOf(text);
  if (text === "" || value === 0) return undefined;
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Fault("invalid_value", {
    message: `${name} is "${text}".`,
    remedy: "It must be a number above 0.",
    param: name,
  });
}

/** Tables have whole numbers as `8` and `8.0`. */
export function whole(name: string, text: string): number | undefined {
  if (text === "") return undefined;
  const value = numberOf(text);
  if (Number.isInteger(value) && value >= 1 && value < 2 ** 31) return value;
  throw new Fault("invalid_value", {
    message: `${name} is "${text}".`,
    remedy: "It must be a whole number of 1 or more.",
    param: name,
  });
}

/** Nothing where nobody measured: an empty cell, 0, a word. */
export function milliseconds(name: string, text: string): number | undefined {
  const value = numberOf(text);
  if (Number.isNaN(value) && /\d/.test(text)) {
    throw new Fault("invalid_value", {
      message: `${name} is "${text}".`,
      remedy: "It must be milliseconds, such as 1250.5, without a mark between thousands.",
      param: name,
    });
  }
  return text !== "" && value > 0 && Number.isFinite(value) ? value : undefined;
}

/** Half of the world writes `12,5`. What may be a thousand and more as well, `1,250`, is not guessed. */
function numberOf(text: string): number {
  return Number(/^-?\d+,(\d{1,2}|\d{4,})$/.test(text) ? text.replace(",", ".") : text);
}

/** @throws Fault `invalid_value`: a cell that is needed is empty */
export function absent(name: string, besides?: string): never {
  const message = `${name} is empty${besides === undefined ? "" : `, and ${besides}`}.`;
  throw new Fault("invalid_value", { message, remedy: "Fill it in.", param: name });
}
