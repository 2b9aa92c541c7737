/**
 * What an accelerator of a source costs, layer by layer.
 *
 * Every rate is kept as whole pico-dollars per accelerator-month of 730 hours, so that monthly and hourly prices
 * are both exact, and is spread over time by differences of running totals, so that no sum of parts ever drifts
 * from the whole.
 */
import { floorDivide, pico, type PicoUsd, usd } from "../stack/money.ts";
import type { CapacitySource, Site } from "../stack/resource.ts";

/** Hours of a month in this trade: 8,760 / 12. */
export const monthHours = 730n;
const hourMs = 3_600_000n;
const monthMs = monthHours * hourMs;
const millijoulesPerKwh = 3_600_000_000n;

/** Pico-dollars per accelerator-month. */
type PerMonth = PicoUsd;

export type OutsideCost = {
  readonly layer: "chips" | "infrastructure";
  readonly to: "capital" | "colocation" | "opex" | "lease" | "rent";
  readonly perMonth: PerMonth;
};

/** What a source costs, worked out once for each version of its description. */
export type SourceCosts = {
  readonly source: string;
  readonly accelerators: bigint;
  /** What accrues as time passes. */
  readonly outside: readonly OutsideCost[];
  readonly chipsPerMonth: PerMonth;
  readonly infrastructurePerMonth: PerMonth;
  /** What infrastructure charges the platform; its own cost when undefined. */
  readonly transferPerMonth: PerMonth | undefined;
  readonly reserved: boolean;
  /** Zero when the rent includes it. */
  readonly electricityPerKwh: PicoUsd;
  /** Power usage effectiveness, in thousandths. */
  readonly puePermille: bigint;
  /** Watts are millijoules per accelerator-millisecond. */
  readonly idleWatts: number;
  readonly maxWatts: number;
};

export function costsOf(source: CapacitySource, site: Site): SourceCosts {
  const outside: OutsideCost[] = [];
  if (source.type === "own") outside.push({ layer: "chips", to: "capital", perMonth: monthlyCapital(source) });
  if (source.type === "lease") {
    outside.push({ layer: "infrastructure", to: "lease", perMonth: usd(source.leaseUsdPerAcceleratorMonth) });
  }
  if (source.type === "rent") {
    outside.push({ layer: "infrastructure", to: "rent", perMonth: hourly(source.rentUsdPerAcceleratorHour) });
  }
  const kilowatts = billionths(source.colocationKwPerAccelerator);
  const colocation = floorDivide(usd(source.colocationUsdPerKwMonth) * kilowatts, 1_000_000_000n);
  outside.push({ layer: "infrastructure", to: "colocation", perMonth: pico(colocation) });
  outside.push({ layer: "infrastructure", to: "opex", perMonth: hourly(source.opexUsdPerAcceleratorHour) });
  const charged = outside.filter(({ perMonth }) => perMonth !== 0n);
  const { usdPerAcceleratorHour } = source.transfer;
  return {
    source: source.name,
    accelerators: BigInt(source.accelerators),
    outside: charged,
    chipsPerMonth: sumOf(charged, "chips"),
    infrastructurePerMonth: sumOf(charged, "infrastructure"),
    transferPerMonth: usdPerAcceleratorHour === undefined ? undefined : hourly(usdPerAcceleratorHour),
    reserved: source.transfer.reserved,
    electricityPerKwh: pico(source.type === "rent" && source.energyIncluded ? 0n : usd(site.electricityUsdPerKwh)),
    puePermille: BigInt(Math.round(Number(site.pue) * 1000)),
    idleWatts: source.power.idleWatts,
    maxWatts: source.power.maxWatts,
  };
}

/**
 * The monthly annuity that pays back an accelerator's capital, less what it is worth at the end, with interest:
 * (K − R·vⁿ) · i / (1 − vⁿ) with v = 1/(1 + i), i a twelfth of the yearly rate, n the months of its life.
 * Worked in whole fractions; rounded once, to the nearest pico-dollar.
 */
export function monthlyCapital(terms: {
  readonly capitalUsdPerAccelerator: string;
  readonly residualUsdPerAccelerator: string;
  readonly costOfCapital: string;
  readonly lifeYears: number;
}): PicoUsd {
  const capital = usd(terms.capitalUsdPerAccelerator);
  const residual = usd(terms.residualUsdPerAccelerator);
  const months = BigInt(Math.max(1, Math.round(terms.lifeYears * 12)));
  // i = yearly / whole, with the yearly rate in pico (as exact as its text) and whole twelve times one.
  const yearly = usd(terms.costOfCapital);
  if (yearly === 0n) return pico(nearest(capital - residual, months));
  const whole = 12n * 10n ** 12n;
  const grown = (whole + yearly) ** months;
  const flat = whole ** months;
  return pico(nearest((capital * grown - residual * flat) * yearly, whole * (grown - flat)));
}

/** What accrues for all accelerators of a source between two instants, exact over any chain of periods. */
export function accruedBetween(perMonth: PicoUsd, accelerators: bigint, fromMs: number, toMs: number): PicoUsd {
  const upTo = (ms: number) => floorDivide(perMonth * accelerators * BigInt(ms), monthMs);
  return pico(upTo(toMs) - upTo(fromMs));
}

/** The cost of some accelerator-milliseconds; what rounding leaves stays in the pool and ends as idle. */
export function costOfTime(perMonth: PicoUsd, acceleratorMs: bigint): PicoUsd {
  return pico(floorDivide(perMonth * acceleratorMs, monthMs));
}

/** Energy at the site's meter for energy at the plug. */
export function atMeter(costs: SourceCosts, millijoules: bigint): bigint {
  return floorDivide(millijoules * costs.puePermille, 1000n);
}

/** The cost of energy, in millijoules at the plug. */
export function costOfEnergy(costs: SourceCosts, millijoules: bigint): PicoUsd {
  return pico(floorDivide(millijoules * costs.puePermille * costs.electricityPerKwh, 1000n * millijoulesPerKwh));
}

function hourly(text: string): PicoUsd {
  return pico(usd(text) * monthHours);
}

function sumOf(outside: readonly OutsideCost[], layer: OutsideCost["layer"]): PicoUsd {
  const rates = outside.filter((one) => one.layer === layer);
  return pico(rates.reduce((sum, { perMonth }) => sum + perMonth, 0n));
}

/** A measured or declared number as whole billionths. */
function billionths(value: number): bigint {
  return BigInt(value.toFixed(9).replace(".", ""));
}

function nearest(dividend: bigint, divisor: bigint): bigint {
  return floorDivide(2n * dividend + divisor, 2n * divisor);
}
