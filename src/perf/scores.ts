/** Predictions held against measurements: how far off, and to which side, by what was deployed. */
import type { Point } from "./points.ts";
import type { PointPrediction } from "./predict-point.ts";
import { median } from "./statistics.ts";

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

type Miss = { readonly ratio: number; readonly isWithin: boolean };
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

  add({ deployed, measured, isInferenceX }: Point, { ttftMs, tpotMs }: PointPrediction): void {
    const { served } = deployed.type === "whole" ? deployed : deployed.decode;
    const into = [
      this.#all,
      errorsOf(this.#by.chip, served.chip.name),
      errorsOf(this.#by.model, served.model.name),
      errorsOf(this.#by.engine, served.engine),
      errorsOf(this.#by.mode, deployed.type),
      errorsOf(this.#by.source, isInferenceX ? "InferenceX" : "others"),
    ];
    for (const [name, predicted] of [["ttft", ttftMs] as const, ["tpot", tpotMs] as const]) {
      const was = name === "ttft" ? measured.ttftMs : measured.tpotMs;
      if (was === undefined || !Number.isFinite(predicted.mean)) continue;
      const { low, high } = predicted.band;
      const error = { ratio: predicted.mean / was - 1, isWithin: was >= low && was <= high };
      for (const errors of into) errors[name].push(error);
    }
  }

  /** Undefined where nothing stood beside a prediction. */
  scores(): { readonly all: Group; readonly by: Readonly<Record<string, readonly Group[]>> } | undefined {
    if (this.#all.ttft.length + this.#all.tpot.length === 0) return undefined;
    const by = Object.entries(this.#by).map(([what, groups]) => [
      what,
      [...groups]
        .filter(([, { ttft, tpot }]) => ttft.length + tpot.length > 0)
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([name, errors]) => groupOf(name, errors)),
    ]);
    return { all: groupOf("all", this.#all), by: Object.fromEntries(by) as Record<string, Group[]> };
  }
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
