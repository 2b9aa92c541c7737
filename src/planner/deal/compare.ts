/** Deals side by side: one row a measure, so that a difference stands beside its cause. */
import type { DealEvaluation } from "./evaluate.ts";

export const comparedMeasures = [
  "totalUsd",
  "accelerators",
  "megawattsIt",
  "usdPerAcceleratorHour",
  "usdPerMegawattItYear",
  "costUsdPerAcceleratorHour",
  "economicUsdPerAcceleratorHour",
  "breakEvenUsdPerAcceleratorHour",
  "grossMargin",
  "ebitdaMargin",
  "capitalUsd",
  "peakFundingUsd",
  "npvUsd",
  "npvOverPeakFunding",
  "irrPerYear",
  "roic",
  "paybackMonths",
  "lossProbability",
  "valueAtRisk95Usd",
] as const;
export type ComparedMeasure = (typeof comparedMeasures)[number];

export type Comparison = {
  readonly deals: readonly { readonly name: string; readonly title: string }[];
  readonly rows: readonly {
    readonly measure: ComparedMeasure;
    /** In the order of `deals`; null where there is no such number. */
    readonly values: readonly (number | null)[];
    /** The deal that is best by it; null where none is, or where more is neither better nor worse. */
    readonly best: number | null;
  }[];
};

/** Which way is better; a size or a price is neither. */
const better: Readonly<Partial<Record<ComparedMeasure, "more" | "less">>> = {
  costUsdPerAcceleratorHour: "less",
  economicUsdPerAcceleratorHour: "less",
  grossMargin: "more",
  ebitdaMargin: "more",
  npvUsd: "more",
  npvOverPeakFunding: "more",
  irrPerYear: "more",
  roic: "more",
  paybackMonths: "less",
  lossProbability: "less",
};

export function compareDeals(evaluations: readonly DealEvaluation[]): Comparison {
  return {
    deals: evaluations.map(({ name, title }) => ({ name, title })),
    rows: comparedMeasures.map((measure) => {
      const values = evaluations.map((deal) => measured(deal)[measure]);
      return { measure, values, best: bestOf(values, better[measure]) };
    }),
  };
}

function measured(deal: DealEvaluation): Readonly<Record<ComparedMeasure, number | null>> {
  const { contract, buildUp, breakEven, risk, peakFundingUsd, npvUsd } = deal;
  return {
    totalUsd: Number(contract.totalUsd),
    accelerators: deal.accelerators,
    megawattsIt: deal.megawattsIt,
    usdPerAcceleratorHour: contract.usdPerAcceleratorHour,
    usdPerMegawattItYear: contract.usdPerMegawattItYear,
    costUsdPerAcceleratorHour: buildUp.usdPerHour,
    economicUsdPerAcceleratorHour: buildUp.economicUsdPerHour,
    breakEvenUsdPerAcceleratorHour: breakEven.usdPerAcceleratorHour,
    grossMargin: deal.grossMargin,
    ebitdaMargin: deal.ebitdaMargin,
    capitalUsd: deal.capitalUsd,
    peakFundingUsd,
    npvUsd,
    npvOverPeakFunding: peakFundingUsd > 0 ? npvUsd / peakFundingUsd : null,
    irrPerYear: deal.irr.type === "one" ? deal.irr.perYear : null,
    roic: deal.roic,
    paybackMonths: deal.paybackMonths,
    lossProbability: risk.lossProbability,
    valueAtRisk95Usd: risk.valueAtRisk95Usd,
  };
}

function bestOf(values: readonly (number | null)[], way: "more" | "less" | undefined): number | null {
  const known = values.filter((value) => value !== null);
  if (way === undefined || known.length < 2) return null;
  const best = way === "more" ? Math.max(...known) : Math.min(...known);
  return known.filter((value) => value === best).length === 1 ? values.indexOf(best) : null;
}
