/**
 * Prompts and answers on replicas of their own: InferenceX's disaggregated rows, none of them fitted on.
 *
 *   node bench/perf/disaggregated.ts [--data ../shared/data/perf] [--json]
 *
 * A row names both pools' splits, and part of the rows how many workers there were: those are the target's. Of the others
 * InferenceX's recipes tell the workers, and which drafted tokens (src/perf/inferencex/recipes.ts); so they do of racks that are
 * marked as aggregated. They are classes of their own, as are rows whose pools ran both with drafts and without, of which
 * `perf estimate --points` assumes none. A row that stands in the export twice is scored once.
 * Throughput by accelerator is Little's law on either side: clients, by the time that a request takes.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CsvReader } from "../../src/perf/csv.ts";
import { acceleratorsIn, type Disaggregated } from "../../src/perf/disaggregate.ts";
import { PointColumns } from "../../src/perf/points/points.ts";
import type { Point } from "../../src/perf/points/point.ts";
import { type PointPrediction, predictPoint } from "../../src/perf/points/predict-point.ts";
import { median } from "../../src/perf/statistics.ts";
import { comparisons } from "./chart.ts";
import { absent, csvOf, keep, verdictOf } from "./data.ts";
import { defaultData } from "./measured.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const throughputMost = 15;

/** How the pools of a row are known. */
type Standing = "named" | "by the recipe" | "drafts untold" | "rack, by the recipe";

type Scored = {
  readonly point: Point;
  readonly deployed: Disaggregated;
  readonly by: PointPrediction;
  readonly accelerators: number;
  readonly standing: Standing;
  readonly drafts: boolean;
  readonly rate: number;
  readonly predictedRate: number;
};

const path = join(values.data, "measured_e2e.csv");
if (!existsSync(path)) absent(path, "silicon_sample.csv of https://github.com/ai-dynamo/aiconfigurator, a part of it");
const reader = new CsvReader();
const [head, ...records] = [...reader.push(readFileSync(path, "utf8")), ...reader.end()].map(({ cells }) => cells);
const columns = new PointColumns(head ?? []);
const refused = new Map<string, number>();
const scored = once(records.flatMap((cells) => score(cells)));

const of = (standing: Standing, drafts?: boolean) =>
  scored.filter((one) => one.standing === standing && (drafts === undefined || one.drafts === drafts));
const classes = [
  summary("that name their workers", of("named")),
  summary("workers by the recipe", of("by the recipe", false)),
  summary("workers by the recipe, drafting tokens", of("by the recipe", true)),
  summary("workers by the recipe, drafts untold", of("drafts untold")),
  summary("racks, pools by the recipe", of("rack, by the recipe", false)),
  summary("racks, drafting tokens", of("rack, by the recipe", true)),
];
const groups = [...Map.groupBy(scored, groupOf)].map(([name, of]) => summary(name, of));
if (values.json) console.log(JSON.stringify({ classes, groups, refused: [...refused] }));
else {
  console.table(groups);
  console.log("Median errors in %; of throughput by accelerator at most 15:");
  console.table(classes);
  for (const [reason, count] of refused) console.log(`${count} refused: ${reason}`);
  console.log("Also in bench/perf/out/: disaggregated.csv, disaggregated.svg");
}
keep(
  "disaggregated.csv",
  csvOf(
    scored
      .map((one) => ({ group: groupOf(one), ...one }))
      .map(({ group, point, by, accelerators, standing, drafts, rate, predictedRate }) => ({
        id: point.id,
        group,
        pools: standing.replace(",", ""),
        drafts: String(drafts),
        accelerators,
        concurrency: point.concurrency,
        isl: point.promptTokens,
        osl: point.outputTokens,
        ttft_ms: point.measured.ttftMs!,
        predicted_ttft_ms: by.ttftMs.mean.toFixed(1),
        tpot_ms: point.measured.tpotMs!,
        predicted_tpot_ms: by.tpotMs.mean.toFixed(3),
        tokens_per_s_per_accelerator: rate.toFixed(1),
        predicted_tokens_per_s_per_accelerator: predictedRate.toFixed(1),
      })),
  ),
);
keep("disaggregated.svg", picture());

/** A row that is disaggregated, by its mode or by its recipe, as `perf estimate --points` predicts it. */
function score(cells: readonly string[]): Scored[] {
  const isRack = columns.text(cells, "mode") === "agg";
  if (isRack && !(Number(columns.text(cells, "tp_size")) > 8)) return [];
  try {
    const point = columns.pointOf(cells);
    const { deployed, outputTokens, concurrency, measured } = point;
    if (deployed.type !== "disaggregated") return [];
    const by = predictPoint(point);
    const accelerators = acceleratorsIn(deployed.prefill) + acceleratorsIn(deployed.decode);
    const rate = (ttftMs: number, tpotMs: number) => {
      const tokens = 0.9 * outputTokens;
      return ((concurrency * tokens) / (ttftMs + tpotMs * (tokens - 1)) / accelerators) * 1e3;
    };
    const isNamed = columns.text(cells, "prefill_num_workers") !== "";
    const known = isRack ? "rack, by the recipe" : isNamed ? "named" : "by the recipe";
    const one: Scored = {
      point,
      deployed,
      by,
      accelerators,
      standing: point.recipe?.mayDraft ? "drafts untold" : known,
      drafts: deployed.decode.served.speculation !== undefined,
      rate: rate(measured.ttftMs!, measured.tpotMs!),
      predictedRate: rate(by.ttftMs.mean, by.tpotMs.mean),
    };
    return [one];
  } catch (error) {
    const reason = (error as Error).message;
    refused.set(reason, (refused.get(reason) ?? 0) + 1);
    return [];
  }
}

/** Of rows with the same times that of which most is known. */
function once(all: readonly Scored[]): Scored[] {
  const known = (standing: Standing) =>
    ["named", "by the recipe", "rack, by the recipe", "drafts untold"].indexOf(standing);
  const timesOf = ({ point }: Scored) =>
    [point.promptTokens, point.concurrency, point.measured.tpotMs, point.measured.ttftMs].join(" ");
  return [...Map.groupBy(all, timesOf).values()].map(
    (alike) => alike.toSorted((one, other) => known(one.standing) - known(other.standing))[0]!,
  );
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
