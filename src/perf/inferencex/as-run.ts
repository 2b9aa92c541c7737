/**
 * What really ran, of rows in aiconfigurator's export of InferenceX. The export writes some splits multiplied with themselves, and
 * leaves things out that InferenceX's recipes of that day tell.
 */
import type { ModelShape } from "../../catalog/model-shape.ts";
import { type EngineName, isBlackwell, type Served, type Speculation } from "../deployment.ts";
import { hasTunedMiniMax } from "./inferencex.ts";

type Split = Pick<Served, "tensorParallel" | "attentionParallel" | "expertParallel">;

/**
 * The split that ran, from the split that the export writes:
 *
 * - Some rows multiply a split of the experts over n accelerators with itself. They say n × n on n² accelerators of a server that
 *   has n, and the same times stand in another row with n accelerators.
 * - If experts are on more accelerators than attention, attention has copies.
 * - Attention over more accelerators than it can be split into is one copy on each, with the experts dealt out over all.
 * - Experts that are sliced over more accelerators than a server has are dealt out, with a copy of attention on each.
 */
export function splitOf(
  { expertTensorParallel, ...split }: Split & { readonly expertTensorParallel: number },
  { attention, feedForward }: ModelShape,
): Split {
  const { tensorParallel, attentionParallel, expertParallel } = split;
  const isSquared =
    expertParallel > 1 &&
    expertParallel === expertTensorParallel &&
    Math.max(tensorParallel, attentionParallel) === expertParallel ** 2;
  if (isSquared) {
    const rooted = (count: number) => (count === expertParallel ** 2 ? expertParallel : count);
    return { tensorParallel: rooted(tensorParallel), attentionParallel: rooted(attentionParallel), expertParallel };
  }
  // Tables say so of dense models too, whose layers have nothing to deal out.
  if (feedForward.type !== "moe") return { ...split, expertParallel: 1 };
  const isSquaredOver = tensorParallel > 1 && tensorParallel === attentionParallel;
  if (isSquaredOver && expertParallel === tensorParallel ** 2 && expertTensorParallel === 1) {
    return { tensorParallel, attentionParallel: 1, expertParallel: tensorParallel };
  }
  // As engines are told it: a copy of attention on each of so many, over which the experts are dealt out.
  if (tensorParallel > 1 && tensorParallel === attentionParallel && tensorParallel === expertParallel) {
    return { tensorParallel: 1, attentionParallel, expertParallel };
  }
  if (attentionParallel === 1 && (tensorParallel > attentionSplitMost || attention.heads % tensorParallel !== 0)) {
    return { tensorParallel: 1, attentionParallel: tensorParallel, expertParallel: tensorParallel };
  }
  if (attentionParallel > 8 && expertParallel === 1) return { ...split, expertParallel: attentionParallel };
  const copies = (expertParallel * expertTensorParallel) / tensorParallel;
  return Number.isInteger(copies) && copies > attentionParallel ? { ...split, attentionParallel: copies } : split;
}

/**
 * What the export leaves out: the version of its first rows, and how TensorRT-LLM split DeepSeek until December 2025, which
 * its recipe decided by the load (InferenceX at 9596d23, `benchmarks/dsr1_*_trt_slurm.sh`). Nor does it
 * say which rows drafted tokens: DeepSeek's of two runs of TensorRT-LLM, which make them in half to two thirds of the time
 * of the same deployments days before, and Qwen3.5's on four B200 with SGLang, which are faster than those on eight.
 */
export function asRun(served: Served, given: string, text: (name: string) => string, load: readonly number[]): Served {
  const day = /measured=(\d{4}-\d\d-\d\d)/.exec(text("silicon_data_source"))?.[1] ?? "";
  const isEarly = day !== "" && day < "2025-12";
  const version = given === "" && isEarly ? firstVersions[served.engine] : given;
  const { model, engine, tensorParallel, expertParallel, weights } = served;
  const versioned = { ...served, ...(version !== "" && { version }) };
  const isWide = text("kvcache_quant_mode") === "" && isInferenceX(text) && keepsWideCache(versioned);
  // InferenceX's own results say it; only where nothing does is it guessed.
  const drafting = text("spec_decoding");
  const of = {
    ...versioned,
    ...(isWide && { kv: "bf16" as const }),
    ...(/^(mtp|eagle|draft)/i.test(drafting) && { speculation: multiTokenPrediction(served) }),
  };
  // `--enable-expert-parallel` stood there for one accelerator, too.
  if (engine === "vllm" && model.name.startsWith("minimax") && /^0\.1[78]\./.test(version)) {
    return { ...of, expertParallel: tensorParallel };
  }
  if (engine === "vllm" && weights === "fp4" && hasCopies(served, day, load)) {
    return { ...of, tensorParallel: 1, attentionParallel: tensorParallel };
  }
  if (engine === "sglang" && model.name.startsWith("qwen3.5")) {
    const isFour =
      tensorParallel === 4 && expertParallel === 1 && weights === "fp8" && version === "0.5.9" && drafting === "";
    // `--mamba-ssm-dtype bfloat16` in the recipes for FP8 and FP4.
    return {
      ...of,
      ...(weights !== "bf16" && { states: "bf16" }),
      ...(isFour && { speculation: multiTokenPrediction(served) }),
    };
  }
  if (engine !== "tensorrt-llm" || model.feedForward.type !== "moe") return of;
  const drafts =
    drafting === "" && model.name.startsWith("deepseek") && (day === "2026-01-14" || version.endsWith("rc6.post3"));
  return {
    ...of,
    ...(isEarly && served.attentionParallel === 1 && firstSplit(served, load)),
    ...(drafts && { speculation: multiTokenPrediction(served) }),
  };
}

/** Whether MiniMax has copies of attention for many clients (`dp-attn` of minimaxm2.5-fp4-b200-vllm in nvidia-master.yaml). */
function hasCopies(
  { model, chip, expertParallel }: Served,
  day: string,
  [prompt, answer, clients = 0]: readonly number[],
): boolean {
  if (!model.name.startsWith("minimax") || chip.name !== "b200" || expertParallel !== 2) return false;
  return prompt === answer && clients >= (day < "2026-04-21" ? 512 : 256);
}

/** @param load tokens of prompt and answer, and clients */
function firstSplit(
  { model, chip, weights, tensorParallel }: Served,
  [prompt = 0, answer = 0, clients = 0]: readonly number[],
): Partial<Served> {
  const dealtOut = { expertParallel: tensorParallel };
  if (!model.name.startsWith("deepseek")) return dealtOut;
  const isLong = prompt === 8192;
  const isEven = prompt === answer;
  let most: number;
  if (weights === "fp4") most = isLong ? 32 : 255;
  else if (chip.name === "b200") most = isEven ? 32 : 64;
  else most = isLong ? 32 : 64;
  if (clients > most) return { ...dealtOut, tensorParallel: 1, attentionParallel: tensorParallel };
  const together = tensorParallel === 4 || isLong ? 32 : isEven ? 8 : 16;
  return weights === "fp4" && clients <= together ? {} : dealtOut;
}

/** Whether a benchmark tool's file tells it, or a table that says how many requests were sent or at which rate. */
export function isOwnRun(text: (name: string) => string): boolean {
  const tool = text("tool");
  if (tool !== "") return tool !== "InferenceX";
  return text("silicon_data_source") === "" && (text("requests") !== "" || text("request_rate") !== "");
}

/** Where nobody says who measured it, too, unless the row tells a load of its own. */
export function isInferenceX(text: (name: string) => string): boolean {
  if (isOwnRun(text)) return false;
  return /^(db-dump|source_file=20|$)/.test(text("silicon_data_source"));
}

/** Whose recipes leave keys and values in BF16, quantised weights or not (`benchmarks/70b_fp8_h100_docker.sh` among them). */
function keepsWideCache(served: Served): boolean {
  const { engine, model, chip } = served;
  if (chip.vendor === "AMD") return model.name.startsWith("gpt-oss") || (engine === "vllm" && chip.name !== "mi355x");
  if (isBlackwell(served)) return engine === "vllm" && model.name.startsWith("minimax") && !hasTunedMiniMax(served);
  if (engine === "vllm" && chip.name === "h100" && model.name === "llama-3.1-70b") return true;
  if (engine === "vllm" && model.name.startsWith("minimax")) return true;
  return model.name.startsWith("gpt-oss") || (engine === "sglang" && /^(deepseek|glm)/.test(model.name));
}

const firstVersions: Readonly<Record<EngineName, string>> = {
  vllm: "0.10.2",
  sglang: "0.5",
  "tensorrt-llm": "1.1",
  atom: "0.1",
};

/** InferenceX drafts three tokens, and one where copies of attention make for large batches. */
function multiTokenPrediction({ attentionParallel }: Served): Speculation {
  return attentionParallel > 1 ? { drafts: 1, accepted: 0.8 } : { drafts: 3, accepted: 1.6 };
}

/** Accelerators over which engines split attention at the most. */
const attentionSplitMost = 16;
