/**
 * A deal's cash, month by month: the one place where hours become dollars. Fills rows that are made once, for it runs
 * ten thousand times for a distribution.
 */
import type { Assumptions } from "./assumptions.ts";
import type { Schedule } from "./schedule.ts";
import type { Deal } from "./schema.ts";
import { hoursPerMonth } from "./terms.ts";

/** The parts of what an hour costs, in the order in which they are told. */
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

/** Dollars in each month of a schedule. */
export type Flows = {
  readonly revenue: Float64Array;
  /** What stands against revenue in gross profit, depreciation among it. */
  readonly costs: Readonly<Record<CostPart, Float64Array>>;
  readonly grossProfit: Float64Array;
  /** Operating profit before depreciation; leases are in it. */
  readonly ebitda: Float64Array;
  /** Gross profit less overhead. */
  readonly operating: Float64Array;
  /** Gain or loss when a tranche ends: what is fetched less what stands in the books, and leases left over. */
  readonly other: Float64Array;
  readonly tax: Float64Array;
  readonly capital: Float64Array;
  /** Capital paid and not depreciated, at the month's end. */
  readonly invested: Float64Array;
  readonly cash: Float64Array;
};

/** What happens to a deal in one course of things; months count from the schedule's start, Infinity is never. */
export type Events = { readonly defaultAt: number; readonly obsoleteAt: number };

export const asPlanned: Events = { defaultAt: Infinity, obsoleteAt: Infinity };

export function emptyFlows(months: number): Flows {
  const row = () => new Float64Array(months);
  return {
    revenue: row(),
    costs: Object.fromEntries(costParts.map((part) => [part, row()])) as Record<CostPart, Float64Array>,
    grossProfit: row(),
    ebitda: row(),
    operating: row(),
    other: row(),
    tax: row(),
    capital: row(),
    invested: row(),
    cash: row(),
  };
}

export function fillFlows(into: Flows, deal: Deal, schedule: Schedule, a: Assumptions, events: Events): void {
  const { costs, revenue, cash } = into;
  const { taxRate, paidAfterMonths: lag } = deal.finance;
  const isSeller = deal.role === "seller";
  const isRented = isSeller && deal.costs.type === "rent";
  const damagesShare = deal.risks.lateDelivery?.damagesShare ?? 0;
  const backAt = events.defaultAt + (deal.risks.counterpartyDefault?.remarketingMonths ?? 0);
  const billedShare = Math.max(deal.price.takeOrPayFloor, a.utilisation);
  const months = schedule.service.length;
  const itUsd = a.serverUsd + a.networkUsd + a.storageUsd;
  const buildingUsd = (a.buildingUsdPerMegawatt * a.kilowattsPerAccelerator) / 1000;
  const powerUsdPerHour = a.kilowattsPerAccelerator * a.pue * a.load * a.usdPerKwh;
  const monthUsd = hoursPerMonth * a.usdPerAcceleratorHour;
  const isRunning = a.operationsUsdPerYear / 12;
  cash.fill(0);
  let invested = 0;
  let profitSoFar = 0;
  let taxedSoFar = 0;
  let paidAhead = 0;

  for (let m = 0; m < months; m += 1) {
    const served = schedule.service[m]!;
    const isGone = m >= events.defaultAt;
    const isIdle = isGone && m < backAt;
    const keeps = m >= events.obsoleteAt ? 1 - a.valueLost : 1;
    const full = schedule.priced[m]! * monthUsd;
    const billed = isGone
      ? isIdle
        ? 0
        : full * a.remarketingShare * keeps * a.utilisation
      : full * billedShare - schedule.damaged[m]! * monthUsd * damagesShare;
    const ahead = isGone ? 0 : schedule.prepaid[m]! * monthUsd;
    paidAhead += ahead;
    const credit = Math.min(schedule.credited[m]! * monthUsd, paidAhead);
    paidAhead -= credit;

    const earned = isSeller
      ? billed
      : isIdle
        ? 0
        : served * hoursPerMonth * a.utilisation * a.goodput * a.worthUsdPerHour;
    const worn = schedule.itWorn[m]!;
    const server = worn * a.serverUsd;
    const network = worn * a.networkUsd;
    const storage = worn * a.storageUsd;
    const buildingWorn = schedule.buildingWorn[m]! * buildingUsd;
    const lease = schedule.leased[m]! * a.kilowattsPerAccelerator * a.leaseUsdPerKwMonth;
    const power = isIdle ? 0 : served * hoursPerMonth * powerUsdPerHour;
    const operations = served * isRunning;
    const rent = isRented ? served * hoursPerMonth * a.rentUsdPerHour : 0;
    const contract = isSeller ? 0 : billed;
    const parts = isIdle ? 0 : served * hoursPerMonth * a.partsUsdPerHour;
    const setup = schedule.delivered[m]! * a.setupUsd;
    revenue[m] = earned;
    costs.server[m] = server;
    costs.network[m] = network;
    costs.storage[m] = storage;
    costs.building[m] = buildingWorn + lease;
    costs.power[m] = power;
    costs.operations[m] = operations;
    costs.rent[m] = rent;
    costs.contract[m] = contract;
    costs.parts[m] = parts;
    costs.setup[m] = setup;

    const depreciation = server + network + storage + buildingWorn;
    const paid = lease + power + operations + rent + contract + parts + setup;
    const overhead = earned * a.overheadShare;
    const gross = earned - paid - depreciation;
    into.grossProfit[m] = gross;
    into.operating[m] = gross - overhead;
    into.ebitda[m] = gross - overhead + depreciation;

    const itBook = schedule.itBook[m]! * itUsd;
    const buildingBook = schedule.buildingBook[m]! * buildingUsd;
    const fetched = schedule.ended[m]! * itUsd * a.residualShare * keeps + buildingBook * a.buildingResidualShare;
    const leftOver = schedule.leftOver[m]! * a.kilowattsPerAccelerator * a.leaseUsdPerKwMonth * (1 - a.subletShare);
    // A prepayment that is not credited any more is the seller's to keep.
    const forfeited = isGone ? (isSeller ? credit : -credit) : 0;
    const other = fetched - itBook - buildingBook - leftOver + forfeited;
    into.other[m] = other;

    const capital = schedule.itPaid[m]! * itUsd + schedule.buildingPaid[m]! * buildingUsd;
    into.capital[m] = capital;
    invested += capital - depreciation - itBook - buildingBook;
    into.invested[m] = invested;

    profitSoFar += gross - overhead + other;
    const taxable = Math.max(taxedSoFar, profitSoFar);
    const tax = taxRate * (taxable - taxedSoFar);
    taxedSoFar = taxable;
    into.tax[m] = tax;

    // What is billed is paid later; what is paid ahead comes back as credits on the bills.
    const bills = (isSeller ? billed : -billed) + (isGone ? 0 : isSeller ? -credit : credit);
    cash[m]! += (isSeller ? ahead : earned - ahead) + contract - paid - overhead + fetched - leftOver - tax - capital;
    cash[Math.min(months - 1, m + lag)]! += bills;
  }
}
