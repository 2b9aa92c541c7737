/**
 * A product of matrices and the sum over accelerators after it in one kernel: TensorRT-LLM's `gemm_allreduce_plugin`, as its
 * sources have it (cpp/tensorrt_llm/kernels/cutlass_kernels/allreduce_gemm). Tiles are summed when they are done, while others are
 * still computed.
 */
import type { Chip } from "../../catalog/chip.ts";
import { familyOf } from "../operations/chip-families.ts";
import { tileRows } from "../operations/tiles.ts";

/**
 * The plugin's kernel for Blackwell has clusters of four tiles of 128 rows and 256 columns (`addSm100` of
 * allreduce_gemm_runner.cu). It computes 512 rows, however few there are. Hopper's tiles hold 16 rows and more.
 */
const blackwellClusterRows = 4 * tileRows;
/**
 * Seconds of a sum of no bytes in the product's kernel. Before a tile is summed, the kernel waits until all accelerators have
 * computed it; then it waits until all have stored the sum (`wait_eq_reset`, `tile_global_sync`). Small sums in kernels of their
 * own do without that.
 *
 * - Hopper: PyTorch's `multimem` sums, which wait as often, take 11 µs for 512 KiB (vllm-project/vllm#42324), 2 µs of them for the bytes.
 * - Blackwell: such a kernel takes 16 µs longer for 128 rows of 7,168 numbers than the product and the sum apart (eight B300,
 *   vllm-project/vllm#52687). That sum takes 6 µs besides its bytes, and that the kernel computes 512 rows is 2 µs of the 16. NCCL's
 *   sums in the switch take 22 µs over four B200 (NVIDIA/nccl-tests#333).
 * - Blackwell, two accelerators, which read each other's tiles without the switch: PyTorch's sums of 512 KiB, which do so, take 17 µs
 *   (vllm-project/vllm#42324), 1 to 2 µs of them for the bytes.
 */
const waitSeconds = { hopper: 9e-6, blackwell: 20e-6, pair: 15e-6 } as const;

/** Seconds of a sum of few bytes in the product's kernel. */
export function fusedLatency(chip: Chip, accelerators: number): number {
  if (familyOf(chip) !== "blackwell") return waitSeconds.hopper;
  return accelerators > 2 ? waitSeconds.blackwell : waitSeconds.pair;
}

/** Rows that the kernel computes. */
export function fusedRows(chip: Chip, rows: number): number {
  return familyOf(chip) === "blackwell" ? Math.ceil(rows / blackwellClusterRows) * blackwellClusterRows : rows;
}

/**
 * Share of a sum that is hidden behind the product: all but the tiles of the last wave, which have no other to hide behind. In
 * models that are split like this, a row of tiles of 128 columns has about as many tiles as there are multiprocessors, and so is a
 * wave. Blackwell's tiles are twice as wide, so that two rows are a wave.
 */
export function hiddenShare(chip: Chip, rows: number): number {
  const waveRows = familyOf(chip) === "blackwell" ? 2 * tileRows : tileRows;
  return 1 - 1 / Math.ceil(rows / waveRows);
}
