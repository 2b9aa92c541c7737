/** What a layer does number by number (norms, residuals, activations): it is bound by the memory's bandwidth. Estimates. */
import type { ModelShape } from "../../catalog/model-shape.ts";

/** Share of the memory's bandwidth that such kernels reach. */
export const elementwiseShare = 0.8;

/**
 * How often a layer reads or writes a hidden state of its own. Each further residual stream is read twice and written once,
 * by attention and by the feed-forward.
 */
export function elementwisePasses({ residualStreams = 1 }: ModelShape): number {
  return 12 + 6 * (residualStreams - 1);
}

/** Seconds of a layer to mix its residual streams: four small kernels, before and after attention and the feed-forward. */
export function mixingSeconds({ residualStreams = 1 }: ModelShape): number {
  return residualStreams > 1 ? 10e-6 : 0;
}
