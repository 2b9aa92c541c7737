/** Products of matrices compute whole tiles of their result, of which the last is padded. */
import { familyOf } from "./chip-families.ts";
import type { Served } from "../deployment.ts";
import type { GemmFormat } from "./efficiency.ts";

/** Rows of a tile of a product. */
export const tileRows = 128;

/**
 * Rows that a product computes: whole tiles of 128, or pairs of tiles where two multiprocessors share what they read. Measured
 * grids have whole tiles, while a step may have any number of tokens.
 *
 * - Blackwell's servers work in pairs (CUTLASS's kernels for FP8 and FP4). The tensor cores of its cards, SM120, do not
 *   (media/docs/cpp/blackwell_functionality.md).
 * - Hopper works in pairs for FP8 with one scale: clusters of 2 × 1 in `sm90_fp8_config_default` of vLLM's
 *   scaled_mm_sm90_fp8_dispatch.cuh, and in most of what TensorRT-LLM's fused_gated_gemm_template.h chooses from.
 */
export function inWholeTiles(served: Served, format: GemmFormat, rows: number): number {
  const family = familyOf(served.chip);
  const isPaired = family === "blackwell" || (format === "fp8" && family === "hopper");
  const tile = isPaired ? 2 * tileRows : tileRows;
  return rows <= tile ? rows : Math.ceil(rows / tile) * tile;
}
