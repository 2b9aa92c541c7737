/**
 * Fits what an engine takes on a family of chips: six numbers, to measured deployments.
 *
 * The loss is the mean of |log error| of TPOT and, with less weight, of TTFT; an error counts as a factor of e at most. Scales are held
 * near 1, and the other numbers loosely near where the search starts. Dense models count as much as those with experts, of which more
 * were measured. Among either, a model with four times the rows of another has twice its weight. Rows that stand twice count once.
 */
import { mean, type Measured, predicted } from "../../bench/perf/measured.ts";
import { lineageOf } from "../../bench/perf/split.ts";
import type { EngineCosts } from "../../src/perf/curves/fitted.ts";
import { fitAlong } from "./fit-along.ts";

const names = [
  "stepSeconds",
  "sequenceSeconds",
  "launchSeconds",
  "ingestSeconds",
  "decodeScale",
  "prefillScale",
] as const;

/** How firmly the numbers are held, and where: the fit's own settings. */
export type Holding = {
  /** Kernels are measured: a scale far from 1 would stand for something else, and not carry over. */
  readonly scaleWeight: number;
  /**
   * Of the other numbers, which the rows of few models tell apart but little (steps from sequences in them, launches from the
   * time before a request is scheduled).
   */
  readonly startWeight: number;
  /** By the names above: about what engines take. */
  readonly start: readonly number[];
};

/** What chips and models, each left out in turn of all but another one, agree on (bench/perf/nested.ts). */
export const usualHolding: Holding = {
  scaleWeight: 0.3,
  startWeight: 0.3,
  start: [6e-4, 1.5e-5, 4e-4, 0.03, 0.95, 1.1],
};
/** Clients of a row that is fitted, at the most: with more a fit takes long and learns little. */
const mostClients = 64;

export function fitEngine(some: readonly Measured[], rounds: number, holding: Holding = usualHolding): EngineCosts {
  const points = questionsIn(some);
  return costsOf(
    fitAlong({ points, start: holding.start, rounds, valuesOf: timesBy, lossOf: lossOver(points, holding) }),
  );
}

/** Of rows that ask the same, and were measured alike, one. */
export function questionsIn(some: readonly Measured[]): readonly Measured[] {
  const few = some.filter(({ concurrency }) => concurrency <= mostClients);
  return [...new Map(few.map((row) => [questionOf(row), row])).values()];
}

/** TPOT and TTFT of a row with such numbers. */
export function timesBy(row: Measured, numbers: readonly number[]): readonly number[] {
  const { tpotMs, ttftMs } = predicted(row, costsOf(numbers));
  return [tpotMs.mean, ttftMs.mean];
}

type Times = (row: Measured) => readonly number[];

export function lossOver(points: readonly Measured[], { scaleWeight, startWeight, start }: Holding) {
  const off = errorOver(points);
  return (numbers: readonly number[], timesOf: Times) =>
    numbers.reduce((sum, number, index) => {
      const isScale = names[index]!.endsWith("Scale");
      return (
        sum + (isScale ? scaleWeight * Math.log(number) ** 2 : startWeight * Math.log(number / start[index]!) ** 2)
      );
    }, off(timesOf));
}

/** How far off times are, kinds of models alike and among them by the root of their rows. */
export function errorOver(points: readonly Measured[]) {
  const kinds = Map.groupBy(points, ({ served }) => served.model.feedForward.type);
  const models = [...kinds.values()].flatMap((kind) => {
    const each = [...Map.groupBy(kind, lineageOf).values()];
    const all = each.reduce((sum, of) => sum + Math.sqrt(of.length), 0);
    return each.map((of) => ({ rows: of, weight: Math.sqrt(of.length) / all / kinds.size }));
  });
  return (timesOf: Times) => {
    const rowLoss = (row: Measured) => {
      const [tpotMs = 0, ttftMs = 0] = timesOf(row);
      return Math.abs(Math.log(tpotMs / row.tpotMs)) + 0.4 * Math.min(1, Math.abs(Math.log(ttftMs / row.ttftMs)));
    };
    return models.reduce((sum, { rows: of, weight }) => sum + weight * mean(of.map(rowLoss)), 0);
  };
}

function questionOf({ served, version, promptTokens, outputTokens, concurrency, tpotMs }: Measured): string {
  const { chip, model, weights, tensorParallel, attentionParallel, expertParallel } = served;
  const split = [tensorParallel, attentionParallel, expertParallel, promptTokens, outputTokens, concurrency];
  return [chip.name, model.name, weights, version, ...split, tpotMs.toPrecision(3)].join(" ");
}

function costsOf(numbers: readonly number[]): EngineCosts {
  return Object.fromEntries(names.map((name, index) => [name, numbers[index]!])) as Record<
    (typeof names)[number],
    number
  >;
}
