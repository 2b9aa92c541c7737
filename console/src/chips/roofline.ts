/**
 * What a chip attains at an arithmetic intensity: bandwidth times intensity until its peak, which begins at the ridge.
 * Williams, Waterman and Patterson, "Roofline", CACM 52(4), 2009. Pure.
 */
import type { Chip, Precision } from "./shapes.ts";

export type Roof = {
  readonly chip: Chip;
  readonly peakTeraflops: number;
  readonly terabytesPerSecond: number;
  /** Arithmetic intensity from which the peak bounds, in FLOP per byte of memory traffic. */
  readonly ridge: number;
};

/** Undefined when the chip has no peak in that precision. */
export function roofOf(chip: Chip, precision: Precision): Roof | undefined {
  const peakTeraflops = chip.peakTeraflops[precision]?.value;
  if (peakTeraflops === undefined) return undefined;
  const terabytesPerSecond = chip.memoryGigabytesPerSecond.value / 1000;
  return { chip, peakTeraflops, terabytesPerSecond, ridge: peakTeraflops / terabytesPerSecond };
}

/** In TFLOP/s, at an intensity in FLOP per byte. */
export function attained({ peakTeraflops, terabytesPerSecond }: Roof, intensity: number): number {
  return Math.min(peakTeraflops, terabytesPerSecond * intensity);
}

/** Decode with few sequences is at the left end, a long prefill at the right. */
export const intensityMin = 1;
export const intensityMax = 10_000;

/** Intensities at which to draw: even steps on a log axis, and every ridge between them. */
export function intensities(roofs: readonly Roof[]): readonly number[] {
  const steps = 64;
  const even = Array.from(
    { length: steps + 1 },
    (_, step) => intensityMin * (intensityMax / intensityMin) ** (step / steps),
  );
  const ridges = roofs.map(({ ridge }) => ridge).filter((ridge) => ridge > intensityMin && ridge < intensityMax);
  return [...new Set([...even, ...ridges])].toSorted((one, other) => one - other);
}
