/**
 * A contract's terms in days and whole amounts: its periods with their floors, what stands in it at signing, when
 * its prepayment is credited. Pure.
 *
 * Days are counted from the epoch, in UTC; ends are exclusive. Floors and prepayments are spread by running totals,
 * so that no sum of parts drifts from the whole.
 */
import type { Contract } from "../../stack/contract.ts";
import { floorDivide, pico, type PicoUsd, usd, zeroUsd } from "../../stack/money.ts";
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

/** Billionths of the accelerators and of the floor that hold on a day. */
function shareOn({ ramp = [] }: Contract, day: number): bigint {
  const step = ramp.findLast(({ from }) => dayOf(from) <= day);
  return step === undefined ? shareWhole : usd(step.share) / 1000n;
}

/** Accelerators that are the customer's on a day; none outside the term. */
export function acceleratorsOn(one: Contract, day: number): bigint {
  if (one.accelerators === undefined || day < dayOf(one.from) || day >= endDayOf(one)) return 0n;
  return (BigInt(one.accelerators.count) * shareOn(one, day)) / shareWhole;
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
  let held = 0n;
  for (let day = Math.max(fromDay, signedDay); day < endDay; day += 1) held += shareOn(one, day);
  return { fromDay, endDay, floor: pico((floor * held) / (shareWhole * BigInt(wholeEndDay - fromDay))) };
}

/** Spans of so many months from its first day, the last one whole as if the contract went on. */
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
  let acceleratorMs = 0n;
  // What was signed stays signed when it is cancelled later.
  const whole: Contract = { ...one, cancelledOn: undefined };
  for (let day = Math.max(dayOf(one.from), signedDay); day <= dayOf(one.to); day += 1) {
    acceleratorMs += acceleratorsOn(whole, day) * BigInt(dayMs);
  }
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
  let whole = 0n;
  for (let day = first; day < end; day += 1) whole += shareOn(one, day);
  if (whole === 0n || open <= 0n) return [];
  const months = new Map<string, bigint>();
  let held = 0n;
  for (let day = first; day < end; day += 1) {
    const before = floorDivide(open * held, whole);
    held += shareOn(one, day);
    const month = dateOf(day).slice(0, 7);
    months.set(month, (months.get(month) ?? zeroUsd) + floorDivide(open * held, whole) - before);
  }
  return [...months].map(([month, amount]) => ({ month, usd: pico(amount) }));
}
