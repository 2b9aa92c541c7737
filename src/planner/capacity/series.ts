/** A number that changes from quarter to quarter, as a scenario writes it. */
import { z } from "zod";
import { quarterForm, quarterIndex } from "./quarter.ts";

export const quarterSchema = z.string().regex(quarterForm, { error: "A quarter is written like 2027Q2.", abort: true });

/**
 * One number for all quarters; a list, one for each quarter from the scenario's start, the last holding on; steps, each
 * from its quarter on (`{ 2027Q1: 40, 2028Q3: 120 }`, 0 before the first); or a first value that grows by a share each
 * quarter (`{ first: 3.2, growthPerQuarter: -0.02 }`).
 */
export function seriesOf(number: z.ZodNumber) {
  return z.union(
    [
      number,
      z.array(number).min(1).max(200),
      z.strictObject({ first: number, growthPerQuarter: z.number().gt(-1).max(10), from: quarterSchema.optional() }),
      z.record(quarterSchema, number),
    ],
    "A number, a list of numbers, { first, growthPerQuarter }, or steps such as { 2027Q1: 40, 2028Q3: 120 }, none below what the field allows",
  );
}

export type Series = z.output<ReturnType<typeof seriesOf>>;

/** The values of a series in each of `count` quarters from `start`, a quarter's index. */
export function valuesOf(series: Series, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, quarter) => valueAt(series, start, quarter));
}

function valueAt(series: Series, start: number, quarter: number): number {
  if (typeof series === "number") return series;
  if (Array.isArray(series)) return series[Math.min(quarter, series.length - 1)] ?? 0;
  if (isGrowth(series)) {
    const from = series.from === undefined ? 0 : quarterIndex(series.from) - start;
    return series.first * (1 + series.growthPerQuarter) ** Math.max(0, quarter - from);
  }
  const past = Object.entries(series)
    .map(([name, value]) => ({ at: quarterIndex(name) - start, value }))
    .filter(({ at }) => at <= quarter)
    .toSorted((a, b) => a.at - b.at);
  return past.at(-1)?.value ?? 0;
}

type Growth = { readonly first: number; readonly growthPerQuarter: number; readonly from?: string | undefined };

function isGrowth(series: object): series is Growth {
  return "growthPerQuarter" in series;
}
