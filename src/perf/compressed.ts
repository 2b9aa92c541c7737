/**
 * Attention to compressed tokens (DeepSeek-AI 2026, DeepSeek-V4, arXiv 2606.19348, §2.3): all heads read one key of
 * `keyDim` numbers, which is its value too. Every layer reads the last tokens as they are; beyond them some layers read
 * keys that stand for a few tokens each, the best of them by an indexer (CSA), some all of keys that stand for many (HCA).
 *
 * Such a key is much like the latent of multi-head latent attention, 512 numbers against 576, read by every head, so that
 * the kernels measured of it stand for these. Nobody has published measurements of them themselves: all of it is `analytic`.
 */
import type { Compressed } from "../catalog/model-shape.ts";
import type { KvPrecision, Rates } from "./efficiency.ts";
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

/** One product of matrices in some layers of an accelerator. */
export type Projection = {
  readonly n: number;
  readonly k: number;
  readonly layers: number;
  /** Where it is another than that of the model's other products. */
  readonly format?: "bf16";
  /** Whether its results are summed over accelerators. */
  readonly isSummed?: boolean;
};

/** Norms of queries and keys, rotating, quantising, and writing the cache: some four small kernels. */
const besideSeconds = 10e-6;

/** Heads, and with them the groups of the output, are split; queries' and keys' first products are whole on each. */
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
 * What turns tokens into a compressed one: numbers and their weights, where a few are chosen from of two windows that
 * overlap, for keys and for the indexer's, which weighs its heads besides.
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

/** Seconds of all layers' attention in a step of decodes, but for its projections and for what grows with the context. */
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

/** Seconds of all layers for each token of context: the indexer reads its keys, and some layers all of theirs. */
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

/** Bytes of one layer for each token within the window. */
export function windowKeyBytes({ keyDim, ropeDim }: Compressed, kv: KvPrecision): number {
  return keyBytes(keyDim, ropeDim, kv);
}

/** Bytes of all layers' cache for each token; the window's, a few megabytes of each sequence, are counted by sequence. */
export function compressedKvBytes({ keyDim, ropeDim, chosen, whole }: Compressed, kv: KvPrecision): number {
  const key = keyBytes(keyDim, ropeDim, kv);
  return (chosen.layers / chosen.ratio) * (key + indexBytes(chosen.indexDim)) + (whole.layers / whole.ratio) * key;
}

/** What all accelerators of a replica do and read for some tokens, whatever it takes: power follows from it. */
export type CompressedWork = { readonly attendedFlops: number; readonly indexedFlops: number; readonly bytes: number };

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

/** Keys that a token reads in all layers, however long the context is; of one shorter than is chosen from, somewhat fewer. */
function keysOfDecode({ windowTokens, chosen }: Compressed, layers: number): number {
  return layers * windowTokens + chosen.layers * chosen.tokens;
}

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

/** A key is multiplied with the query, and as a value with its weight. */
function flopsOfKey({ keyDim }: Compressed, heads: number): number {
  return 4 * keyDim * heads;
}

function flopsOfIndex({ chosen }: Compressed): number {
  return 2 * chosen.indexHeads * chosen.indexDim;
}

function keySeconds(curves: LatentCurves, kv: KvPrecision, bf16: Rates, heads: number, sequences: number): number {
  return latentContextSeconds(curves, kv, bf16, Math.max(paddedHeads.hopper, heads), sequences);
}

/** In FP8 all but what is rotated, which stays in BF16, and eight bytes of scales: 584 of DeepSeek-V4's 512 numbers. */
function keyBytes(keyDim: number, ropeDim: number, kv: KvPrecision): number {
  return kv === "fp8" ? keyDim + ropeDim + 8 : 2 * keyDim;
}

/** As engines keep them, in FP8 with a scale; FP4 would halve them. */
function indexBytes(indexDim: number): number {
  return indexDim + 4;
}
