/** What a deal leaves to recognise, quarter by quarter: signed at once, earned as it is served. Exact. */
import { formatUsd, type PicoUsd, pico, zeroUsd } from "../../stack/money.ts";
import { rollForward } from "../finance/rpo.ts";
import { quarterOf, quarterText } from "./calendar.ts";
import type { Terms } from "./terms.ts";

/** Decimal strings of US dollars. */
export type RpoQuarter = {
  /** `2026Q1`. */
  readonly quarter: string;
  readonly openingUsd: string;
  readonly signedUsd: string;
  readonly recognisedUsd: string;
  readonly cancelledUsd: string;
  readonly closingUsd: string;
};

/** From the quarter of signature to the one in which nothing remains. */
export function runOff(terms: Terms): RpoQuarter[] {
  const [first, last] = [quarterOf(Math.floor(terms.signed)), quarterOf(Math.ceil(terms.to - 1e-9) - 1)];
  const recognised = Array.from({ length: last - first + 1 }, (): PicoUsd => zeroUsd);
  for (const [index, amount] of terms.earned.entries()) {
    const at = quarterOf(terms.firstMonth + index) - first;
    recognised[at] = pico((recognised[at] ?? 0n) + amount);
  }
  const movements = recognised.map((amount, index) => ({
    signed: index === 0 ? terms.committed : zeroUsd,
    recognised: amount,
    cancelled: zeroUsd,
  }));
  return rollForward(movements).map(({ opening, signed, recognised: earned, cancelled, closing }, index) => ({
    quarter: quarterText(first + index),
    openingUsd: formatUsd(opening),
    signedUsd: formatUsd(signed),
    recognisedUsd: formatUsd(earned),
    cancelledUsd: formatUsd(cancelled),
    closingUsd: formatUsd(closing),
  }));
}
