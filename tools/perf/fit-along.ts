/**
 * Fits a few positive numbers to a function that is slow, but nearly linear in them. Each round finds the slopes at its point, and the
 * least loss along these lines (the method of Gauss and Newton, for any loss).
 */
import { minimise } from "./minimise.ts";

type Fit<Point> = {
  readonly points: readonly Point[];
  readonly start: readonly number[];
  readonly rounds: number;
  readonly valuesOf: (point: Point, numbers: readonly number[]) => readonly number[];
  /** Of some numbers, with which each point has these values. */
  readonly lossOf: (numbers: readonly number[], valuesOf: (point: Point) => readonly number[]) => number;
};

/** How far a number is moved to see what comes of it: far enough to step over the steps of a schedule. */
const nudge = 1.25;

export function fitAlong<Point>({ points, start, rounds, valuesOf, lossOf }: Fit<Point>): readonly number[] {
  let best = start;
  let least = Number.POSITIVE_INFINITY;
  let from = start;
  for (let round = 0; ; round += 1) {
    const here = from;
    const at = new Map(points.map((point) => [point, valuesOf(point, here)]));
    const loss = lossOf(here, (point) => at.get(point)!);
    if (loss < least) [best, least] = [here, loss];
    if (round === rounds) return best;
    const along = linesAbout(at, here, valuesOf);
    from = minimise((numbers) => lossOf(numbers, along(numbers)), here, 250);
  }
}

/** The values that points have with other numbers, by the straight lines about those that they have here. */
export function linesAbout<Point>(
  at: ReadonlyMap<Point, readonly number[]>,
  here: readonly number[],
  valuesOf: Fit<Point>["valuesOf"],
): (numbers: readonly number[]) => (point: Point) => readonly number[] {
  const slopes = new Map(
    [...at].map(([point, values]) => [
      point,
      here.map((number, index) => {
        const moved = valuesOf(point, here.with(index, number * nudge));
        return moved.map((value, which) => (value - values[which]!) / (number * (nudge - 1)));
      }),
    ]),
  );
  return (numbers) => (point) =>
    at.get(point)!.map((value, which) => {
      const lines = slopes.get(point)!;
      const moved = lines.reduce((sum, of, index) => sum + of[which]! * (numbers[index]! - here[index]!), value);
      return Math.max(moved, value / 5);
    });
}
