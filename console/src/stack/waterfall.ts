/**
 * The build-up of cost to revenue: what requests drew at each layer, then idle capacity, then the margin that is
 * left (or missing) up to revenue. Amounts are exact; only the places of the bars are floats.
 */
import { pico, type PicoUsd, usd, zeroUsd } from "../../../src/stack/money.ts";
import type { Layer } from "../../../src/stack/layer.ts";
import type { StackReport } from "../../../src/stack/report.ts";

export type Step = {
  readonly is: Layer | "idle" | "margin" | "revenue";
  readonly amount: PicoUsd;
  /** Where its bar begins and ends, as shares of the whole width. */
  readonly from: number;
  readonly to: number;
};

/** The steps add up: costs + idle + margin = revenue. */
export function waterfall(report: Pick<StackReport, "layers" | "total">): readonly Step[] {
  const revenue = usd(report.total.revenue);
  const margin = usd(report.total.margin);
  const parts: { is: Step["is"]; amount: PicoUsd; from: bigint; to: bigint }[] = [];
  let upTo = 0n;
  const add = (is: Step["is"], amount: PicoUsd) => {
    parts.push({ is, amount, from: upTo, to: upTo + amount });
    upTo += amount;
  };
  for (const { layer, drawn } of report.layers) add(layer, usd(drawn));
  add("idle", usd(report.total.idle));
  add("margin", margin);
  parts.push({ is: "revenue", amount: revenue, from: 0n, to: revenue });

  // A margin below zero ends left of where it began; an idle below zero may too (see the ledger's close).
  const ends = parts.flatMap(({ from, to }) => [from, to]);
  const low = ends.reduce((least, one) => (one < least ? one : least), 0n);
  const high = ends.reduce((most, one) => (one > most ? one : most), 0n);
  const width = high - low;
  const place = (at: bigint) => (width === 0n ? 0 : Number(((at - low) * 1_000_000n) / width) / 1_000_000);
  return parts.map(({ is, amount, from, to }) => ({
    is,
    amount,
    from: place(from < to ? from : to),
    to: place(from < to ? to : from),
  }));
}

/** Dollars per million tokens; undefined without tokens. */
export function perMillion(amount: PicoUsd, tokens: number): PicoUsd | undefined {
  return tokens > 0 ? pico((amount * 1_000_000n) / BigInt(tokens)) : undefined;
}

export function allTokens({ tokens }: Pick<StackReport, "tokens">): number {
  return tokens.input + tokens.cachedInput + tokens.output + tokens.reasoning;
}

/** Whether anything happened: nothing served and nothing accrued is nothing to draw. */
export function isEmpty({ requests, total }: StackReport): boolean {
  const served = requests.complete + requests.partial + requests.failed;
  return served === 0 && usd(total.cost) === zeroUsd;
}
