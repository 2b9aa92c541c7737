/** Fits grids of experts by least squares that give outliers little weight and hold neighbouring knots together. */
import { expertKnots } from "../../src/perf/operations/experts.ts";
import { solve } from "./linear-fit.ts";

const { tokens, active, slice } = expertKnots;
export const expertCount = tokens.length * active.length * slice.length;

/** A measured row: the logarithm of its time over its roofline, and the knots around it. */
export type ExpertPoint = { readonly knots: readonly (readonly [knot: number, share: number])[]; readonly log: number };

export function inHundredths(logs: readonly number[]): number[] {
  return logs.map((log) => Math.round(log * 100));
}

/** Least absolute errors, nearly: least squares again and again, each row weighed by how far off it was. */
export function leastSquares(
  points: readonly ExpertPoint[],
  count: number,
  share: number,
  pairs: Iterable<readonly [number, number]>,
): number[] {
  const held = [...pairs];
  const stiffness = (share * points.length) / count;
  let solution: number[] = [];
  let weights = points.map(() => 1);
  for (let round = 0; round < 4; round += 1) {
    const matrix = Array.from({ length: count }, () => new Float64Array(count + 1));
    for (const [nth, { knots, log }] of points.entries()) {
      for (const [row, share] of knots) {
        for (const [column, other] of knots) matrix[row]![column]! += weights[nth]! * share * other;
        matrix[row]![count]! += weights[nth]! * share * log;
      }
    }
    for (let knot = 0; knot < count; knot += 1) matrix[knot]![knot]! += 1e-6;
    for (const [one, other] of held) {
      matrix[one]![one]! += stiffness;
      matrix[other]![other]! += stiffness;
      matrix[one]![other]! -= stiffness;
      matrix[other]![one]! -= stiffness;
    }
    solution = solve(matrix);
    weights = points.map(({ knots, log }) => {
      const error = knots.reduce((sum, [at, share]) => sum + share * solution[at]!, 0) - log;
      return 0.1 / Math.max(0.03, Math.abs(error));
    });
  }
  return solution;
}

export function* neighbours(): Generator<readonly [number, number]> {
  const sizes = [active.length * slice.length, slice.length, 1];
  for (let knot = 0; knot < expertCount; knot += 1) {
    const at = [Math.floor(knot / sizes[0]!), Math.floor(knot / slice.length) % active.length, knot % slice.length];
    for (const [axis, knots] of [tokens, active, slice].entries()) {
      if (at[axis]! + 1 < knots.length) yield [knot, knot + sizes[axis]!];
    }
  }
}
