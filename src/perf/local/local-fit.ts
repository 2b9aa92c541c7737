/** Fits the curve of the engine on this computer (local.ts) to what was measured of it. */
import { Fault } from "../../stack/fault.ts";
import { median } from "../statistics.ts";
import type { LocalCurve, Quality } from "./local.ts";

/** A measurement of decodes. */
export type DecodeSample = {
  readonly sequences: number;
  /** Context of each sequence, on average over the measurement. */
  readonly contextTokens: number;
  /** From one token to the next. */
  readonly seconds: number;
};

/** A prompt by itself, with the seconds to its first token. */
export type PromptSample = { readonly tokens: number; readonly firstTokenSeconds: number };

/**
 * Least squares of relative errors, with coefficients of 0 or more.
 *
 * @throws Fault `invalid_value` where there are too few samples for a curve
 */
export function fitLocal(
  decodes: readonly DecodeSample[],
  prompts: readonly PromptSample[],
): { readonly curve: LocalCurve; readonly quality: Quality } {
  if (decodes.length < 3 || prompts.length < 3) {
    throw new Fault("invalid_value", {
      message: `A curve needs three measurements of decode and three of prefill. There are ${decodes.length} and ${prompts.length}.`,
      remedy: "Give the engine more sequences, or a longer context.",
      param: "parallel",
    });
  }
  const [stepSeconds = 0, sequenceSeconds = 0, contextSeconds = 0] = leastSquares(
    decodes.map(({ sequences, contextTokens }) => [1, sequences, sequences * contextTokens]),
    decodes.map(({ seconds }) => seconds),
  );
  const [fixed = 0, promptSeconds = 0, pairSeconds = 0] = leastSquares(
    prompts.map(({ tokens }) => [1, tokens, tokens * tokens]),
    prompts.map(({ firstTokenSeconds }) => firstTokenSeconds),
  );
  const curve = {
    stepSeconds,
    sequenceSeconds,
    contextSeconds,
    promptSeconds,
    pairSeconds,
    // Every first token takes a step. What a prompt takes besides that and its tokens is the way to the engine and back.
    ingestSeconds: Math.max(0, fixed - stepSeconds),
  };
  return {
    curve,
    quality: {
      decode: median(
        decodes.map(({ sequences, contextTokens, seconds }) =>
          Math.abs(
            (stepSeconds + sequenceSeconds * sequences + contextSeconds * sequences * contextTokens) / seconds - 1,
          ),
        ),
      ),
      prompt: median(
        prompts.map(({ tokens, firstTokenSeconds }) =>
          Math.abs(
            (curve.ingestSeconds + stepSeconds + promptSeconds * tokens + pairSeconds * tokens * tokens) /
              firstTokenSeconds -
              1,
          ),
        ),
      ),
    },
  };
}

/** Least squares of relative errors for a few coefficients of 0 or more. Every choice of those above 0 is tried. */
function leastSquares(rows: readonly (readonly number[])[], targets: readonly number[]): number[] {
  const columns = rows[0]?.length ?? 0;
  let best = Array.from({ length: columns }, () => 0);
  let least = Number.POSITIVE_INFINITY;
  for (let chosen = 1; chosen < 1 << columns; chosen += 1) {
    const used = Array.from({ length: columns }, (_, column) => column).filter((column) => chosen & (1 << column));
    const found = solve(rows, targets, used);
    if (found === undefined || found.some((value) => value < 0)) continue;
    const coefficients = Array.from({ length: columns }, () => 0);
    for (const [at, column] of used.entries()) coefficients[column] = found[at]!;
    const error = rows.reduce((sum, row, at) => {
      const predicted = row.reduce((total, value, column) => total + value * coefficients[column]!, 0);
      return sum + (predicted / targets[at]! - 1) ** 2;
    }, 0);
    if (error < least) [least, best] = [error, coefficients];
  }
  return best;
}

/** Solves the normal equations by elimination; undefined where they are singular. Columns are scaled to their size. */
function solve(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  used: readonly number[],
): number[] | undefined {
  const sizes = used.map((column) => Math.max(...rows.map((row, at) => row[column]! / targets[at]!)));
  const matrix = used.map((one, at) => [
    ...used.map(
      (other, place) =>
        rows.reduce((sum, row, index) => sum + (row[one]! * row[other]!) / targets[index]! ** 2, 0) /
        sizes[at]! /
        sizes[place]!,
    ),
    rows.reduce((sum, row, index) => sum + row[one]! / targets[index]!, 0) / sizes[at]!,
  ]);
  for (let pivot = 0; pivot < used.length; pivot += 1) {
    const [head] = matrix.slice(pivot).toSorted((one, other) => Math.abs(other[pivot]!) - Math.abs(one[pivot]!));
    if (head === undefined || Math.abs(head[pivot]!) < 1e-9) return undefined;
    const place = matrix.indexOf(head);
    [matrix[pivot], matrix[place]] = [matrix[place]!, matrix[pivot]!];
    for (let row = 0; row < used.length; row += 1) {
      if (row === pivot) continue;
      const factor = matrix[row]![pivot]! / matrix[pivot]![pivot]!;
      for (let column = pivot; column <= used.length; column += 1)
        matrix[row]![column]! -= factor * matrix[pivot]![column]!;
    }
  }
  return used.map((_, at) => matrix[at]![used.length]! / matrix[at]![at]! / sizes[at]!);
}
