/**
 * A product of matrices and the sum over accelerators that follows it as one kernel: TensorRT-LLM's `gemm_allreduce_plugin`,
 * read in its sources (cpp/tensorrt_llm/kernels/cutlass_kernels/allreduce_gemm). Tiles are summed as they are done, while
 * others are still computed.
 */
import type { Chip } from "../catalog/chip.ts";
import { familyOf } from "./calibration.ts";

const tileRows = 128;
/**
 * The plugin has one such kernel for Blackwell: clusters of four tiles of 128 rows and 256 columns (`addSm100` of
 * allreduce_gemm_runner.cu). It computes 512 rows however few there are. Hopper's tiles hold 16 rows and more.
 */
const blackwellClusterRows = 4 * tileRows;
/**
 * Before a tile is summed its kernel waits until all accelerators have computed it, and after that until all have stored
 * the sum (`wait_eq_reset` and `tile_global_sync`). Sums that wait so take 13 µs however few bytes they have: PyTorch's
 * `multimem` sums of 16 to 128 KiB over GB300's NVLink (vllm-project/vllm#37756). Sums in kernels of their own send few bytes without that.
 */
export const barrierSeconds = 13e-6;

/** Rows that the kernel computes. */
export function fusedRows(chip: Chip, rows: number): number {
  return familyOf(chip) === "blackwell" ? Math.ceil(rows / blackwellClusterRows) * blackwellClusterRows : rows;
}

/**
 * Of a sum, what goes on while the product is computed. Tiles of the last wave have no other to hide behind. A wave is one row of
 * tiles of 128 columns, in models that are split like this: there are as many of them as multiprocessors. Of Blackwell's, twice as
 * wide, it is two.
 */
export function hiddenShare(chip: Chip, rows: number): number {
  const waveRows = familyOf(chip) === "blackwell" ? 2 * tileRows : tileRows;
  return 1 - 1 / Math.ceil(rows / waveRows);
}
