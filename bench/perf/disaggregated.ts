/**
 * Prompts and answers on replicas of their own: InferenceX's disaggregated rows, none of them fitted on.
 *
 *   node bench/perf/disaggregated.ts [--data ../shared/data/perf] [--json]
 *
 * A row names both pools' splits; only part of the rows says how many workers there are, and only those can be predicted.
 * Throughput by accelerator is Little's law on either side: clients, by the time that a request takes. Rows of DeepSeek
 * and Kimi with TensorRT-LLM after 2026-02-04 may speculate (multi-token prediction) without saying so: a class of their
 * own.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CsvReader } from "../../src/perf/csv.ts";
import { type Disaggregated, type DisaggregatedPrediction, predictDisaggregated } from "../../src/perf/disaggregate.ts";
import { inferenceXLoad, inferenceXSettings } from "../../src/perf/inferencex.ts";
import { type Point, PointColumns } from "../../src/perf/points.ts";
import { comparisons } from "./chart.ts";
import { absent, csvOf, keep, verdictOf } from "./data.ts";
import { defaultData, median } from "./measured.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const throughputMost = 15;
const speculatesSince = "2026-02-04";

type Scored = {
  readonly point: Point;
  readonly deployed: Disaggregated;
  readonly by: DisaggregatedPrediction;
  readonly maySpeculate: boolean;
  readonly rate: number;
  readonly predictedRate: number;
};

const path = join(values.data, "measured_e2e.csv");
if (!existsSync(path)) absent(path, "silicon_sample.csv of https://github.com/ai-dynamo/aiconfigurator, a part of it");
const reader = new CsvReader();
const [head, ...records] = [...reader.push(readFileSync(path, "utf8")), ...reader.end()].map(({ cells }) => cells);
const columns = new PointColumns(head ?? []);
const rows = records.filter((cells) => columns.text(cells, "mode") === "disagg");
const counted = rows.filter((cells) => columns.text(cells, "prefill_num_workers") !== "");
const refused = new Map<string, number>();
const scored = counted.flatMap((cells) => {
  try {
    return [score(columns.pointOf(cells), columns.text(cells, "silicon_data_source"))];
  } catch (error) {
    const reason = (error as Error).message;
    refused.set(reason, (refused.get(reason) ?? 0) + 1);
    return [];
  }
});

const classes = [
  summary("all", scored),
  summary(
    "of them that do not speculate",
    scored.filter(({ maySpeculate }) => !maySpeculate),
  ),
  summary(
    "that may speculate",
    scored.filter(({ maySpeculate }) => maySpeculate),
  ),
];
const groups = [...Map.groupBy(scored, groupOf)].map(([name, of]) => summary(name, of));
if (values.json) console.log(JSON.stringify({ classes, groups, refused: [...refused] }));
else {
  console.table(groups);
  console.log("Median errors in %; of throughput by accelerator at most 15:");
  console.table(classes);
  console.log(`${rows.length - counted.length} of ${rows.length} rows do not say how many workers they had.`);
  for (const [reason, count] of refused) console.log(`${count} refused: ${reason}`);
  console.log("Also in bench/perf/out/: disaggregated.csv, disaggregated.svg");
}
keep(
  "disaggregated.csv",
  csvOf(
    scored
      .map((one) => ({ group: groupOf(one), ...one }))
      .map(({ group, point, by, maySpeculate, rate, predictedRate }) => ({
        id: point.id,
        group,
        may_speculate: String(maySpeculate),
        accelerators: by.accelerators,
        concurrency: point.concurrency,
        isl: point.promptTokens,
        osl: point.outputTokens,
        ttft_ms: point.measured.ttftMs!,
        predicted_ttft_ms: by.ttftMs.mean.toFixed(1),
        tpot_ms: point.measured.tpotMs!,
        predicted_tpot_ms: by.tpotMs.mean.toFixed(3),
        transfer_ms: by.transferMs.toFixed(2),
        tokens_per_s_per_accelerator: rate.toFixed(1),
        predicted_tokens_per_s_per_accelerator: predictedRate.toFixed(1),
        prefill_busy: by.prefill.busyShare.toFixed(2),
      })),
  ),
);
keep("disaggregated.svg", picture());

function score(point: Point, source: string): Scored {
  const { deployed, promptTokens, outputTokens, concurrency, measured } = point;
  if (deployed.type !== "disaggregated") throw new TypeError(`${point.id} is in one piece.`);
  const { served } = deployed.prefill;
  const by = predictDisaggregated(deployed, inferenceXLoad(promptTokens, outputTokens, concurrency), {
    prefill: inferenceXSettings(served, promptTokens, outputTokens, concurrency),
  });
  const date = /measured=(\d{4}-\d\d-\d\d)/.exec(source)?.[1] ?? "";
  const rate = (ttftMs: number, tpotMs: number) => {
    const tokens = 0.9 * outputTokens;
    return ((concurrency * tokens) / (ttftMs + tpotMs * (tokens - 1)) / by.accelerators) * 1e3;
  };
  return {
    point,
    deployed,
    by,
    maySpeculate: served.engine === "tensorrt-llm" && served.model.attention.type === "mla" && date >= speculatesSince,
    rate: rate(measured.ttftMs!, measured.tpotMs!),
    predictedRate: rate(by.ttftMs.mean, by.tpotMs.mean),
  };
}

function groupOf({ point, deployed }: Scored): string {
  const { engine, chip, model, weights } = deployed.decode.served;
  return [engine, chip.name, model.name, weights, `${Math.round(point.promptTokens / 1024)}k`].join(" ");
}

function summary(what: string, of: readonly Scored[]) {
  const errors = (value: (one: Scored) => number) => of.map((one) => value(one) - 1);
  const rate = errors((one) => one.predictedRate / one.rate);
  const tpot = errors(({ by, point }) => by.tpotMs.mean / point.measured.tpotMs!);
  const ttft = errors(({ by, point }) => by.ttftMs.mean / point.measured.ttftMs!);
  const error = (shares: readonly number[]) => Number((median(shares.map(Math.abs)) * 100).toFixed(1));
  const bias = (shares: readonly number[]) => Number((median(shares) * 100).toFixed(0));
  return {
    what,
    rows: of.length,
    throughput: error(rate),
    "its bias": bias(rate),
    TPOT: error(tpot),
    "bias of TPOT": bias(tpot),
    TTFT: error(ttft),
    "bias of TTFT": bias(ttft),
    target: verdictOf(error(rate), throughputMost),
  };
}

function picture(): string {
  const panel = (title: string, range: readonly [number, number], of: (one: Scored) => readonly [number, number]) => ({
    title,
    range,
    points: scored.map((one) => {
      const [measured, predicted] = of(one);
      const { engine, chip } = one.deployed.decode.served;
      return { group: `${engine} ${chip.name}`, measured, predicted };
    }),
  });
  return comparisons([
    panel("Tokens/s of an accelerator", [5, 10_000], ({ rate, predictedRate }) => [rate, predictedRate]),
    panel("TPOT, ms", [3, 200], ({ point, by }) => [point.measured.tpotMs!, by.tpotMs.mean]),
    panel("TTFT, ms", [50, 300_000], ({ point, by }) => [point.measured.ttftMs!, by.ttftMs.mean]),
  ]);
}
