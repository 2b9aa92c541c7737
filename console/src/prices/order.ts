/** The prices of a book in the order in which one reads them: by model, the one in force first, then what comes. Pure. */
import type { PriceBook } from "../../../src/stack/resource.ts";

type Price = PriceBook["prices"][number];
export type PriceState = "now" | "coming" | "past";

export function inOrder(
  prices: readonly Price[],
  nowMs: number,
): { readonly price: Price; readonly state: PriceState }[] {
  const rank = { now: 0, coming: 1, past: 2 } as const;
  return prices
    .map((price) => ({ price, state: stateOf(price, prices, nowMs) }))
    .toSorted(
      (one, other) =>
        (one.price.model < other.price.model ? -1 : one.price.model > other.price.model ? 1 : 0) ||
        rank[one.state] - rank[other.state] ||
        Date.parse(one.price.from) - Date.parse(other.price.from),
    );
}

/** A price holds from its instant until the next price of the same model. */
function stateOf(price: Price, prices: readonly Price[], nowMs: number): PriceState {
  const from = Date.parse(price.from);
  if (from > nowMs) return "coming";
  const next = prices.some(
    (other) => other.model === price.model && Date.parse(other.from) > from && Date.parse(other.from) <= nowMs,
  );
  return next ? "past" : "now";
}
