/**
 * Makes the grids of src/perf/curves/amd-gemm-grids.ts from AMD's own timings of products of matrices.
 *
 *     node tools/perf/derive-amd-gemm.ts --amd <folder with checkouts of aiter and of inference_results_v5.1>
 *
 * The value at a node is the median share of the roofline over the rows nearest to it. The tables have the shapes of single models, so
 * many nodes have no rows. There the grid of the chip or library most like it stands in, moved by as much as the neighbours are off
 * that grid. Rows that are faster than the roofline are left out and counted.
 */
import { writeFileSync } from "node:fs";
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
import { bytesOf, ratesOf } from "../../src/perf/operations/rates.ts";
import { median } from "../../src/perf/statistics.ts";
import { tileRows } from "../../src/perf/operations/tiles.ts";
import { aiterGemms, type AmdGemm, amdFolders, hipblasltGemms } from "./amd-tables.ts";

const { values } = parseArgs({ options: { amd: { type: "string", default: ".." } } });
const folders = amdFolders(values.amd);
const { rows, otherChips } = aiterGemms(folders.aiter);
console.log(`${otherChips} rows are of chips that the catalog lacks.`);

/** What fills the gaps of each, in the order in which they are made. */
const likes: Readonly<Record<string, string | undefined>> = {
  "mi355x/aiter/bf16": undefined,
  "mi355x/aiter/fp8": undefined,
  "mi355x/aiter/fp8-block": undefined,
  "mi355x/aiter/fp4": undefined,
  "mi355x/aiter/int8": "mi355x/aiter/fp8",
  "mi300x/aiter/fp8-block": "mi355x/aiter/fp8-block",
  "mi300x/hipblaslt/fp8": "mi355x/aiter/fp8",
  "mi325x/hipblaslt/fp8": "mi300x/hipblaslt/fp8",
};
const byGrid = Map.groupBy(
  [...rows, ...hipblasltGemms(folders.results)],
  ({ chip, library, format }) => `${chip}/${library}/${format}`,
);
const logs = new Map<string, readonly number[]>();
const grids: Record<string, { grid: string; medianError: number; rows: number; rejected: number }> = {};
for (const [key, like] of Object.entries(likes)) {
  const timed = byGrid.get(key) ?? [];
  const points = timed.map(pointOf);
  const possible = points.filter(({ limit, seconds }) => seconds >= limit);
  const found = logsOf(possible, like === undefined ? undefined : logs.get(like));
  logs.set(key, found);
  const grid = encodeShares(found.map(Math.exp));
  const errors = possible
    .filter(({ n, k }) => n >= 512 && k >= 512)
    .map((point) => Math.abs(gridSeconds(grid, point.rates, point, point.flops, point.bytes) / point.seconds - 1))
    .toSorted((one, other) => one - other);
  grids[key] = {
    grid,
    medianError: Number(errors[errors.length >> 1]!.toPrecision(3)),
    rows: possible.length,
    rejected: timed.length - possible.length,
  };
  console.log(key, { ...grids[key], grid: `${grid.slice(0, 40)}…` });
}
writeFileSync(
  new URL("../../src/perf/curves/amd-gemm-grids.ts", import.meta.url),
  `/**
 * Made by tools/perf/derive-amd-gemm.ts from the tuned kernels of ROCm/aiter (MIT, version of 2026-08) and of AMD's
 * submission to MLPerf v5.1 (mlcommons/inference_results_v5.1, Apache-2.0).
 */
import type { MeasuredGrid } from "../operations/gemm-grid.ts";

/** By chip, library and format of the weights. */
export const amdGemmGrids: Readonly<Record<string, MeasuredGrid>> = ${JSON.stringify(grids, null, 2)};
`,
);

type Point = ReturnType<typeof pointOf>;

function pointOf({ chip, format, m: rows, n, k, seconds }: AmdGemm) {
  const weights = format === "fp8-block" ? "fp8" : format;
  const rates = ratesOf(chipNamed(chip), weights);
  const m = rows <= tileRows ? rows : Math.ceil(rows / tileRows) * tileRows;
  const { flops, bytes } = workOf({ m, n, k }, bytesOf(weights));
  const limit = Math.max(flops / rates.flopsPerSecond, bytes / rates.bytesPerSecond);
  return { m, n, k, rates, flops, bytes, limit, seconds };
}

/** The logarithm of a share for every node. */
function logsOf(points: readonly Point[], like: readonly number[] | undefined): readonly number[] {
  const cells = Map.groupBy(points, ({ m, n, k }) => nodeOf(m, n, k));
  const known = [...cells]
    .filter(([node]) => node >= 0)
    .map(([node, of]) => {
      const own = median(of.map(({ limit, seconds }) => Math.log((limit + launchSeconds) / seconds)));
      return { node, place: placeOf(node), own, off: own - (like?.[node] ?? 0) };
    });
  const owns = new Map(known.map(({ node, own }) => [node, own]));
  return Array.from({ length: gemmRows.length * gemmSides.length ** 2 }, (_, node) => {
    const own = owns.get(node);
    if (own !== undefined) return own;
    const here = placeOf(node);
    let [sum, weights] = [0, 0];
    for (const { place, off } of known) {
      const distance = place.reduce((all, at, axis) => all + (at - here[axis]!) ** 2, 0);
      sum += off / distance ** 2;
      weights += 1 / distance ** 2;
    }
    return (like?.[node] ?? 0) + sum / weights;
  });
}

/** The node nearest to a size; -1 where it is beyond them all. */
function nodeOf(m: number, n: number, k: number): number {
  const [row, wide, deep] = [nearest(gemmRows, m), nearest(gemmSides, n), nearest(gemmSides, k)];
  return row < 0 || wide < 0 || deep < 0 ? -1 : (row * gemmSides.length + wide) * gemmSides.length + deep;
}

function nearest(nodes: readonly number[], size: number): number {
  const distances = nodes.map((node) => Math.abs(Math.log2(size / node)));
  const least = Math.min(...distances);
  return least > 0.51 && (size < nodes[0]! || size > nodes.at(-1)!) ? -1 : distances.indexOf(least);
}

/** A node's sizes, as powers of two. */
function placeOf(node: number): readonly number[] {
  const count = gemmSides.length;
  return [
    gemmRows[Math.floor(node / count ** 2)]!,
    gemmSides[Math.floor(node / count) % count]!,
    gemmSides[node % count]!,
  ].map(Math.log2);
}
