/**
 * What is held out, by fits whose own settings did not see it either.
 *
 *   nice node bench/perf/nested.ts [--data ../shared/data/perf] [--json]
 *
 * The settings of tools/perf/fit-engine.ts (how firmly the six numbers are held, and where) could be chosen with the scores of
 * held-out rows in view. Here they are chosen for every chip and every model that is left out, by leaving out chips and
 * models of the rest in turn; then what was left out is scored by the fits with what was chosen (Varma and Simon 2006, BMC
 * Bioinformatics 7:91). Inner fits follow lines about the search's start; outer ones are whole. It takes some minutes, and is
 * no part of `npm run bench:perf`. A CSV goes to bench/perf/out/.
 */
import { parseArgs } from "node:util";
import { costsWithout } from "../../src/perf/kernels/calibration.ts";
import { folds } from "../../src/perf/curves/calibrated.ts";
import { type EngineName, engineNames } from "../../src/perf/deployment.ts";
import type { EngineCosts, Fold } from "../../src/perf/curves/fitted.ts";
import { median } from "../../src/perf/statistics.ts";
import { linesAbout } from "../../tools/perf/fit-along.ts";
import {
  errorOver,
  fitEngine,
  type Holding,
  lossOver,
  questionsIn,
  timesBy,
  usualHolding,
} from "../../tools/perf/fit-engine.ts";
import { minimise } from "../../tools/perf/minimise.ts";
import { csvOf, keep } from "./data.ts";
import { defaultData, mean, type Measured, predicted, readMeasured } from "./measured.ts";
import { fitSets, isFitted, lineageOf } from "./split.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: defaultData },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
  },
});
const all = readMeasured(values.data).rows.filter(isFitted);
const { start } = usualHolding;
/** Held where the search starts, and at half and twice of it; scales, which are held at 1, are the same. */
const places = [0.5, 1, 2].map((times) => start.map((number, index) => (index < 4 ? number * times : number)));
const holdings: readonly Holding[] = [0.03, 0.1, 0.3, 1].flatMap((scaleWeight) => [
  { scaleWeight, startWeight: 0, start },
  ...[0.005, 0.02, 0.08, 0.3].flatMap((startWeight) =>
    places.map((place) => ({ scaleWeight, startWeight, start: place })),
  ),
]);

type Part = { readonly chip: string } | { readonly model: string };
const isIn = (part: Part) => (row: Measured) =>
  "chip" in part ? row.served.chip.name === part.chip : lineageOf(row) === part.model;

const questions = questionsIn(all);
const at = new Map(questions.map((row) => [row, timesBy(row, start)]));
const lines = linesAbout(at, start, timesBy);
/** By rows and holding. */
const quick = new Map<string, readonly number[]>();

const parts: readonly Part[] = [
  ...[...new Set(all.map(({ served }) => served.chip.name))].map((chip) => ({ chip })),
  ...[...new Set(all.map(lineageOf))].map((model) => ({ model })),
];
const chosen = parts.map((part) => {
  const rest = questions.filter((row) => !isIn(part)(row));
  const scored = holdings.map((holding) => ({ holding, off: innerError(rest, holding) }));
  const { holding } = scored.reduce((best, other) => (other.off < best.off ? other : best));
  console.error(`${nameOf(part)}: scales held by ${holding.scaleWeight}, the others by ${holding.startWeight}`);
  return { part, holding };
});
const rows = chosen.flatMap(({ part, holding }) => engineNames.flatMap((engine) => outerRows(engine, part, holding)));
const isDense = ({ row }: (typeof rows)[number]) => row.served.model.feedForward.type === "dense";
const table = (["chip", "model"] as const).flatMap((without) =>
  [true, false].map((dense) => {
    const of = rows.filter((one) => without in one.part && isDense(one) === dense);
    const off = (times: (one: (typeof of)[number]) => Times) => ({
      tpot: mean(of.map((one) => Math.abs(times(one).tpotMs / one.row.tpotMs - 1))) * 100,
      ttft: median(of.map((one) => Math.abs(times(one).ttftMs / one.row.ttftMs - 1))) * 100,
    });
    const [nested, plain] = [off((one) => one.nested), off((one) => one.plain)];
    const share = (value: number) => Number(value.toFixed(1));
    return {
      what: `InferenceX, ${dense ? "dense" : "experts"}, without the ${without}`,
      rows: of.length,
      "TPOT, %": share(plain.tpot),
      "TTFT, median %": share(plain.ttft),
      "TPOT, nested": share(nested.tpot),
      "TTFT, nested": share(nested.ttft),
    };
  }),
);
if (values.json) console.log(JSON.stringify({ table, chosen }));
else {
  console.table(
    chosen.map(({ part, holding }) => ({
      without: nameOf(part),
      ...holding,
      start: holding.start.slice(0, 4).join(" "),
    })),
  );
  console.table(table);
  console.log("Also in bench/perf/out/: nested.csv");
}
keep(
  "nested.csv",
  csvOf(
    rows.map(({ part, row, plain, nested }) => ({
      id: row.id,
      without: nameOf(part),
      tpot_ms: row.tpotMs,
      plain_tpot_ms: plain.tpotMs.toFixed(3),
      nested_tpot_ms: nested.tpotMs.toFixed(3),
      ttft_ms: row.ttftMs,
      plain_ttft_ms: plain.ttftMs.toFixed(1),
      nested_ttft_ms: nested.ttftMs.toFixed(1),
    })),
  ),
);

type Times = { readonly tpotMs: number; readonly ttftMs: number };

function nameOf(part: Part): string {
  return "chip" in part ? part.chip : part.model;
}

/** How far off each chip and model of these rows is by fits to the others, on average over engines and parts. */
function innerError(rest: readonly Measured[], holding: Holding): number {
  const errors = engineNames.flatMap((engine) => {
    const own = rest.filter(({ served }) => served.engine === engine);
    const inner = parts.filter((part) => own.some(isIn(part)));
    return inner.flatMap((part) => {
      const [out, left] = [own.filter(isIn(part)), own.filter((row) => !isIn(part)(row))];
      const numbersOf = (row: Measured) => quickFit(ofFamily(left, row), holding) ?? quickFit(left, holding);
      if (left.length === 0) return [];
      return [errorOver(out)((row) => lines(numbersOf(row)!)(row))];
    });
  });
  return mean(errors);
}

/** Rows of the fit set that a row belongs to. */
function ofFamily(some: readonly Measured[], row: Measured): readonly Measured[] {
  const set = fitSets.find(({ has }) => has(row))!;
  return some.filter(set.has);
}

function quickFit(some: readonly Measured[], holding: Holding): readonly number[] | undefined {
  if (some.length === 0) return undefined;
  const key = `${JSON.stringify(holding)} ${some.map(({ id }) => id).join()}`;
  const loss = lossOver(some, holding);
  const found = quick.get(key) ?? minimise((numbers) => loss(numbers, lines(numbers)), start, 120);
  quick.set(key, found);
  return found;
}

/** What is left out of an engine's rows, by the committed fold and by fits with what was chosen without it. */
function outerRows(engine: EngineName, part: Part, holding: Holding) {
  const sets = fitSets.filter((set) => set.engine === engine);
  const out = all.filter((row) => row.served.engine === engine && isIn(part)(row));
  const plain = folds.find((fold) => fold.engine === engine && nameOf(fold.without) === nameOf(part));
  if (out.length === 0 || plain === undefined) return [];
  const calibrations: Record<string, EngineCosts | null> = {};
  for (const { family, has } of sets) {
    const left = all.filter((row) => has(row) && !isIn(part)(row));
    calibrations[`${engine}/${family}`] = left.length === 0 ? null : fitEngine(left, Number(values.rounds), holding);
  }
  const nested: Fold = { ...plain, calibrations };
  const timesOf = (row: Measured, fold: Fold): Times => {
    const { tpotMs, ttftMs } = predicted(row, costsWithout(fold, engine, row.served.chip));
    return { tpotMs: tpotMs.mean, ttftMs: ttftMs.mean };
  };
  return out.map((row) => ({ part, row, plain: timesOf(row, plain), nested: timesOf(row, nested) }));
}
