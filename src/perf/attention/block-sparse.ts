/**
 * Grouped-query attention to the best blocks of keys (MiniMax-M3's MSA, arXiv 2606.13392). An index branch of a few heads, with
 * one key of its own for each token, scores the whole context. Keys and values are then read only in the blocks with the best
 * scores. The kernels of whole attention stand for both, since nobody has published measurements of these.
 */
import type { Grouped } from "../../catalog/model-shape.ts";
import {
  type DecodeEfficiency,
  decodeSecondsPerToken,
  type PrefillEfficiency,
  prefillSeconds,
  type Rates,
} from "../operations/efficiency.ts";
import { indexSeconds, indexShare } from "./latent.ts";

type Blocks = NonNullable<Grouped["sparse"]>;

/** Bytes of a key of the index branch, which engines keep in BF16. */
export function blockIndexBytes({ indexDim }: Blocks): number {
  return 2 * indexDim;
}

/**
 * Seconds of a layer in a step of decodes however long the context is: the choice, and reading what is chosen.
 *
 * @param perToken seconds of whole attention for each token of a sequence's context
 */
export function blockDecodeSeconds(sparse: Blocks, perToken: number, sequences: number): number {
  return indexSeconds + sequences * sparse.tokens * perToken;
}

/** Seconds of a layer for each token of context: reading its key in the index branch, which each accelerator has whole. */
export function blockContextSeconds(
  sparse: Blocks,
  efficiency: DecodeEfficiency,
  bf16: Rates,
  tp: number,
  sequences: number,
): number {
  const flops = blockIndexFlops(sparse) / tp;
  return decodeSecondsPerToken(efficiency, bf16, sequences, flops, blockIndexBytes(sparse));
}

/** Seconds of a layer for one prompt of so many tokens. */
export function blockPromptSeconds(
  sparse: Blocks,
  efficiency: PrefillEfficiency,
  bf16: Rates,
  tp: number,
  tokens: number,
  flopsPerSquareToken: number,
): number {
  const near = Math.sqrt(2 * blockPairs(sparse, tokens, (tokens * tokens) / 2));
  const scored = (tokens * tokens * blockIndexFlops(sparse)) / 2 / tp / (bf16.flopsPerSecond * indexShare);
  return prefillSeconds(efficiency, bf16, near, flopsPerSquareToken) + scored;
}

/** How many of a prompt's pairs of query and key are attended to. */
export function blockPairs(sparse: Blocks, tokens: number, pairs: number): number {
  return Math.min(pairs, tokens * sparse.tokens);
}

/** FLOP of all heads of the index branch for a query and a key. */
export function blockIndexFlops({ indexHeads, indexDim }: Blocks): number {
  return 2 * indexHeads * indexDim;
}
