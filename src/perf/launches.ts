/**
 * How many kernels a layer launches in a step with prompts, in multiples of a dense layer with grouped-query attention, which
 * has some ten: the host launches them one by one, and a short prompt waits for it rather than for them.
 */
import type { ModelShape } from "../catalog/model-shape.ts";

/** Norm, projections, rotation, writing the cache, attention, and the sum over accelerators. */
const groupedKernels = 5;
/** Two stages of queries and of keys and values with norms between, unpacking, joining and rotating their parts. */
const latentKernels = 14;
/** An indexer's projections, scores and choice. */
const sparseKernels = 12;
/** Convolution, gates, and the six kernels of the chunked delta rule. */
const linearKernels = 16;
const denseKernels = 5;
/** Router, choice, sorting, quantising, two products with the gate between, and summing up. */
const expertsKernels = 10;
const sharedKernels = 4;

export function launchesPerLayer({ attention, feedForward, layers }: ModelShape): number {
  let attended: number = groupedKernels;
  if (attention.type === "mla") attended = latentKernels + (attention.sparse ? sparseKernels : 0);
  else if (attention.linear) {
    const share = attention.linear.layers / layers;
    attended = share * linearKernels + (1 - share) * groupedKernels;
  }
  let fed: number = denseKernels;
  if (feedForward.type === "moe") {
    const share = feedForward.denseLayers / layers;
    const routed = expertsKernels + (feedForward.sharedWidth > 0 ? sharedKernels : 0);
    fed = share * denseKernels + (1 - share) * routed;
  }
  return (attended + fed) / (groupedKernels + denseKernels);
}
