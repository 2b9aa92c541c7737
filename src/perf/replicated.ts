/**
 * Weights beyond an even share: what every accelerator has whole, however many share a layer, and what it has twice.
 *
 * Engines keep whole what makes latents, the indexer of sparse attention and the router (`ReplicatedLinear` in vLLM's and
 * SGLang's `deepseek_v2.py`); and of a quantised model the matrices that a latent is widened by once more in BF16, since they
 * are absorbed into queries and outputs (`process_weights_after_loading` of vLLM's MLA). vLLM's starts with DeepSeek R1, V3.2
 * and Kimi K2.5 report as much (vllm-memory.test.ts).
 */
import type { Attention, ModelShape } from "../catalog/model-shape.ts";
import { indexedLayers } from "./attention-layers.ts";

type Latent = Extract<Attention, { readonly type: "mla" }>;

/** The router is kept in BF16. */
const routerWidth = 2;
const absorbedWidth = 2;

/**
 * Bytes that each of the accelerators has besides its share of the whole.
 *
 * @param width bytes of a weight outside the experts
 */
export function beyondShareBytes(model: ModelShape, width: number, tensorParallel: number): number {
  const { attention, feedForward, hidden, layers } = model;
  const router =
    feedForward.type === "dense" ? 0 : hidden * feedForward.experts * (layers - feedForward.denseLayers) * routerWidth;
  const [whole, widened] = attention.type === "mla" ? latentWeights(attention, hidden, layers) : [0, 0];
  const twice = width < absorbedWidth ? (widened * absorbedWidth) / tensorParallel : 0;
  return (router + whole * width) * (1 - 1 / tensorParallel) + twice;
}

function latentWeights(attention: Latent, hidden: number, layers: number): readonly [whole: number, widened: number] {
  const { heads, queryRank = 0, kvRank, ropeDim, nopeDim, valueDim, sparse, linear } = attention;
  const full = layers - (linear?.layers ?? 0);
  const made = hidden * (queryRank + kvRank + ropeDim);
  const index =
    sparse === undefined
      ? 0
      : indexedLayers(sparse, full) *
        ((queryRank || hidden) * sparse.indexHeads * sparse.indexDim + hidden * (sparse.indexDim + sparse.indexHeads));
  return [full * made + index, full * heads * kvRank * (nopeDim + valueDim)];
}
