/**
 * What several sources say of one thing. Where they disagree all of them are kept, side by side, and one is used: nothing
 * is averaged, and what was not used can be read and tried.
 */
import type { Figure } from "./figure.ts";

export type Range = {
  readonly low: number;
  readonly high: number;
  /** Who says that it may lie so far apart. */
  readonly source: string;
};

export type Readings = {
  /** In words, as a heading of the audit: `capital of IT, per MW of IT`. */
  readonly what: string;
  /** In one unit. */
  readonly readings: readonly [Figure, ...Figure[]];
  /** Which of them is used, counted from 1; the first when absent. */
  readonly use?: number;
  /** Why that one. */
  readonly because?: string;
  /** Where the truth may lie; as far apart as the readings when absent. */
  readonly range?: Range;
};

/** The reading that is used. */
export function usedFigure({ readings, use = 1 }: Readings): Figure {
  return readings[use - 1] ?? readings[0];
}

export function usedValue(of: Readings): number {
  return usedFigure(of).value;
}

/** From the lowest to the highest that it may be; one point when there is nothing to doubt it by. */
export function rangeOf(of: Readings): { readonly low: number; readonly high: number } {
  const values = of.readings.map(({ value }) => value);
  if (of.range === undefined) return { low: Math.min(...values), high: Math.max(...values) };
  // What is used is never outside of its own range.
  const used = usedValue(of);
  return { low: Math.min(of.range.low, used), high: Math.max(of.range.high, used) };
}

export function disagree({ readings }: Pick<Readings, "readings">): boolean {
  return readings.some(({ value }) => value !== readings[0].value);
}

/** Figures that one source gives: its name and address, and the date for which they hold, stand once. */
export function said(source: string, asOf: string, confidence: Figure["confidence"]) {
  return (value: number, unit: string): Figure => ({ value, unit, source, asOf, confidence });
}
