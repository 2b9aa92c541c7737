/**
 * The contract that a deal becomes when it is signed: its tranches as a ramp of accelerators, what is committed as its
 * total, the take-or-pay floor by the month. Pure.
 */
import { type Contract, contract as contractSchema } from "../../stack/contract.ts";
import { formatUsd, pico, type PicoUsd } from "../../stack/money.ts";
import { dateOf } from "./calendar.ts";
import type { Deal } from "./schema.ts";
import { hoursPerMonth, type Terms, termsOf } from "./terms.ts";

export type SignedDeal = {
  readonly contract: Contract;
  /** Where the contract says less than the deal, in sentences. */
  readonly notes: readonly string[];
};

/** @param parties the seller's tenant and source of accelerators, or the source that a buyer's bills come from. */
export function contractOf(deal: Deal, parties: { readonly tenant?: string; readonly source: string }): SignedDeal {
  const terms = termsOf(deal);
  const notes: string[] = [];
  const steps = rampOf(deal, terms);
  const count = Math.max(...steps.map(({ accelerators }) => accelerators));
  const to = dayBefore(dateOf(terms.to));
  const document = {
    kind: "Contract",
    name: deal.name,
    counterparty: deal.counterparty,
    role: deal.role,
    from: deal.from,
    to,
    totalUsd: formatUsd(terms.committed),
    ...(deal.role === "seller"
      ? {
          tenant: parties.tenant,
          accelerators: { source: parties.source, count, usdPerAcceleratorHour: priceOf(deal, terms, notes) },
        }
      : { source: parties.source }),
    ...(steps.length > 1 || steps[0]?.accelerators !== count
      ? { ramp: steps.map(({ from, accelerators }) => ({ from, share: shareOf(accelerators, count) })) }
      : {}),
    takeOrPay: terms.committed === 0n ? false : { period: "month", floorUsd: floorOf(terms, count) },
    ...(deal.prepayment === undefined ? {} : { prepayment: prepaymentOf(deal, terms, to, notes) }),
  };
  return { contract: contractSchema.parse(document), notes };
}

type Step = { readonly from: string; readonly accelerators: number };

/** Accelerators in service from each day on which that changes; the first is the contract's. */
function rampOf(deal: Deal, { tranches }: Terms): Step[] {
  const end = dateOf(Math.max(...tranches.map(({ to }) => to)));
  // Months differ in length, so that tranches of different ends may end on the same day.
  const changes = tranches.flatMap(({ from, to }) => [dateOf(from), dateOf(to)]).filter((day) => day < end);
  const days = [...new Set([deal.from, ...changes])].toSorted();
  const steps: Step[] = [];
  for (const from of days) {
    const serving = tranches.filter((one) => dateOf(one.from) <= from && from < dateOf(one.to));
    const accelerators = serving.reduce((sum, one) => sum + one.accelerators, 0);
    if (accelerators !== steps.at(-1)?.accelerators) steps.push({ from, accelerators });
  }
  return steps;
}

/** Rounded up in its ninth decimal, so that its whole accelerators are those of the deal. */
function shareOf(part: number, whole: number): string {
  const billionths = (BigInt(part) * 1_000_000_000n + BigInt(whole) - 1n) / BigInt(whole);
  return (Number(billionths) / 1e9).toFixed(9).replace(/\.?0+$/, "");
}

/** One price for the whole term: an escalator, or a price for the whole, is levelled over the hours. */
function priceOf({ price }: Deal, terms: Terms, notes: string[]): string {
  if (price.usdPerAcceleratorHour !== undefined && price.escalatorPerYear === 0) return price.usdPerAcceleratorHour;
  const hour = Number(terms.total) / 1e12 / terms.acceleratorHours;
  if (price.escalatorPerYear !== 0) {
    notes.push(`The price grows by ${(price.escalatorPerYear * 100).toFixed(1)} % a year; the contract has its mean.`);
  }
  return hour.toFixed(6);
}

/** What a month of all accelerators owes; the ramp lowers it as it lowers them. */
function floorOf(terms: Terms, count: number): string {
  const hours = BigInt(count * hoursPerMonth);
  const floor = (terms.committed * hours) / BigInt(Math.max(1, terms.acceleratorHours));
  return formatUsd(floor < terms.committed ? pico(floor) : terms.committed);
}

function prepaymentOf(deal: Deal, terms: Terms, to: string, notes: string[]) {
  const { share = 0, monthsBeforeDelivery = 0, creditedFromMonth = 0, creditedToMonth = 0 } = deal.prepayment ?? {};
  const amount: PicoUsd = pico((terms.committed * BigInt(Math.round(share * 1e9))) / 1_000_000_000n);
  if (monthsBeforeDelivery > 0) notes.push("The prepayment is due on the contract's first day, not before.");
  const first = dateOf(terms.from + creditedFromMonth);
  const last = dayBefore(dateOf(terms.from + creditedToMonth));
  return {
    usd: formatUsd(amount),
    creditFrom: first < to ? first : to,
    creditTo: last < to ? last : to,
  };
}

function dayBefore(date: string): string {
  return new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
}
