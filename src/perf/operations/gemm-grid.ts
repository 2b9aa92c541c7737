/**
 * How much of a roofline products of matrices reach, as a grid over their three sizes. No smooth curve would do: kernels change in
 * steps with the number of rows and with the shape of the weights. tools/perf/derive-gemm.ts makes the grids from measured kernels,
 * and curves/gemm-grids.ts holds them.
 */
import type { Rates } from "./efficiency.ts";

/** Sizes at which a grid has a value: rows (tokens), and the weights' two sides. */
export const gemmRows = [1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192, 16_384] as const;
export const gemmSides = [512, 1024, 2048, 4096, 8192, 16_384, 65_536] as const;

/** Added to a roofline: small products take a launch rather than work, and their shares would be tiny without it. */
export const launchSeconds = 2e-6;

/**
 * Shares: (roofline + launch) over what was measured. Each is a character, rows outermost: `!` is 1.6, and every next character is
 * 3.5 % less.
 */
export type GemmGrid = string;

/** A grid with how well it meets what it is made of. */
export type MeasuredGrid = {
  readonly grid: GemmGrid;
  /** Median of |predicted / measured − 1| over all measured sizes. */
  readonly medianError: number;
  readonly rows: number;
  /** Rows that were left out: they would be faster than the hardware. */
  readonly rejected: number;
};

const mostShare = 1.6;
const step = 1.035;
const firstCode = 33;
const lastCode = 126;

/** Writes shares as a grid, outermost dimension first. Shares beyond the characters are cut. */
export function encodeShares(shares: readonly number[]): GemmGrid {
  const codes = shares.map((share) => firstCode + Math.round(Math.log(mostShare / share) / Math.log(step)));
  return String.fromCharCode(...codes.map((code) => Math.min(lastCode, Math.max(firstCode, code))));
}

/**
 * Seconds of a product of `m` × `k` with `k` × `n`, at least those of the roofline. Between the sizes of the grid it is linear in the
 * logarithms of sizes and shares.
 */
export function gridSeconds(grid: GemmGrid, rates: Rates, size: GemmSize, flops: number, bytes: number): number {
  const limit = limitOf(rates, flops, bytes);
  return Math.max(limit, (limit + launchSeconds) / shareAt(grid, placesOf(size)));
}

/** The least seconds that any of the grids says. */
export function fastestSeconds(
  grids: readonly GemmGrid[],
  rates: Rates,
  size: GemmSize,
  bytesPerNumber: number,
): number {
  const { flops, bytes } = workOf(size, bytesPerNumber);
  const limit = limitOf(rates, flops, bytes);
  const places = placesOf(size);
  let least = Number.POSITIVE_INFINITY;
  for (const grid of grids) least = Math.min(least, Math.max(limit, (limit + launchSeconds) / shareAt(grid, places)));
  return least;
}

function limitOf({ flopsPerSecond, bytesPerSecond }: Rates, flops: number, bytes: number): number {
  return Math.max(flops / flopsPerSecond, bytes / bytesPerSecond);
}

type Places = Readonly<Record<"row" | "n" | "k", { readonly index: number; readonly part: number }>>;

function placesOf({ m, n, k }: GemmSize): Places {
  return { row: placeIn(gemmRows, m), n: placeIn(gemmSides, n), k: placeIn(gemmSides, k) };
}

/** The share at a size: a mean of the eight corners around it, weighed by how near they are. */
function shareAt(grid: GemmGrid, { row, n, k }: Places): number {
  let code = 0;
  for (let corner = 0; corner < 8; corner += 1) {
    const [a, b, c] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const weight = (a ? row.part : 1 - row.part) * (b ? n.part : 1 - n.part) * (c ? k.part : 1 - k.part);
    if (weight === 0) continue;
    const at = ((row.index + a) * gemmSides.length + n.index + b) * gemmSides.length + k.index + c;
    code += weight * grid.charCodeAt(at);
  }
  return mostShare / step ** (code - firstCode);
}

/** FLOP, and bytes that are read and written: both factors in the weights' format, the product in two bytes a number. */
export function workOf({ m, n, k }: GemmSize, bytesPerNumber: number): { flops: number; bytes: number } {
  return { flops: 2 * m * n * k, bytes: (n * k + m * k) * bytesPerNumber + 2 * m * n };
}

export type GemmSize = { readonly m: number; readonly n: number; readonly k: number };

/** Between which two nodes a size lies, and how far from the first in logarithms. Outside it is at an end. */
function placeIn(nodes: readonly number[], size: number): { index: number; part: number } {
  const last = nodes.length - 1;
  if (size <= nodes[0]!) return { index: 0, part: 0 };
  if (size >= nodes[last]!) return { index: last - 1, part: 1 };
  let index = 0;
  while (nodes[index + 1]! <= size) index += 1;
  return { index, part: Math.log(size / nodes[index]!) / Math.log(nodes[index + 1]! / nodes[index]!) };
}
