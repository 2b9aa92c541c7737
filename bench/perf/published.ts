/**
 * Predictions beside measurements that others have published, of many chips, models, engines and kinds, none of which
 * anything was fitted on.
 *
 *   node bench/perf/published.ts [--json] [--only mi300x,tpu-v6e,later]
 *
 * Each figure of published.csv is predicted as its source says that it was measured, with engines' defaults where that
 * says nothing, and scored by chip, maker, model, engine, source and kind. What is refused is told with its reason.
 */
import { parseArgs } from "node:util";
import { csvOf, keep } from "./data.ts";
import { type Figure, figuresOf, isCached, kinds, readPublished } from "./published-measured.ts";
import { publishedPicture } from "./published-picture.ts";
import { median } from "../../src/perf/statistics.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    // Those of all benches together; this one brings its own.
    data: { type: "string" },
  },
});
const only = values.only?.split(",");
const runs = readPublished().filter(
  ({ chip, source, set }) => only === undefined || [chip, source, set].some((one) => only.includes(one)),
);
const refused = new Map<string, number>();
const startedMs = performance.now();
const figures = runs.flatMap((run) => {
  try {
    return figuresOf(run);
  } catch (error) {
    const reason = `${run.chip}: ${(error as Error).message}`;
    refused.set(reason, (refused.get(reason) ?? 0) + 1);
    return [];
  }
});
const seconds = (performance.now() - startedMs) / 1e3;

const isCommon = ({ run }: Figure) => ["vllm", "sglang", "tensorrt-llm"].includes(run.engine);
const tables = {
  kind: [scoreOf("all", figures), ...grouped(({ kind }) => kind)],
  "set and kind": [...grouped(({ run }) => run.set), ...grouped(({ run, kind }) => `${run.set}: ${kind}`)],
  maker: grouped(({ vendor }) => vendor),
  "chip, tokens/s": grouped(
    ({ run }) => run.chip,
    figures.filter(({ kind }) => kind === kinds[0] || kind === kinds[1]),
  ),
  "chip, latency": grouped(
    ({ run }) => run.chip,
    figures.filter(({ kind }) => kind !== kinds[0] && kind !== kinds[1]),
  ),
  engine: grouped(({ run }) => run.engine),
  model: grouped(({ run }) => run.model),
  source: grouped(({ run }) => run.source),
  known: [
    scoreOf(
      "NVIDIA, engines that are modelled",
      figures.filter((one) => one.vendor === "NVIDIA" && isCommon(one)),
    ),
    ...grouped(({ provenance }) => provenance),
  ],
};
const refusals = [...refused.values()].reduce((sum, count) => sum + count, 0);
if (values.json) console.log(JSON.stringify({ tables, refused: [...refused], seconds }));
else {
  for (const [by, rows] of Object.entries(tables)) {
    console.log(`By ${by}:`);
    console.table(rows);
  }
  console.log(`${figures.length} figures of ${runs.length} runs in ${seconds.toFixed(1)} s; ${refusals} runs refused.`);
  for (const { line, chip, model } of runs.filter(isCached)) {
    console.log(
      `Left out: the first token of line ${line}, ${model} on ${chip}, sooner than the chip's peak computes the prompt`,
    );
  }
  for (const [reason, count] of refused) console.log(`${count} refused: ${reason}`);
  console.log("Also in bench/perf/out/: published.csv, published.svg");
}
keep(
  "published.csv",
  csvOf(
    figures.map(({ run, vendor, kind, measured, predicted, provenance }) => ({
      line: run.line,
      source: run.source,
      maker: vendor,
      chip: run.chip,
      model: run.model,
      engine: run.engine,
      weights: run.text("weights"),
      tp: run.text("tp"),
      pp: run.text("pp"),
      dp: run.text("dp"),
      load: run.text("load"),
      count: run.text("count"),
      isl: run.text("isl"),
      osl: run.text("osl"),
      kind: kind.replaceAll(",", ""),
      measured,
      predicted: predicted.toFixed(2),
      ratio: (predicted / measured).toFixed(3),
      provenance,
    })),
  ),
);
keep("published.svg", publishedPicture(figures));

function grouped(by: (figure: Figure) => string, of: readonly Figure[] = figures) {
  return [...Map.groupBy(of, by)].toSorted().map(([name, group]) => scoreOf(name, group));
}

function scoreOf(what: string, of: readonly Figure[]) {
  const ratios = of.map(({ predicted, measured }) => predicted / measured);
  const within = (factor: number) => ratios.filter((ratio) => Math.max(ratio, 1 / ratio) <= factor).length;
  const share = (count: number) => Math.round((100 * count) / of.length);
  return {
    what,
    figures: of.length,
    "off by, median %": Number((100 * median(ratios.map((ratio) => Math.abs(ratio - 1)))).toFixed(1)),
    "predicted / measured": Number(median(ratios).toFixed(2)),
    "within 25 %, %": share(within(1.25)),
    "within twice, %": share(within(2)),
  };
}
