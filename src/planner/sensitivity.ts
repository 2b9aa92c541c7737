/** Which assumptions decide whether an own chip is worth making: each is moved alone, by a fifth. */
import { makeOrBuy } from "./make-or-buy.ts";
import type { MakeOrBuyScenario } from "./make-or-buy-scenario.ts";

export type Sensitivity = {
  readonly assumption: string;
  /** `worthUsd` when the assumption is a fifth lower, and a fifth higher. */
  readonly lowerUsd: number;
  readonly higherUsd: number;
};

const step = 0.2;

type Own = MakeOrBuyScenario["own"];

/** The scenario with one of its numbers multiplied. */
const assumptions: Readonly<Record<string, (scenario: MakeOrBuyScenario, factor: number) => MakeOrBuyScenario>> = {
  volume: (one, factor) => withOwn(one, { chipsPerYear: one.own.chipsPerYear.map((chips) => chips * factor) }),
  "software efficiency": (one, factor) =>
    withOwn(one, { softwareEfficiency: one.own.softwareEfficiency.map((share) => share * factor) }),
  "merchants' prices": (one, factor) => ({
    ...one,
    merchants: one.merchants.map((merchant) => ({ ...merchant, discount: 1 - (1 - merchant.discount) * factor })),
  }),
  "merchants' yearly progress": (one, factor) => ({
    ...one,
    finance: {
      ...one.finance,
      tokensPerDollarGrowthPerYear: one.finance.tokensPerDollarGrowthPerYear * factor,
      tokensPerWattGrowthPerYear: one.finance.tokensPerWattGrowthPerYear * factor,
    },
  }),
  "development cost": (one, factor) => {
    const { development } = one.own;
    return withOwn(one, {
      development: {
        ...development,
        costsUsd: Object.fromEntries(Object.entries(development.costsUsd).map(([name, usd]) => [name, usd * factor])),
        maskSetUsd: development.maskSetUsd * factor,
        runningUsdPerYear: development.runningUsdPerYear * factor,
      },
    });
  },
  "defect density": (one, factor) =>
    withOwn(one, {
      die: { ...one.own.die, defectsPerSquareCentimetre: one.own.die.defectsPerSquareCentimetre * factor },
    }),
  "wafer price": (one, factor) => withOwn(one, { die: { ...one.own.die, waferUsd: one.own.die.waferUsd * factor } }),
  "memory price": (one, factor) =>
    withOwn(one, {
      package: { ...one.own.package, memoryUsdPerGigabyte: one.own.package.memoryUsdPerGigabyte * factor },
    }),
  "own server": (one, factor) => withOwn(one, { serverUsdPerChip: one.own.serverUsdPerChip * factor }),
  "own power": (one, factor) => withOwn(one, { allInWatts: one.own.allInWatts * factor }),
  electricity: (one, factor) => ({
    ...one,
    site: { ...one.site, electricityUsdPerKwh: one.site.electricityUsdPerKwh * factor },
  }),
  "cost of capital": (one, factor) => ({
    ...one,
    finance: { ...one.finance, costOfCapital: one.finance.costOfCapital * factor },
  }),
};

/** What moves the worth most comes first. */
export function sensitivity(scenario: MakeOrBuyScenario): Sensitivity[] {
  return Object.entries(assumptions)
    .map(([assumption, moved]) => ({
      assumption,
      lowerUsd: makeOrBuy(moved(scenario, 1 - step)).worthUsd,
      higherUsd: makeOrBuy(moved(scenario, 1 + step)).worthUsd,
    }))
    .toSorted((one, other) => spread(other) - spread(one));
}

function spread({ lowerUsd, higherUsd }: Sensitivity): number {
  return Math.abs(higherUsd - lowerUsd);
}

function withOwn(scenario: MakeOrBuyScenario, changed: Partial<Own>): MakeOrBuyScenario {
  return { ...scenario, own: { ...scenario.own, ...changed } };
}
