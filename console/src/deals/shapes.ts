/** What the control API answers about deals. Its OpenAPI description is the contract. */
import type { UsdText } from "../../../src/stack/report.ts";
import type { Confidence } from "../chips/shapes.ts";

export type Irr =
  | { readonly type: "one"; readonly perYear: number }
  | { readonly type: "none" }
  | { readonly type: "many"; readonly perYear: readonly number[] };

export type Distribution = {
  readonly mean: number;
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
  readonly histogram: { readonly from: number; readonly to: number; readonly counts: readonly number[] };
};

export const costParts = [
  "server",
  "network",
  "storage",
  "building",
  "power",
  "operations",
  "rent",
  "contract",
  "parts",
  "setup",
] as const;
export type CostPart = (typeof costParts)[number];

export const claimMetrics = [
  "grossMargin",
  "ebitdaMargin",
  "irrPerYear",
  "roic",
  "paybackMonths",
  "totalUsd",
  "usdPerMegawattItYear",
  "usdPerAcceleratorHour",
] as const;
export type ClaimMetric = (typeof claimMetrics)[number];

export type Swing = {
  readonly field: string;
  readonly low: number;
  readonly planned: number;
  readonly high: number;
  readonly isRanged: boolean;
  readonly npvLowUsd: number;
  readonly npvHighUsd: number;
};

export type MonthlyCash = {
  readonly from: string;
  readonly cashUsd: readonly number[];
  readonly runningCashUsd: readonly number[];
};

export type Months = MonthlyCash & {
  readonly revenueUsd: readonly number[];
  readonly grossProfitUsd: readonly number[];
  readonly ebitdaUsd: readonly number[];
  readonly capitalUsd: readonly number[];
};

export type RpoQuarter = {
  readonly quarter: string;
  readonly openingUsd: UsdText;
  readonly signedUsd: UsdText;
  readonly recognisedUsd: UsdText;
  readonly cancelledUsd: UsdText;
  readonly closingUsd: UsdText;
};

export type SourcedFigure = {
  readonly field: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly source: string;
  readonly asOf: string;
  readonly confidence: Confidence;
};

export type Claim = {
  readonly metric: ClaimMetric;
  readonly low: number;
  readonly high: number;
  readonly source: string;
  readonly asOf: string;
  readonly found: number | null;
  readonly verdict: "inside" | "below" | "above" | "unknown";
};

export type DealEvaluation = {
  readonly name: string;
  readonly title: string;
  readonly role: "seller" | "buyer";
  readonly counterparty: string;
  readonly accelerator: string;
  /** The catalog's names that are written most like it, where it has none such: a slip of the pen, or a name of one's own. */
  readonly nearestListed?: readonly string[];
  readonly signed: string;
  readonly from: string;
  readonly to: string;
  readonly accelerators: number;
  readonly megawattsIt: number;
  readonly contract: {
    readonly totalUsd: UsdText;
    readonly committedUsd: UsdText;
    readonly takeOrPayFloor: number;
    readonly usdPerAcceleratorHour: number;
    readonly usdPerMegawattItYear: number;
  };
  readonly costOfCapital: number;
  readonly revenueUsd: number;
  readonly grossProfitUsd: number;
  readonly grossMargin: number | null;
  readonly ebitdaMargin: number | null;
  readonly capitalUsd: number;
  readonly npvUsd: number;
  readonly irr: Irr;
  readonly roic: number | null;
  readonly paybackMonths: number | null;
  readonly peakFundingUsd: number;
  /** Absent without a loan. */
  readonly debt?: {
    readonly drawnUsd: number;
    readonly coverRatios: readonly number[];
    readonly leveredIrr: Irr;
  };
  readonly buildUp: {
    readonly parts: readonly { readonly part: CostPart; readonly usdPerHour: number }[];
    readonly usdPerHour: number;
    readonly financeUsdPerHour: number;
    readonly economicUsdPerHour: number;
  };
  readonly years: readonly {
    readonly year: number;
    readonly from: string;
    readonly revenueUsd: number;
    readonly grossProfitUsd: number;
    readonly grossMargin: number | null;
    readonly ebitdaUsd: number;
    readonly capitalUsd: number;
    readonly cashUsd: number;
  }[];
  readonly months: Months;
  readonly rpo: readonly RpoQuarter[];
  readonly breakEven: { readonly usdPerAcceleratorHour: number | null; readonly billedShare: number | null };
  readonly tornado: readonly Swing[];
  readonly risk: {
    readonly draws: number;
    readonly seed: number;
    readonly npvUsd: Distribution;
    readonly irrPerYear: Distribution | null;
    readonly grossMargin: Distribution | null;
    readonly lossProbability: number;
    readonly valueAtRisk95Usd: number;
    readonly expectedShortfall95Usd: number;
    readonly late: { readonly share: number; readonly meanMonths: number };
    readonly defaulted: number;
    readonly obsolete: number;
  };
  readonly claims: readonly Claim[];
  readonly figures: readonly SourcedFigure[];
  readonly notes: readonly string[];
};

export type DealLine = Pick<
  DealEvaluation,
  | "name"
  | "title"
  | "role"
  | "counterparty"
  | "accelerator"
  | "to"
  | "megawattsIt"
  | "grossMargin"
  | "irr"
  | "roic"
  | "npvUsd"
> & { readonly totalUsd: UsdText; readonly committedUsd: UsdText };

export type Portfolio = {
  readonly deals: readonly DealLine[];
  readonly committedUsd: UsdText;
  readonly purchasesUsd: UsdText;
  readonly customers: readonly {
    readonly counterparty: string;
    readonly committedUsd: UsdText;
    readonly share: number;
  }[];
  readonly herfindahl: number | null;
  readonly rpo: readonly {
    readonly quarter: string;
    readonly closingUsd: readonly UsdText[];
    readonly totalUsd: UsdText;
    readonly recognisedUsd: UsdText;
    readonly herfindahl: number | null;
  }[];
  readonly cash: MonthlyCash;
  readonly npvUsd: number;
  readonly irr: Irr;
  readonly paybackMonths: number | null;
  readonly peakFundingUsd: number;
  readonly peakFundingMonth: string;
};

/** A contract that the factory has signed. */
export type ContractSummary = {
  readonly name: string;
  readonly counterparty: string;
  readonly role: "seller" | "buyer";
  readonly drawnBy: string | null;
  readonly from: string;
  readonly to: string;
  readonly status: "to be signed" | "to begin" | "running" | "over" | "cancelled";
  readonly totalUsd: UsdText;
  readonly openUsd: UsdText;
  readonly deliveredUsd: UsdText;
  readonly shortfallUsd: UsdText;
  readonly cancelledUsd: UsdText;
  readonly prepaidUsd: UsdText;
};

export type ContractStatement = ContractSummary & {
  readonly signedOn: string;
  readonly months: readonly {
    readonly month: string;
    readonly opening: UsdText;
    readonly signed: UsdText;
    readonly recognised: UsdText;
    readonly cancelled: UsdText;
    readonly closing: UsdText;
  }[];
  readonly runOff: readonly { readonly month: string; readonly usd: UsdText }[];
};

export type ComparedMeasure =
  | "totalUsd"
  | "accelerators"
  | "megawattsIt"
  | "usdPerAcceleratorHour"
  | "usdPerMegawattItYear"
  | "costUsdPerAcceleratorHour"
  | "economicUsdPerAcceleratorHour"
  | "breakEvenUsdPerAcceleratorHour"
  | "grossMargin"
  | "ebitdaMargin"
  | "capitalUsd"
  | "peakFundingUsd"
  | "npvUsd"
  | "npvOverPeakFunding"
  | "irrPerYear"
  | "roic"
  | "paybackMonths"
  | "lossProbability"
  | "valueAtRisk95Usd";

export type Comparison = {
  readonly deals: readonly { readonly name: string; readonly title: string }[];
  readonly rows: readonly {
    readonly measure: ComparedMeasure;
    readonly values: readonly (number | null)[];
    readonly best: number | null;
  }[];
};
