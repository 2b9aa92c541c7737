/** What the control API answers about the case study and the stack's chain. Its OpenAPI description is the contract. */
import type { Layer } from "../../../src/stack/layer.ts";
import type { Figure } from "../chips/shapes.ts";

export type Readings = {
  readonly what: string;
  readonly readings: readonly Figure[];
  readonly use?: number;
  readonly because?: string;
  readonly range?: { readonly low: number; readonly high: number; readonly source: string };
};

export type LayerMargin = {
  readonly layer: Layer;
  readonly who: string;
  readonly measure: "gross" | "operating" | "EBITDA";
  readonly ratio: number;
  readonly margin: Readings;
  readonly note?: string;
};

export type RecordedContract = {
  readonly seller: string;
  readonly buyer: string;
  readonly what: string;
  readonly signed: string;
  readonly value?: Readings;
  readonly years?: Readings;
  readonly power?: Readings;
  readonly powerBasis?: "IT" | "utility" | "unstated";
  readonly usdPerMwYear: number | null;
};

export type Industry = {
  readonly margins: readonly LayerMargin[];
  readonly contracts: readonly RecordedContract[];
  readonly capex: readonly { readonly company: string; readonly span: string; readonly spent: Readings }[];
};

export const powerRoutes = ["build", "lease", "rent", "partner"] as const;
export type PowerRoute = (typeof powerRoutes)[number];

export const incomeLayers = ["infrastructure", "platform", "models", "applications"] as const;
export type IncomeLayer = (typeof incomeLayers)[number];

export const sellers = ["oracle", "microsoft", "aws", "google", "coreweave"] as const;
export type Seller = (typeof sellers)[number];

export type ContractEconomics = {
  readonly route: PowerRoute;
  readonly revenue: number;
  readonly grossProfit: number;
  readonly margin: number;
  readonly perMwYear: number;
  readonly perAcceleratorHour: number;
};

export type DealRun = {
  readonly name: string;
  readonly what: string;
  readonly buyer: string;
  readonly state: "taken" | "lost" | "declined" | "not sought";
  readonly why: string | null;
  readonly at: string | null;
  readonly mwAsked: number;
  readonly mw: number;
  readonly value: number;
  readonly economics: readonly ContractEconomics[];
};

export type ShareQuarter = { readonly quarter: string; readonly backlogs: Readonly<Record<Seller, number>> };

export type StrategyRun = {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly mw: Readonly<Record<PowerRoute, readonly number[]>>;
  readonly frozenMw: number;
  readonly deals: readonly DealRun[];
  readonly rpo: readonly {
    readonly signed: number;
    readonly recognised: number;
    readonly lapsed: number;
    readonly closing: number;
  }[];
  readonly shares: readonly ShareQuarter[];
  readonly revenue: readonly number[];
  readonly grossProfit: Readonly<Record<IncomeLayer, readonly number[]>>;
  readonly capex: readonly number[];
  readonly roic: readonly { readonly year: number; readonly ratio: number | null }[];
  readonly totals: {
    readonly revenue: number;
    readonly grossProfit: Readonly<Record<IncomeLayer, number>>;
    readonly capex: number;
    readonly value: number;
    readonly roic: number | null;
  };
};

export type Spread = { readonly p10: number; readonly p50: number; readonly p90: number };

export type Swing = {
  readonly path: string;
  readonly what: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly atLow: number;
  readonly atHigh: number;
};

export type ScenarioRun = {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly company: string;
  readonly currency: string;
  readonly quarters: readonly string[];
  readonly baseMw: number;
  readonly strategies: readonly StrategyRun[];
  readonly pause: {
    readonly without: string;
    readonly with: string;
    readonly used: {
      readonly revenue: number;
      readonly grossProfit: number;
      readonly value: number;
      readonly signed: number;
      readonly mw: number;
    };
    readonly ofDeals: number;
    readonly draws: number;
    readonly seed: number;
    readonly grossProfit: Spread;
    readonly value: Spread;
    readonly signed: Spread;
    readonly shareCostly: number;
    readonly swings: readonly Swing[];
  };
};

export type AuditRow = {
  readonly path: string;
  readonly what: string;
  readonly use: number;
  readonly because: string | null;
  readonly low: number;
  readonly high: number;
  readonly rangeSource: string | null;
  readonly readings: readonly Figure[];
};

export type Audit = {
  readonly rows: readonly AuditRow[];
  readonly byConfidence: Readonly<Record<string, number>>;
  readonly disagreements: readonly string[];
};

export type WorkedOut = { readonly run: ScenarioRun; readonly audit: Audit };

export type Headline = {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly published: number;
  readonly source: string;
  readonly isReproduced: boolean;
  readonly isInput: boolean;
  readonly note: string;
};

export type Cases = {
  readonly cases: readonly { readonly name: string; readonly company: string; readonly run: ScenarioRun }[];
  readonly headlines: readonly Headline[];
};

export const chainInputs = [
  "electricity",
  "power",
  "drawn",
  "capital",
  "life",
  "costOfCapital",
  "lease",
  "rent",
  "throughput",
  "utilisation",
  "tokenPrice",
  "royalty",
  "tokensPerSeat",
  "seatPrice",
] as const;
export type ChainInput = (typeof chainInputs)[number];

export type Chains = {
  readonly inputs: Readonly<
    Record<ChainInput, { readonly unit: string; readonly least: number; readonly most: number }>
  >;
  readonly chains: readonly {
    readonly name: string;
    readonly title: string;
    readonly workload: string;
    readonly publishedBy: string;
    readonly inputs: Readonly<Record<ChainInput, Readings>>;
  }[];
};

export type ChainLayer = {
  readonly layer: Layer;
  readonly revenueUsd: number;
  readonly boughtUsd: number;
  readonly spentUsd: number;
  readonly marginUsd: number;
  readonly marginRatio: number | null;
};

export type ChainRun = {
  readonly values: Readonly<Record<ChainInput, number>>;
  readonly lines: readonly {
    readonly layer: Layer;
    readonly label: string;
    readonly value: number;
    readonly unit: string;
    readonly published: number | null;
  }[];
  readonly layers: readonly ChainLayer[];
  readonly revenueUsd: number;
  readonly marginUsd: number;
};

export type ChainAnswer = { readonly published: ChainRun; readonly run: ChainRun };

/** In the order in which the page offers them. */
export const caseNames = ["microsoft-2023-2025", "oracle", "google", "aws", "meta", "coreweave"] as const;
