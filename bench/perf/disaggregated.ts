/**
 * Prompts and answers on replicas of their own: InferenceX's disaggregated rows, none of them fitted on.
 *
 *   node bench/perf/disaggregated.ts [--data ../shared/data/perf] [--json]
 *
 * A row names both pools' splits, and part of the rows how many workers there were: those are the target's. Of the others
 * InferenceX's recipes tell the workers, and which drafted tokens (bench/perf/recipes.ts); so they do of racks that are
 * marked as aggregated. They are classes of their own. A row that stands in the export twice is scored once.
 * Throughput by accelerator is Little's law on either side: clients, by the time that a request takes.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chipNamed } from "../../src/catalog/chips.ts";
import { modelNamed } from "../../src/catalog/models.ts";
import { CsvReader } from "../../src/perf/csv.ts";
import { type Disaggregated, type DisaggregatedPrediction, predictDisaggregated } from "../../src/perf/disaggregate.ts";
import { inferenceXLoad, inferenceXSettings } from "../../src/perf/inferencex.ts";
import { type Point, PointColumns } from "../../src/perf/points.ts";
import { comparisons } from "./chart.ts";
import { absent, csvOf, keep, verdictOf } from "./data.ts";
import { defaultData, median } from "./measured.ts";
import { type Recipe, recipesOf, type Run, speculationOf, prefillTold, decodeTold } from "./recipes.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const throughputMost = 15;

/** How the pools of a row are known. */
type Standing = "named" | "by the recipe" | "rack, by the recipe";

type Scored = {
  readonly point: Point;
  readonly deployed: Disaggregated;
  readonly by: DisaggregatedPrediction;
  readonly standing: Standing;
  readonly drafts: boolean;
  readonly rate: number;
  readonly predictedRate: number;
};

type Row = { readonly cells: readonly string[]; readonly standing: Standing; readonly run: Run };

const path = join(values.data, "measured_e2e.csv");
if (!existsSync(path)) absent(path, "silicon_sample.csv of https://github.com/ai-dynamo/aiconfigurator, a part of it");
const reader = new CsvReader();
const [head, ...records] = [...reader.push(readFileSync(path, "utf8")), ...reader.end()].map(({ cells }) => cells);
const columns = new PointColumns(head ?? []);
const rows = once(records.flatMap(rowOf));
const recipes = recipesOf(rows.map(({ run }) => run));
const refused = new Map<string, number>();
const scored = rows.flatMap(({ cells, standing }, index) => {
  const recipe = recipes[index]!;
  try {
    return [score(cells, standing, typeof recipe === "string" ? undefined : recipe)];
  } catch (error) {
    const isUnknown = standing !== "named" && typeof recipe === "string";
    const reason = isUnknown ? recipe : (error as Error).message;
    refused.set(reason, (refused.get(reason) ?? 0) + 1);
    return [];
  }
});

const of = (standing: Standing, drafts?: boolean) =>
  scored.filter((one) => one.standing === standing && (drafts === undefined || one.drafts === drafts));
const classes = [
  summary("that name their workers", of("named")),
  summary("workers by the recipe", of("by the recipe", false)),
  summary("workers by the recipe, drafting tokens", of("by the recipe", true)),
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
      .map(({ group, point, by, standing, drafts, rate, predictedRate }) => ({
        id: point.id,
        group,
        pools: standing.replace(",", ""),
        drafts: String(drafts),
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

/** What a row of the kind that is looked for says. */
function rowOf(cells: readonly string[]): Row[] {
  const text = (name: string) => columns.text(cells, name);
  const number = (name: string) => Number(text(name) || Number.NaN);
  const isRack = text("mode") === "agg" && text("system") === "gb200" && number("tp_size") > 8;
  if (text("mode") !== "disagg" && !isRack) return [];
  const isNamed = text("prefill_num_workers") !== "";
  const accelerators = (side: string) => (number(`${side}tp_size`) || 1) * (number(`${side}attention_dp_size`) || 1);
  const backend = text("backend");
  const run: Run = {
    chip: chipNamed(text("system")).name,
    model: modelNamed(text("model_path")).name,
    engine: backend === "trtllm" ? "tensorrt-llm" : backend,
    weights: text("precision"),
    version: text("backend_version"),
    promptTokens: number("isl"),
    outputTokens: number("osl"),
    concurrency: number("concurrency"),
    day: /measured=(\d{4}-\d\d-\d\d)/.exec(text("silicon_data_source"))?.[1] ?? "",
    tpotMs: number("silicon_tpot_ms"),
    prefillAccelerators: accelerators(isRack ? "" : "prefill_"),
    decodeAccelerators: accelerators(isRack ? "" : "decode_"),
    ...(isNamed && { workers: { prefill: number("prefill_num_workers"), decode: number("decode_num_workers") } }),
  };
  return [{ cells, run, standing: isRack ? "rack, by the recipe" : isNamed ? "named" : "by the recipe" }];
}

/** Of rows with the same times that of which most is known. */
function once(all: readonly Row[]): Row[] {
  const known = (standing: Standing) => ["named", "by the recipe", "rack, by the recipe"].indexOf(standing);
  const timeOf = ({ cells, run }: Row) =>
    [run.chip, run.engine, run.promptTokens, run.concurrency, run.tpotMs, columns.text(cells, "silicon_ttft_ms")].join(
      " ",
    );
  const alike = Map.groupBy(all, timeOf);
  return [...alike.values()].map((of) => of.toSorted((one, other) => known(one.standing) - known(other.standing))[0]!);
}

function score(cells: readonly string[], standing: Standing, recipe: Recipe | undefined): Scored {
  const point = columns.pointOf(recipe === undefined ? cells : filled(cells, recipe));
  const { promptTokens, outputTokens, concurrency, measured } = point;
  if (point.deployed.type !== "disaggregated") throw new TypeError(`${point.id} is in one piece.`);
  const { prefill, decode } = point.deployed;
  const speculation = recipe?.drafts === 0 ? undefined : recipe && speculationOf(recipe);
  const deployed = {
    prefill,
    decode: { ...decode, served: { ...decode.served, ...(speculation && { speculation }) } },
  };
  const { served } = deployed.prefill;
  const usual = inferenceXSettings(served, promptTokens, outputTokens, concurrency);
  const by = predictDisaggregated(deployed, inferenceXLoad(promptTokens, outputTokens, concurrency), {
    prefill: { ...usual, ...(recipe && prefillTold(served, recipe)) },
    ...(recipe && { decode: decodeTold(served, recipe) }),
  });
  const rate = (ttftMs: number, tpotMs: number) => {
    const tokens = 0.9 * outputTokens;
    return ((concurrency * tokens) / (ttftMs + tpotMs * (tokens - 1)) / by.accelerators) * 1e3;
  };
  return {
    point,
    deployed,
    by,
    standing,
    drafts: deployed.decode.served.speculation !== undefined,
    rate: rate(measured.ttftMs!, measured.tpotMs!),
    predictedRate: rate(by.ttftMs.mean, by.tpotMs.mean),
  };
}

/** A row as if it said what its recipe does. */
function filled(cells: readonly string[], recipe: Recipe): string[] {
  const all = [...cells];
  const set = (name: string, value: string | number) => {
    const at = columns.indexOf(name);
    if (at !== undefined) all[at] = String(value);
  };
  set("mode", "disagg");
  for (const side of ["prefill", "decode"] as const) {
    const { workers, tensorParallel, attentionParallel, expertParallel } = recipe[side];
    set(`${side}_num_workers`, workers);
    set(`${side}_tp_size`, tensorParallel);
    set(`${side}_attention_dp_size`, attentionParallel);
    set(`${side}_moe_ep_size`, expertParallel);
    set(`${side}_moe_tp_size`, (tensorParallel * attentionParallel) / expertParallel);
  }
  return all;
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
