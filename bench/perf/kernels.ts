/**
 * Measured kernels that are impossible: faster than the datasheet's arithmetic or bandwidth allows. Derivations leave them out; here
 * they are counted by table, and listed.
 *
 *   node bench/perf/kernels.ts [--data ../shared/data/perf] [--json]
 *
 * It also scores how well the grids meet the products of matrices that they were made from, and AMD's grids its kernels of experts.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chipNamed } from "../../src/catalog/chips.ts";
import type { Chip } from "../../src/catalog/chip.ts";
import { amdExperts } from "../../src/perf/curves/amd-experts.ts";
import { amdGemmGrids } from "../../src/perf/curves/amd-gemm-grids.ts";
import { gemmGrids } from "../../src/perf/curves/gemm-grids.ts";
import type { KvPrecision, Weights } from "../../src/perf/operations/efficiency.ts";
import { workOf } from "../../src/perf/operations/gemm-grid.ts";
import { bytesOf, peakOf, ratesOf } from "../../src/perf/operations/rates.ts";
import { engineFolders, newestTable, num, type Row, systems } from "../../tools/perf/tables.ts";
import { absent, csvOf, keep } from "./data.ts";
import { comparisons } from "./chart.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: "../shared/data/perf" }, json: { type: "boolean", default: false } },
});
const ops = join(values.data, "ops");
if (!existsSync(ops)) absent(ops, "https://github.com/ai-dynamo/aiconfigurator (src/aiconfigurator/systems/data)");

const formats: Readonly<Record<string, Weights>> = { bfloat16: "bf16", fp8: "fp8", fp8_block: "fp8", nvfp4: "fp4" };
const kvFormats: Readonly<Record<string, KvPrecision>> = { bfloat16: "bf16", fp8: "fp8" };

/** The least seconds that the datasheet allows; undefined where a row is of something else. */
type Floor = (chip: Chip, row: Row) => number | undefined;
const tables: readonly { operation: string; file: string; floor: Floor }[] = [
  {
    operation: "gemm",
    file: "gemm_perf",
    floor: (chip, row) => {
      const weights = formats[String(row["gemm_dtype"])];
      if (weights === undefined || !(peakOf(chip, weights) > 0)) return undefined;
      const { flops, bytes } = workOf({ m: num(row, "m"), n: num(row, "n"), k: num(row, "k") }, bytesOf(weights));
      return atLeast(chip, weights, flops, bytes);
    },
  },
  {
    operation: "attention",
    file: "context_attention_perf",
    floor: (chip, row) => {
      // Half of the pairs, and those of FP8 attention at its own peak.
      const weights = formats[String(row["attn_dtype"])] ?? "bf16";
      if (num(row, "window_size") > 0 || num(row, "step") > 0 || !(peakOf(chip, weights) > 0)) return undefined;
      const pairs = (num(row, "isl") ** 2 * num(row, "batch_size")) / 2;
      return atLeast(chip, weights, 4 * num(row, "num_heads") * num(row, "head_dim") * pairs, 0);
    },
  },
  {
    operation: "attention",
    file: "generation_attention_perf",
    floor: (chip, row) => {
      const kv = kvFormats[String(row["kv_cache_dtype"])];
      const kvHeads = num(row, "num_key_value_heads") || num(row, "num_heads");
      if (kv === undefined || num(row, "window_size") > 0) return undefined;
      const tokens = num(row, "batch_size") * (num(row, "isl") + num(row, "step"));
      return atLeast(chip, "bf16", 0, 2 * kvHeads * num(row, "head_dim") * bytesOf(kv) * tokens);
    },
  },
];

const counts: { table: string; rows: number; faster: number; percent: number }[] = [];
const rejected: Record<string, string | number>[] = [];
for (const system of systems) {
  const chip = chipNamed(system);
  for (const [folder, engine] of Object.entries(engineFolders)) {
    for (const { operation, file, floor } of tables) {
      const rows = await newestTable(ops, system, operation, folder, file);
      let [judged, faster] = [0, 0];
      for (const row of rows) {
        const least = floor(chip, row);
        if (least === undefined) continue;
        judged += 1;
        const seconds = num(row, "latency") / 1e3;
        if (seconds >= least) continue;
        faster += 1;
        const table = `${chip.name}/${engine}/${file}`;
        rejected.push({ table, seconds, least, row: shown(row) });
      }
      if (judged === 0) continue;
      const table = `${chip.name}/${engine}/${file}`;
      counts.push({ table, rows: judged, faster, percent: Number(((100 * faster) / judged).toFixed(2)) });
    }
  }
}
const grids = Object.entries({ ...gemmGrids, ...amdGemmGrids, ...amdExperts }).map(
  ([grid, { rows, rejected: left, medianError }]) => ({
    grid,
    rows,
    left,
    medianErrorPercent: Number((medianError * 100).toFixed(1)),
  }),
);
if (values.json) console.log(JSON.stringify({ counts, grids }));
else {
  console.table(counts.filter(({ faster }) => faster > 0));
  console.table(grids);
  console.log(`${rejected.length} rows beat the datasheet: bench/perf/out/rejected.csv`);
}
keep("rejected.csv", csvOf(rejected));
keep(
  "rejected.svg",
  comparisons([
    {
      title: "Kernels that beat the datasheet: measured against its least, µs",
      range: [1, 1e6],
      points: rejected
        .filter((_, index) => index % 20 === 0)
        .map(({ table, seconds, least }) => ({
          group: String(table).split("/").slice(0, 2).join(" "),
          measured: Number(seconds) * 1e6,
          predicted: Number(least) * 1e6,
        })),
    },
  ]),
);

function atLeast(chip: Chip, weights: Weights, flops: number, bytes: number): number {
  const { flopsPerSecond, bytesPerSecond } = ratesOf(chip, weights);
  return Math.max(flops / flopsPerSecond, bytes / bytesPerSecond);
}

/** Its sizes, in one cell. */
function shown(row: Row): string {
  const facts = Object.entries(row).filter(([name]) => !["framework", "device", "op_name", "latency"].includes(name));
  return facts.map(([name, value]) => `${name}=${String(value)}`).join(" ");
}
