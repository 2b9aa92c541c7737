/**
 * How InferenceX measures: the load of its client, and the settings of engines beyond their defaults
 * (github.com/SemiAnalysisAI/InferenceX, Apache-2.0: benchmarks/*.sh as of 2025-10 to 2026-04).
 */
import type { Chip } from "../../catalog/chip.ts";
import { isBlackwell, isSince, type Served } from "../deployment.ts";
import type { KvPrecision, Weights } from "../operations/efficiency.ts";
import type { Settings } from "../settings.ts";
import { MersenneTwister } from "../loads/mersenne-twister.ts";
import { closedLoop, type Workload } from "../loads/workload.ts";

/**
 * A closed loop with ten requests for each client, and lengths from 80 to 100 % of the nominal ones. With seed 0 these are the very
 * lengths that InferenceX asks for, in their order. Its client seeds NumPy with 0, and draws the lengths of all prompts, then of all
 * answers (`sample_random_requests` in utils/bench_serving/benchmark_serving.py, before 2026 in kimbochen/bench_serving).
 */
export function inferenceXLoad(promptTokens: number, outputTokens: number, concurrency: number, seed = 0): Workload {
  const random = new MersenneTwister(seed);
  const requests = 10 * concurrency;
  const lengths = (nominal: number) => {
    const least = Math.max(1, Math.floor(nominal * shortest));
    return Int32Array.from({ length: requests }, () => random.integer(least, nominal));
  };
  return {
    arrivals: { type: "closed", concurrency },
    promptTokens: lengths(promptTokens),
    outputTokens: lengths(outputTokens),
  };
}

/** `RANDOM_RANGE_RATIO` of its workflows. */
const shortest = 0.8;

/**
 * The load of single users' measurements, which nobody describes: a closed loop with lengths that are all alike. Requests that
 * start together then always end together. So they do on SGLang, which starts waiting requests before it decodes on. Other engines
 * mix both and drift out of step; lengths within 5 % of each other meet them best, of those tried.
 */
export function singleUsersLoad(
  { engine }: Served,
  promptTokens: number,
  outputTokens: number,
  concurrency: number,
): Workload {
  return closedLoop({ concurrency, promptTokens, outputTokens, ratio: engine === "sglang" ? 1 : 0.95 });
}

/** Format of keys and values: InferenceX takes FP8 beside weights in FP8 and FP4, on chips that have FP8. */
export function kvFor(precision: Weights, chip: Chip): KvPrecision {
  const isNarrow = precision === "fp8" || precision === "fp4";
  return isNarrow && chip.peakTeraflops.fp8 !== undefined ? "fp8" : "bf16";
}

/** What the recipes tell an engine for a load. The rest is the default of the engine. No recipe has a prefix cache. */
export function inferenceXSettings(
  served: Served,
  promptTokens: number,
  outputTokens: number,
  concurrency: number,
): Settings {
  const load = { promptTokens, outputTokens, concurrency };
  if (served.engine === "tensorrt-llm") return tensorrtLlm(served, load);
  if (served.chip.vendor === "AMD") return amd(served);
  return served.engine === "sglang" ? sglang(served, load) : vllm(served, load);
}

type Load = { readonly promptTokens: number; readonly outputTokens: number; readonly concurrency: number };

/** `attention_dp_config.timeout_iters`: steps for which a copy of attention holds its prompts for those of the others. */
const balanceSteps = 60;

/** Prompts are not split, except those that no step could hold. Recipes have none of these. */
function whole(maxStepTokens: number, promptTokens: number): Settings {
  return { maxStepTokens, chunkedPrefill: promptTokens > maxStepTokens };
}

/** Whether InferenceX has recipes for such a model with experts. It serves these families, and none on a workstation card. */
function hasExpertsRecipe({ chip, model }: Served): boolean {
  return /^(deepseek|glm|gpt-oss|kimi|minimax|qwen3\.5)/.test(model.name) && !chip.name.startsWith("rtx-");
}

/** Prompts are not split. With 1k in and 1k out they wait for each other. */
function tensorrtLlm(served: Served, load: Load): Settings {
  const { promptTokens, outputTokens, concurrency } = load;
  const { model, weights, tensorParallel, attentionParallel, speculation } = served;
  const isShort = promptTokens === 1024 && outputTokens === 1024;
  if (model.feedForward.type === "dense") {
    const batchWait = { share: 0.9, steps: 20 };
    return { ...whole(16_384, promptTokens), ...(isShort && tensorParallel < 8 && { batchWait }) };
  }
  if (model.name.startsWith("gpt-oss")) return { ...whole(20_000, promptTokens), memoryShare: 0.85 };
  const isNew = isSince(served, "1.2") && isBlackwell(served);
  const waits =
    isShort && concurrency >= 64 && weights === "fp8" && isNew && speculation === undefined && hasExpertsRecipe(served);
  const maxStepTokens = Math.max(isNew ? 8192 : 0, Math.ceil((concurrency + promptTokens + 64) / 64) * 64);
  return {
    maxStepTokens,
    ...(isNew && capturesPrompts(served, load) && { capturedTokens: maxStepTokens }),
    chunkedPrefill: false,
    memoryShare: isBlackwell(served) ? 0.8 : 0.75,
    ...(waits && { batchWait: { share: 0.8, steps: 40 } }),
    // With drafted tokens a step counts for several of the simulation's, one for each token that it makes.
    ...(attentionParallel > 1 && { balanceSteps: Math.round(balanceSteps * (1 + (speculation?.accepted ?? 0))) }),
  };
}

/** Whether DeepSeek's steps with prompts are replayed as graphs, piece by piece, as its recipes decide by the load. */
function capturesPrompts(served: Served, { promptTokens, outputTokens, concurrency: clients }: Load): boolean {
  const { weights, attentionParallel, expertParallel, speculation } = served;
  const isShort = promptTokens === 1024 && outputTokens === 1024;
  const isLongAnswer = promptTokens === 1024 && outputTokens === 8192;
  if (speculation === undefined) {
    if (weights === "fp4") return isShort && expertParallel === 8;
    return isLongAnswer ? clients >= 128 && clients < 256 : clients >= 64;
  }
  if (weights === "fp8") return attentionParallel === 1 && clients > (isShort ? 4 : isLongAnswer ? 8 : 16);
  if (isLongAnswer) return clients === 64;
  return isShort && (clients === 32 || clients === 64 || (clients === 128 && attentionParallel === 1));
}

/** On Blackwell, SGLang looks for requests every ten or thirty steps of decodes. */
function sglang(served: Served, { concurrency }: Load): Settings {
  const { model, weights, speculation } = served;
  if (!hasExpertsRecipe(served)) return {};
  if (!isBlackwell(served)) {
    if (model.name.startsWith("glm")) return { memoryShare: 0.85 };
    if (model.name.startsWith("deepseek")) return { maxStepTokens: 32_768, memoryShare: 0.82 };
    return { maxStepTokens: 16_384, maxSequences: 128, memoryShare: 0.8 };
  }
  if (model.name.startsWith("glm")) {
    return weights === "fp4"
      ? { maxStepTokens: 131_072, memoryShare: 0.8 }
      : { maxStepTokens: 32_768, memoryShare: 0.85 };
  }
  const receiveSteps = concurrency >= 16 ? 30 : 10;
  if (speculation)
    return { maxStepTokens: 32_768, maxSequences: Math.ceil(concurrency), memoryShare: 0.8, receiveSteps };
  return { maxStepTokens: 32_768, maxSequences: 128, memoryShare: weights === "fp4" ? 0.85 : 0.82, receiveSteps };
}

/**
 * AMD's recipes (`*_mi3??x*.sh`). SGLang computes many prompts in a step, and does four or eight steps of decodes at a time
 * (`--num-continuous-decode-steps`). vLLM takes more memory. ATOM is told nothing.
 */
function amd({ engine, chip, model, weights }: Served): Settings {
  if (model.feedForward.type === "dense" || engine === "atom") return {};
  if (engine === "vllm") return { memoryShare: 0.95, ...(model.name.startsWith("kimi") && { maxSequences: 256 }) };
  if (model.name.startsWith("glm")) return { memoryShare: 0.85 };
  if (!model.name.startsWith("deepseek")) return { memoryShare: 0.75, receiveSteps: 30 };
  return chip.name === "mi355x" && weights === "fp8"
    ? { maxStepTokens: 196_608, memoryShare: 0.8, receiveSteps: 8 }
    : { maxStepTokens: 131_072, memoryShare: 0.8, receiveSteps: 4 };
}

/** From April 2026 on MiniMax has a recipe of its own on Blackwell; before, and on Hopper, it runs with vLLM's defaults. */
export function hasTunedMiniMax(served: Served): boolean {
  return isBlackwell(served) && isSince(served, "0.19") && !served.version?.startsWith("nightly");
}

function vllm(served: Served, { promptTokens, concurrency }: Load): Settings {
  const { name, feedForward } = served.model;
  // Its recipe for Blackwell captures decodes alone (`FULL_DECODE_ONLY`) and compiles one graph (`splitting_ops: []`).
  if (feedForward.type === "dense") {
    return isBlackwell(served)
      ? { capturedTokens: 0, maxSequences: 512, isOneGraph: true }
      : { maxSequences: Math.ceil(concurrency) };
  }
  if (name.startsWith("gpt-oss")) return { capturedTokens: 2048 };
  if (name.startsWith("kimi")) return { memoryShare: 0.95 };
  if (!name.startsWith("minimax")) return {};
  return hasTunedMiniMax(served)
    ? { maxStepTokens: Math.max(2048, 2 * promptTokens), capturedTokens: 2048 }
    : { memoryShare: 0.95 };
}
