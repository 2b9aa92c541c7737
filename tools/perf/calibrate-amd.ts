/**
 * Fits the one number of src/perf/curves/calibrated-amd.ts: how much longer whole steps on MI300X take than AMD's kernels. AMD tuned
 * these and timed them one by one. Their clock is higher than 750 W allow through a whole model, and not every engine has their shapes.
 *
 *     node tools/perf/calibrate-amd.ts [--data ../shared/data/perf] [--bands]
 *
 * It is fitted on the Offline runs of MLPerf v5.1's closed division only, of dense models and those with experts. The Server runs, and
 * all that others have published of AMD's chips, are held out. The latter make the bands; `--bands` makes only these.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { defaultData, mean } from "../../bench/perf/measured.ts";
import { readMlperf } from "../../bench/perf/mlperf-measured.ts";
import { costsOf, type Offline, offlineLoad } from "../../bench/perf/mlperf-predict.ts";
import { type Figure, figuresOf, readPublished } from "../../bench/perf/published-measured.ts";
import { chipNamed } from "../../src/catalog/chips.ts";
import type { Bands, FamilyScale } from "../../src/perf/curves/fitted.ts";
import { bandAround } from "./bands.ts";
import { familyOf } from "../../src/perf/operations/chip-families.ts";
import { amdBands, familyScales } from "../../src/perf/curves/calibrated-amd.ts";
import { predict } from "../../src/perf/predict.ts";
import { minimise } from "./minimise.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, bands: { type: "boolean", default: false } },
});
const family = "cdna3";
if (values.bands) write(familyScales, bandsOfPublished());
else {
  write({ [family]: fitted() }, amdBands);
  // What is held out is predicted with the number just written.
  spawnSync(process.execPath, [import.meta.filename, "--bands"], { stdio: "inherit" });
}

function fitted(): FamilyScale {
  const runs = readMlperf(values.data).runs.filter(
    (run): run is Offline => run.scenario === "Offline" && familyOf(run.served.chip) === family,
  );
  const kinds = [...Map.groupBy(runs, ({ served }) => served.model.feedForward.type).values()];
  const [scale = 1] = minimise(
    ([one = 1]) => mean(kinds.map((of) => mean(of.map((run) => offBy(run, one))))),
    [1.2],
    30,
  );
  return {
    scale: Number(scale.toPrecision(3)),
    fittedOn: "MLPerf v5.1 Offline: Llama 2 70B and Mixtral 8x7B on MI300X",
    runs: runs.length,
    error: Number(mean(runs.map((run) => Math.expm1(offBy(run, scale)))).toPrecision(2)),
    date: new Date().toISOString().slice(0, 10),
  };
}

function offBy(run: Offline, scale: number): number {
  const costs = { ...costsOf(run), kernelScale: scale };
  const { outputTokensPerSecond } = predict(run.served, offlineLoad(run), { ...run.settings, costs });
  return Math.abs(Math.log((outputTokensPerSecond * run.replicas) / run.tokensPerSecond));
}

/** Of what others have published: times by themselves, and tokens a second of whole batches for what they say of steps. */
function bandsOfPublished(): Bands {
  const figures = readPublished()
    .filter(({ chip }) => chipNamed(chip).vendor === "AMD")
    .flatMap((run) => figuresOf(run))
    .filter(({ kind }) => kind !== "tokens/s at a concurrency");
  const longer = ({ kind, measured, predicted }: Figure) =>
    Math.log(kind.startsWith("tokens/s") ? predicted / measured : measured / predicted);
  const first = figures.filter(({ kind }) => kind === "TTFT");
  const steps = figures.filter(({ kind }) => kind !== "TTFT");
  return { rows: steps.length, tpot: bandAround(steps.map(longer)), ttft: bandAround(first.map(longer)) };
}

function write(scales: Readonly<Record<string, FamilyScale>>, bands: Bands) {
  const shown = (value: unknown) =>
    JSON.stringify(value, (_, one: unknown) => (typeof one === "number" ? Number(one.toPrecision(4)) : one), 2);
  console.log(shown({ scales, bands }));
  writeFileSync(
    new URL("../../src/perf/curves/calibrated-amd.ts", import.meta.url),
    `/**
 * Made by tools/perf/calibrate-amd.ts from MLPerf v5.1's Offline runs (mlcommons/inference_results_v5.1), and the bands from
 * bench/perf/published.csv, on which nothing is fitted.
 */
import type { Bands, FamilyScale } from "./fitted.ts";

/** By family of chips. */
export const familyScales: Readonly<Record<string, FamilyScale>> = ${shown(scales)};

/** Of AMD's chips, whatever the model and engine. */
export const amdBands: Bands = ${shown(bands)};
`,
  );
}
