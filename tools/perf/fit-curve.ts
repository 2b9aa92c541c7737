/** Fits a few positive numbers of a law to measured times. */
import { minimise } from "./minimise.ts";

export type Fitted = Record<string, number> | undefined;

const rowsMost = 3_000;

/**
 * Fits by the mean of |log(predicted / measured)|, which a few wild rows do not move; rows that are faster than their limit are left
 * out and counted.
 */
export function fitCurve<Point extends { readonly seconds: number }, Name extends string>(
  all: readonly Point[],
  limit: (point: Point) => number,
  start: Readonly<Record<Name, number>>,
  predict: (numbers: Record<Name, number>, point: Point) => number,
): (Record<Name, number> & Record<"medianError" | "rows" | "rejected", number>) | undefined {
  const possible = all.filter((point) => point.seconds > limit(point));
  // Where many rows are impossible the others are no better: SGLang's prompts on B200, for one.
  if (possible.length < 12 || possible.length < 0.9 * all.length) return undefined;
  const stride = Math.max(1, Math.floor(possible.length / rowsMost));
  const points = possible.filter((_, index) => index % stride === 0);
  const names = Object.keys(start) as Name[];
  const named = (numbers: readonly number[]) =>
    Object.fromEntries(names.map((name, index) => [name, numbers[index]!])) as Record<Name, number>;
  const errors = (numbers: readonly number[]) => {
    const given = named(numbers);
    return points.map((point) => Math.log(predict(given, point) / point.seconds));
  };
  const loss = (numbers: number[]) => errors(numbers).reduce((sum, error) => sum + Math.abs(error), 0) / points.length;
  const best = minimise(
    loss,
    minimise(
      loss,
      names.map((name) => start[name]),
    ),
  );
  const sorted = errors(best)
    .map((error) => Math.abs(Math.expm1(error)))
    .toSorted((one, other) => one - other);
  const medianError = sorted[sorted.length >> 1]!;
  // A table that no curve of physics meets is of something else than it says. TensorRT-LLM's decodes, for one: on Hopper in
  // BF16 some are faster than memory allows, read from the chip's cache, and others half as fast as vLLM's.
  if (medianError > 0.25) return undefined;
  return { ...named(best), medianError, rows: points.length, rejected: all.length - possible.length };
}
