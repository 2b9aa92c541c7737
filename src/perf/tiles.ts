/** Products of matrices compute whole tiles of their result, of which the last is padded. */
import { familyOf } from "./chip-families.ts";
import type { Served } from "./deployment.ts";
import type { GemmFormat } from "./efficiency.ts";

/** Rows of a tile of a product. */
export const tileRows = 128;

/**
 * Products compute whole tiles of rows of 128, whatever is in the last one, and where two multiprocessors share what they
 * read, pairs of tiles: on Blackwell's servers (CUTLASS's kernels for FP8 and FP4; its cards' tensor cores, SM120, do not work in
 * pairs: media/docs/cpp/blackwell_functionality.md), and on Hopper in FP8 of one scale (clusters of
 * 2 × 1: `sm90_fp8_config_default` of vLLM's scaled_mm_sm90_fp8_dispatch.cuh, and most of what TensorRT-LLM's
 * fused_gated_gemm_template.h chooses from). Their grids were measured at whole ones; the tokens of a step come to any number.
 */
export function inWholeTiles(served: Served, format: GemmFormat, rows: number): number {
  const family = familyOf(served.chip);
  const isPaired = family === "blackwell" || (format === "fp8" && family === "hopper");
  const tile = isPaired ? 2 * tileRows : tileRows;
  return rows <= tile ? rows : Math.ceil(rows / tile) * tile;
}
