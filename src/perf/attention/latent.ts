/**
 * Multi-head latent attention (DeepSeek-AI 2024, DeepSeek-V2, §2.1), measured as whole modules: projections, norms and rotation,
 * and the attention between them. Decodes run absorbed, so that every head reads the latent itself. Prompts run unabsorbed: keys
 * and values are unpacked first.
 *
 * curves/latent.ts has what modules and kernels take, by the heads of an accelerator and the sequences in a step.
 * tools/perf/derive-latent.ts fits it to modules of DeepSeek V3's sizes.
 */
import type { Latent } from "../../catalog/model-shape.ts";
import type { KvPrecision, Rates } from "../operations/efficiency.ts";
import { placeAmong } from "../operations/knots.ts";
import type { Sparse } from "./attention-layers.ts";

/** Lists are by the heads on an accelerator (`latentHeads`), those of decodes by the sequences in a step (`latentSequences`) too. */
export type LatentCurves = {
  readonly version: string;
  /** Microseconds of a module of decodes without context. Sequences vary fastest. */
  readonly decode: readonly number[];
  /** Microseconds of its attention kernel alone, in the same order. */
  readonly kernel: readonly number[];
  /** Nanoseconds for each token of context that any of the sequences reads. */
  readonly context: Readonly<Record<KvPrecision, readonly number[]>>;
  /** A module of prompts: microseconds in any case, nanoseconds a token, and picoseconds a square token of each prompt. */
  readonly prompt: {
    readonly fixed: readonly number[];
    readonly token: readonly number[];
    readonly square: readonly number[];
  };
  /** Median of |predicted / measured − 1| of modules of decodes and of prompts. */
  readonly decodeError: number;
  readonly promptError: number;
};

/** Numbers in a latent of DeepSeek V3: 512 and 64 that are rotated. */
const latentNumbers = 576;

/** Knots of the curves. */
export const latentHeads = [1, 2, 4, 8, 16, 32, 64, 128] as const;
export const latentSequences = [1, 4, 16, 64, 256, 1024] as const;

/** Seconds of a layer's attention in a step of decodes, without reading their context. */
export function latentDecodeSeconds(curves: LatentCurves, heads: number, sequences: number): number {
  return surface(curves.decode, heads, sequences) * 1e-6;
}

/** The part of it that decodes beside prompts take: their projections are made with those of the prompts. */
export function latentKernelSeconds(curves: LatentCurves, heads: number, sequences: number): number {
  return surface(curves.kernel, heads, sequences) * 1e-6;
}

/** Seconds of a layer for each token of context, of all sequences together; at least what reading a latent takes. */
export function latentContextSeconds(
  curves: LatentCurves,
  kv: KvPrecision,
  rates: Rates,
  heads: number,
  sequences: number,
): number {
  const least = (latentNumbers * (kv === "fp8" ? 1 : 2)) / rates.bytesPerSecond;
  return Math.max(least, surface(curves.context[kv], heads, sequences) * 1e-9);
}

/** Seconds of a layer's attention for so many tokens of prompts, without attention among these tokens. */
export function latentPromptSeconds(curves: LatentCurves, heads: number, tokens: number): number {
  const { fixed, token } = curves.prompt;
  return line(fixed, heads) * 1e-6 + line(token, heads) * 1e-9 * tokens;
}

/** Seconds of a layer for attention among the tokens of one prompt, or of a chunk with as many query-key pairs. */
export function latentSquareSeconds(curves: LatentCurves, heads: number, tokens: number): number {
  return line(curves.prompt.square, heads) * 1e-12 * tokens * tokens;
}

/** Kernels of sparse attention compute no fewer heads than these. */
export const paddedHeads = { hopper: 64, blackwell: 128 } as const;
/** Share of the peaks that FlashMLA's sparse kernel and the indexer's kernel reach. Rough estimates. */
export const sparseShare = 0.6;
export const indexShare = 0.3;
/**
 * Seconds of the indexer however short the context is, an estimate: three products that accelerators do not share (15 µs), a
 * dozen small kernels for a norm, rotations, quantising and storing (30 µs), and scoring and choosing at the least (15 µs).
 */
export const indexSeconds = 60e-6;
/** Bytes of a key of the indexer: 128 numbers in FP8, and a scale. */
const indexKeyBytes = 132;

/** Seconds of a layer with an indexer for each token of context, whose key it reads. */
export function sparseContextSeconds(sparse: Pick<Sparse, "indexHeads" | "indexDim">, fp8: Rates): number {
  const flops = 2 * sparse.indexHeads * sparse.indexDim;
  return Math.max(indexKeyBytes / fp8.bytesPerSecond, flops / fp8.flopsPerSecond) / indexShare;
}

/**
 * Seconds of a layer that sparse attention adds to a step of decodes: the indexer, and attention to the tokens that it chose.
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
