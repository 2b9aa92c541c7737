/**
 * Attention to compressed tokens (DeepSeek-AI 2026, DeepSeek-V4, arXiv 2606.19348, §2.3). All heads read one key of `keyDim`
 * numbers, which is also its value. Every layer reads the last tokens as they are. Beyond them, some layers read keys that stand
 * for a few tokens each, and an indexer chooses the best of those (CSA). Other layers read all keys that stand for many (HCA).
 *
 * Such a key is much like a latent of multi-head latent attention: 512 numbers, where that has 576, read by every head. So its
 * measured kernels stand for these. Nobody has published measurements of attention to compressed tokens: all of it is `analytic`.
 */
import type { Compressed } from "../../catalog/model-shape.ts";
import type { KvPrecision, Rates } from "../operations/efficiency.ts";
import {
  indexSeconds,
  indexShare,
  latentContextSeconds,
  type LatentCurves,
  latentKernelSeconds,
  paddedHeads,
  sparseContextSeconds,
  sparseShare,
} from "./latent.ts";

/** A product of matrices on one accelerator: tokens of `k` numbers with weights of `k` × `n`, in so many layers. */
export type Projection = {
  readonly n: number;
  readonly k: number;
  readonly layers: number;
  /** Unless it is that of the model's other products. */
  readonly format?: "bf16";
  /** Whether its results are summed over accelerators. */
  readonly isSummed?: boolean;
};

/** Seconds of four small kernels: norms of queries and keys, rotation, quantising, and writing the cache. An estimate. */
const besideSeconds = 10e-6;

/** Products of all layers. Accelerators share heads and groups of the output; each has the first products of queries and keys whole. */
export function compressedProjections(attention: Compressed, hidden: number, layers: number, tp: number): Projection[] {
  const { heads, keyDim, queryRank, outputGroups, outputRank, chosen } = attention;
  return [
    { n: queryRank + keyDim, k: hidden, layers },
    { n: (heads * keyDim) / tp, k: queryRank, layers },
    { n: (outputGroups * outputRank) / tp, k: (heads * keyDim) / outputGroups, layers },
    { n: hidden, k: (outputGroups * outputRank) / tp, layers },
    { n: chosen.indexHeads * chosen.indexDim, k: queryRank, layers: chosen.layers },
    ...compressors(attention).map(({ width: n, layers: some }) => ({
      n,
      k: hidden,
      layers: some,
      format: "bf16" as const,
    })),
  ];
}

/**
 * Products that turn tokens into compressed keys. HCA makes numbers and their weights from one window. CSA makes them from two
 * windows that overlap, for its keys and those of the indexer, and weighs the indexer's heads.
 */
function compressors({ keyDim, chosen, whole }: Compressed): { readonly width: number; readonly layers: number }[] {
  return [
    { width: 4 * keyDim + 4 * chosen.indexDim + chosen.indexHeads, layers: chosen.layers },
    { width: 2 * keyDim, layers: whole.layers },
  ];
}

/** Weights of attention in all layers. */
export function compressedParameters(attention: Compressed, hidden: number, layers: number): number {
  let all = 0;
  for (const { n, k, layers: some } of compressedProjections(attention, hidden, layers, 1)) all += some * n * k;
  return all;
}

/** Seconds of all layers' attention in a step of decodes, without projections and what grows with the context. */
export function compressedDecodeSeconds(
  attention: Compressed,
  layers: number,
  curves: LatentCurves,
  kv: KvPrecision,
  bf16: Rates,
  heads: number,
  sequences: number,
): number {
  const fixed = layers * (latentKernelSeconds(curves, heads, sequences) + besideSeconds);
  const perKey = keySeconds(curves, kv, bf16, heads, sequences);
  return fixed + attention.chosen.layers * indexSeconds + sequences * keysOfDecode(attention, layers) * perKey;
}

/** Seconds of all layers for each token of context: the indexer reads its keys, and layers of HCA all of theirs. */
export function compressedContextSeconds(
  { chosen, whole }: Compressed,
  curves: LatentCurves,
  kv: KvPrecision,
  bf16: Rates,
  fp8: Rates,
  heads: number,
  sequences: number,
): number {
  const indexed = (chosen.layers / chosen.ratio) * sparseContextSeconds(chosen, fp8);
  return indexed + (whole.layers / whole.ratio) * keySeconds(curves, kv, bf16, heads, sequences);
}

/** Seconds of all layers for one prompt of so many tokens. */
export function compressedPromptSeconds(
  attention: Compressed,
  layers: number,
  bf16: Rates,
  fp8: Rates,
  heads: number,
  tokens: number,
): number {
  const pairs = (tokens * tokens) / 2;
  const read = keysOfPrompts(attention, layers, tokens, pairs);
  const attended = read * flopsOfKey(attention, Math.max(paddedHeads.hopper, heads));
  const scored = (pairs / attention.chosen.ratio) * attention.chosen.layers * flopsOfIndex(attention);
  return attended / (bf16.flopsPerSecond * sparseShare) + scored / (fp8.flopsPerSecond * indexShare);
}

/** Bytes that one layer keeps for each token within the window. */
export function windowKeyBytes({ keyDim, ropeDim }: Compressed, kv: KvPrecision): number {
  return keyBytes(keyDim, ropeDim, kv);
}

/** Bytes that all layers keep for each token of context. Windows, a few megabytes of each sequence, are counted by sequence. */
export function compressedKvBytes({ keyDim, ropeDim, chosen, whole }: Compressed, kv: KvPrecision): number {
  const key = keyBytes(keyDim, ropeDim, kv);
  return (chosen.layers / chosen.ratio) * (key + indexBytes(chosen.indexDim)) + (whole.layers / whole.ratio) * key;
}

/** What all accelerators of a replica compute and read for some tokens: power follows from it. */
export type CompressedWork = { readonly attendedFlops: number; readonly indexedFlops: number; readonly bytes: number };

/** @param work tokens of prompts and their pairs of query and key, tokens of decodes and of the contexts that they read */
export function compressedWork(
  attention: Compressed,
  layers: number,
  kv: KvPrecision,
  work: {
    readonly promptTokens: number;
    readonly promptPairs: number;
    readonly decodedTokens: number;
    readonly contextTokens: number;
  },
): CompressedWork {
  const { chosen, whole } = attention;
  const decoded =
    work.decodedTokens * keysOfDecode(attention, layers) + (work.contextTokens * whole.layers) / whole.ratio;
  const scored = ((work.contextTokens + work.promptPairs) * chosen.layers) / chosen.ratio;
  const indexRead = (work.contextTokens * chosen.layers) / chosen.ratio;
  return {
    attendedFlops:
      (decoded + keysOfPrompts(attention, layers, work.promptTokens, work.promptPairs)) *
      flopsOfKey(attention, attention.heads),
    indexedFlops: scored * flopsOfIndex(attention),
    bytes:
      decoded * keyBytes(attention.keyDim, attention.ropeDim, kv) +
      indexRead * indexBytes(chosen.indexDim) +
      work.promptTokens * compressedKvBytes(attention, kv),
  };
}

/** Keys that a token reads in all layers however long the context is. A short context has somewhat fewer. */
function keysOfDecode({ windowTokens, chosen }: Compressed, layers: number): number {
  return layers * windowTokens + chosen.layers * chosen.tokens;
}

/** Keys that so many tokens of prompts read in all layers, by their pairs of query and key. */
function keysOfPrompts(
  { windowTokens, chosen, whole }: Compressed,
  layers: number,
  tokens: number,
  pairs: number,
): number {
  const near = layers * Math.min(pairs, tokens * windowTokens);
  const best = chosen.layers * Math.min(pairs / chosen.ratio, tokens * chosen.tokens);
  return near + best + (whole.layers * pairs) / whole.ratio;
}

/** Each number of a key is multiplied with the query and, as a value, with its weight. */
function flopsOfKey({ keyDim }: Compressed, heads: number): number {
  return 4 * keyDim * heads;
}

function flopsOfIndex({ chosen }: Compressed): number {
  return 2 * chosen.indexHeads * chosen.indexDim;
}

function keySeconds(curves: LatentCurves, kv: KvPrecision, bf16: Rates, heads: number, sequences: number): number {
  return latentContextSeconds(curves, kv, bf16, Math.max(paddedHeads.hopper, heads), sequences);
}

/** In FP8, numbers that are rotated stay in BF16, and scales take eight bytes: 584 bytes for DeepSeek-V4's 512 numbers. */
function keyBytes(keyDim: number, ropeDim: number, kv: KvPrecision): number {
  return kv === "fp8" ? keyDim + ropeDim + 8 : 2 * keyDim;
}

/** Bytes of an indexer's key: in FP8 with a scale, as engines keep them. */
function indexBytes(indexDim: number): number {
  return indexDim + 4;
}
