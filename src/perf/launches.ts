/**
 * How many kernels a layer launches in a step with prompts, in multiples of a dense layer with grouped-query attention, which
 * has some ten: the host launches them one by one, and a short prompt waits for it rather than for them.
 */
import type { ModelShape } from "../catalog/model-shape.ts";
import { indexedLayers } from "./latent.ts";

/** Norm, projections, rotation, writing the cache, attention, and the sum over accelerators. */
const groupedKernels = 5;
/** Two stages of queries and of keys and values with norms between, unpacking, splitting, joining and rotating their parts. */
const latentKernels = 24;
/** An indexer's projections, rotation, quantising, scores and choice. */
const sparseKernels = 20;
/** Projections, convolution, gates, the six kernels of the chunked delta rule with their copies, and a gated norm. */
const linearKernels = 26;
/** Projections in two stages both ways, norms, rotation, window and compressed keys joined, a compressor, and attention. */
const compressedKernels = 20;
/** Before and after both halves of a layer. */
const mixingKernels = 4;
const denseKernels = 5;
/** Router, choice, counting, sorting, spreading, quantising, two products with the gate between, and summing up. */
const expertsKernels = 20;
const sharedKernels = 6;
/** To the experts' width and back, with a norm. */
const narrowingKernels = 3;

/** Of a layer that is replayed as graphs, in the same multiples: attention's kernels and the graph between two of them. */
export const launchesPerReplay = 0.3;

export function launchesPerLayer({ attention, feedForward, layers, residualStreams = 1 }: ModelShape): number {
  let attended: number = groupedKernels;
  if (attention.type === "mla") {
    const { sparse } = attention;
    attended = latentKernels + (sparse ? (sparseKernels * indexedLayers(sparse, layers)) / layers : 0);
  } else if (attention.type === "compressed") {
    attended = compressedKernels + (sparseKernels * attention.chosen.layers) / layers;
  } else if (attention.sparse) attended += (sparseKernels * attention.sparse.layers) / layers;
  if (attention.type !== "compressed" && attention.linear) {
    const share = attention.linear.layers / layers;
    attended = share * linearKernels + (1 - share) * attended;
  }
  let fed: number = denseKernels;
  if (feedForward.type === "moe") {
    const share = feedForward.denseLayers / layers;
    const shared = feedForward.sharedWidth > 0 ? sharedKernels : 0;
    const routed = expertsKernels + shared + (feedForward.latentWidth === undefined ? 0 : narrowingKernels);
    fed = (feedForward.denseWidth > 0 ? share * denseKernels : 0) + (1 - share) * routed;
  }
  const mixed = residualStreams > 1 ? mixingKernels : 0;
  return (attended + fed + mixed) / (groupedKernels + denseKernels);
}
