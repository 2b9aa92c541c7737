/** Money cut into parts without loss: the parts add up to the whole, to the pico-dollar. */
import { type PicoUsd, pico, share } from "../../stack/money.ts";

/** Weights are counted in so many parts of the largest, which is finer than any of them is known. */
const resolution = 2 ** 48;

/**
 * A total shared out by weights. Each part is the difference of two running totals, so that what rounding takes from
 * one goes to the next, and every part is within a pico-dollar of its exact share of the counted weights. Equal weights
 * are straight-line depreciation.
 *
 * @param weights At least one is above 0, none below.
 */
export function allocate(total: PicoUsd, weights: ArrayLike<number>): PicoUsd[] {
  const all = Array.from(weights);
  const largest = all.reduce((most, weight) => Math.max(most, weight), 0);
  if (!(largest > 0) || !Number.isFinite(largest) || all.some((weight) => !(weight >= 0))) {
    throw new RangeError("Weights are wanted of which none is negative and one is above 0.");
  }
  const counted = all.map((weight) => BigInt(Math.round((weight / largest) * resolution)));
  const whole = counted.reduce((sum, weight) => sum + weight, 0n);
  let weightSoFar = 0n;
  let paidSoFar = 0n;
  return counted.map((weight) => {
    weightSoFar += weight;
    const upTo = share(total, weightSoFar, whole);
    const part = pico(upTo - paidSoFar);
    paidSoFar = upTo;
    return part;
  });
}
