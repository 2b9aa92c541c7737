/**
 * How many kernels a layer launches, and what the smallest of them take.
 *
 * In a step with prompts the host launches kernels one by one, so that a short prompt waits for the host. Launches are counted
 * in multiples of a dense layer with grouped-query attention, which has ten. In a graph of decodes nobody launches anything,
 * but each kernel takes a moment, however little it does.
 *
 * Counts are estimates from the engines' modules as of early 2026 (vLLM 0.19, SGLang 0.5.9, TensorRT-LLM 1.2). A kernel that
 * Triton launches from Python counts as three that a framework launches itself.
 */
import type { ModelShape } from "../../catalog/model-shape.ts";
import type { Served } from "../deployment.ts";
import { type ExpertKernel, expertKernelsOf } from "../operations/expert-kernels.ts";
import { indexedLayers } from "../attention/attention-layers.ts";
import { isFused } from "../kernels/all-reduces.ts";
import { denseFormat } from "../operations/weight-formats.ts";

/** Norm, projections, rotation, writing the cache, attention, and the sum over accelerators. */
const groupedKernels = 5;
/** Norm, two products with the gate between, and the sum. */
const denseKernels = 5;
const denseLayer = groupedKernels + denseKernels;
/** Launches of a layer that is replayed as graphs, in the same multiples: attention's kernels, and the graph between two of them. */
export const launchesPerReplay = 0.3;

/** Kernels as they are written, and after a compiler has merged small ones with their neighbours, as in vLLM and ATOM. */
type Kernels = { readonly eager: number; readonly compiled: number };
/** Two stages of queries and of keys and values with norms between, unpacking, splitting, joining and rotating their parts. */
const latentKernels: Kernels = { eager: 24, compiled: 14 };
/** Sparse attention reads the latent as it is, as decodes do, and does without the unpacking. */
const packedKernels: Kernels = { eager: 16, compiled: 10 };
/** An indexer's projections, rotation, quantising, scores and choice. */
const indexerKernels: Kernels = { eager: 14, compiled: 14 };
/** Projections in two stages both ways, norms, rotation, window and compressed keys joined, a compressor, and attention. */
const compressedKernels: Kernels = { eager: 20, compiled: 14 };
/** Projections, convolution, gates, the six kernels of the chunked delta rule (Triton's) with their copies, and a gated norm. */
const linearKernels: Kernels = { eager: 40, compiled: 30 };
/** Of queries and keys across heads: sums of squares, their sum over accelerators, and the scaling of either. */
const normKernels = 4;
/** Two products with the gate between, and adding to what the routed experts made. */
const sharedKernels = 5;
/** To the experts' width and back, with a norm. */
const narrowingKernels = 3;
/** Where streams of the hidden state are mixed: before and after both halves of a layer. */
const mixingKernels = 4;

/** Products of matrices whose input is to be quantised first. */
const projections = { latent: 4, indexer: 2, grouped: 2, dense: 2 } as const;

/** Launches of an average layer in a step with prompts, in multiples of a dense layer with grouped-query attention. */
export function launchesPerLayer(served: Served): number {
  const { feedForward, layers, residualStreams = 1 } = served.model;
  const quantising = quantisingKernels(served);
  const dense = denseKernels + projections.dense * quantising;
  let fed = dense;
  if (feedForward.type === "dense") fed *= (feedForward.layers ?? layers) / layers;
  else {
    const share = feedForward.denseLayers / layers;
    const shared = feedForward.sharedWidth > 0 ? sharedKernels + projections.dense * quantising : 0;
    const narrowing = feedForward.latentWidth === undefined ? 0 : narrowingKernels;
    fed =
      (feedForward.denseWidth > 0 ? share * dense : 0) +
      (1 - share) * (routedKernels(expertKernelsOf(served)[0]!) + shared + narrowing);
  }
  const mixed = residualStreams > 1 ? mixingKernels : 0;
  return (attentionKernels(served, served.model, quantising) + fed + mixed) / denseLayer;
}

function attentionKernels({ engine }: Served, { attention, layers }: ModelShape, quantising: number): number {
  const of = ({ eager, compiled }: Kernels) => (engine === "vllm" || engine === "atom" ? compiled : eager);
  const indexer = (of(indexerKernels) + projections.indexer * quantising) / layers;
  const latent = projections.latent * quantising;
  if (attention.type === "compressed") return of(compressedKernels) + latent + indexer * attention.chosen.layers;
  let full: number;
  if (attention.type === "mla") {
    const { sparse } = attention;
    full = latent + of(sparse ? packedKernels : latentKernels) + (sparse ? indexer * indexedLayers(sparse, layers) : 0);
  } else {
    full = groupedKernels + projections.grouped * quantising + (attention.normAcrossHeads ? normKernels : 0);
    if (attention.sparse) full += indexer * attention.sparse.layers;
  }
  const share = (attention.linear?.layers ?? 0) / layers;
  return share * (of(linearKernels) + projections.grouped * quantising) + (1 - share) * full;
}

/**
 * Kernels that quantise the input of a product of matrices. FP8 with one scale needs none: it is quantised with what comes
 * before. Scales of blocks are laid out by a second kernel, unless a compiler merges both.
 */
function quantisingKernels(served: Served): number {
  const format = denseFormat(served);
  if (format === "fp8-block") return served.engine === "vllm" || served.engine === "atom" ? 1 : 2;
  return format === "fp4" ? 1 : 0;
}

/** Kernels of routed experts: router, choice, counting, sorting, spreading, quantising, two products with the gate, and summing up. */
function routedKernels(kernel: ExpertKernel): number {
  // Triton's own library for gpt-oss has a small kernel for each, prepared in Python.
  if (kernel === "mxfp4-bf16-vllm") return 30;
  if (kernel.includes("triton")) return 19;
  // Routing, spreading and summing up are generated together with the products.
  if (/trtllm|min-latency/.test(kernel)) return 9;
  return kernel.includes("marlin") ? 10 : 14;
}

/** Splitting what its products made, a gate's product, convolution, gates with the delta rule, and the gated norm. */
const smallLinearKernels = 6;
/** Norms of queries and of keys, and the gate of the output or the sums of squares. */
const smallNormKernels = 3;

/** Small kernels of an average layer in a step of decodes that are in no measured table, beyond those of a dense layer. */
export function smallKernelsPerLayer({ attention, feedForward, layers }: ModelShape): number {
  let fed = 0;
  if (feedForward.type === "moe") {
    // Choosing experts, and adding shared ones.
    fed = (1 - feedForward.denseLayers / layers) * (feedForward.sharedWidth > 0 ? 2 : 1);
  }
  if (attention.type === "compressed") return fed;
  const isNormed = attention.type === "gqa" && (attention.outputGate || attention.normAcrossHeads);
  const linear = (attention.linear?.layers ?? 0) / layers;
  return fed + linear * smallLinearKernels + (1 - linear) * (isNormed ? smallNormKernels : 0);
}

/**
 * Kernels beside aiter's experts, whose tables time the products only: one sorts the tokens, and one quantises them before
 * each of the two products.
 */
function kernelsBesideExperts(served: Served): number {
  const { feedForward, layers } = served.model;
  if (feedForward.type === "dense" || !expertKernelsOf(served)[0]!.endsWith("-aiter")) return 0;
  return (1 - feedForward.denseLayers / layers) * 3;
}

/** Between the kernels of a layer in a graph, and a kernel that does next to nothing: estimates. */
const graphGapSeconds = 3e-6;
const smallSeconds = 2.5e-6;
/** Kernels that a fused sum saves: a norm after each of two sums over accelerators, and quantising attention's output. */
const unfusedKernels = 3;

/** Seconds of an average layer in a graph for kernels that are too small to be measured by themselves. */
export function gapSecondsPerLayer(served: Served): number {
  const kernels =
    smallKernelsPerLayer(served.model) + kernelsBesideExperts(served) + (isFused(served) ? 0 : unfusedKernels);
  return graphGapSeconds + kernels * smallSeconds;
}
