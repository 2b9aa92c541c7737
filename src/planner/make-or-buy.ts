/**
 * Whether an own chip is worth making: what its tokens cost beside bought chips', how many must be built to earn the
 * development back, and what being late costs.
 *
 * The own chip's speed is the first merchant's, its memory-bound part scaled by bandwidth and the rest by peak, times the
 * efficiency of the own software. Every chip that is built displaces the cheapest merchant's tokens of its year for as
 * long as it lives. Values are of the planned first volume; a dollar later is discounted by the cost of capital.
 */
import { chipNamed } from "../catalog/chips.ts";
import type { Chip } from "../catalog/chip.ts";
import { annuity } from "../stack/annuity.ts";
import { Fault } from "../stack/fault.ts";
import { type ChipCost, chipCost } from "./die.ts";
import type { MakeOrBuyScenario } from "./make-or-buy-scenario.ts";

const hoursPerYear = 8760;
const hoursPerMonth = hoursPerYear / 12;

/** One chip that makes tokens. */
export type TokenMaker = {
  readonly name: string;
  readonly usdPerChip: number;
  readonly allInWatts: number;
  /** Output tokens when it is busy. */
  readonly tokensPerSecond: number;
  /** Capital as an annuity, energy and space, for an hour. */
  readonly usdPerHour: number;
  /** Per million output tokens that are sold. */
  readonly usdPerMtok: number;
  readonly tokensPerSecondPerWatt: number;
  readonly joulesPerToken: number;
};

export type MakeOrBuy = {
  readonly name: string;
  readonly unit: ChipCost;
  /** The own chip in its first year of volume, and once its software is grown up. */
  readonly own: { readonly first: TokenMaker; readonly mature: TokenMaker };
  /** As they are bought in the year of the planned first volume. */
  readonly merchants: readonly TokenMaker[];
  readonly chips: number;
  /** Development, masks and upkeep, with interest, at the planned first volume. */
  readonly developmentUsd: number;
  /** Null when none is built. */
  readonly developmentUsdPerChip: number | null;
  /** What the chips save against the cheapest merchant of each year, at the planned first volume. */
  readonly savedUsd: number;
  /** `savedUsd` less `developmentUsd`: what making is worth. */
  readonly worthUsd: number;
  /** Chips over all years, in the same proportions, at which that is nothing; null when no number would do. */
  readonly breakEvenChips: number | null;
  /** What is lost by one more year's slip. */
  readonly yearsDelayUsd: number;
  readonly years: readonly YearOfBuilding[];
};

export type YearOfBuilding = {
  /** From the planned first volume, 0 for the first. */
  readonly year: number;
  readonly chips: number;
  readonly softwareEfficiency: number;
  readonly cheapestMerchant: string;
  readonly merchantUsdPerMtok: number;
  /** Over their whole life, at the planned first volume. */
  readonly savedUsd: number;
};

/**
 * @throws Fault `invalid_value` when a merchant is not in the catalog, or neither the catalog nor the scenario has a figure
 * of it that is needed.
 */
export function makeOrBuy(scenario: MakeOrBuyScenario): MakeOrBuy {
  const unit = chipCost(scenario.own);
  if (!Number.isFinite(unit.usd)) {
    throw new Fault("invalid_value", {
      message: "own.die: not one working die fits on a wafer.",
      remedy: "Make it smaller, or its defects fewer.",
      param: "own.die",
    });
  }
  const bought = scenario.merchants.map((_, index) => merchantMaker(scenario, index));
  const plan = planOf(scenario, unit, bought, scenario.own.slipYears);
  const later = planOf(scenario, unit, bought, scenario.own.slipYears + 1);
  const [firstEfficiency, lastEfficiency] = [efficiencyIn(scenario, 0), scenario.own.softwareEfficiency.at(-1) ?? 1];
  const saved = plan.savedUsd;
  return {
    name: scenario.name,
    unit,
    own: {
      first: ownMaker(scenario, unit, firstEfficiency),
      mature: ownMaker(scenario, unit, lastEfficiency),
    },
    merchants: bought.map(({ maker }) => maker),
    ...plan,
    developmentUsdPerChip: plan.chips > 0 ? plan.developmentUsd / plan.chips : null,
    worthUsd: saved - plan.developmentUsd,
    breakEvenChips: saved > 0 ? plan.chips * (plan.developmentUsd / saved) : null,
    yearsDelayUsd: saved - plan.developmentUsd - (later.savedUsd - later.developmentUsd),
  };
}

type Plan = Pick<MakeOrBuy, "chips" | "developmentUsd" | "savedUsd" | "years">;
type Bought = { readonly maker: TokenMaker; readonly chip: Chip };

function planOf(scenario: MakeOrBuyScenario, unit: ChipCost, bought: readonly Bought[], slipYears: number): Plan {
  const years = scenario.own.chipsPerYear.map((_, year) => yearOf(scenario, unit, bought, year, slipYears));
  return {
    years,
    chips: years.reduce((sum, { chips }) => sum + chips, 0),
    savedUsd: years.reduce((sum, { savedUsd }) => sum + savedUsd, 0),
    developmentUsd: developmentUsd(scenario, slipYears),
  };
}

/** The chips built in a year, and what they save while they live. */
function yearOf(
  scenario: MakeOrBuyScenario,
  unit: ChipCost,
  bought: readonly Bought[],
  year: number,
  slipYears: number,
): YearOfBuilding {
  const { costOfCapital: rate, lifeYears, tokensPerDollarGrowthPerYear, tokensPerWattGrowthPerYear } = scenario.finance;
  const perDollar = (1 + tokensPerDollarGrowthPerYear) ** year;
  const perWatt = (1 + tokensPerWattGrowthPerYear) ** year;
  const offers = bought.map(({ maker }) =>
    tokenMaker(scenario, maker.name, {
      usdPerChip: maker.usdPerChip / perDollar,
      allInWatts: maker.allInWatts / perWatt,
      tokensPerSecond: maker.tokensPerSecond,
    }),
  );
  const cheapest = offers.reduce((best, one) => (one.usdPerMtok < best.usdPerMtok ? one : best));
  const chips = chipsIn(scenario.own.chipsPerYear, year, slipYears);
  let saved = 0;
  for (let age = 0; age < lifeYears; age++) {
    const own = ownMaker(scenario, unit, efficiencyIn(scenario, year + age - slipYears));
    const millions = own.tokensPerSecond * scenario.workload.utilisation * hoursPerYear * 0.0036;
    const yearly = millions * cheapest.usdPerMtok - own.usdPerHour * hoursPerYear;
    // A year's costs fall due at its end.
    saved += yearly / (1 + rate) ** (year + age + 1);
  }
  return {
    year,
    chips,
    softwareEfficiency: efficiencyIn(scenario, year - slipYears),
    cheapestMerchant: cheapest.name,
    merchantUsdPerMtok: cheapest.usdPerMtok,
    savedUsd: chips * saved,
  };
}

/** Of a plan that comes `slipYears` late, a part of a year being so much less of its first year. */
function chipsIn(planned: readonly number[], year: number, slipYears: number): number {
  const whole = Math.floor(slipYears);
  const part = slipYears - whole;
  return (planned[year - whole] ?? 0) * (1 - part) + (planned[year - whole - 1] ?? 0) * part;
}

/** The own software's efficiency so many years after its first volume; linear between years. */
function efficiencyIn({ own }: MakeOrBuyScenario, years: number): number {
  const last = own.softwareEfficiency.length - 1;
  const at = Math.min(last, Math.max(0, years));
  const [low, high] = [Math.floor(at), Math.ceil(at)];
  const [before, after] = [own.softwareEfficiency[low] ?? 1, own.softwareEfficiency[high] ?? 1];
  return before + (after - before) * (at - low);
}

/** Everything that does not grow with the number of chips. */
function developmentUsd({ own, finance }: MakeOrBuyScenario, slipYears: number): number {
  const { years, costsUsd, maskSets, maskSetUsd, runningUsdPerYear } = own.development;
  const design = Object.values(costsUsd).reduce((sum, usd) => sum + usd, 0);
  const growth = Math.log1p(finance.costOfCapital);
  // Spent evenly over the years before first volume; masks at its beginning; upkeep until the last chip is built.
  const spread = growth === 0 ? 1 : Math.expm1(growth * years) / (growth * years);
  const building = Math.max(own.chipsPerYear.length, slipYears);
  const upkeep = growth === 0 ? building : -Math.expm1(-growth * building) / growth;
  return design * spread + maskSets * maskSetUsd + runningUsdPerYear * upkeep;
}

function ownMaker(scenario: MakeOrBuyScenario, unit: ChipCost, efficiency: number): TokenMaker {
  const { own } = scenario;
  return tokenMaker(scenario, own.name, {
    usdPerChip: unit.usd + own.serverUsdPerChip,
    allInWatts: own.allInWatts,
    tokensPerSecond: ownTokensPerSecond(scenario) * efficiency,
  });
}

/** With software as good as the first merchant's. */
function ownTokensPerSecond({ own, merchants, workload }: MakeOrBuyScenario): number {
  const [yardstick] = merchants;
  if (yardstick === undefined) throw new RangeError("A scenario has a merchant.");
  const chip = chipNamed(yardstick.chip);
  const peak = chip.peakTeraflops[workload.precision]?.value;
  if (peak === undefined) missing(0, `peakTeraflops.${workload.precision}`, chip.name);
  const memory = chip.memoryGigabytesPerSecond.value / own.memoryGigabytesPerSecond;
  const compute = peak / own.peakTeraflops;
  const timePerToken = workload.memoryBoundShare * memory + (1 - workload.memoryBoundShare) * compute;
  return yardstick.tokensPerSecond / timePerToken;
}

function merchantMaker(scenario: MakeOrBuyScenario, index: number): Bought {
  const merchant = scenario.merchants[index];
  if (merchant === undefined) throw new RangeError(`There is no merchant ${index}.`);
  const chip = chipNamed(merchant.chip);
  const usdPerChip = merchant.usdPerChip ?? (chip.capitalUsd === undefined ? undefined : Number(chip.capitalUsd.value));
  const allInWatts = merchant.allInWatts ?? chip.allInWatts?.value;
  if (usdPerChip === undefined) missing(index, "usdPerChip", chip.name);
  if (allInWatts === undefined) missing(index, "allInWatts", chip.name);
  const priced = { usdPerChip: usdPerChip * (1 - merchant.discount), allInWatts };
  return { chip, maker: tokenMaker(scenario, chip.name, { ...priced, tokensPerSecond: merchant.tokensPerSecond }) };
}

function tokenMaker(
  { site, finance, workload }: MakeOrBuyScenario,
  name: string,
  of: Pick<TokenMaker, "usdPerChip" | "allInWatts" | "tokensPerSecond">,
): TokenMaker {
  const kilowatts = of.allInWatts / 1000;
  const capital = annuity(of.usdPerChip, finance.costOfCapital, finance.lifeYears) / hoursPerYear;
  const energy = kilowatts * site.drawnShare * site.electricityUsdPerKwh;
  const space = (kilowatts * site.spaceUsdPerKwMonth) / hoursPerMonth;
  const usdPerHour = capital + energy + space;
  const wattsDrawn = of.allInWatts * site.drawnShare;
  return {
    name,
    ...of,
    usdPerHour,
    usdPerMtok: usdPerHour / (of.tokensPerSecond * workload.utilisation * 0.0036),
    tokensPerSecondPerWatt: of.tokensPerSecond / of.allInWatts,
    joulesPerToken: wattsDrawn / (of.tokensPerSecond * workload.utilisation),
  };
}

function missing(index: number, field: string, chip: string): never {
  throw new Fault("invalid_value", {
    message: `merchants[${index}]: the catalog has no ${field} of ${chip}.`,
    remedy: field.startsWith("peak")
      ? "Compare in another precision, or put a chip first that has it."
      : `Say it in the scenario: ${field}.`,
    param: `merchants[${index}].${field}`,
  });
}
