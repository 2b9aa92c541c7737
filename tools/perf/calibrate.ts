/**
 * Fits the six numbers of src/perf/curves/calibrated.ts for each engine and family of chips to measured deployments, and
 * the bands of src/perf/curves/bands.ts to how far held-out predictions are off.
 *
 *     node tools/perf/calibrate.ts [--data ../shared/data/perf] [--engine vllm] [--bands]
 *
 * Fitted on the rows of `fitSets`, and on nothing else. Each fit is repeated without one chip and without one model: the
 * folds by which `npm run bench:perf` scores what is held out. `--engine` keeps the fits of
 * the other engines, `--bands` all of them.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { defaultData, mean, type Measured, median, predicted, readMeasured } from "../../bench/perf/measured.ts";
import { fitSets, isFitted, lineageOf } from "../../bench/perf/split.ts";
import type { Calibration, EngineCosts, Fold, Score } from "../../src/perf/fitted.ts";
import { calibrations, folds } from "../../src/perf/curves/calibrated.ts";
import type { EngineName } from "../../src/perf/deployment.ts";
import { bandsFrom, residualsOf } from "./bands.ts";
import { fitAlong } from "./fit-along.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: defaultData },
    rounds: { type: "string", default: "3" },
    bands: { type: "boolean", default: false },
    engine: { type: "string" },
  },
});
const { rows } = readMeasured(values.data);
const names = [
  "stepSeconds",
  "sequenceSeconds",
  "launchSeconds",
  "ingestSeconds",
  "decodeScale",
  "prefillScale",
] as const;
/** Where the search starts from, by the names above: about what engines take. */
const start = [6e-4, 1.5e-5, 4e-4, 0.03, 0.95, 1.1];
/** Kernels are measured: a scale far from 1 would stand for something else, and not carry over. */
const scaleWeight = 0.3;
/**
 * Of the other numbers, which the rows of few models tell apart but little (steps from sequences in them, launches from the
 * time before a request is scheduled): held near where the search starts.
 */
const startWeight = 0.02;
/** Clients of a row that is fitted, at the most: with more a fit takes long and learns little. */
const mostClients = 64;
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
    `import type { Calibration, Fold } from "../fitted.ts";

/** By engine and family of chips. */
export const calibrations: Readonly<Record<string, Calibration>> = ${shown(all)};

/** The same without one chip or one model. */
export const folds: readonly Fold[] = ${shown(by)};
`,
  );
}

/**
 * The least mean of |log error| of TPOT, and of TTFT, up to a factor of e, at less weight; scales are held near 1, and the
 * other numbers, loosely, near where the search starts. Dense
 * models count as much as those with experts, of which more were measured; among either, a model with four times the rows
 * of another has twice its weight. Rows that stand twice are taken once.
 */
function fit(some: readonly Measured[]): EngineCosts {
  const key = some.map(({ id }) => id).join();
  const known = fits.get(key);
  if (known !== undefined) return known;
  const asked = new Map(
    some.filter(({ concurrency }) => concurrency <= mostClients).map((row) => [questionOf(row), row]),
  );
  const kinds = Map.groupBy(asked.values(), ({ served }) => served.model.feedForward.type);
  const models = [...kinds.values()].flatMap((kind) => {
    const each = [...Map.groupBy(kind, lineageOf).values()];
    const all = each.reduce((sum, of) => sum + Math.sqrt(of.length), 0);
    return each.map((of) => ({ rows: of, weight: Math.sqrt(of.length) / all / kinds.size }));
  });
  const lossOf = (numbers: readonly number[], timesOf: (row: Measured) => readonly number[]) => {
    const rowLoss = (row: Measured) => {
      const [tpotMs = 0, ttftMs = 0] = timesOf(row);
      return Math.abs(Math.log(tpotMs / row.tpotMs)) + 0.4 * Math.min(1, Math.abs(Math.log(ttftMs / row.ttftMs)));
    };
    const off = models.reduce((sum, { rows: of, weight }) => sum + weight * mean(of.map(rowLoss)), 0);
    return numbers.reduce((sum, number, index) => {
      const isScale = names[index]!.endsWith("Scale");
      return (
        sum + (isScale ? scaleWeight * Math.log(number) ** 2 : startWeight * Math.log(number / start[index]!) ** 2)
      );
    }, off);
  };
  const valuesOf = (row: Measured, numbers: readonly number[]) => {
    const { tpotMs, ttftMs } = predicted(row, costsOf(numbers));
    return [tpotMs.mean, ttftMs.mean];
  };
  const points = [...asked.values()];
  const found = costsOf(fitAlong({ points, start, rounds: Number(values.rounds), valuesOf, lossOf }));
  fits.set(key, found);
  return found;
}

function questionOf({ served, version, promptTokens, outputTokens, concurrency, tpotMs }: Measured): string {
  const { chip, model, weights, tensorParallel, attentionParallel, expertParallel } = served;
  const split = [tensorParallel, attentionParallel, expertParallel, promptTokens, outputTokens, concurrency];
  return [chip.name, model.name, weights, version, ...split, tpotMs.toPrecision(3)].join(" ");
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

function costsOf(numbers: readonly number[]): EngineCosts {
  return Object.fromEntries(names.map((name, index) => [name, numbers[index]])) as EngineCosts;
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
    `import type { Bands } from "../fitted.ts";

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
