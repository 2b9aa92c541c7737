/**
 * Predictions beside measured deployments.
 *
 *   node bench/perf/deployments.ts [--data ../shared/data/perf] [--json]
 *
 * Every row of the measured deployments in one piece is predicted by simulating its load, and scored by engine, chip and
 * model. Rows that were fitted on are scored three times: by the fit, and held out, by the fits without their chip and
 * without their model (folds of src/perf/curves/calibrated.ts). A CSV of all rows and two pictures go to bench/perf/out/.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Fold } from "../../src/perf/curves/fitted.ts";
import { calibrations } from "../../src/perf/curves/calibrated.ts";
import { median } from "../../src/perf/statistics.ts";
import { comparisons } from "./chart.ts";
import { defaultData, mean, type Measured, predicted, readMeasured } from "./measured.ts";
import { picture } from "./picture.ts";
import { isFitted, withoutChipOf, withoutModelOf } from "./split.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const say = (line: string) => (values.json ? console.error(line) : console.log(line));

/** How a row stood to the fit by which it was predicted. */
type Standing = "fitted" | "chip held out" | "model held out" | "never fitted";
type Scored = Measured & {
  readonly standing: Standing;
  readonly predictedTtftMs: number;
  readonly predictedTpotMs: number;
  /** Whether what was measured lies within the prediction's bands. */
  readonly isTpotWithin: boolean;
  readonly isTtftWithin: boolean;
  readonly provenance: string;
};

const measured = readMeasured(values.data);
/** Racks of copies of attention are pools of prompts and answers, whatever the export says: see disaggregated.ts. */
const rows = measured.rows.filter(({ served }) => served.attentionParallel <= 8);
const left = measured.left + measured.rows.length - rows.length;
const refused = new Map<string, number>();
const startedMs = performance.now();
const scored = rows.flatMap((row) => {
  if (!isFitted(row)) return score(row, "never fitted");
  const [byChip, byModel] = [withoutChipOf(row), withoutModelOf(row)];
  return [
    ...score(row, "fitted"),
    ...(byChip === undefined ? [] : score(row, "chip held out", byChip)),
    ...(byModel === undefined ? [] : score(row, "model held out", byModel)),
  ];
});
const seconds = (performance.now() - startedMs) / 1e3;

const groups = Map.groupBy(scored, ({ served, standing, isInferenceX }) =>
  [
    isInferenceX ? "InferenceX" : "others",
    served.engine,
    served.chip.name,
    served.model.name,
    served.weights,
    standing,
  ].join(" "),
);
const table = [...groups].toSorted().map(([name, of]) => ({ name, ...scoreOf(of) }));
const isDense = ({ served }: Scored) => served.model.feedForward.type === "dense";
const ofInferenceX = scored.filter(({ isInferenceX }) => isInferenceX);
const others = scored.filter(({ isInferenceX, standing }) => !isInferenceX && standing !== "fitted");
const standing = (of: readonly Scored[], one: Standing) => of.filter((row) => row.standing === one);
const dense = ofInferenceX.filter(isDense);
const experts = ofInferenceX.filter((row) => !isDense(row));
const fp8 = (of: readonly Scored[]) => of.filter(({ served }) => served.weights === "fp8");
const summary = [
  verdict("InferenceX, dense, fitted", standing(dense, "fitted")),
  verdict("InferenceX, dense, without the chip", standing(dense, "chip held out"), 6, 12),
  verdict("of them FP8", fp8(standing(dense, "chip held out"))),
  verdict("InferenceX, dense, without the model", standing(dense, "model held out"), 6, 12),
  verdict("InferenceX, experts, fitted", standing(experts, "fitted")),
  verdict("InferenceX, experts, without the chip", standing(experts, "chip held out"), 12, 20),
  verdict("InferenceX, experts, without the model", standing(experts, "model held out"), 12, 20),
  verdict(
    "InferenceX, drafting tokens, never fitted",
    ofInferenceX.filter(({ served }) => served.speculation !== undefined),
  ),
  verdict("others' measurements, dense", others.filter(isDense)),
  verdict(
    "others' measurements, experts",
    others.filter((row) => !isDense(row)),
  ),
].filter((one) => one.rows > 0);

if (values.json) console.log(JSON.stringify({ groups: table, summary, refused: [...refused], seconds }));
else {
  console.table(table.map(({ name, ...score }) => ({ deployment: name, ...rounded(score) })));
  console.table(summary.map(({ name, ...score }) => ({ what: name, ...rounded(score) })));
  for (const [name, { fittedOn, fit, date }] of Object.entries(calibrations)) {
    say(`${name} was fitted on ${fit.rows} rows (${fittedOn}) on ${date}.`);
  }
  say(`${scored.length} predictions in ${seconds.toFixed(1)} s; ${left} rows of other kinds left out.`);
  for (const [reason, count] of refused) say(`${count} refused: ${reason}`);
}
const out = fileURLToPath(new URL("out/", import.meta.url));
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "deployments.csv"), csv(scored));
writeFileSync(
  join(out, "deployments.svg"),
  picture(scored.map((one) => ({ ...one, panel: `${one.served.engine} on ${one.served.chip.name}` }))),
);
writeFileSync(join(out, "held-out.svg"), heldOutPicture([dense, experts].map((of) => standing(of, "chip held out"))));
say(`Also in ${out}: deployments.csv, deployments.svg, held-out.svg`);

function score(row: Measured, stands: Standing, fold?: Fold): Scored[] {
  try {
    const { ttftMs, tpotMs, provenance } = predicted(row, undefined, fold);
    const within = (value: number, { low, high }: { low: number; high: number }) => value >= low && value <= high;
    const one = {
      ...row,
      standing: stands,
      predictedTtftMs: ttftMs.mean,
      predictedTpotMs: tpotMs.mean,
      isTpotWithin: within(row.tpotMs, tpotMs.band),
      isTtftWithin: within(row.ttftMs, ttftMs.band),
      provenance,
    };
    return [one];
  } catch (error) {
    const reason = (error as Error).message;
    refused.set(reason, (refused.get(reason) ?? 0) + 1);
    return [];
  }
}

/** Each chip predicted without its own fit, beside what was measured. */
function heldOutPicture([dense = [], experts = []]: readonly (readonly Scored[])[]): string {
  const groups = { "dense models": dense, "models with experts": experts };
  const points = (of: (row: Scored) => readonly [measured: number, predicted: number]) =>
    Object.entries(groups).flatMap(([group, rows]) =>
      rows.map((row) => {
        const [measured, predicted] = of(row);
        return { group, measured, predicted };
      }),
    );
  return comparisons([
    { title: "TPOT, ms", range: [2, 200], points: points((row) => [row.tpotMs, row.predictedTpotMs]) },
    { title: "TTFT, ms", range: [10, 1_000_000], points: points((row) => [row.ttftMs, row.predictedTtftMs]) },
  ]);
}

function scoreOf(of: readonly Scored[]) {
  const tpot = of.map(({ predictedTpotMs, tpotMs }) => predictedTpotMs / tpotMs - 1);
  const ttft = of.map(({ predictedTtftMs, ttftMs }) => predictedTtftMs / ttftMs - 1);
  return {
    rows: of.length,
    tpotMape: mean(tpot.map(Math.abs)) * 100,
    tpotBias: median(tpot) * 100,
    ttftMedian: median(ttft.map(Math.abs)) * 100,
    ttftBias: median(ttft) * 100,
    /** Per cent of the rows within the bands, of which eighty are promised. */
    tpotWithin: mean(of.map(({ isTpotWithin }) => (isTpotWithin ? 100 : 0))),
    ttftWithin: mean(of.map(({ isTtftWithin }) => (isTtftWithin ? 100 : 0))),
  };
}

function verdict(name: string, of: readonly Scored[], tpotMost?: number, ttftMost?: number) {
  const found = scoreOf(of);
  const said = (value: number, most?: number) =>
    most === undefined ? "" : value <= most ? "PASS" : `MISS (≤ ${most} %)`;
  return { name, ...found, tpot: said(found.tpotMape, tpotMost), ttft: said(found.ttftMedian, ttftMost) };
}

function rounded(found: object): object {
  return Object.fromEntries(
    Object.entries(found).map(([key, value]) => [key, typeof value === "number" ? Number(value.toFixed(1)) : value]),
  );
}

function csv(of: readonly Scored[]): string {
  const lines = of.map(({ served, ...row }) =>
    [
      row.id,
      row.standing,
      row.isInferenceX ? "inferencex" : "other",
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
  return `id,standing,source,engine,version,chip,model,weights,tp,isl,osl,concurrency,ttft_ms,predicted_ttft_ms,tpot_ms,predicted_tpot_ms,provenance\n${lines.join("\n")}\n`;
}
