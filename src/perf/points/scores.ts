/** Predictions held against measurements: how far off, and to which side, by what was deployed. */
import type { Measurement, Point } from "./point.ts";
import type { PointPrediction } from "./predict-point.ts";
import type { Statistic } from "../results/row.ts";
import { median } from "../statistics.ts";

export type Score = {
  readonly rows: number;
  /** Mean of |predicted / measured − 1|, and the median of predicted / measured − 1. */
  readonly mean: number;
  readonly bias: number;
  readonly median: number;
  /** Share of the measurements within the band that was given for eight of ten. */
  readonly withinBand: number;
};

export type Group = { readonly name: string; readonly ttft?: Score; readonly tpot?: Score };

/** Of one figure by one statistic, such as the 99th percentile of TTFT, whoever tells it. */
export type FigureScore = Score & { readonly figure: Measurement["figure"]; readonly statistic: Statistic };

export type Miss = {
  readonly predicted: number;
  readonly measured: number;
  readonly ratio: number;
  readonly isWithin: boolean;
};
type Errors = { readonly ttft: Miss[]; readonly tpot: Miss[] };

/** Gathers as rows pass, so that a table of any length can. */
export class Scoreboard {
  readonly #all: Errors = { ttft: [], tpot: [] };
  readonly #by = {
    chip: new Map<string, Errors>(),
    model: new Map<string, Errors>(),
    engine: new Map<string, Errors>(),
    mode: new Map<string, Errors>(),
    source: new Map<string, Errors>(),
  };
  readonly #byFigure = new Map<string, Miss[]>();

  add(point: Point, prediction: PointPrediction): void {
    const { deployed, source } = point;
    const { served } = deployed.type === "whole" ? deployed : deployed.decode;
    const into = [
      this.#all,
      errorsOf(this.#by.chip, served.chip.name),
      errorsOf(this.#by.model, served.model.name),
      errorsOf(this.#by.engine, served.engine),
      errorsOf(this.#by.mode, deployed.type),
      errorsOf(this.#by.source, source),
    ];
    for (const name of ["ttft", "tpot"] as const) {
      const told = headline(point, name);
      const error = told && missOf(told, prediction);
      if (error !== undefined) for (const errors of into) errors[name].push(error);
    }
    for (const measurement of point.measurements) {
      const error = missOf(measurement, prediction);
      if (error === undefined) continue;
      const key = keyOf(measurement);
      const known = this.#byFigure.get(key);
      if (known === undefined) this.#byFigure.set(key, [error]);
      else known.push(error);
    }
  }

  /** Undefined where nothing stood beside a prediction. */
  scores(): Scores | undefined {
    if (this.#byFigure.size === 0) return undefined;
    const by = Object.entries(this.#by).map(([what, groups]) => [
      what,
      [...groups]
        .filter(([, { ttft, tpot }]) => ttft.length + tpot.length > 0)
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([name, errors]) => groupOf(name, errors)),
    ]);
    return {
      all: groupOf("all", this.#all),
      by: Object.fromEntries(by) as Record<string, Group[]>,
      figures: [...this.#byFigure].map(([key, misses]) => {
        const [figure, statistic] = key.split(" ") as [Measurement["figure"], Statistic];
        return { figure, statistic, ...scoreOf(misses) };
      }),
    };
  }
}

export type Scores = {
  readonly all: Group;
  readonly by: Readonly<Record<string, readonly Group[]>>;
  readonly figures: readonly FigureScore[];
};

function keyOf(measurement: Measurement): string {
  return `${measurement.figure} ${measurement.figure === "throughput" ? "mean" : measurement.statistic}`;
}

/** By which a point counts: the mean where there is one, else the median, else the percentile that there is. */
export function headline(
  { measurements }: Pick<Point, "measurements">,
  figure: "ttft" | "tpot",
): (Measurement & { readonly figure: "ttft" | "tpot" }) | undefined {
  return measurements.flatMap((one) => (one.figure === figure ? { ...one, figure } : []))[0];
}

/** Undefined where there is no such prediction, as of the time between tokens of answers of one. */
export function missOf(measurement: Measurement, prediction: PointPrediction): Miss | undefined {
  const { tpotMs, ttftMs, itlMs, e2eMs, outputTokensPerSecond } = prediction;
  const waits = { low: tpotMs.band.low / tpotMs.mean, high: tpotMs.band.high / tpotMs.mean };
  if (measurement.figure === "throughput") {
    // What comes of a wait is as far off as the wait.
    const band = { low: 1 / waits.high, high: 1 / waits.low };
    return miss(outputTokensPerSecond, measurement.tokensPerSecond, band);
  }
  const { figure, statistic, ms } = measurement;
  const times = { ttft: ttftMs, tpot: tpotMs, itl: itlMs, e2e: e2eMs }[figure];
  const band = figure === "ttft" ? { low: ttftMs.band.low / ttftMs.mean, high: ttftMs.band.high / ttftMs.mean } : waits;
  return miss(times[statistic], ms, band);
}

/** @param band shares of the prediction, which hold for means, and are taken for percentiles */
function miss(
  predicted: number,
  measured: number,
  band: { readonly low: number; readonly high: number },
): Miss | undefined {
  if (!Number.isFinite(predicted)) return undefined;
  const isWithin = measured >= predicted * band.low && measured <= predicted * band.high;
  return { predicted, measured, ratio: predicted / measured - 1, isWithin };
}

function errorsOf(groups: Map<string, Errors>, name: string): Errors {
  const found = groups.get(name) ?? { ttft: [], tpot: [] };
  groups.set(name, found);
  return found;
}

function groupOf(name: string, { ttft, tpot }: Errors): Group {
  return {
    name,
    ...(ttft.length > 0 && { ttft: scoreOf(ttft) }),
    ...(tpot.length > 0 && { tpot: scoreOf(tpot) }),
  };
}

function scoreOf(errors: readonly Miss[]): Score {
  const sizes = errors.map(({ ratio }) => Math.abs(ratio));
  return {
    rows: errors.length,
    mean: sizes.reduce((sum, size) => sum + size, 0) / sizes.length,
    median: median(sizes),
    bias: median(errors.map(({ ratio }) => ratio)),
    withinBand: errors.filter(({ isWithin }) => isWithin).length / errors.length,
  };
}
