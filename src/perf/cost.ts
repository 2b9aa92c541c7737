/**
 * What an hour of an accelerator costs, and with it a million tokens. Plain numbers, since these are predictions: the ledger counts
 * what was really spent.
 */
import { annuity } from "../stack/annuity.ts";

const hoursPerMonth = 730;

export type HourCosts =
  | { readonly type: "rent"; readonly usdPerHour: number }
  | {
      readonly type: "own";
      readonly capitalUsd: number;
      readonly lifeYears: number;
      /** Per year, 0.133 for 13.3 %. */
      readonly costOfCapital: number;
      /** Space, cooling and staff, by the power that is provisioned. */
      readonly hostingUsdPerKwMonth: number;
      readonly provisionedWatts: number;
      readonly electricityUsdPerKwh: number;
      readonly pue: number;
    };

export type HourCost = {
  readonly chipsUsd: number;
  readonly hostingUsd: number;
  readonly energyUsd: number;
  readonly totalUsd: number;
};

/**
 * The cost of an hour by its parts: capital as a monthly annuity over its life, hosting by the kilowatt, and energy as drawn. By
 * SemiAnalysis, "AI Token Factory Economics Stack" (2025), an H200 of $34,698 costs $1.66 at 13.3 %, $130 per kW and month and $0.087
 * per kWh.
 *
 * @param averageWatts at the accelerator's plug, before the site's PUE; without effect on a rent, which includes energy
 */
export function hourCost(costs: HourCosts, averageWatts: number): HourCost {
  if (costs.type === "rent") {
    return { chipsUsd: 0, hostingUsd: costs.usdPerHour, energyUsd: 0, totalUsd: costs.usdPerHour };
  }
  const chipsUsd = annuity(costs.capitalUsd, costs.costOfCapital / 12, costs.lifeYears * 12) / hoursPerMonth;
  const hostingUsd = (costs.hostingUsdPerKwMonth * costs.provisionedWatts) / 1000 / hoursPerMonth;
  const energyUsd = (averageWatts / 1000) * costs.pue * costs.electricityUsdPerKwh;
  return { chipsUsd, hostingUsd, energyUsd, totalUsd: chipsUsd + hostingUsd + energyUsd };
}

/** Dollars a million tokens, by what an hour costs and the tokens a second that it makes. */
export function usdPerMillionTokens(usdPerHour: number, tokensPerSecond: number): number {
  return usdPerHour / (tokensPerSecond * 3.6e-3);
}
