/** What a model takes of an accelerator's memory, and how much is left for keys and values. */
import type { ModelShape } from "../catalog/model-shape.ts";
import { blockIndexBytes } from "./block-sparse.ts";
import { compressedKvBytes } from "./compressed.ts";
import { acceleratorsOfStage, type Served, stagesOf } from "./deployment.ts";
import type { KvPrecision } from "./efficiency.ts";
import { indexedLayers } from "./attention-layers.ts";
import { attentionParameters, parameterCount } from "./parameters.ts";
import { bytesOf } from "./rates.ts";
import { beyondShareBytes } from "./replicated.ts";
import { sglangShare } from "./sglang-memory.ts";
import { heldPerLayer, type SetAside, vllmSetsAside } from "./vllm-memory.ts";
import { denseBytes, keepsLatentsWide } from "./weight-formats.ts";
import { fullHeads, fullLayers } from "./attention-layers.ts";

/** How large a step may be: what a forward pass takes besides depends on it. */
export type StepLimits = {
  readonly maxStepTokens: number;
  readonly maxSequences: number;
  /** Whether vLLM compiles the model as one graph. */
  readonly isOneGraph?: boolean;
  /** Of the memory that the engine sets aside; its default when absent. */
  readonly memoryShare?: number;
};

const usualLimits: StepLimits = { maxStepTokens: 8192, maxSequences: 1024 };
/** The driver's context, and what CUDA does not give out of the memory that the driver tells. */
const contextBytes = 0.6e9;

/** Of other engines it is taken as vLLM 0.17 to 0.19 count it, of which most is known. */
function setAsideBy(served: Served): SetAside {
  return vllmSetsAside(served.engine === "vllm" ? served : { ...served, version: "0.19" });
}

/** What is gone before anything is loaded. */
function startedBytes(served: Served): number {
  return contextBytes + (acceleratorsOfStage(served) > 1 ? setAsideBy(served).collectiveBytes : 0);
}

/**
 * What a forward pass of the largest step takes: the widest activations of a layer (its input, output and residual, and the
 * halves of its feed-forward), or the scores of all sequences' vocabulary, whichever is more; and room for the permuted tokens
 * of experts, which is kept. vLLM measures it before it takes the rest for keys and values. The constants of a layer are those
 * with which 15 starts of vLLM 0.19 on H100 are met (llm-d-incubation/llm-d-planner, `accuracy/results/v0.19.0`, see
 * memory-logs.test.ts). A reported block count replaces it.
 */
export function workspaceBytes(served: Served, limits: Partial<StepLimits> = {}): number {
  const { maxStepTokens, maxSequences, isOneGraph } = { ...usualLimits, ...limits };
  const { model, tensorParallel, engine } = served;
  const { feedForward, hidden, vocabulary } = model;
  // vLLM's share what memory there is, one after the other; of the other engines nobody has said so.
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

/** Of an expert's weight in INT4 as Kimi's makers release it, with a BF16 scale to 32 of them. */
const groupedInt4Bytes = 0.5 + 2 / 32;

/** Bytes of weights on each accelerator: of its stage, where there are several. The embedding, the LM head and norms stay in BF16. */
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

/** Weights of attention but for its output, which NVIDIA's second releases in FP4 have in FP4, too. */
function inputParameters({ attention, hidden, layers }: ModelShape): number {
  const output =
    attention.type === "mla" ? fullLayers(attention, layers) * attention.heads * attention.valueDim * hidden : 0;
  return attentionParameters(attention, hidden, layers) - output;
}

/**
 * Bytes of keys and values per token of context on each accelerator: those of the layers that keep all of it.
 * Llama 3.1 70B in BF16 takes 327,680 in all; DeepSeek R1, whose latent every accelerator has whole, 70,272.
 */
export function kvBytesPerToken(model: ModelShape, kv: KvPrecision, tensorParallel: number): number {
  const { attention, layers } = model;
  const width = bytesOf(kv);
  if (attention.type === "mla") {
    // The indexer's keys are in FP8, with a scale each.
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
  // Where every layer has a window (Mistral 7B v0.1), what is within it: a prompt beyond it takes less than that.
  const kept = fullLayers(attention, layers) || (attention.window?.layers ?? 0);
  return kept * 2 * heads * headDim * width + index;
}

/**
 * What the engine has left of each accelerator's memory for keys and values; below zero where the weights do not fit.
 *
 * Engines set memory aside in three ways: a share of all of it less the weights and what a forward pass takes (vLLM's and
 * ATOM's `gpu_memory_utilization`), a share of what is free at first less the weights, the rest being for forward passes (SGLang
 * `mem_fraction_static`), or a share of what is free once the weights are there (TensorRT-LLM `free_gpu_memory_fraction`).
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
