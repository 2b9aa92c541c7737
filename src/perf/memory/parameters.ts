/** How many weights a model has, and how many of them a token meets. */
import type { Attention, FeedForward, LinearAttention, ModelShape } from "../../catalog/model-shape.ts";
import { compressedParameters } from "../attention/compressed.ts";
import { indexedLayers } from "../attention/attention-layers.ts";

export type ParameterCount = {
  /** Weights that are stored. */
  readonly total: number;
  /** Weights that one token is multiplied with: its experts and the LM head, but not the table of embeddings. */
  readonly activePerToken: number;
};

/** Tokens that the convolution before a gated delta rule spans (Qwen3-Next, `linear_conv_kernel_dim`). */
const convolutionTokens = 4;

/** Counts the weights in the matrices of a model. Norms and biases, less than a thousandth of them, are left out. */
export function parameterCount(shape: ModelShape): ParameterCount {
  const { hidden, vocabulary, layers, feedForwardMatrices: matrices } = shape;
  const feedForward = feedForwardParameters(shape.feedForward, hidden, layers, matrices);
  const head = vocabulary * hidden;
  const attention = attentionParameters(shape.attention, hidden, layers) + mixingParameters(shape);
  return {
    total: attention + feedForward.total + head * (shape.tiedEmbeddings ? 1 : 2),
    activePerToken: attention + feedForward.active + head,
  };
}

/** Weights that mix residual streams, before and after attention and the feed-forward: what to take, to give and to swap. */
function mixingParameters({ residualStreams = 1, hidden, layers }: ModelShape): number {
  if (residualStreams === 1) return 0;
  return layers * 2 * residualStreams * hidden * residualStreams * (2 + residualStreams);
}

/** Weights of attention in all layers. */
export function attentionParameters(attention: Attention, hidden: number, layers: number): number {
  if (attention.type === "gqa") {
    const { heads, linear, outputGate, sparse, global, queryRank } = attention;
    const of = ({ kvHeads, headDim }: { readonly kvHeads: number; readonly headDim: number }, projections: number) => {
      const queries = heads * headDim * (outputGate ? 2 : 1);
      const query = queryRank === undefined ? hidden * queries : queryRank * (hidden + queries);
      return query + hidden * headDim * (heads + projections * kvHeads);
    };
    const near = of(attention, 2);
    const full = global === undefined ? near : of(global, global.isOneProjection ? 1 : 2);
    const index = sparse === undefined ? 0 : sparse.layers * hidden * (sparse.indexHeads + 1) * sparse.indexDim;
    if (global && attention.window) return attention.window.layers * near + (layers - attention.window.layers) * full;
    if (linear === undefined) return layers * full + index;
    return (layers - linear.layers) * full + linearParameters(linear, hidden);
  }
  if (attention.type === "compressed") return compressedParameters(attention, hidden, layers);
  const { heads, queryRank, kvRank, ropeDim, nopeDim, valueDim, sparse, linear, outputGate } = attention;
  const full = layers - (linear?.layers ?? 0);
  const queryWidth = heads * (nopeDim + ropeDim);
  const query = queryRank === undefined ? hidden * queryWidth : queryRank * (hidden + queryWidth);
  const keyValue = hidden * (kvRank + ropeDim) + kvRank * heads * (nopeDim + valueDim);
  const indexer =
    sparse === undefined
      ? 0
      : (queryRank ?? hidden) * sparse.indexHeads * sparse.indexDim + hidden * (sparse.indexDim + sparse.indexHeads);
  const indexed = sparse === undefined ? 0 : indexedLayers(sparse, full);
  const output = heads * valueDim * hidden * (outputGate ? 2 : 1);
  return full * (query + keyValue + output) + indexed * indexer + linearParameters(linear, hidden);
}

/** Weights of all layers of linear attention; 0 without any. */
function linearParameters(linear: LinearAttention | undefined, hidden: number): number {
  if (linear === undefined) return 0;
  const keys = linear.keyHeads * linear.keyDim;
  const values = linear.valueHeads * linear.valueDim;
  const projected = hidden * (2 * keys + 2 * values + 2 * linear.valueHeads);
  const convolved = convolutionTokens * (2 * keys + values);
  return linear.layers * (projected + convolved + values * hidden);
}

function feedForwardParameters(
  feedForward: FeedForward,
  hidden: number,
  layers: number,
  matrices: number,
): { readonly total: number; readonly active: number } {
  if (feedForward.type === "dense") {
    const all = (feedForward.layers ?? layers) * matrices * hidden * feedForward.width;
    return { total: all, active: all };
  }
  const { experts, expertsPerToken, expertWidth, latentWidth, sharedWidth, denseLayers, denseWidth } = feedForward;
  const expert = matrices * (latentWidth ?? hidden) * expertWidth;
  const always = hidden * experts + matrices * hidden * sharedWidth + 2 * hidden * (latentWidth ?? 0);
  const dense = denseLayers * matrices * hidden * denseWidth;
  return {
    total: dense + (layers - denseLayers) * (always + experts * expert),
    active: dense + (layers - denseLayers) * (always + expertsPerToken * expert),
  };
}
