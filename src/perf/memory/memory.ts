/** How much of an accelerator's memory a model takes, and how much is left for keys and values. All in bytes. */
import type { ModelShape } from "../../catalog/model-shape.ts";
import { fullHeads, fullLayers, indexedLayers } from "../attention/attention-layers.ts";
import { blockIndexBytes } from "../attention/block-sparse.ts";
import { compressedKvBytes } from "../attention/compressed.ts";
import { acceleratorsOfStage, type Served, stagesOf } from "../deployment.ts";
import type { KvPrecision } from "../operations/efficiency.ts";
import { attentionParameters, parameterCount } from "./parameters.ts";
import { bytesOf } from "../operations/rates.ts";
import { beyondShareBytes } from "./replicated.ts";
import { sglangShare } from "./sglang-memory.ts";
import { heldPerLayer, type SetAside, vllmSetsAside } from "./vllm-memory.ts";
import { denseBytes, keepsLatentsWide } from "../operations/weight-formats.ts";

/** How large a step may be: the workspace of a forward pass depends on it. */
export type StepLimits = {
  readonly maxStepTokens: number;
  readonly maxSequences: number;
  /** Whether vLLM compiles the model as one graph. */
  readonly isOneGraph?: boolean;
  /** Share of the memory that the engine sets aside, 0 to 1; the engine's default unless given. */
  readonly memoryShare?: number;
};

const usualLimits: StepLimits = { maxStepTokens: 8192, maxSequences: 1024 };
/** The driver's context, and memory that the driver reports but CUDA does not give out. An estimate. */
const contextBytes = 0.6e9;

/** What vLLM sets aside. Other engines are taken to be like vLLM 0.19, which is known best. */
function setAsideBy(served: Served): SetAside {
  return vllmSetsAside(served.engine === "vllm" ? served : { ...served, version: "0.19" });
}

/** Bytes that are gone before anything is loaded. */
function startedBytes(served: Served): number {
  return contextBytes + (acceleratorsOfStage(served) > 1 ? setAsideBy(served).collectiveBytes : 0);
}

/**
 * Bytes of a forward pass of the largest step. It holds either the widest activations of a layer (its input, output and
 * residual, and the halves of its feed-forward) or the scores of the vocabulary for all sequences, whichever is more. Room for
 * the permuted tokens of experts is kept besides.
 *
 * vLLM measures this before it takes the rest for keys and values. The constants of a layer meet 15 starts of vLLM 0.19 on H100
 * (llm-d-incubation/llm-d-planner, `accuracy/results/v0.19.0`; see memory-logs.test.ts).
 */
export function workspaceBytes(served: Served, limits: Partial<StepLimits> = {}): number {
  const { maxStepTokens, maxSequences, isOneGraph } = { ...usualLimits, ...limits };
  const { model, tensorParallel, engine } = served;
  const { feedForward, hidden, vocabulary } = model;
  // In vLLM both use the same memory, one after the other. Of the other engines this is not known.
  const both = (one: number, other: number) => (engine === "vllm" ? Math.max(one, other) : one + other);
  const { scoreBytes, leastBytes, graphBytes } = setAsideBy(served);
  const scores = maxSequences * vocabulary * scoreBytes;
  const rest = startedBytes(served) + leastBytes + (graphBytes * model.layers) / stagesOf(served);
  const width = feedForward.type === "dense" ? feedForward.width : feedForward.sharedWidth;
  const held = isOneGraph && engine === "vllm" ? (heldPerLayer * model.layers) / stagesOf(served) : 0;
  const perToken = 2 * ((4 + held) * hidden + (2 * width) / tensorParallel);
  if (feedForward.type === "dense") return rest + both(maxStepTokens * perToken, scores);
  const { expertsPerToken, latentWidth = hidden, expertWidth } = feedForward;
  const slice = expertWidth / tensorParallel;
  const passing = maxStepTokens * (perToken + 2 * expertsPerToken * (3 * slice + latentWidth));
  const kept = maxStepTokens * 2 * expertsPerToken * (Math.max(2 * slice, latentWidth) + latentWidth);
  return rest + both(passing, scores + kept);
}

/** Bytes of an expert's weight in INT4 as Kimi is released: 32 weights share a scale in BF16. */
const groupedInt4Bytes = 0.5 + 2 / 32;

/** Bytes of weights on each accelerator, of its stage only. The embedding, the LM head and norms stay in BF16. */
export function weightBytes(served: Served): number {
  const { model, tensorParallel, attentionParallel, expertParallel, weights } = served;
  const head = model.vocabulary * model.hidden * (model.tiedEmbeddings ? 1 : 2);
  const { total } = parameterCount(model);
  const { feedForward } = model;
  let routed = 0;
  if (feedForward.type === "moe") {
    const { experts, expertWidth, denseLayers, latentWidth = model.hidden } = feedForward;
    routed = (model.layers - denseLayers) * experts * model.feedForwardMatrices * latentWidth * expertWidth;
  }
  const accelerators = Math.max(tensorParallel * attentionParallel, expertParallel);
  const dense = total - head - routed;
  const width = denseBytes(served);
  const attentionWidth = keepsLatentsWide(served) ? bytesOf("bf16") : width;
  const routedWidth = weights === "int4" ? groupedInt4Bytes : bytesOf(weights);
  const widened = inputParameters(model) * (attentionWidth - width);
  const share = (head * 2 + dense * width + widened) / tensorParallel + (routed * routedWidth) / accelerators;
  return (share + beyondShareBytes(model, attentionWidth, tensorParallel)) / stagesOf(served);
}

/** Weights of attention without its output projection, which NVIDIA's later FP4 releases (v2) have in FP4. */
function inputParameters({ attention, hidden, layers }: ModelShape): number {
  const output =
    attention.type === "mla" ? fullLayers(attention, layers) * attention.heads * attention.valueDim * hidden : 0;
  return attentionParameters(attention, hidden, layers) - output;
}

/**
 * Bytes of keys and values per token of context on each accelerator, in the layers that keep the whole context. Llama 3.1 70B in
 * BF16 takes 327,680 on all accelerators together. DeepSeek R1 takes 70,272 on each, since each has the latent whole.
 */
export function kvBytesPerToken(model: ModelShape, kv: KvPrecision, tensorParallel: number): number {
  const { attention, layers } = model;
  const width = bytesOf(kv);
  if (attention.type === "mla") {
    // A key of the indexer is in FP8, with a scale of four bytes.
    const { sparse } = attention;
    const full = fullLayers(attention, layers);
    const index = sparse === undefined ? 0 : indexedLayers(sparse, full) * (sparse.indexDim + 4);
    return full * (attention.kvRank + attention.ropeDim) * width + index;
  }
  if (attention.type === "compressed") return compressedKvBytes(attention, kv);
  const { kvHeads, headDim } = fullHeads(attention);
  const heads = Math.max(1, kvHeads / tensorParallel);
  const { sparse } = attention;
  const index = sparse === undefined ? 0 : sparse.layers * blockIndexBytes(sparse);
  // Where every layer has a window (Mistral 7B v0.1), tokens within it. Longer prompts take less than this says.
  const kept = fullLayers(attention, layers) || (attention.window?.layers ?? 0);
  return kept * 2 * heads * headDim * width + index;
}

/**
 * Bytes that an engine has left on each accelerator for keys and values; below 0 where the weights do not fit.
 *
 * - vLLM and ATOM take a share of all memory (`gpu_memory_utilization`), less the weights and the workspace.
 * - SGLang takes a share of what is free at first (`mem_fraction_static`), less the weights; the workspace is in the rest.
 * - TensorRT-LLM takes a share of what is free once weights and workspace are there (`free_gpu_memory_fraction`).
 */
export function cacheBytes(served: Served, limits: Partial<StepLimits> = {}): number {
  const memory = served.chip.memoryGigabytes.value * 1e9;
  const weights = weightBytes(served);
  const { memoryShare, maxStepTokens = usualLimits.maxStepTokens } = limits;
  switch (served.engine) {
    case "sglang":
      return (memory - startedBytes(served)) * (memoryShare ?? sglangShare(served, maxStepTokens)) - weights;
    case "tensorrt-llm":
      return (memory - weights - workspaceBytes(served, limits)) * (memoryShare ?? 0.9);
    default: {
      const share = memoryShare ?? (served.engine === "vllm" ? setAsideBy(served).share : 0.9);
      return memory * share - weights - workspaceBytes(served, limits);
    }
  }
}
