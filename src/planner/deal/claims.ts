/** What others have said of a deal, held against what comes out: a conflict is shown, never tuned away. */
import type { Measures } from "./measures.ts";
import type { ClaimMetric, Deal } from "./schema.ts";

export type Claim = {
  readonly metric: ClaimMetric;
  readonly low: number;
  readonly high: number;
  readonly source: string;
  readonly asOf: string;
  /** Null where there is no such number. */
  readonly found: number | null;
  readonly verdict: "inside" | "below" | "above" | "unknown";
};

type Contract = {
  readonly totalUsd: string;
  readonly usdPerAcceleratorHour: number;
  readonly usdPerMegawattItYear: number;
};

export function claimsOf({ claims }: Deal, measures: Measures, contract: Contract): Claim[] {
  const found: Readonly<Record<ClaimMetric, number | null>> = {
    grossMargin: measures.grossMargin,
    ebitdaMargin: measures.ebitdaMargin,
    irrPerYear: measures.irr.type === "one" ? measures.irr.perYear : null,
    roic: measures.roic,
    paybackMonths: measures.paybackMonths,
    totalUsd: Number(contract.totalUsd),
    usdPerMegawattItYear: contract.usdPerMegawattItYear,
    usdPerAcceleratorHour: contract.usdPerAcceleratorHour,
  };
  return claims.map((claim) => ({
    ...claim,
    found: found[claim.metric],
    verdict: verdict(claim, found[claim.metric]),
  }));
}

/** A claim is as exact as it was printed: half a percent off is inside. */
const tolerance = 0.005;

function verdict({ low, high }: { readonly low: number; readonly high: number }, found: number | null) {
  if (found === null) return "unknown";
  if (found < low - Math.abs(low) * tolerance) return "below";
  return found > high + Math.abs(high) * tolerance ? "above" : "inside";
}
