/** What a chip's datasheet promises an operation: arithmetic and bandwidth, by the format of the numbers. */
import type { Chip } from "../../catalog/chip.ts";
import type { KvPrecision, Rates, Weights } from "./efficiency.ts";

/** Bytes of a weight with its share of the scales: in NVFP4 a byte for 16 weights, in MXFP4 and INT4 one for about 32. */
export function bytesOf(precision: Weights | KvPrecision): number {
  return { bf16: 2, fp8: 1, int8: 1, fp4: 0.5625, int4: 0.53 }[precision];
}

/**
 * FLOP/s for products with such weights. INT4 weights are widened to BF16, and FP4 and FP8 where the chip lacks them. 0 where it
 * has no such arithmetic.
 */
export function peakOf(chip: Chip, weights: Weights): number {
  const { bf16, fp8, int8, fp4 } = chip.peakTeraflops;
  const widened = bf16?.value ?? 0;
  const teraflops = {
    bf16: widened,
    int4: widened,
    int8: int8?.value ?? 0,
    fp8: fp8?.value ?? widened,
    fp4: fp4?.value ?? widened,
  };
  return teraflops[weights] * 1e12;
}

/** The same, and the bandwidth of the chip's memory. */
export function ratesOf(chip: Chip, weights: Weights): Rates {
  return { flopsPerSecond: peakOf(chip, weights), bytesPerSecond: chip.memoryGigabytesPerSecond.value * 1e9 };
}
