/** A deal's cash boiled down to what a board asks of it. */
import { npv, payback, peakFunding, returnOnInvestedCapital } from "../finance/cash-flow.ts";
import { type Irr, irr } from "../finance/irr.ts";
import type { Flows } from "./flows.ts";
import type { Schedule } from "./schedule.ts";

export type Measures = {
  readonly revenueUsd: number;
  readonly grossProfitUsd: number;
  /** Gross profit, after depreciation, over revenue; null without revenue. */
  readonly grossMargin: number | null;
  readonly ebitdaUsd: number;
  readonly ebitdaMargin: number | null;
  readonly capitalUsd: number;
  readonly npvUsd: number;
  /** Effective, a year. */
  readonly irr: Irr;
  /** A year's operating profit after tax over mean capital in the months that serve; null without capital. */
  readonly roic: number | null;
  /** From the first cash on; null when it never pays back. */
  readonly paybackMonths: number | null;
  readonly peakFundingUsd: number;
  /** On the line of months. */
  readonly peakFundingMonth: number;
};

export function measuresOf(flows: Flows, schedule: Schedule, costOfCapital: number): Measures {
  const revenueUsd = sum(flows.revenue);
  const grossProfitUsd = sum(flows.grossProfit);
  const ebitdaUsd = sum(flows.ebitda);
  const serving = [...schedule.service.keys()].filter((month) => (schedule.service[month] ?? 0) > 0);
  const peak = peakFunding(flows.cash);
  return {
    revenueUsd,
    grossProfitUsd,
    grossMargin: revenueUsd > 0 ? grossProfitUsd / revenueUsd : null,
    ebitdaUsd,
    ebitdaMargin: revenueUsd > 0 ? ebitdaUsd / revenueUsd : null,
    capitalUsd: sum(flows.capital),
    npvUsd: npv(costOfCapital, flows.cash),
    irr: irr(flows.cash),
    roic: returnOnInvestedCapital(
      serving.map((month) => (flows.operating[month] ?? 0) - (flows.tax[month] ?? 0)),
      serving.map((month) => flows.invested[month] ?? 0),
    ),
    paybackMonths: payback(flows.cash),
    peakFundingUsd: peak.usd,
    peakFundingMonth: schedule.start + peak.month,
  };
}

export function sum(row: Float64Array): number {
  let total = 0;
  for (let month = 0; month < row.length; month += 1) total += row[month]!;
  return total;
}
