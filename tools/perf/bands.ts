/**
 * Makes error bands from how far measured deployments were from predictions in which their own chip had no part.
 *
 * Rows of one chip, model and engine are off alike, so many of them say little more than a few. A group of such rows therefore counts
 * with the root of its number. A class needs rows of three chips and models; otherwise the next wider class stands for it.
 * bench/perf/coverage.ts tests how often such bands hold for rows that they were not made from.
 */
import { type Measured, predicted, readMeasured, readPools } from "../../bench/perf/measured.ts";
import { isFitted, lineageOf } from "../../bench/perf/split.ts";
import { type Asked, askedOf, bandKeys } from "../../src/perf/accuracy/band.ts";
import type { Band, Bands, Fold } from "../../src/perf/curves/fitted.ts";
import type { Served } from "../../src/perf/deployment.ts";
import { predictPoint } from "../../src/perf/points/predict-point.ts";
import type { Provenance } from "../../src/perf/kernels/provenance.ts";

export type Residual = {
  readonly served: Served;
  readonly model: string;
  readonly provenance: Provenance;
  readonly asked: Asked;
  readonly keys: readonly string[];
  /** By which fit it was predicted: one without its chip, without its model, or one that it had no part in anyway. */
  readonly without: "chip" | "model" | "itself";
  /** Logarithms of measured over predicted. */
  readonly tpot: number;
  readonly ttft: number;
};

const rowsLeast = 20;
const groupsLeast = 3;

export function residualsOf(data: string, folds: readonly Fold[]): Residual[] {
  const { rows } = readMeasured(data);
  // Racks of copies of attention are pools, whatever the export says.
  const whole = rows.filter(({ served }) => served.attentionParallel <= 8);
  const pools = readPools(data).flatMap((point) => {
    const { deployed, measured } = point;
    if (deployed.type !== "disaggregated") return [];
    const { served } = deployed.decode;
    return ifPossible(() => {
      const by = predictPoint(point);
      const off = { tpot: measured.tpotMs! / by.tpotMs.mean, ttft: measured.ttftMs! / by.ttftMs.mean };
      return residual({ served }, by.provenance, "pools", "itself", off);
    });
  });
  return [...whole.flatMap((row) => residualsOfRow(row, folds)), ...pools];
}

function residualsOfRow(row: Measured, folds: readonly Fold[]): Residual[] {
  const { served } = row;
  const asked = askedOf(served, !row.isInferenceX);
  const by = (without: Residual["without"], fold?: Fold) =>
    ifPossible(() => {
      const { tpotMs, ttftMs, provenance } = predicted(row, undefined, fold);
      const off = { tpot: row.tpotMs / tpotMs.mean, ttft: row.ttftMs / ttftMs.mean };
      return residual(row, provenance, asked, without, off);
    });
  if (!isFitted(row)) return by("itself");
  const own = folds.filter(({ engine }) => engine === served.engine);
  const chip = own.find(({ without }) => "chip" in without && without.chip === served.chip.name);
  const model = own.find(({ without }) => "model" in without && without.model === lineageOf(row));
  return [...(chip ? by("chip", chip) : []), ...(model ? by("model", model) : [])];
}

/** A deployment that is refused has no prediction to be off. */
function ifPossible(of: () => Residual): Residual[] {
  try {
    return [of()];
  } catch {
    return [];
  }
}

function residual(
  row: Pick<Measured, "served">,
  provenance: Provenance,
  asked: Asked,
  without: Residual["without"],
  off: { readonly tpot: number; readonly ttft: number },
): Residual {
  const { served } = row;
  return {
    served,
    model: lineageOf(row),
    provenance,
    asked,
    keys: bandKeys(served, provenance, asked),
    without,
    tpot: Math.log(off.tpot),
    ttft: Math.log(off.ttft),
  };
}

/** Of each class that has enough: the tenth and ninetieth percentile. */
export function bandsFrom(residuals: readonly Residual[]): Record<string, Bands> {
  const classes = new Map<string, Residual[]>();
  for (const one of residuals) {
    if (one.without === "model") continue;
    for (const key of one.keys) classes.set(key, [...(classes.get(key) ?? []), one]);
  }
  const enough = [...classes].filter(([key, of]) => {
    const groups = new Set(of.map(({ served, model }) => `${served.chip.name} ${model}`));
    return of.length >= rowsLeast && (groups.size >= groupsLeast || !key.includes("/"));
  });
  return Object.fromEntries(
    enough.toSorted(([one], [other]) => one.localeCompare(other, "en")).map(([key, of]) => [key, bandsAround(of)]),
  );
}

function bandsAround(of: readonly Residual[]): Bands {
  const groupOf = ({ served, model }: Residual) => `${served.engine} ${served.chip.name} ${model}`;
  const groups = Map.groupBy(of, groupOf);
  const weights = of.map((one) => 1 / Math.sqrt(groups.get(groupOf(one))!.length));
  const around = (value: (one: Residual) => number) => bandAround(of.map(value), weights);
  return { rows: of.length, tpot: around(({ tpot }) => tpot), ttft: around(({ ttft }) => ttft) };
}

/** The prediction itself is never left out, however one-sided its errors were. */
export function bandAround(logs: readonly number[], weights: readonly number[] = logs.map(() => 1)): Band {
  const sorted = logs.map((log, index) => [log, weights[index]!] as const).toSorted(([one], [other]) => one - other);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const at = (share: number) => {
    let before = 0;
    return sorted.find(([, weight]) => (before += weight) >= share * all)![0];
  };
  return { low: Math.exp(Math.min(0, at(0.1))), high: Math.exp(Math.max(0, at(0.9))) };
}
