/** What the control API answers about accelerators. Its OpenAPI description is the contract. */

export type Confidence = "reported" | "estimate" | "derived" | "assumption";

export type Figure<Value extends number | string = number> = {
  readonly value: Value;
  readonly unit: string;
  readonly source: string;
  readonly asOf: string;
  readonly confidence: Confidence;
};

export const precisions = ["fp32", "tf32", "bf16", "fp8", "int8", "fp4"] as const;
export type Precision = (typeof precisions)[number];

export type Chip = {
  readonly name: string;
  readonly title: string;
  readonly vendor: string;
  readonly aliases: readonly string[];
  readonly available: Figure<string>;
  readonly peakTeraflops: Readonly<Partial<Record<Precision, Figure>>>;
  readonly memoryGigabytes: Figure;
  readonly memoryGigabytesPerSecond: Figure;
  readonly scaleUp?: { readonly gigabytesPerSecond: Figure; readonly accelerators: Figure };
  readonly scaleOut?: { readonly gigabytesPerSecond: Figure };
  readonly tdpWatts?: Figure;
  readonly allInWatts?: Figure;
  readonly idleWatts?: Figure;
  readonly capitalUsd?: Figure<string>;
  readonly rentUsdPerHour?: Figure<string>;
};

export type Catalog = { readonly chips: readonly Chip[] };

export type TokenMaker = {
  readonly name: string;
  readonly usdPerChip: number;
  readonly allInWatts: number;
  readonly tokensPerSecond: number;
  readonly usdPerHour: number;
  readonly usdPerMtok: number;
  readonly tokensPerSecondPerWatt: number;
  readonly joulesPerToken: number;
};

export type MakeOrBuy = {
  readonly name: string;
  readonly unit: {
    readonly dieSquareMillimetres: number;
    readonly diesPerWafer: number;
    readonly dieYield: number;
    readonly dieUsd: number;
    readonly parts: readonly { readonly name: string; readonly usd: number }[];
    readonly usd: number;
  };
  readonly own: { readonly first: TokenMaker; readonly mature: TokenMaker };
  readonly merchants: readonly TokenMaker[];
  readonly chips: number;
  readonly developmentUsd: number;
  readonly developmentUsdPerChip: number | null;
  readonly savedUsd: number;
  readonly worthUsd: number;
  readonly breakEvenChips: number | null;
  readonly yearsDelayUsd: number;
  readonly years: readonly {
    readonly year: number;
    readonly chips: number;
    readonly softwareEfficiency: number;
    readonly cheapestMerchant: string;
    readonly merchantUsdPerMtok: number;
    readonly savedUsd: number;
  }[];
  readonly sensitivity: readonly {
    readonly assumption: string;
    readonly lowerUsd: number;
    readonly higherUsd: number;
  }[];
};
