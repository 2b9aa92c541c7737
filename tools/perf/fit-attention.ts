/** Fits the laws of attention (src/perf/operations/efficiency.ts) to measured kernels, whoever measured them. */
import {
  type DecodeEfficiency,
  decodeSecondsPerToken,
  prefillSeconds,
  type Rates,
} from "../../src/perf/operations/efficiency.ts";
import { type Fitted, fitCurve } from "./fit-curve.ts";

/** Decodes of one launch, all with as much context: the work for each token of it. */
export type DecodePoint = {
  readonly sequences: number;
  readonly context: number;
  readonly streams: number;
  readonly flops: number;
  readonly bytes: number;
  readonly seconds: number;
};

const start = { memory: 0.8, compute: 0.5, halfStreams: 8, seconds: 8e-6 };

/**
 * Fits attention of decodes. Where all rows do the same arithmetic for each byte, as those of a single model do, nothing
 * tells the two bounds apart: then memory's is fitted, and arithmetic's stays where it began, at which memory binds.
 */
export function fitDecodes(points: readonly DecodePoint[], rates: Rates): Fitted {
  const long = points.filter(({ sequences, context }) => sequences * context >= 64);
  const limit = ({ sequences, context, bytes }: DecodePoint) => (sequences * context * bytes) / rates.bytesPerSecond;
  const predict = (numbers: DecodeEfficiency, { sequences, context, streams, flops, bytes }: DecodePoint) =>
    numbers.seconds + sequences * context * decodeSecondsPerToken(numbers, rates, streams, flops, bytes);
  if (new Set(long.map(({ flops, bytes }) => flops / bytes)).size > 1) return fitCurve(long, limit, start, predict);
  const { compute, ...others } = start;
  const fitted = fitCurve(long, limit, others, (numbers, point) => predict({ ...numbers, compute }, point));
  return fitted && { ...fitted, compute };
}

/** A prompt, or a chunk of one by the length of a prompt with as many query-key pairs: the work for each square token. */
export type PromptPoint = { readonly tokens: number; readonly square: number; readonly seconds: number };

export function fitPrompts(points: readonly PromptPoint[], rates: Rates): Fitted {
  return fitCurve(
    points.filter(({ tokens }) => tokens >= 64),
    ({ tokens, square }) => (square * tokens * tokens) / rates.flopsPerSecond,
    { compute: 0.7, halfTokens: 1500, seconds: 1e-5 },
    (numbers, { tokens, square }) => prefillSeconds(numbers, rates, tokens, square),
  );
}
