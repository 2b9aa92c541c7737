/**
 * Weights that an accelerator has beyond an even share: those that each accelerator has whole, and those that it has twice.
 *
 * Engines do not split what makes latents, the indexer of sparse attention, and the router (`ReplicatedLinear` in vLLM's and
 * SGLang's `deepseek_v2.py`). Of a quantised model they also keep the matrices that widen a latent a second time, in BF16, to
 * absorb them into queries and outputs (`process_weights_after_loading` of vLLM's MLA). Starts of vLLM with DeepSeek R1, V3.2 and
 * Kimi K2.5 report as much (vllm-memory.test.ts).
 */
import type { Attention, ModelShape } from "../../catalog/model-shape.ts";
import { indexedLayers } from "../attention/attention-layers.ts";

type Latent = Extract<Attention, { readonly type: "mla" }>;

/** Bytes of a weight in BF16: of the router, and of the matrices that are kept twice. */
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
