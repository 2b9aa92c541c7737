/** In which format each part of a quantised model is kept: makers quantise the experts first, and attention last. */
import type { ModelShape } from "../../catalog/model-shape.ts";
import type { Served } from "../deployment.ts";
import type { GemmFormat, Weights } from "./efficiency.ts";
import { bytesOf } from "./rates.ts";

/**
 * Format of the weights outside the experts. It is BF16 in models of which only the experts are quantised (gpt-oss, INT4 of
 * Kimi), and FP4 models may name another format for it (`besideFp4`).
 */
export function denseWeights({ model, weights, chip }: Served): Weights {
  if (quantisesExpertsOnly(model, weights)) return "bf16";
  if (weights !== "fp4" || model.besideFp4 === undefined) return weights;
  return chip.peakTeraflops.fp8 === undefined ? "bf16" : model.besideFp4;
}

/** Bytes of a weight outside the experts. */
export function denseBytes(served: Served): number {
  return bytesOf(denseWeights(served));
}

/** The same format, with FP8 told apart by its scales: their kernels differ. */
export function denseFormat(served: Served): GemmFormat {
  const weights = denseWeights(served);
  return weights === "fp8" && isScaledInBlocks(served.model) ? "fp8-block" : weights;
}

/** Makers who release FP8 with a scale for each block of 128 × 128 weights. Others, such as Llama's, have one for a matrix. */
const blockScaled = /^(deepseek|glm|kimi|minimax|mistral-large-3|qwen3)/;

/** Whether a model's FP8 weights have a scale for each block. */
export function isScaledInBlocks({ name }: ModelShape): boolean {
  return blockScaled.test(name);
}

/**
 * Whether latent attention stays in BF16 beside experts in FP4: so it does in NVIDIA's DeepSeek and Kimi (`exclude_modules`),
 * unless the model's makers name a format (`besideFp4`).
 */
export function keepsLatentsWide({ model, weights }: Served): boolean {
  return weights === "fp4" && model.attention.type === "mla" && model.besideFp4 === undefined;
}

function quantisesExpertsOnly(model: ModelShape, weights: Weights): boolean {
  return model.feedForward.type === "moe" && (weights === "int4" || model.name.startsWith("gpt-oss"));
}
