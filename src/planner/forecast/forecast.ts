/**
 * A forecast of a series that is never negative, with intervals: the method is the one that would have forecast the
 * past best, and the intervals are as wide as its errors were.
 *
 * Candidates are the last value, and exponential smoothing with and without a damped trend and a season, of the
 * values themselves and of their logarithms (growth in per cent). Each is refitted at up to twelve origins in the past
 * and asked for what came after (rolling origin); the least mean absolute scaled error wins, the simpler one in a tie.
 * Intervals are those of the method's error variance, widened or narrowed by what the same back-test says. Pure.
 */
import { fit, type Fitted, type Form, type Observation } from "./smoothing.ts";

export type ForecastOptions = {
  /** Steps ahead. */
  readonly horizon: number;
  /** Observations in a season, such as 7 days; 1 when there is none. */
  readonly seasonLength?: number;
  /** How much of the future an interval should hold, such as 0.8. */
  readonly level?: number;
};

export type Point = { readonly expected: number; readonly low: number; readonly high: number };

export type BackTest = {
  /** Origins in the past, and the steps ahead that each was asked for. */
  readonly origins: number;
  readonly horizon: number;
  /** Mean absolute error over that of the last value (or last season) within the training data; below 1 is better, null when the series never moved. */
  readonly mase: number | null;
  /** Symmetric mean absolute percentage error, as a share from 0 to 2; steps at which both are zero count as 0. */
  readonly smape: number;
  /** The share of the past that intervals of the level would have held, each widened by the other origins only. */
  readonly coverage: number;
};

export type Forecast = {
  readonly method: string;
  readonly level: number;
  readonly points: readonly Point[];
  /** Null when the history is too short to hold anything back. */
  readonly backTest: BackTest | null;
  /** What is missing, in sentences; empty when nothing is. */
  readonly notes: readonly string[];
};

const originsMax = 12;
/** An interval of logarithms reaches no further than a millionfold, nor is a series of such a range looked at so. */
const logReachMax = Math.log(1e6);
/** Fewer observations than this train nothing. */
const trainingMin = 6;

export function forecast(history: readonly Observation[], options: ForecastOptions): Forecast {
  const { horizon, level = 0.8, seasonLength = 1 } = options;
  const series = trimmed(history);
  const known = series.filter((value) => value !== null);
  if (known.every((value) => value === 0)) {
    const points = Array.from({ length: horizon }, () => ({ expected: 0, low: 0, high: 0 }));
    return { method: "none", level, points, backTest: null, notes: ["There was no demand in the whole history."] };
  }
  const candidates = candidatesFor(series, seasonLength);
  // Every candidate is asked from the same origins, so that their errors compare.
  const training = Math.max(
    trainingMin,
    ...candidates.map(({ form }) => (form.seasonLength > 1 ? 2 : 0) * form.seasonLength),
  );
  const tested = candidates.map((candidate) => ({
    candidate,
    trials: trialsOf(candidate, series, { horizon, seasonLength, training }),
  }));
  const best = tested.reduce((found, one) =>
    absoluteErrorOf(one.trials) < absoluteErrorOf(found.trials) * (1 - 1e-9) ? one : found,
  );
  const { candidate, trials } = best;
  const factor = wideningOf(trials, level);
  const fitted = fitOf(candidate, series);
  const points = Array.from({ length: horizon }, (_, index): Point => {
    const expected = fitted.at(index + 1);
    const width = normalQuantile((1 + level) / 2) * fitted.deviationAt(index + 1) * factor;
    const reach = candidate.isLog ? Math.min(width, logReachMax) : width;
    const back = (value: number) => (candidate.isLog ? Math.exp(value) : Math.max(0, value));
    return { expected: back(expected), low: back(expected - reach), high: back(expected + reach) };
  });
  return {
    method: candidate.name,
    level,
    points,
    backTest: trials.length === 0 ? null : backTestOf(trials, level),
    notes: notesOn(series, known.length, seasonLength, trials),
  };
}

/** A way to forecast, the simplest first. */
type Candidate = { readonly name: string; readonly form: Form; readonly isLog: boolean };

function candidatesFor(series: readonly Observation[], seasonLength: number): Candidate[] {
  const lastValue = { name: "last value", form: { hasTrend: false, seasonLength: 1, isNaive: true }, isLog: false };
  if (series.length < trainingMin) return [lastValue];
  const known = series.filter((value) => value !== null);
  const isPositive = Math.log(Math.max(...known)) - Math.log(Math.min(...known)) < logReachMax;
  const seasons = seasonLength > 1 && series.length >= 3 * seasonLength ? [1, seasonLength] : [1];
  const smoothed = seasons.flatMap((length) =>
    [false, true].flatMap((hasTrend) =>
      (isPositive ? [false, true] : [false]).map((isLog): Candidate => {
        const parts = [
          hasTrend ? "damped trend" : "level",
          ...(length > 1 ? [`season of ${length}`] : []),
          ...(isLog ? ["of logarithms"] : []),
        ];
        return { name: `exponential smoothing, ${parts.join(", ")}`, form: { hasTrend, seasonLength: length }, isLog };
      }),
    ),
  );
  return [lastValue, ...smoothed];
}

function fitOf({ form, isLog }: Candidate, series: readonly Observation[]): Fitted {
  return fit(isLog ? series.map((value) => (value === null ? null : Math.log(value))) : series, form);
}

/** One step of the past as it would have been forecast from an origin before it. */
type Trial = {
  readonly origin: number;
  readonly actual: number;
  readonly expected: number;
  /** The error on the scale of the method, and its standard deviation there. */
  readonly error: number;
  readonly deviation: number;
  /** Mean absolute error of the last value, or last season, within the training data. */
  readonly scale: number;
};

function trialsOf(
  candidate: Candidate,
  series: readonly Observation[],
  {
    horizon,
    seasonLength,
    training,
  }: { readonly horizon: number; readonly seasonLength: number; readonly training: number },
): Trial[] {
  const steps = Math.min(horizon, Math.max(1, Math.floor(series.length / 4)));
  const last = series.length - steps;
  if (last < training) return [];
  const stride = Math.max(1, Math.ceil((last - training + 1) / originsMax));
  const trials: Trial[] = [];
  for (let origin = last; origin >= training; origin -= stride) {
    const past = series.slice(0, origin);
    const fitted = fitOf(candidate, past);
    const scale = naiveErrorOf(past, seasonLength) || naiveErrorOf(past, 1);
    for (let step = 1; step <= steps; step += 1) {
      const actual = series[origin + step - 1];
      if (actual === null || actual === undefined) continue;
      const at = fitted.at(step);
      trials.push({
        origin,
        actual,
        expected: candidate.isLog ? Math.exp(at) : Math.max(0, at),
        error: (candidate.isLog ? Math.log(actual) : actual) - at,
        deviation: fitted.deviationAt(step),
        scale,
      });
    }
  }
  return trials;
}

function naiveErrorOf(past: readonly Observation[], lag: number): number {
  const errors = past.flatMap((value, index) => {
    const before = past[index - lag];
    return value === null || before === null || before === undefined ? [] : [Math.abs(value - before)];
  });
  return meanOf(errors);
}

function absoluteErrorOf(trials: readonly Trial[]): number {
  return meanOf(trials.map(({ actual, expected }) => Math.abs(actual - expected)));
}

function maseOf(trials: readonly Trial[]): number | null {
  const scale = meanOf(trials.map((trial) => trial.scale));
  return scale === 0 ? null : absoluteErrorOf(trials) / scale;
}

/**
 * By how much the method's own interval has to be widened for it to have held the level's share of the trials
 * (split-conformal: the ⌈(n + 1)·level⌉-th smallest of the errors in units of the interval).
 */
function wideningOf(trials: readonly Trial[], level: number): number {
  const z = normalQuantile((1 + level) / 2);
  const reaches = trials
    .flatMap(({ error, deviation }) => (deviation > 0 ? [Math.abs(error) / (deviation * z)] : []))
    .toSorted((one, other) => one - other);
  if (reaches.length < 5) return 1;
  const rank = Math.min(reaches.length, Math.ceil((reaches.length + 1) * level));
  return Math.max(0.25, reaches[rank - 1] ?? 1);
}

function backTestOf(trials: readonly Trial[], level: number): BackTest {
  const z = normalQuantile((1 + level) / 2);
  const byOrigin = Map.groupBy(trials, ({ origin }) => origin);
  const held = [...byOrigin].flatMap(([origin, of]) => {
    const factor = wideningOf(
      trials.filter((other) => other.origin !== origin),
      level,
    );
    return of.map(({ error, deviation }) => (Math.abs(error) <= z * deviation * factor + 1e-12 ? 1 : 0));
  });
  const shares = trials.map(({ actual, expected }) =>
    actual + expected === 0 ? 0 : (2 * Math.abs(actual - expected)) / (actual + expected),
  );
  return {
    origins: byOrigin.size,
    horizon: Math.max(...[...byOrigin.values()].map((of) => of.length)),
    mase: maseOf(trials),
    smape: meanOf(shares),
    coverage: meanOf(held),
  };
}

function notesOn(
  series: readonly Observation[],
  known: number,
  seasonLength: number,
  trials: readonly Trial[],
): string[] {
  const missing = series.length - known;
  return [
    ...(missing > 0
      ? [`${missing} of ${series.length} observations are missing; what they would have been is open.`]
      : []),
    ...(seasonLength > 1 && series.length < 3 * seasonLength
      ? [`${series.length} observations show no season of ${seasonLength} yet: ${3 * seasonLength} would.`]
      : []),
    ...(trials.length === 0
      ? [
          `${series.length} observations are too few to test a forecast on, ${trainingMin + 2} would do: take it as a guess.`,
        ]
      : []),
  ];
}

/** From the first to the last observation that there is. */
function trimmed(history: readonly Observation[]): Observation[] {
  const first = history.findIndex((value) => value !== null);
  const last = history.findLastIndex((value) => value !== null);
  return first < 0 ? [] : history.slice(first, last + 1);
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Inverse of the normal distribution: Acklam's rational approximation, to 1.2e-9. */
export function normalQuantile(p: number): number {
  if (p < 0.02425) return -tailQuantile(p);
  if (p > 1 - 0.02425) return tailQuantile(1 - p);
  const q = p - 0.5;
  const r = q * q;
  const over =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const under =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (over * q) / under;
}

function tailQuantile(p: number): number {
  const q = Math.sqrt(-2 * Math.log(p));
  const over =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const under =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
  return -(over / under);
}
