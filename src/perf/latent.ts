/**
 * Multi-head latent attention, whole: a layer's projections, norms and rotation with the attention between them. Decodes
 * run absorbed (every head reads the latent itself), prompts unabsorbed (keys and values are unpacked first).
 *
 * DeepSeek-AI 2024, DeepSeek-V2, §2.1. What modules and kernels take stands in curves/latent.ts, by the heads that an
 * accelerator has and the sequences in a step, fitted by tools/perf/derive-latent.ts to modules of DeepSeek V3's sizes;
 * models of other sizes take theirs by the bytes and operations that they differ in.
 */
import type { Latent } from "../catalog/model-shape.ts";
import type { KvPrecision, Rates } from "./efficiency.ts";
import { placeAmong } from "./knots.ts";
import type { Sparse } from "./attention-layers.ts";

/** By the heads on an accelerator, of `latentHeads`; decodes by the sequences in a step, of `latentSequences`, too. */
export type LatentCurves = {
  readonly version: string;
  /** Microseconds of a module of decodes without context; sequences vary fastest. */
  readonly decode: readonly number[];
  /** Microseconds of its attention kernel alone, in the same order. */
  readonly kernel: readonly number[];
  /** Nanoseconds for each token of context that any of the sequences reads. */
  readonly context: Readonly<Record<KvPrecision, readonly number[]>>;
  /** A module of prompts: microseconds fixed, nanoseconds a token, and picoseconds a token squared of each prompt. */
  readonly prompt: {
    readonly fixed: readonly number[];
    readonly token: readonly number[];
    readonly square: readonly number[];
  };
  /** Median of |predicted / measured − 1| of modules of decodes and of prompts. */
  readonly decodeError: number;
  readonly promptError: number;
};

export const latentHeads = [1, 2, 4, 8, 16, 32, 64, 128] as const;
export const latentSequences = [1, 4, 16, 64, 256, 1024] as const;

/** Seconds of a layer's attention in a step of decodes, but for reading their context. */
export function latentDecodeSeconds(curves: LatentCurves, heads: number, sequences: number): number {
  return surface(curves.decode, heads, sequences) * 1e-6;
}

/** Of it, what the decodes in a step with prompts take, whose projections are made with those of the prompts. */
export function latentKernelSeconds(curves: LatentCurves, heads: number, sequences: number): number {
  return surface(curves.kernel, heads, sequences) * 1e-6;
}

/** Seconds of a layer for each token of context, of all sequences together; never under what reading it takes. */
export function latentContextSeconds(
  curves: LatentCurves,
  kv: KvPrecision,
  rates: Rates,
  heads: number,
  sequences: number,
): number {
  const least = (576 * (kv === "fp8" ? 1 : 2)) / rates.bytesPerSecond;
  return Math.max(least, surface(curves.context[kv], heads, sequences) * 1e-9);
}

/** Seconds of a layer's attention for so many tokens of prompts, but for the pairs of tokens that attend to each other. */
export function latentPromptSeconds(curves: LatentCurves, heads: number, tokens: number): number {
  const { fixed, token } = curves.prompt;
  return line(fixed, heads) * 1e-6 + line(token, heads) * 1e-9 * tokens;
}

/** Seconds of a layer for one prompt of so many tokens, or a chunk with as many pairs. */
export function latentSquareSeconds(curves: LatentCurves, heads: number, tokens: number): number {
  return line(curves.prompt.square, heads) * 1e-12 * tokens * tokens;
}

export const paddedHeads = { hopper: 64, blackwell: 128 } as const;
/** Of the peaks: what FlashMLA's sparse kernel and the indexer's reach, roughly. */
export const sparseShare = 0.6;
export const indexShare = 0.3;
/**
 * The indexer, however short the context: three products that no accelerator shares with another (15 µs), a dozen small
 * kernels of a norm, rotations, quantising and storing (30 µs), the least that scoring and the choice of the best take (15 µs).
 */
export const indexSeconds = 60e-6;
/** A key of the indexer: 128 numbers in FP8 with a scale. */
const indexKeyBytes = 132;

/** Seconds of a layer with an indexer for each token of context: it reads its keys. */
export function sparseContextSeconds(sparse: Pick<Sparse, "indexHeads" | "indexDim">, fp8: Rates): number {
  const flops = 2 * sparse.indexHeads * sparse.indexDim;
  return Math.max(indexKeyBytes / fp8.bytesPerSecond, flops / fp8.flopsPerSecond) / indexShare;
}

/**
 * Seconds of a layer that come to those of a step of decodes: the indexer, and attention to the tokens that it chose.
 *
 * @param indexed share of the layers that have an indexer
 */
export function sparseDecodeSeconds(
  sparse: Sparse,
  curves: LatentCurves,
  kv: KvPrecision,
  bf16: Rates,
  sequences: number,
  indexed: number,
) {
  const context = latentContextSeconds(curves, kv, bf16, paddedHeads.hopper, sequences);
  return indexed * indexSeconds + sequences * sparse.tokens * context;
}

/**
 * Seconds of a layer for one prompt of so many tokens.
 *
 * @param indexed share of the layers that have an indexer
 */
export function sparsePromptSeconds(
  { sparse, kvRank, ropeDim }: Latent & { readonly sparse: Sparse },
  curves: LatentCurves,
  bf16: Rates,
  fp8: Rates,
  heads: number,
  tokens: number,
  indexed: number,
): number {
  const whole = latentSquareSeconds(curves, heads, Math.min(tokens, sparse.tokens));
  if (tokens <= sparse.tokens) return whole;
  const least = fp8.flopsPerSecond > 4e15 ? paddedHeads.blackwell : paddedHeads.hopper;
  const pairs = sparse.tokens * (tokens - sparse.tokens);
  const attended = (pairs * 2 * (2 * kvRank + ropeDim) * Math.max(least, heads)) / (bf16.flopsPerSecond * sparseShare);
  const scored = (tokens * tokens * sparse.indexHeads * sparse.indexDim) / (fp8.flopsPerSecond * indexShare);
  return whole + attended + indexed * scored;
}

function line(values: readonly number[], heads: number): number {
  const { index, rest } = placeAmong(latentHeads, heads);
  return between(values[index]!, values[index + 1]!, rest);
}

function surface(values: readonly number[], heads: number, sequences: number): number {
  const head = placeAmong(latentHeads, heads);
  const sequence = placeAmong(latentSequences, sequences);
  const at = (row: number) => {
    const from = row * latentSequences.length + sequence.index;
    return between(values[from]!, values[from + 1]!, sequence.rest);
  };
  return between(at(head.index), at(head.index + 1), head.rest);
}

function between(one: number, other: number, rest: number): number {
  return one + rest * (other - one);
}
