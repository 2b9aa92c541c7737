/** What a million output tokens cost on accelerators that one owns: energy, hosting and chips. */
import type { Chip } from "../catalog/chip.ts";
import { hourCost, usdPerMillionTokens } from "./cost.ts";
import type { Estimated } from "./estimate.ts";

export type Site = {
  readonly electricityUsdPerKwh: number;
  readonly pue: number;
  readonly hostingUsdPerKwMonth: number;
  /** Per year, 0.133 for 13.3 %. */
  readonly costOfCapital: number;
  readonly lifeYears: number;
};

/** SemiAnalysis, "AI Token Factory Economics Stack" (2025-08). */
export const usualSite: Site = {
  electricityUsdPerKwh: 0.087,
  pue: 1.25,
  hostingUsdPerKwMonth: 130,
  costOfCapital: 0.133,
  lifeYears: 4,
};

export type BuildUp = {
  readonly energyUsd: number;
  readonly hostingUsd: number;
  readonly chipsUsd: number;
  readonly totalUsd: number;
};

/**
 * Dollars a million output tokens, by part. Undefined where the chip's price or power is unknown.
 *
 * @param capitalUsd of an accelerator with its share of the server; the catalog's when absent
 */
export function buildUpOf(
  chip: Chip,
  estimated: Estimated,
  site: Site,
  capitalUsd = chip.capitalUsd === undefined ? undefined : Number(chip.capitalUsd.value),
): BuildUp | undefined {
  const { power, outputTokensPerSecondPerAccelerator: perSecond } = estimated;
  if (capitalUsd === undefined || chip.allInWatts === undefined || power.type !== "predicted") return undefined;
  const hour = hourCost(
    {
      type: "own",
      capitalUsd,
      lifeYears: site.lifeYears,
      costOfCapital: site.costOfCapital,
      hostingUsdPerKwMonth: site.hostingUsdPerKwMonth,
      provisionedWatts: chip.allInWatts.value,
      electricityUsdPerKwh: site.electricityUsdPerKwh,
      pue: site.pue,
    },
    power.watts,
  );
  const of = (usdPerHour: number) => usdPerMillionTokens(usdPerHour, perSecond);
  return {
    energyUsd: of(hour.energyUsd),
    hostingUsd: of(hour.hostingUsd),
    chipsUsd: of(hour.chipsUsd),
    totalUsd: of(hour.totalUsd),
  };
}
