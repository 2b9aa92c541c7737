/**
 * Makes the grids of src/perf/curves/gemm-grids.ts from measured products of matrices.
 *
 *     node tools/perf/derive-gemm.ts [--data ../shared/data/perf]
 *
 * The tables are those of ai-dynamo/aiconfigurator (Apache-2.0), see derive.ts. The value at a node is the median share of the roofline
 * over the measured sizes nearest to it. Rows that are faster than the roofline are left out and counted.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chipNamed } from "../../src/catalog/chips.ts";
import {
  encodeShares,
  gemmRows,
  gemmSides,
  gridSeconds,
  launchSeconds,
  workOf,
} from "../../src/perf/operations/gemm-grid.ts";
import { bytesOf, peakOf, ratesOf } from "../../src/perf/operations/rates.ts";
import { median } from "../../src/perf/statistics.ts";
import { engineFolders, newestTable, num, systems } from "./tables.ts";

const { values } = parseArgs({ options: { data: { type: "string", default: "../shared/data/perf" } } });
/** A100's of weights alone in eight bits widen them as those of FP8 do there; `sq` is SmoothQuant, INT8 by INT8. */
const formats = {
  bfloat16: "bf16",
  fp8: "fp8",
  fp8_block: "fp8",
  nvfp4: "fp4",
  int8_wo: "fp8",
  int4_wo: "int4",
  sq: "int8",
} as const;
const grids: Record<string, { grid: string; medianError: number; rows: number; rejected: number }> = {};
for (const system of systems) {
  const chip = chipNamed(system);
  for (const [folder, engine] of Object.entries(engineFolders)) {
    const table = await newestTable(join(values.data, "ops"), system, "gemm", folder, "gemm_perf");
    for (const [dtype, weights] of Object.entries(formats)) {
      if (!(peakOf(chip, weights) > 0)) continue;
      const rates = ratesOf(chip, weights);
      const points = table
        .filter((row) => row["gemm_dtype"] === dtype)
        .map((row) => {
          const size = { m: num(row, "m"), n: num(row, "n"), k: num(row, "k") };
          const { flops, bytes } = workOf(size, bytesOf(weights));
          const limit = Math.max(flops / rates.flopsPerSecond, bytes / rates.bytesPerSecond);
          return { ...size, flops, bytes, limit, seconds: num(row, "latency") / 1e3 };
        });
      const possible = points.filter(({ limit, seconds }) => seconds >= limit);
      if (possible.length < 1000) continue;
      const grid = encodeShares(sharesOf(possible));
      const errors = possible
        .filter(({ n, k }) => n >= 512 && k >= 512)
        .map((point) => Math.abs(gridSeconds(grid, rates, point, point.flops, point.bytes) / point.seconds - 1))
        .toSorted((one, other) => one - other);
      const key = `${chip.name}/${engine}/${dtype === "fp8_block" ? "fp8-block" : weights}`;
      grids[key] = {
        grid,
        medianError: Number(errors[errors.length >> 1]!.toPrecision(3)),
        rows: possible.length,
        rejected: points.length - possible.length,
      };
      console.log(key, { ...grids[key], grid: grid.slice(0, 40) });
    }
  }
}
writeFileSync(
  new URL("../../src/perf/curves/gemm-grids.ts", import.meta.url),
  `/**
 * Made by tools/perf/derive-gemm.ts from the kernel tables of ai-dynamo/aiconfigurator (Apache-2.0, versions of 2026-04).
 */
import type { MeasuredGrid } from "../operations/gemm-grid.ts";

/** By chip, engine and format of the weights. */
export const gemmGrids: Readonly<Record<string, MeasuredGrid>> = ${JSON.stringify(grids, null, 2)};
`,
);

type Point = { m: number; n: number; k: number; limit: number; seconds: number };

/** A share for every node: where none is measured, that of fewer rows, else that of the shape's neighbour. */
function sharesOf(points: readonly Point[]): number[] {
  const side = (size: number) => gemmSides.findIndex((node) => size > node / 1.42 && size < node * 1.42);
  const cells = Map.groupBy(points, ({ m, n, k }) => `${m} ${side(n)} ${side(k)}`);
  const shares: number[] = [];
  const size = gemmSides.length;
  for (const m of gemmRows) {
    for (let n = 0; n < size; n += 1) {
      for (let k = 0; k < size; k += 1) {
        const logs = (cells.get(`${m} ${n} ${k}`) ?? []).map(({ limit, seconds }) =>
          Math.log((limit + launchSeconds) / seconds),
        );
        const above = shares.at(-size * size);
        const beside = n > 0 ? shares.at(-size) : shares.at(-1);
        shares.push(logs.length > 0 ? Math.exp(median(logs)) : (above ?? beside ?? 0.5));
      }
    }
  }
  return shares;
}
