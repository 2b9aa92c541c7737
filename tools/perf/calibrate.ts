/**
 * Fits the six numbers of src/perf/curves/calibrated.ts for each engine and family of chips to measured deployments, and
 * the bands of src/perf/curves/bands.ts to how far held-out predictions are off.
 *
 *     node tools/perf/calibrate.ts [--data ../shared/data/perf] [--engine vllm] [--bands]
 *
 * It is fitted on the rows of `fitSets` only. Each fit is repeated without one chip and without one model. `npm run bench:perf` scores
 * what is held out by these folds. `--engine` keeps the fits of the other engines, `--bands` keeps all fits.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { defaultData, mean, type Measured, predicted, readMeasured } from "../../bench/perf/measured.ts";
import { fitSets, isFitted, lineageOf } from "../../bench/perf/split.ts";
import type { Calibration, EngineCosts, Fold, Score } from "../../src/perf/curves/fitted.ts";
import { calibrations, folds } from "../../src/perf/curves/calibrated.ts";
import type { EngineName } from "../../src/perf/deployment.ts";
import { median } from "../../src/perf/statistics.ts";
import { bandsFrom, residualsOf } from "./bands.ts";
import { fitEngine } from "./fit-engine.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: defaultData },
    rounds: { type: "string", default: "3" },
    bands: { type: "boolean", default: false },
    engine: { type: "string" },
  },
});
const { rows } = readMeasured(values.data);
const fits = new Map<string, EngineCosts>();

if (values.bands) {
  writeCalibrations(calibrations, folds.map(scored));
  writeBands(folds);
} else {
  const isAsked = (engine: string) => values.engine === undefined || engine === values.engine;
  const asked = fitSets.filter(({ engine }) => isAsked(engine));
  const calibrated: Record<string, Calibration> = { ...calibrations };
  for (const { engine, family, describes, has } of asked) {
    const fitted = rows.filter(has);
    if (fitted.length === 0) continue;
    const costs = fit(fitted);
    const date = new Date().toISOString().slice(0, 10);
    const one = { ...costs, fittedOn: describes, fit: scoreOf(fitted, () => costs), date };
    calibrated[`${engine}/${family}`] = one;
    console.log(`${engine}/${family}`, one);
  }
  const found = [...new Set(asked.map(({ engine }) => engine))].flatMap((engine) => [
    ...distinct(engine, ({ served }) => served.chip.name).map((chip) =>
      foldOf(engine, { chip }, ({ served }) => served.chip.name === chip),
    ),
    ...distinct(engine, lineageOf).map((model) => foldOf(engine, { model }, (row) => lineageOf(row) === model)),
  ]);
  const kept = [...folds.filter(({ engine }) => !isAsked(engine)), ...found.filter((one) => one !== undefined)];
  writeCalibrations(calibrated, kept);
  // What is held out is scored by the fits just written.
  spawnSync(process.execPath, [import.meta.filename, "--data", values.data, "--bands"], { stdio: "inherit" });
}

function writeCalibrations(all: Readonly<Record<string, Calibration>>, by: readonly Fold[]) {
  write(
    "calibrated",
    `import type { Calibration, Fold } from "./fitted.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = ${shown(all)};

/** The same without one chip or one model. */
export const folds: readonly Fold[] = ${shown(by)};
`,
  );
}

function fit(some: readonly Measured[]): EngineCosts {
  const key = some.map(({ id }) => id).join();
  const found = fits.get(key) ?? fitEngine(some, Number(values.rounds));
  fits.set(key, found);
  return found;
}

function foldOf(engine: EngineName, without: Fold["without"], isOut: (row: Measured) => boolean): Fold | undefined {
  const changed: Record<string, EngineCosts | null> = {};
  for (const { family, has } of fitSets.filter((one) => one.engine === engine)) {
    const all = rows.filter(has);
    const left = all.filter((row) => !isOut(row));
    if (left.length < all.length) changed[`${engine}/${family}`] = left.length === 0 ? null : fit(left);
  }
  const families = fitSets.filter((one) => one.engine === engine).map(({ family }) => `${engine}/${family}`);
  // Nothing of the engine remains to predict by.
  if (families.every((name) => changed[name] === null)) return undefined;
  return { engine, without, calibrations: changed, heldOut: { rows: 0, tpotError: 0, ttftError: 0 } };
}

function scored(fold: Fold): Fold {
  const { engine, without } = fold;
  const isOut = (row: Measured) =>
    "chip" in without ? row.served.chip.name === without.chip : lineageOf(row) === without.model;
  const out = rows.filter((row) => isFitted(row) && row.served.engine === engine && isOut(row));
  const heldOut = scoreOf(out, () => undefined, fold);
  console.log(engine, without, heldOut);
  return { ...fold, heldOut };
}

function distinct(engine: EngineName, of: (row: Measured) => string): string[] {
  return [...new Set(rows.filter((row) => isFitted(row) && row.served.engine === engine).map(of))];
}

/** Logarithms of predicted over measured. */
function errorOf(row: Measured, costs?: EngineCosts, fold?: Fold) {
  const { ttftMs, tpotMs } = predicted(row, costs, fold);
  return { tpot: Math.log(tpotMs.mean / row.tpotMs), ttft: Math.log(ttftMs.mean / row.ttftMs) };
}

function scoreOf(some: readonly Measured[], costs: () => EngineCosts | undefined, fold?: Fold): Score {
  const found = some.map((row) => errorOf(row, costs(), fold));
  return {
    rows: some.length,
    tpotError: mean(found.map(({ tpot }) => Math.abs(Math.expm1(tpot)))),
    ttftError: median(found.map(({ ttft }) => Math.abs(Math.expm1(ttft)))),
  };
}

function writeBands(by: readonly Fold[]) {
  write(
    "bands",
    `import type { Bands } from "./fitted.ts";

/** By what is alike, from near to far. */
export const bands: Readonly<Record<string, Bands>> = ${shown(bandsFrom(residualsOf(values.data, by)))};
`,
  );
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === "number" ? Number(one.toPrecision(4)) : one), 2);
}

function write(name: string, text: string) {
  writeFileSync(
    new URL(`../../src/perf/curves/${name}.ts`, import.meta.url),
    `/** Made by tools/perf/calibrate.ts from measured deployments (InferenceX, by ai-dynamo/aiconfigurator, Apache-2.0). */
${text}`,
  );
}
