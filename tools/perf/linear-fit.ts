/** Linear least squares of relative errors, with little weight on outliers and no coefficient below 0. */

/** @returns the coefficients, and the median of |predicted / measured − 1| */
export function linearFit(
  rows: readonly (readonly number[])[],
  measured: readonly number[],
): { readonly solution: readonly number[]; readonly error: number } {
  const width = rows[0]?.length ?? 0;
  let solution = Array.from({ length: width }, () => 0);
  let weights = measured.map(() => 1);
  const errorOf = (nth: number) =>
    Math.abs(rows[nth]!.reduce((sum, value, at) => sum + value * solution[at]!, 0) / measured[nth]! - 1);
  for (let round = 0; round < 6; round += 1) {
    let used = solution.map((_, at) => at);
    for (;;) {
      solution = solved(rows, measured, weights, used, width);
      const negative = used.filter((at) => solution[at]! < 0);
      if (negative.length === 0) break;
      used = used.filter((at) => !negative.includes(at));
    }
    weights = measured.map((_, nth) => 1 / Math.max(0.02, errorOf(nth)));
  }
  const errors = measured.map((_, nth) => errorOf(nth)).toSorted((one, other) => one - other);
  return { solution, error: errors[errors.length >> 1]! };
}

function solved(
  rows: readonly (readonly number[])[],
  measured: readonly number[],
  weights: readonly number[],
  used: readonly number[],
  width: number,
): number[] {
  const matrix = used.map(() => new Float64Array(used.length + 1));
  for (const [nth, row] of rows.entries()) {
    const weight = weights[nth]! / measured[nth]! ** 2;
    for (const [one, at] of used.entries()) {
      for (const [other, beside] of used.entries()) matrix[one]![other]! += weight * row[at]! * row[beside]!;
      matrix[one]![used.length]! += weight * row[at]! * measured[nth]!;
    }
  }
  const found = solve(matrix);
  const all = Array.from({ length: width }, () => 0);
  for (const [one, at] of used.entries()) all[at] = found[one]!;
  return all;
}

/** Gauss's elimination of a symmetric, positive matrix, whose last column is its right side. */
export function solve(matrix: readonly Float64Array[]): number[] {
  const count = matrix.length;
  for (const [at, pivot] of matrix.entries()) {
    for (const row of matrix.slice(at + 1)) {
      const factor = row[at]! / pivot[at]!;
      if (factor === 0) continue;
      for (let column = at; column <= count; column += 1) row[column]! -= factor * pivot[column]!;
    }
  }
  const solution = Array.from({ length: count }, () => 0);
  for (let at = count - 1; at >= 0; at -= 1) {
    let sum = matrix[at]![count]!;
    for (let column = at + 1; column < count; column += 1) sum -= matrix[at]![column]! * solution[column]!;
    solution[at] = sum / matrix[at]![at]!;
  }
  return solution;
}
