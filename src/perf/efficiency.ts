/**
 * How much of a roofline an engine's kernels reach, as a few numbers per chip, engine and precision. They are fitted
 * to measured kernels by tools/perf/derive.ts; curves/derived.ts holds them.
 */

/** A product of matrices: both bounds of the roofline, each over its efficiency, rounded where they meet. */
export type GemmEfficiency = {
  /** Share of the memory's bandwidth. */
  readonly memory: number;
  /** Share of the dense peak. */
  readonly compute: number;
  /** The higher, the sharper the corner: 1 adds the two bounds, infinity takes the larger. */
  readonly sharpness: number;
  readonly seconds: number;
};

/** Attention of decodes: reading keys and values, the better the more streams of them there are at once. */
export type DecodeEfficiency = {
  readonly memory: number;
  readonly compute: number;
  /** Streams (sequences × KV heads) at which half of it is reached. */
  readonly halfStreams: number;
  readonly seconds: number;
};

/** Attention of decodes in one kernel with prompts, as tiles of queries of which but one is there. */
export type TiledEfficiency = {
  /** Share of the dense peak at which tiles are computed. */
  readonly compute: number;
  /** Streams (sequences × heads) at which half of it is reached. */
  readonly halfStreams: number;
  /** What comes to a sequence's context: tiles that are begun, and those for the rows that it has not. */
  readonly startTokens: number;
};

/** Attention of a prompt: arithmetic, the better the longer it is. */
export type PrefillEfficiency = {
  readonly compute: number;
  /** Tokens at which half of it is reached. */
  readonly halfTokens: number;
  readonly seconds: number;
};

/** All-reduce within the fast domain. */
export type AllReduceEfficiency = { readonly seconds: number; readonly bytesPerSecond: number };

/** How well a fit meets what was measured. */
export type Fit = {
  /** Median of |predicted / measured − 1|. */
  readonly medianError: number;
  readonly rows: number;
  /** Rows left out because they beat the hardware. */
  readonly rejected: number;
};

/** INT8 is multiplied in INT8 (W8A8). */
export type Weights = "bf16" | "fp8" | "int8" | "fp4" | "int4";
/** Formats of the products of matrices that are no experts: FP8 with a scale to each block of 128 × 128 has other kernels. */
export type GemmFormat = Weights | "fp8-block";
export type KvPrecision = "bf16" | "fp8";

export type EngineCurves = {
  /** Of chips that have no grid, see gemm-grid.ts. */
  readonly gemm?: Partial<Record<GemmFormat, GemmEfficiency & Fit>>;
  readonly decode: Partial<Record<KvPrecision, DecodeEfficiency & Fit>>;
  /** Where prompts and decodes share a kernel. */
  readonly mixedDecode?: TiledEfficiency & Fit;
  /** By the format of keys and values, in which engines compute it where a kernel for it was measured. */
  readonly prefill: Partial<Record<KvPrecision, PrefillEfficiency & Fit>>;
  readonly allReduce: Readonly<Record<number, AllReduceEfficiency & Fit>>;
};

export type Rates = { readonly flopsPerSecond: number; readonly bytesPerSecond: number };

export function gemmSeconds(efficiency: GemmEfficiency, rates: Rates, flops: number, bytes: number): number {
  const memory = bytes / (rates.bytesPerSecond * efficiency.memory);
  const compute = flops / (rates.flopsPerSecond * efficiency.compute);
  const [larger, smaller] = memory > compute ? [memory, compute] : [compute, memory];
  const rounded = larger * (1 + (smaller / larger) ** efficiency.sharpness) ** (1 / efficiency.sharpness);
  return rounded + efficiency.seconds;
}

/** Seconds for each token of context, of one layer; to which `efficiency.seconds` comes once. */
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

/** Seconds of one layer for a prompt of `tokens`, or a chunk with as many query-key pairs. */
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
