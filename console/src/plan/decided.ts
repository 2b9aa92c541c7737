/** A plan's decisions by the quarter in which they are made: for all futures alike, or for some of them. Pure. */
import type { Decision } from "./shapes.ts";

export type Line = {
  readonly quarter: string;
  /** None when it is decided whatever comes. */
  readonly futures: readonly string[];
  readonly decisions: readonly Decision[];
};

/** @param all Every future's name. */
export function decisionLines(decisions: readonly Decision[], all: readonly string[]): readonly Line[] {
  // Opening a site says no more than what is built there.
  const told = decisions.filter(({ kind }) => kind !== "open");
  const groups = Map.groupBy(told, ({ quarter, futures }) => `${quarter} ${futures.join(" ")}`);
  return [...groups.values()]
    .map((group): Line => {
      const { quarter, futures } = group[0]!;
      return { quarter, futures: futures.length === all.length ? [] : futures, decisions: group };
    })
    .toSorted((one, other) => (one.quarter < other.quarter ? -1 : one.quarter > other.quarter ? 1 : 0));
}
