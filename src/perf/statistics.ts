/** Sums, means and medians of tokens, times and errors. */

/** 0 of none. */
export function sum(values: Int32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** NaN of none. */
export function mean(values: Int32Array): number {
  return sum(values) / values.length;
}

/** Of an even count the mean of the middle two; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
