/**
 * How much of a roofline kernels reach, as a few numbers for each chip, engine and format. tools/perf/derive.ts fits them to
 * measured kernels, and curves/derived.ts holds them. `seconds` is what a kernel takes in any case.
 */

/** A product of matrices: both bounds of the roofline, each divided by its efficiency, with a rounded corner between them. */
export type GemmEfficiency = {
  /** Share of the memory's bandwidth. */
  readonly memory: number;
  /** Share of the peak of dense arithmetic. */
  readonly compute: number;
  /** How sharp the corner is: 1 adds the two bounds, infinity takes the larger. */
  readonly sharpness: number;
  readonly seconds: number;
};

/** Attention of decodes: reading keys and values, which is the better the more streams are read at once. */
export type DecodeEfficiency = {
  /** Shares of the bandwidth and of the peak that many streams reach. */
  readonly memory: number;
  readonly compute: number;
  /** Streams (sequences × KV heads) at which half of it is reached. */
  readonly halfStreams: number;
  readonly seconds: number;
};

/** Attention of decodes in one kernel with prompts: tiles of queries with a single row in use (tiled.ts). */
export type TiledEfficiency = {
  /** Share of the dense peak at which tiles are computed. */
  readonly compute: number;
  /** Streams (sequences × heads) at which half of it is reached. */
  readonly halfStreams: number;
  /** Tokens to add to a sequence's context, for starting its tiles. */
  readonly startTokens: number;
};

/** Attention of a prompt: arithmetic, which is the better the longer the prompt is. */
export type PrefillEfficiency = {
  /** Share of the peak that long prompts reach. */
  readonly compute: number;
  /** Tokens at which half of it is reached. */
  readonly halfTokens: number;
  readonly seconds: number;
};

/** A sum over accelerators within the fast domain: seconds in any case, and bytes of a summed vector a second. */
export type AllReduceEfficiency = { readonly seconds: number; readonly bytesPerSecond: number };

/** How well a fit meets what was measured. */
export type Fit = {
  /** Median of |predicted / measured − 1|. */
  readonly medianError: number;
  readonly rows: number;
  /** Rows that were left out: they would be faster than the hardware. */
  readonly rejected: number;
};

/** Formats of weights. INT8 means W8A8: activations are in INT8 as well. */
export type Weights = "bf16" | "fp8" | "int8" | "fp4" | "int4";
/** Formats of products of matrices outside the experts. FP8 with a scale for each block of 128 × 128 has kernels of its own. */
export type GemmFormat = Weights | "fp8-block";
export type KvPrecision = "bf16" | "fp8";

/** The curves of an engine on a chip. */
export type EngineCurves = {
  /** For chips without a grid (gemm-grid.ts). */
  readonly gemm?: Partial<Record<GemmFormat, GemmEfficiency & Fit>>;
  readonly decode: Partial<Record<KvPrecision, DecodeEfficiency & Fit>>;
  /** Where prompts and decodes share a kernel. */
  readonly mixedDecode?: TiledEfficiency & Fit;
  /** By the format of keys and values, in which engines compute attention of prompts. */
  readonly prefill: Partial<Record<KvPrecision, PrefillEfficiency & Fit>>;
  /** By the number of accelerators. */
  readonly allReduce: Readonly<Record<number, AllReduceEfficiency & Fit>>;
};

/** What a chip does at its peak. */
export type Rates = { readonly flopsPerSecond: number; readonly bytesPerSecond: number };

/** Seconds of a product of matrices of so many FLOP, which reads and writes so many bytes. */
export function gemmSeconds(efficiency: GemmEfficiency, rates: Rates, flops: number, bytes: number): number {
  const memory = bytes / (rates.bytesPerSecond * efficiency.memory);
  const compute = flops / (rates.flopsPerSecond * efficiency.compute);
  const [larger, smaller] = memory > compute ? [memory, compute] : [compute, memory];
  const rounded = larger * (1 + (smaller / larger) ** efficiency.sharpness) ** (1 / efficiency.sharpness);
  return rounded + efficiency.seconds;
}

/**
 * Seconds of one layer for each token of context. A step takes `efficiency.seconds` besides.
 *
 * @param streams sequences × KV heads on the accelerator
 */
export function decodeSecondsPerToken(
  efficiency: DecodeEfficiency,
  rates: Rates,
  streams: number,
  flopsPerToken: number,
  bytesPerToken: number,
): number {
  const memory = bytesPerToken / (rates.bytesPerSecond * efficiency.memory);
  const compute = flopsPerToken / (rates.flopsPerSecond * efficiency.compute);
  return Math.max(memory, compute) * (1 + efficiency.halfStreams / streams);
}

/** Seconds of one layer for a prompt of so many tokens, or for a chunk with as many query-key pairs. */
export function prefillSeconds(
  efficiency: PrefillEfficiency,
  rates: Rates,
  tokens: number,
  flopsPerSquareToken: number,
): number {
  const flops = flopsPerSquareToken * tokens * tokens;
  const reached = efficiency.compute * (tokens / (tokens + efficiency.halfTokens));
  return efficiency.seconds + flops / (rates.flopsPerSecond * reached);
}
