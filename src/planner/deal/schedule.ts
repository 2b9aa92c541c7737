/**
 * When things happen in a deal, and of how much: accelerators in service, capital paid, leases that run, month by month.
 * No dollars yet, so that thousands of draws share one schedule; a late delivery has one of its own.
 */
import { overlap } from "./calendar.ts";
import type { Deal } from "./schema.ts";
import { escalation, type Terms, type Tranche } from "./terms.ts";

export type Schedule = {
  /** The month, on the line of months, in which cash may first move; all rows count from it. */
  readonly start: number;
  /** Accelerators in service, in parts of a month. */
  readonly service: Float64Array;
  /** The same, each weighed by its price's escalation. */
  readonly priced: Float64Array;
  /** Accelerators whose lease is paid, weighed by its escalation; and those of it that serve nobody any more. */
  readonly leased: Float64Array;
  readonly leftOver: Float64Array;
  /** Accelerators whose IT, and whose building, is paid for in the month. */
  readonly itPaid: Float64Array;
  readonly buildingPaid: Float64Array;
  /** Of their cost, the part that the month depreciates, by accelerators. */
  readonly itWorn: Float64Array;
  readonly buildingWorn: Float64Array;
  /** At a tranche's end: accelerators let go, and the part of their cost that is not depreciated yet. */
  readonly ended: Float64Array;
  readonly itBook: Float64Array;
  readonly buildingBook: Float64Array;
  /** Paid ahead, and credited of it, in priced accelerator-months. */
  readonly prepaid: Float64Array;
  readonly credited: Float64Array;
  /** Accelerators handed over, and those that were late times the months that damages are paid for. */
  readonly delivered: Float64Array;
  readonly damaged: Float64Array;
};

/** @param lateMonths By which every delivery is late; what is paid ahead of it is not. */
export function scheduleOf(deal: Deal, terms: Terms, lateMonths: number, span: Span = spanOf(deal, terms, lateMonths)) {
  const row = () => new Float64Array(span.months);
  const schedule: Schedule = {
    start: span.start,
    service: row(),
    priced: row(),
    leased: row(),
    leftOver: row(),
    itPaid: row(),
    buildingPaid: row(),
    itWorn: row(),
    buildingWorn: row(),
    ended: row(),
    itBook: row(),
    buildingBook: row(),
    prepaid: row(),
    credited: row(),
    delivered: row(),
    damaged: row(),
  };
  for (const tranche of terms.tranches) add(schedule, deal, terms, tranche, lateMonths);
  return schedule;
}

export type Span = { readonly start: number; readonly months: number };

/** From the first month in which cash may move to the last, with deliveries as late as that. */
export function spanOf(deal: Deal, terms: Terms, lateMonths: number): Span {
  const ahead = Math.max(deal.prepayment?.monthsBeforeDelivery ?? 0, capitalAhead(deal), leaseOf(deal).ahead);
  const first = Math.min(...terms.tranches.map(({ from }) => from));
  const start = Math.min(Math.floor(terms.signed), Math.floor(first) - ahead);
  const ends = terms.tranches.map(({ from, to }) => Math.max(to + lateMonths, leaseEnd(deal, from) ?? 0));
  const end = Math.ceil(Math.max(...ends) - 1e-9) + deal.finance.paidAfterMonths;
  return { start, months: end - start };
}

function add(to: Schedule, deal: Deal, terms: Terms, tranche: Tranche, late: number): void {
  const { accelerators } = tranche;
  const from = tranche.from + late;
  const end = tranche.to + ((deal.risks.lateDelivery?.extendsTerm ?? true) ? late : 0);
  const serves = end > from;
  const last = Math.ceil(end - 1e-9) - 1;
  const at = (month: number) => month - to.start;
  const each = (row: Float64Array, begin: number, until: number, of: (month: number) => number) => {
    for (let month = Math.floor(begin); month < until - 1e-9; month += 1) {
      row[at(month)] = (row[at(month)] ?? 0) + accelerators * overlap(month, begin, until) * of(month);
    }
  };
  const once = (row: Float64Array, month: number, amount: number) => {
    row[at(month)] = (row[at(month)] ?? 0) + accelerators * amount;
  };

  const priceOf = (month: number) => escalation(deal.price.escalatorPerYear, terms.from, month);
  each(to.service, from, end, () => 1);
  each(to.priced, from, end, priceOf);
  if (serves) once(to.delivered, Math.floor(from), 1);
  const { damagesMonthsMax } = deal.risks.lateDelivery ?? { damagesMonthsMax: 0 };
  once(to.damaged, Math.min(Math.floor(from), last), Math.min(late, damagesMonthsMax));
  prepay(to, deal, tranche, from, each, once, priceOf);
  if (deal.role === "buyer" || deal.costs.type === "rent") return;

  const { costs } = deal;
  const planned = Math.floor(tranche.from);
  once(to.itPaid, planned - costs.paidMonthsBeforeDelivery, 1);
  once(to.ended, last, 1);
  wear(costs.lifeMonths, to.itWorn, to.itBook);
  if (costs.building.type === "own") {
    const { constructionMonths, lifeMonths } = costs.building;
    for (let month = 1; month <= constructionMonths; month += 1) {
      once(to.buildingPaid, planned - month, 1 / constructionMonths);
    }
    wear(lifeMonths, to.buildingWorn, to.buildingBook);
  }
  if (costs.building.type === "lease") {
    const { monthsBeforeDelivery, escalatorPerYear } = costs.building;
    const begin = tranche.from - monthsBeforeDelivery;
    const rentOf = (month: number) => escalation(escalatorPerYear, begin, month);
    each(to.leased, begin, end, rentOf);
    const until = leaseEnd(deal, tranche.from);
    if (until !== undefined && until > end) each(to.leftOver, end, until, rentOf);
  }

  function wear(lifeMonths: number, worn: Float64Array, book: Float64Array): void {
    const until = Math.min(end, from + lifeMonths);
    each(worn, from, until, () => 1 / lifeMonths);
    once(book, last, 1 - Math.max(0, until - from) / lifeMonths);
  }
}

type Each = (row: Float64Array, begin: number, until: number, of: (month: number) => number) => void;
type Once = (row: Float64Array, month: number, amount: number) => void;

/** What is paid ahead is of the tranche as planned, when planned; its credits come as it is served. */
function prepay(
  to: Schedule,
  { prepayment, price }: Deal,
  { from: planned, to: end }: Tranche,
  from: number,
  each: Each,
  once: Once,
  priceOf: (month: number) => number,
): void {
  if (prepayment === undefined) return;
  let months = 0;
  for (let month = Math.floor(planned); month < end - 1e-9; month += 1) {
    months += overlap(month, planned, end) * priceOf(month);
  }
  const amount = months * prepayment.share * price.takeOrPayFloor;
  once(to.prepaid, Math.floor(planned) - prepayment.monthsBeforeDelivery, amount);
  const term = end - planned;
  const until = Math.min(prepayment.creditedToMonth, term);
  const begin = Math.min(prepayment.creditedFromMonth, Math.max(0, until - 1));
  each(to.credited, from + begin, from + until, () => amount / (until - begin));
}

/** Months before delivery in which capital is first paid. */
function capitalAhead(deal: Deal): number {
  if (deal.role === "buyer" || deal.costs.type === "rent") return 0;
  const { building, paidMonthsBeforeDelivery } = deal.costs;
  return Math.max(paidMonthsBeforeDelivery, building.type === "own" ? building.constructionMonths : 0);
}

function leaseOf(deal: Deal): { readonly ahead: number; readonly months: number | undefined } {
  if (deal.role === "buyer" || deal.costs.type === "rent" || deal.costs.building.type !== "lease") {
    return { ahead: 0, months: undefined };
  }
  const { monthsBeforeDelivery, leaseMonths } = deal.costs.building;
  return { ahead: Math.ceil(monthsBeforeDelivery), months: leaseMonths };
}

/** Where a lease ends that was signed for longer than the tranche lasts. */
function leaseEnd(deal: Deal, from: number): number | undefined {
  const { ahead, months } = leaseOf(deal);
  return months === undefined ? undefined : from - ahead + months;
}
