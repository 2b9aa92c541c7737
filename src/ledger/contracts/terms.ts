/**
 * A contract's terms in days and whole amounts: its periods with their floors, what stands in it at signing, when
 * its prepayment is credited. Pure.
 *
 * Days are counted from the epoch, in UTC; ends are exclusive. Floors and prepayments are spread by running totals,
 * so that no sum of parts drifts from the whole.
 */
import type { Contract } from "../../stack/contract.ts";
import { floorDivide, pico, type PicoUsd, usd } from "../../stack/money.ts";
import type { Currency } from "../journal.ts";

export const dayMs = 86_400_000;
const shareWhole = 1_000_000_000n;

export type Period = { readonly fromDay: number; readonly endDay: number; readonly floor: PicoUsd };

export type Amounts = Partial<Record<Currency, bigint>>;

export function dayOf(date: string): number {
  return Date.parse(date) / dayMs;
}

export function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

export function dayAt(ms: number): number {
  return Math.floor(ms / dayMs);
}

/** The day on which it holds no more. */
export function endDayOf({ from, to, cancelledOn }: Contract): number {
  const end = dayOf(to) + 1;
  return cancelledOn === undefined ? end : Math.max(dayOf(from), Math.min(end, dayOf(cancelledOn)));
}

/** Days of the term, until its own last one, on which the same share of its accelerators and of its floor holds. */
type Span = { readonly fromDay: number; readonly endDay: number; readonly share: bigint };

/** From a day to another within the term. A share is in billionths. */
function spansBetween(one: Contract, fromDay: number, endDay: number): Span[] {
  const ramp = one.ramp ?? [{ from: one.from, share: "1" }];
  return ramp
    .map(({ from, share }, index): Span => ({
      fromDay: Math.max(fromDay, dayOf(from)),
      endDay: Math.min(endDay, dayOf(ramp[index + 1]?.from ?? one.to) + (ramp[index + 1] === undefined ? 1 : 0)),
      share: usd(share) / 1000n,
    }))
    .filter((span) => span.fromDay < span.endDay);
}

function acceleratorsAt({ accelerators }: Contract, share: bigint): bigint {
  return (BigInt(accelerators?.count ?? 0) * share) / shareWhole;
}

/** Accelerators that are the customer's on a day; none outside the term. */
export function acceleratorsOn(one: Contract, day: number): bigint {
  const [span] = spansBetween(one, day, Math.min(day + 1, endDayOf(one)));
  return span === undefined ? 0n : acceleratorsAt(one, span.share);
}

const monthsOf = { month: 1, quarter: 3, year: 12 } as const;

/**
 * Its take-or-pay periods, counted from its first day. A floor counts by the days on which it holds: a ramp lowers
 * it, and a period that is cut short, or began before the contract was signed here, owes its part.
 */
export function periodsOf(one: Contract, signedDay: number): Period[] {
  const { takeOrPay } = one;
  if (takeOrPay === false) return [];
  const wholeEnd = dayOf(one.to) + 1;
  if (takeOrPay === true) return [periodOf(one, signedDay, dayOf(one.from), wholeEnd, usd(one.totalUsd))];
  const floor = usd(takeOrPay.floorUsd);
  if (takeOrPay.period === "term") return [periodOf(one, signedDay, dayOf(one.from), wholeEnd, floor)];
  return stepsOf(one, monthsOf[takeOrPay.period]).map(([from, end]) => periodOf(one, signedDay, from, end, floor));
}

function periodOf(one: Contract, signedDay: number, fromDay: number, wholeEndDay: number, floor: bigint): Period {
  const endDay = Math.min(wholeEndDay, endDayOf(one));
  const held = heldBetween(one, Math.max(fromDay, signedDay), endDay);
  return { fromDay, endDay, floor: pico((floor * held) / (shareWhole * BigInt(wholeEndDay - fromDay))) };
}

/** Days between two, each counted by its share, in billionths. */
function heldBetween(one: Contract, fromDay: number, endDay: number): bigint {
  return spansBetween(one, fromDay, endDay).reduce(
    (held, span) => held + span.share * BigInt(span.endDay - span.fromDay),
    0n,
  );
}

/** Months from its first day, so many at a time, the last one whole as if the contract went on. */
function stepsOf(one: Contract, months: number): [fromDay: number, endDay: number][] {
  const steps: [number, number][] = [];
  const end = endDayOf(one);
  for (let index = 0; monthsAfter(one.from, index * months) < end; index += 1) {
    steps.push([monthsAfter(one.from, index * months), monthsAfter(one.from, (index + 1) * months)]);
  }
  return steps;
}

/** The same day of a later month, or that month's last when it is shorter. */
function monthsAfter(date: string, months: number): number {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return Date.UTC(year, month - 1 + months, Math.min(day, lastDay)) / dayMs;
}

/** What stands in it when it is signed: its value, and the quantities that it names. */
export function signedAmounts(one: Contract, signedDay: number): Amounts {
  // What was signed stays signed when it is cancelled later: all of the term counts.
  const acceleratorMs = spansBetween(one, Math.max(dayOf(one.from), signedDay), dayOf(one.to) + 1).reduce(
    (sum, span) => sum + acceleratorsAt(one, span.share) * BigInt((span.endDay - span.fromDay) * dayMs),
    0n,
  );
  const tokens = (of: "input" | "cachedInput" | "output" | "reasoning") =>
    (one.tokens ?? []).reduce((sum, line) => sum + BigInt(Math.round((line.committedMillions?.[of] ?? 0) * 1e6)), 0n);
  const amounts: Record<string, bigint> = {
    usd: usd(one.totalUsd),
    "token.input": tokens("input"),
    "token.cached": tokens("cachedInput"),
    "token.output": tokens("output"),
    "token.reasoning": tokens("reasoning"),
    "accelerator-ms": acceleratorMs,
  };
  return Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== 0n));
}

export type Credit = { readonly endDay: number; readonly upTo: PicoUsd };

/** How much of the prepayment may have been credited by the end of each month of the contract. */
export function creditsOf(one: Contract): Credit[] {
  const { prepayment } = one;
  if (prepayment === undefined) return [];
  const fromDay = dayOf(prepayment.creditFrom ?? one.from);
  const days = dayOf(prepayment.creditTo ?? one.to) + 1 - fromDay;
  return stepsOf(one, 1).map(([, stepEnd]) => {
    const endDay = Math.min(stepEnd, endDayOf(one));
    const elapsed = Math.min(days, Math.max(0, endDay - fromDay));
    return { endDay, upTo: pico(floorDivide(usd(prepayment.usd) * BigInt(elapsed), BigInt(days))) };
  });
}

/**
 * What is expected to be recognised of an open amount from a day on, by calendar month: spread over the days that
 * are left by the share that the ramp gives each.
 */
export function runOff(one: Contract, open: PicoUsd, fromDay: number): { month: string; usd: PicoUsd }[] {
  const first = Math.max(fromDay, dayOf(one.from));
  const end = endDayOf(one);
  const whole = heldBetween(one, first, end);
  if (whole === 0n || open <= 0n) return [];
  const months: { month: string; usd: PicoUsd }[] = [];
  for (let from = first, before = 0n; from < end;) {
    const to = Math.min(end, monthsAfter(`${dateOf(from).slice(0, 7)}-01`, 1));
    const upTo = floorDivide(open * heldBetween(one, first, to), whole);
    months.push({ month: dateOf(from).slice(0, 7), usd: pico(upTo - before) });
    before = upTo;
    from = to;
  }
  return months;
}
