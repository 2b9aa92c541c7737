/**
 * Fits the grids of src/perf/curves/experts.ts to measured kernels of experts.
 *
 *     node tools/perf/derive-experts.ts [--data ../shared/data/perf]
 *
 * The tables are those of ai-dynamo/aiconfigurator (Apache-2.0), see tools/perf/derive.ts. A grid is fitted to all shapes of a chip,
 * an engine and a kernel at once. The least squares give outliers little weight, and hold neighbouring knots together where no row is
 * near. Rows that are faster than the hardware are left out and counted.
 */
import { existsSync, globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { chipNamed } from "../../src/catalog/chips.ts";
import { models } from "../../src/catalog/models.ts";
import {
  type ChosenShare,
  type ExpertShape,
  expertKnots,
  expertRoofline,
  expertWork,
  knotsOf,
  shapeKey,
  tokenKnotsOf,
} from "../../src/perf/operations/experts.ts";
import { expertKernels, type ExpertKernel } from "../../src/perf/operations/expert-kernels.ts";
import { median } from "../../src/perf/statistics.ts";
import { bytesOf, ratesOf } from "../../src/perf/operations/rates.ts";
import { expertCount as count, inHundredths, leastSquares, neighbours } from "./expert-grid.ts";
import { num, type Row } from "./tables.ts";

type Knots = ReturnType<typeof knotsOf>;
type Point = {
  readonly knots: Knots;
  readonly log: number;
  readonly shape: string;
  readonly tokenKnots: Knots;
  readonly isUsual: boolean;
};

const { values } = parseArgs({ options: { data: { type: "string", default: "../shared/data/perf" } } });
const skew = "power_law_1.01";
/** Chips of one silicon with the same memory. */
const twins: Readonly<Record<string, string>> = { b200_sxm: "gb200", gb200: "b200_sxm" };
const engines = { vllm: "vllm", sglang: "sglang", trtllm: "tensorrt-llm" } as const;
const { tokens } = expertKnots;

/** Shapes of the models that the catalog knows. */
const known = new Set(
  models.flatMap(({ hidden, feedForward }) => {
    if (feedForward.type !== "moe") return [];
    const { expertWidth, experts, expertsPerToken } = feedForward;
    return `${hidden}x${expertWidth}/${expertsPerToken}of${experts}`;
  }),
);

/**
 * How aiconfigurator deals out the tokens of its tables (`power_law_logits_v3`): choices of each expert by a log-uniform number,
 * from 1 to four fifths of the tokens, or over a range of 200 where there are no more choices than experts. They are rounded, and
 * what is left over goes to experts that have none. Kernels take less in these rows than in those of evenly dealt tokens, as fewer
 * experts are at work: 0.55 of the time with 32 tokens that choose 8 of 256, 0.78 with 64, 0.85 with 128.
 */
const chosenInTables: ChosenShare = (tokens, perToken, experts) => {
  const choices = (tokens * perToken) / experts;
  const range = choices > 1 ? Math.max(1.01, tokens * 0.8) : 200;
  const mean = (range - 1) / Math.log(range);
  const atLeast = (count: number) => Math.min(1, Math.max(0, 1 - Math.log((count * mean) / choices) / Math.log(range)));
  let rounded = 0;
  for (let count = 0.5; atLeast(count) > 0; count += 1) rounded += atLeast(count);
  return Math.min(1, choices, atLeast(0.5) + Math.max(0, choices - rounded));
};

const found: Record<string, unknown> = {};
const ops = join(values.data, "ops");
for (const path of globSync("*/moe/*/*/moe_perf.parquet", { cwd: ops }).toSorted()) {
  const [system = "", , engine = "", version = ""] = path.split("/");
  const rows = await rowsOf(path);
  const twin = twins[system];
  const others = twin === undefined ? [] : await rowsOf(path.replace(system, twin));
  for (const [kernel, of] of Object.entries(expertKernels)) {
    if (!("dtype" in of)) continue;
    if ("version" in of && of.version !== version) continue;
    const { dtype, source } = of;
    const ofKernel = (row: Row) => row["moe_dtype"] === dtype && row["kernel_source"] === source;
    const measured = dealtOut(tuned(rows.filter(ofKernel), others.filter(ofKernel)));
    const grid = fitGrid(measured, system, kernel as ExpertKernel);
    if (grid === undefined) continue;
    const name = `${chipNamed(system).name}/${engines[engine as keyof typeof engines]}/${kernel}`;
    // The newer table of two stands last.
    found[name] = { version, ...grid };
    console.log(name, version, grid.rows, grid.rejected, grid.medianError.toFixed(3));
  }
}
const text = Object.entries(found).map(([name, grid]) => `  ${JSON.stringify(name)}: ${JSON.stringify(grid)},`);
writeFileSync(
  new URL("../../src/perf/curves/experts.ts", import.meta.url),
  `/**
 * Made by tools/perf/derive-experts.ts from the kernel tables of ai-dynamo/aiconfigurator (Apache-2.0, versions of
 * 2026-04): what kernels of experts take over their roofline, see ../experts.ts.
 */
import type { DerivedExperts } from "../operations/experts.ts";

/** By chip, engine and kernel. */
export const derivedExperts: Readonly<Record<string, DerivedExperts>> = {
${text.join("\n")}
};
`,
);

async function rowsOf(path: string): Promise<Row[]> {
  const whole = join(ops, path);
  if (!existsSync(whole)) return [];
  const file = await asyncBufferFromFile(whole);
  const rows = (await parquetReadObjects({ file, compressors })) as Row[];
  return rows.filter((row) => row["distribution"] === skew);
}

/**
 * Without the runs that a tuner spoilt. A run is a shape with one split. In each run an engine's tuner chooses a kernel's tiles
 * anew. With DeepSeek's experts in FP4 some runs take nearly twice as long as others, and not the same ones on B200 and on GB200.
 * Left out is what takes over a third longer than on the twin chip, or longer than with twice as many of the experts there.
 *
 * @param others rows of the twin chip
 */
function tuned(rows: readonly Row[], others: readonly Row[]): Row[] {
  const [own, twin] = [latencies(rows), latencies(others)];
  const isSpoilt = (run: readonly Row[]) =>
    ratioOf(run, twin) > 4 / 3 || ratioOf(run, own, 2) > 1 || ratioOf(run, twin, 2) > 1;
  return [...Map.groupBy(rows, (row) => runOf(row)).values()].filter((run) => !isSpoilt(run)).flat();
}

/** Median ratio of a run's times to others with the same tokens and `share` times as many of the experts; NaN of none. */
function ratioOf(run: readonly Row[], others: ReadonlyMap<string, number>, share = 1): number {
  const ratios = run.map((row) => num(row, "latency") / (others.get(keyOf(row, share)) ?? Number.NaN));
  return median(ratios.filter((ratio) => !Number.isNaN(ratio)));
}

function latencies(rows: readonly Row[]): Map<string, number> {
  return new Map(rows.map((row) => [keyOf(row), num(row, "latency")]));
}

function runOf(row: Row, share = 1): string {
  const names = ["hidden_size", "inter_size", "topk", "num_experts", "moe_tp_size"];
  return [...names.map((name) => row[name]), num(row, "moe_ep_size") / share].join();
}

function keyOf(row: Row, share = 1): string {
  return `${runOf(row, share)} ${num(row, "num_tokens")}`;
}

/**
 * Without the rows of a kernel that takes as long with the experts dealt out to eight accelerators and more as with all of
 * them on one: what was measured had them all. Nor those of experts dealt out of which tokens choose fewer than there
 * are: some tables' tokens choose the first ones in turn, so that one accelerator has most of them, as no router does
 * (TensorRT-LLM's of DeepSeek on eight H200: 32 tokens take longer than 64). How many one has by chance, `expertWork` says.
 */
function dealtOut(all: readonly Row[]): readonly Row[] {
  const rows = all.filter(
    (row) => num(row, "moe_ep_size") === 1 || num(row, "num_tokens") * num(row, "topk") >= num(row, "num_experts"),
  );
  const key = (row: Row) =>
    ["hidden_size", "inter_size", "topk", "num_experts", "moe_tp_size", "num_tokens"].map((name) => row[name]).join();
  const whole = new Map(rows.filter((row) => num(row, "moe_ep_size") === 1).map((row) => [key(row), row]));
  const ratios = rows
    .filter((row) => num(row, "moe_ep_size") >= 8 && num(row, "num_tokens") >= 64 && whole.has(key(row)))
    .map((row) => num(row, "latency") / num(whole.get(key(row))!, "latency"))
    .toSorted((one, other) => one - other);
  const isWhole = ratios.length > 0 && ratios[ratios.length >> 1]! > 0.9;
  return isWhole ? [...rows].filter((row) => num(row, "moe_ep_size") === 1) : rows;
}

function fitGrid(rows: readonly Row[], system: string, kernel: ExpertKernel) {
  const { arithmetic, weights } = expertKernels[kernel];
  const rates = ratesOf(chipNamed(system), arithmetic);
  const points: Point[] = [];
  let rejected = 0;
  for (const row of rows) {
    const of = (name: string) => Number(row[name]);
    const [split, ranks] = [of("moe_tp_size"), of("moe_ep_size")];
    const shape: ExpertShape = {
      hidden: of("hidden_size"),
      wholeWidth: of("inter_size"),
      width: of("inter_size") / split,
      matrices: 3,
      local: of("num_experts") / ranks,
      experts: of("num_experts"),
      perToken: of("topk"),
      bytesPerWeight: bytesOf(weights),
    };
    if (split * ranks > 72) continue;
    const work = expertWork(shape, of("num_tokens"), chosenInTables);
    if (work.active < 0.2) continue;
    const log = Math.log(of("latency") / 1e3 / expertRoofline(work, rates));
    if (log < -0.2) rejected += 1;
    else {
      const isUsual = split * ranks <= 16;
      points.push({
        knots: knotsOf(work, shape),
        log,
        shape: shapeKey(shape),
        tokenKnots: tokenKnotsOf(work),
        isUsual,
      });
    }
  }
  if (points.length < 100) return undefined;
  const hundredths = inHundredths(leastSquares(points, count, 0.05, neighbours()));
  const valueOf = (knots: Knots, grid: readonly number[]) =>
    knots.reduce((sum, [at, share]) => sum + share * grid[at]!, 0) / 100;
  const shapes: Record<string, number[]> = {};
  for (const [shape, own] of Map.groupBy(points, (point) => point.shape)) {
    if (!known.has(shape)) continue;
    const left = own
      .filter(({ isUsual }) => isUsual)
      .map(({ knots, tokenKnots, log }) => ({ knots: tokenKnots, log: log - valueOf(knots, hundredths) }));
    const along = tokens.slice(1).map((_, at) => [at, at + 1] as const);
    shapes[shape] = inHundredths(leastSquares(left, tokens.length, 0.02, along));
  }
  const errors = points
    .filter(({ isUsual }) => isUsual)
    .map(({ knots, tokenKnots, shape, log }) => {
      const own = shapes[shape];
      return Math.abs(valueOf(knots, hundredths) + (own === undefined ? 0 : valueOf(tokenKnots, own)) - log);
    })
    .toSorted((one, other) => one - other);
  const medianError = Number(Math.expm1(errors[errors.length >> 1]!).toPrecision(3));
  return { medianError, rows: points.length, rejected, hundredths, shapes };
}
