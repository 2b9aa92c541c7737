/**
 * `npm run bench:perf`: predictions beside measurements.
 *
 *   node bench/perf/run.ts [--data ../shared/data/perf] [--json]
 *
 * Every row of the measured deployments in one piece is predicted by simulating its load, and scored by engine, chip and
 * model. What was fitted on says so; the rest is held out, by chip or by model. A CSV of all rows and a picture go to
 * bench/perf/out/.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { familyOf } from "../../src/perf/calibration.ts";
import { calibrations } from "../../src/perf/curves/calibrated.ts";
import { inferenceXLoad, predict } from "../../src/perf/predict.ts";
import { defaultData, mean, type Measured, median, readMeasured } from "./measured.ts";
import { picture } from "./picture.ts";
import { fitSets } from "./split.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const say = (line: string) => (values.json ? console.error(line) : console.log(line));

export type Scored = Measured & {
  readonly set: "fitted" | "held-out model" | "held-out chip" | "held-out engine";
  readonly predictedTtftMs: number;
  readonly predictedTpotMs: number;
  readonly provenance: string;
};

const { rows, left } = readMeasured(values.data);
const scored: Scored[] = [];
const refused = new Map<string, number>();
const startedMs = performance.now();
for (const row of rows) {
  try {
    const load = inferenceXLoad(row.promptTokens, row.outputTokens, row.concurrency);
    const { ttftMs, tpotMs, provenance } = predict(row.served, load);
    scored.push({ ...row, set: setOf(row), predictedTtftMs: ttftMs.mean, predictedTpotMs: tpotMs.mean, provenance });
  } catch (error) {
    const reason = (error as Error).message;
    refused.set(reason, (refused.get(reason) ?? 0) + 1);
  }
}
const seconds = (performance.now() - startedMs) / 1e3;

const groups = Map.groupBy(scored, ({ served, set }) =>
  [served.engine, served.chip.name, served.model.name, served.weights, set].join(" "),
);
const table = [...groups].toSorted().map(([name, of]) => ({ name, rows: of.length, ...scoreOf(of) }));
const isDense = ({ served }: Scored) => served.model.feedForward.type === "dense";
const ofInferenceX = scored.filter(({ isInferenceX }) => isInferenceX);
const others = scored.filter(({ isInferenceX }) => !isInferenceX);
const summary = [
  verdict(
    "InferenceX, dense, fitted on",
    ofInferenceX.filter((row) => isDense(row) && row.set === "fitted"),
  ),
  verdict("InferenceX, dense, FP8, a chip not fitted on", crossed(), 6, 12),
  verdict(
    "InferenceX, dense, FP4, not fitted on",
    ofInferenceX.filter((row) => isDense(row) && row.set !== "fitted"),
  ),
  verdict(
    "InferenceX, mixture of experts, none fitted on",
    ofInferenceX.filter((row) => !isDense(row)),
    12,
    20,
  ),
  verdict("others' measurements, dense", others.filter(isDense)),
  verdict(
    "others' measurements, mixture of experts",
    others.filter((row) => !isDense(row)),
  ),
];

/** Rows that were fitted, predicted with what was fitted on the other chip: Hopper by Blackwell's numbers and back. */
function crossed(): Scored[] {
  return ofInferenceX
    .filter((row) => isDense(row) && row.set === "fitted")
    .flatMap((row) => {
      const { engine, chip } = row.served;
      const other = familyOf(chip) === "hopper" ? "blackwell" : "hopper";
      const costs = calibrations[`${engine}/${other}`];
      if (costs === undefined) return [];
      const load = inferenceXLoad(row.promptTokens, row.outputTokens, row.concurrency);
      const { ttftMs, tpotMs } = predict(row.served, load, { costs });
      return { ...row, set: "held-out chip" as const, predictedTtftMs: ttftMs.mean, predictedTpotMs: tpotMs.mean };
    });
}

if (values.json) console.log(JSON.stringify({ groups: table, summary, refused: [...refused], seconds }));
else {
  console.table(table.map(({ name, ...score }) => ({ deployment: name, ...rounded(score) })));
  console.table(summary.map(({ name, ...score }) => ({ what: name, ...rounded(score) })));
  say(`${rows.length} rows predicted in ${seconds.toFixed(1)} s; ${left} of other kinds left out.`);
  for (const [reason, count] of refused) say(`${count} refused: ${reason}`);
}
const out = fileURLToPath(new URL("out/", import.meta.url));
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "deployments.csv"), csv(scored));
writeFileSync(join(out, "deployments.svg"), picture(scored));
say(`Also in ${out}: deployments.csv, deployments.svg`);

function setOf(row: Measured): Scored["set"] {
  const { engine, chip, model } = row.served;
  if (fitSets.some(({ has }) => has(row))) return "fitted";
  const chips = fitSets.filter((one) => one.engine === engine).map(({ describes }) => describes);
  if (chips.length === 0) return "held-out engine";
  return chips.some((one) => one.toLowerCase().includes(`on ${chip.name}`)) || model.feedForward.type === "moe"
    ? "held-out model"
    : "held-out chip";
}

function scoreOf(of: readonly Scored[]) {
  const tpot = of.map(({ predictedTpotMs, tpotMs }) => predictedTpotMs / tpotMs - 1);
  const ttft = of.map(({ predictedTtftMs, ttftMs }) => predictedTtftMs / ttftMs - 1);
  return {
    tpotMape: mean(tpot.map(Math.abs)) * 100,
    tpotBias: median(tpot) * 100,
    ttftMedian: median(ttft.map(Math.abs)) * 100,
    ttftBias: median(ttft) * 100,
  };
}

function verdict(name: string, of: readonly Scored[], tpotMost?: number, ttftMost?: number) {
  const score = scoreOf(of);
  const said = (value: number, most?: number) =>
    most === undefined ? "" : value <= most ? "PASS" : `MISS (≤ ${most} %)`;
  return {
    name,
    rows: of.length,
    ...score,
    tpot: said(score.tpotMape, tpotMost),
    ttft: said(score.ttftMedian, ttftMost),
  };
}

function rounded(score: object): object {
  return Object.fromEntries(
    Object.entries(score).map(([key, value]) => [key, typeof value === "number" ? Number(value.toFixed(1)) : value]),
  );
}

function csv(of: readonly Scored[]): string {
  const lines = of.map(({ served, ...row }) =>
    [
      row.id,
      row.set,
      served.engine,
      row.version,
      served.chip.name,
      served.model.name,
      served.weights,
      served.tensorParallel,
      row.promptTokens,
      row.outputTokens,
      row.concurrency,
      row.ttftMs,
      row.predictedTtftMs.toFixed(2),
      row.tpotMs,
      row.predictedTpotMs.toFixed(3),
      row.provenance,
    ].join(","),
  );
  return `id,set,engine,version,chip,model,weights,tp,isl,osl,concurrency,ttft_ms,predicted_ttft_ms,tpot_ms,predicted_tpot_ms,provenance\n${lines.join("\n")}\n`;
}
