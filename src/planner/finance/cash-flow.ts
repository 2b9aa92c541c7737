/**
 * What a stream of monthly cash is worth. Flows are in dollars, the first in month 0; a yearly rate is compounded
 * monthly, a twelfth of it each month, as the ledger's annuities are.
 */

/** Σ flowₘ / (1 + rate/12)ᵐ. */
export function npv(ratePerYear: number, flows: ArrayLike<number>): number {
  const factor = 1 / (1 + ratePerYear / 12);
  // Horner's rule, from the last month back.
  let worth = 0;
  for (let month = flows.length - 1; month >= 0; month -= 1) worth = worth * factor + (flows[month] ?? 0);
  return worth;
}

/** The most that is out at once: how far the running total of flows falls below 0, and in which month. */
export function peakFunding(flows: ArrayLike<number>): { readonly usd: number; readonly month: number } {
  let total = 0;
  let lowest = 0;
  let at = 0;
  for (let month = 0; month < flows.length; month += 1) {
    total += flows[month] ?? 0;
    if (total < lowest) {
      lowest = total;
      at = month;
    }
  }
  return { usd: Math.abs(lowest), month: at };
}

/**
 * Months from the first flow until the running total is 0 or more for good, counting part of the month in which it
 * becomes so; null when it never does. 0 when it never is below.
 */
export function payback(flows: ArrayLike<number>): number | null {
  let total = 0;
  let since: number | null = null;
  let first = -1;
  for (let month = 0; month < flows.length; month += 1) {
    const flow = flows[month] ?? 0;
    if (first < 0 && flow !== 0) first = month;
    const before = total;
    total += flow;
    if (total < 0) since = null;
    else if (before < 0) since = month - 1 - first - before / flow;
  }
  if (first < 0) return 0;
  return total < 0 ? null : (since ?? 0);
}

/**
 * Return on invested capital, a year's: mean yearly operating profit after tax over the mean capital invested.
 * Null when nothing is invested.
 *
 * @param operatingProfits After tax, month by month.
 * @param invested The capital at each month's end, over the same months.
 */
export function returnOnInvestedCapital(
  operatingProfits: ArrayLike<number>,
  invested: ArrayLike<number>,
): number | null {
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, one) => sum + one, 0) / values.length;
  const capital = mean(invested);
  return capital > 0 ? (12 * mean(operatingProfits)) / capital : null;
}
