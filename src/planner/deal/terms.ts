/** What a deal's contract says, worked out exactly: its tranches on the line of months, and its value month by month. */
import { Fault } from "../../stack/fault.ts";
import { type PicoUsd, pico, usd, zeroUsd } from "../../stack/money.ts";
import { allocate } from "../finance/allocate.ts";
import { monthOf, overlap } from "./calendar.ts";
import type { Deal } from "./schema.ts";

/** As the ledger counts: a twelfth of 8,760. */
export const hoursPerMonth = 730;

export type Tranche = {
  /** Points on the line of months; see calendar.ts. */
  readonly from: number;
  readonly to: number;
  readonly accelerators: number;
};

export type Terms = {
  readonly tranches: readonly Tranche[];
  readonly from: number;
  /** The end of the last tranche. */
  readonly to: number;
  readonly signed: number;
  readonly accelerators: number;
  readonly megawattsIt: number;
  /** Contracted over all of the term. */
  readonly acceleratorHours: number;
  /** In the first year; escalated in later ones. */
  readonly usdPerAcceleratorHour: number;
  /** If every contracted hour is used. */
  readonly total: PicoUsd;
  /** What is billed whether it is used or not: the obligation that is remaining at signature. */
  readonly committed: PicoUsd;
  /** `committed` as it is earned, for the months from `firstMonth` on; they add up to it. */
  readonly firstMonth: number;
  readonly earned: readonly PicoUsd[];
};

/** @throws Fault `invalid_value` when a tranche is too small for one accelerator. */
export function termsOf(deal: Deal): Terms {
  const { capacity, price } = deal;
  const kilowatts = capacity.kilowattsPerAccelerator.value;
  const from = monthOf(deal.from);
  const end = deal.to === undefined ? undefined : monthOf(deal.to, "end");
  const tranches = deliveriesOf(deal).map(({ delivered, accelerators, megawattsIt, path }): Tranche => {
    const count = accelerators ?? Math.floor(((megawattsIt ?? 0) * 1000) / kilowatts + 1e-9);
    if (count < 1) {
      throw new Fault("invalid_value", {
        message: `${path}: ${megawattsIt} MW are less than one accelerator of ${kilowatts} kW.`,
        param: path,
      });
    }
    return { from: delivered, to: endOf(delivered, capacity.termMonths, end), accelerators: count };
  });
  const to = Math.max(...tranches.map((one) => one.to));
  const accelerators = tranches.reduce((sum, one) => sum + one.accelerators, 0);
  const firstMonth = Math.floor(Math.min(...tranches.map((one) => one.from)));
  const weights = Array.from({ length: Math.ceil(to - 1e-9) - firstMonth }, (_, index) => {
    const month = firstMonth + index;
    return serviceIn(tranches, month) * escalation(price.escalatorPerYear, from, month);
  });
  const weighed = weights.reduce((sum, weight) => sum + weight, 0) * hoursPerMonth;
  const acceleratorHours = Math.round(
    tranches.reduce((sum, one) => sum + one.accelerators * (one.to - one.from), 0) * hoursPerMonth,
  );
  const total = totalOf(deal, weighed, acceleratorHours, kilowatts);
  const floorPermille = BigInt(Math.round(price.takeOrPayFloor * 1000));
  const committed = pico((total * floorPermille) / 1000n);
  return {
    tranches,
    from,
    to,
    signed: monthOf(deal.signed),
    accelerators,
    megawattsIt: (accelerators * kilowatts) / 1000,
    acceleratorHours,
    usdPerAcceleratorHour: Number(total) / 1e12 / weighed,
    total,
    committed,
    firstMonth,
    earned: committed === 0n ? weights.map(() => zeroUsd) : allocate(committed, weights),
  };
}

/** What the contract's price is worth of its first year's, in a month. */
export function escalation(perYear: number, from: number, month: number): number {
  return (1 + perYear) ** Math.max(0, Math.floor((month + 0.5 - from) / 12));
}

function serviceIn(tranches: readonly Tranche[], month: number): number {
  return tranches.reduce((sum, one) => sum + one.accelerators * overlap(month, one.from, one.to), 0);
}

function endOf(delivered: number, termMonths: number | undefined, end: number | undefined): number {
  if (termMonths !== undefined) return delivered + termMonths;
  if (end === undefined) throw new RangeError("A contract has an end; its schema sees to it.");
  return end;
}

type Delivery = {
  readonly delivered: number;
  readonly accelerators?: number;
  readonly megawattsIt?: number;
  readonly path: string;
};

function deliveriesOf({ capacity: { tranches, ramp } }: Deal): Delivery[] {
  if (ramp === undefined) {
    return (tranches ?? []).map(({ delivered, ...size }, index) => ({
      ...size,
      delivered: monthOf(delivered),
      path: `capacity.tranches[${index}]`,
    }));
  }
  const [first, last] = [monthOf(ramp.first), monthOf(ramp.last)];
  const steps = Math.floor((last - first) / ramp.everyMonths + 1e-9) + 1;
  return Array.from({ length: steps }, (_, step) => ({
    delivered: first + step * ramp.everyMonths,
    path: "capacity.ramp",
    ...(ramp.megawattsIt === undefined
      ? { accelerators: part(ramp.accelerators ?? 0, step, steps) }
      : { megawattsIt: ramp.megawattsIt / steps }),
  }));
}

/** Whole parts that add up to the whole. */
function part(whole: number, step: number, steps: number): number {
  return Math.floor((whole * (step + 1)) / steps) - Math.floor((whole * step) / steps);
}

/**
 * The value if all is used. Exact where the price is for the whole, or for the hour without an escalator; else to the
 * cent, as an invoice would be.
 *
 * @param weighed Accelerator-hours, each times its escalation.
 */
function totalOf({ price }: Deal, weighed: number, acceleratorHours: number, kilowatts: number): PicoUsd {
  if (price.totalUsd !== undefined) return usd(price.totalUsd);
  if (price.usdPerAcceleratorHour !== undefined) {
    const hour = price.usdPerAcceleratorHour;
    if (price.escalatorPerYear === 0) return pico(usd(hour) * BigInt(acceleratorHours));
    return usd((Number(hour) * weighed).toFixed(2));
  }
  const megawattYears = (weighed / hoursPerMonth / 12) * (kilowatts / 1000);
  return usd((Number(price.usdPerMegawattItYear) * megawattYears).toFixed(2));
}
