/** Mean and percentiles of a column, exact: by selection, not by sorting. */

export type Summary = {
  /** Values that are numbers; the others are left out. */
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
};

/** Percentiles are interpolated linearly between neighbours, as NumPy's and so vLLM's benchmark's; NaN without a value. */
export function summarize(column: Float64Array): Summary {
  const values = new Float64Array(column.length);
  let count = 0;
  let total = 0;
  for (let at = 0; at < column.length; at++) {
    const value = column[at]!;
    if (Number.isNaN(value)) continue;
    values[count++] = value;
    total += value;
  }
  if (count === 0) return { count, mean: Number.NaN, p50: Number.NaN, p90: Number.NaN, p99: Number.NaN };
  const p50 = percentile(values, 0, count, 50);
  const p90 = percentile(values, Math.floor((count - 1) * 0.5), count, 90);
  const p99 = percentile(values, Math.floor((count - 1) * 0.9), count, 99);
  return { count, mean: total / count, p50, p90, p99 };
}

/** The values before `from` are known to be the least ones. */
function percentile(values: Float64Array, from: number, count: number, percent: number): number {
  const rank = ((count - 1) * percent) / 100;
  const below = Math.floor(rank);
  select(values, from, count - 1, below);
  const lower = values[below]!;
  if (below + 1 >= count) return lower;
  let upper = Number.POSITIVE_INFINITY;
  for (let at = below + 1; at < count; at++) if (values[at]! < upper) upper = values[at]!;
  return lower + (rank - below) * (upper - lower);
}

/** Hoare's quickselect, pivot by the median of three: puts the value of a rank in its place, lesser ones before it. */
function select(values: Float64Array, from: number, to: number, rank: number): void {
  let low = from;
  let high = to;
  while (low < high) {
    const a = values[low]!;
    const b = values[(low + high) >> 1]!;
    const c = values[high]!;
    const pivot = a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const swapped = values[left]!;
      values[left++] = values[right]!;
      values[right--] = swapped;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else return;
  }
}
