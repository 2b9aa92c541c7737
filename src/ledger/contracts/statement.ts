/**
 * What a contract has come to: what is open of it, what was delivered and owed, its roll-forward by month (opening +
 * signed − recognised − cancelled = closing) and how the rest is expected to run off. Pure.
 */
import { rollForward } from "../../planner/finance/rpo.ts";
import type { Contract } from "../../stack/contract.ts";
import { formatUsd, pico, usd } from "../../stack/money.ts";
import type { UsdText } from "../../stack/report.ts";
import type { Currency } from "../journal.ts";
import { type Booked, type ContractEvent, openDayAt } from "./settle.ts";
import { dateOf, dayAt, dayOf, endDayOf, periodsOf, runOff } from "./terms.ts";

export type ContractStatus = "to be signed" | "to begin" | "running" | "over" | "cancelled";

export type ContractSummary = {
  readonly name: string;
  readonly counterparty: string;
  readonly role: Contract["role"];
  /** The tenant that draws on it, or the source whose bills do; null when nothing does. */
  readonly drawnBy: string | null;
  readonly from: string;
  readonly to: string;
  readonly status: ContractStatus;
  readonly totalUsd: UsdText;
  /** What is left: of a seller the remaining performance obligation, of a buyer the commitment. */
  readonly openUsd: UsdText;
  /** Taken under it, also beyond the total. */
  readonly deliveredUsd: UsdText;
  readonly shortfallUsd: UsdText;
  readonly cancelledUsd: UsdText;
  /** Prepaid and not credited yet. */
  readonly prepaidUsd: UsdText;
};

export type RollForward = {
  /** `2027-01`. */
  readonly month: string;
  readonly opening: UsdText;
  readonly signed: UsdText;
  readonly recognised: UsdText;
  readonly cancelled: UsdText;
  readonly closing: UsdText;
};

export type ContractQuantity = {
  readonly unit: string;
  readonly signed: string;
  readonly delivered: string;
  readonly open: string;
};

export type ContractPeriod = {
  readonly from: string;
  /** The last day. */
  readonly to: string;
  readonly floorUsd: UsdText;
  readonly deliveredUsd: UsdText;
  readonly shortfallUsd: UsdText;
  readonly isClosed: boolean;
};

export type ContractStatement = ContractSummary & {
  readonly signedOn: string;
  readonly quantities: readonly ContractQuantity[];
  readonly months: readonly RollForward[];
  readonly periods: readonly ContractPeriod[];
  /** What is expected to be recognised of the open amount, spread over the days that are left. */
  readonly runOff: readonly { readonly month: string; readonly usd: UsdText }[];
};

export type BookedContract = {
  readonly contract: Contract;
  readonly signedDay: number;
  readonly isGone: boolean;
  readonly booked: readonly Booked[];
};

const recognising: readonly ContractEvent[] = ["delivered", "shortfall", "breakage"];
const ending: readonly ContractEvent[] = ["cancelled", "expired"];

export function summaryOf(of: BookedContract, nowMs: number): ContractSummary {
  const { contract: one, booked } = of;
  const inUsd = booked.filter(({ currency }) => currency === "usd");
  const amount = (...events: readonly ContractEvent[]) => sumOf(inUsd, "amount", events);
  return {
    name: one.name,
    counterparty: one.counterparty,
    role: one.role,
    drawnBy: one.tenant ?? one.source ?? null,
    from: one.from,
    to: one.to,
    status: statusOf(of, nowMs),
    totalUsd: text(usd(one.totalUsd)),
    openUsd: text(sumOf(inUsd, "open")),
    deliveredUsd: text(amount("delivered")),
    shortfallUsd: text(amount("shortfall")),
    cancelledUsd: text(amount("cancelled", "expired")),
    prepaidUsd: text(amount("prepaid") - amount("credited", "breakage", "refunded")),
  };
}

export function statementOf(of: BookedContract, nowMs: number): ContractStatement {
  const { contract: one, booked, signedDay } = of;
  const inUsd = booked.filter(({ currency }) => currency === "usd");
  return {
    ...summaryOf(of, nowMs),
    signedOn: dateOf(signedDay),
    quantities: quantitiesOf(booked),
    months: monthsOf(inUsd),
    periods: periodsOf(one, signedDay).map(({ fromDay, endDay, floor }) => {
      const within = inUsd.filter(({ day }) => day >= fromDay && day < endDay);
      return {
        from: dateOf(fromDay),
        to: dateOf(endDay - 1),
        floorUsd: text(floor),
        deliveredUsd: text(sumOf(within, "amount", ["delivered"])),
        shortfallUsd: text(sumOf(within, "amount", ["shortfall"])),
        isClosed: endDay <= openDayAt(nowMs),
      };
    }),
    runOff: runOff(one, pico(sumOf(inUsd, "open")), dayAt(nowMs)).map((month) => ({
      month: month.month,
      usd: text(month.usd),
    })),
  };
}

/** Every month from the first that something was booked in to the last. */
function monthsOf(inUsd: readonly Booked[]): RollForward[] {
  const days = inUsd.map(({ day }) => day);
  const months = monthsBetween(Math.min(...days), Math.max(...days));
  const byMonth = Map.groupBy(inUsd, ({ day }) => monthOf(day));
  const movements = months.map((month) => {
    const within = byMonth.get(month) ?? [];
    return {
      signed: pico(sumOf(within, "open", ["signed"])),
      recognised: pico(-sumOf(within, "open", recognising)),
      cancelled: pico(-sumOf(within, "open", ending)),
    };
  });
  return rollForward(movements).map(({ opening, signed, recognised, cancelled, closing }, index) => ({
    month: months[index] ?? "",
    opening: formatUsd(opening),
    signed: formatUsd(signed),
    recognised: formatUsd(recognised),
    cancelled: formatUsd(cancelled),
    closing: formatUsd(closing),
  }));
}

function monthsBetween(firstDay: number, lastDay: number): string[] {
  const months: string[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    const month = monthOf(day);
    if (months.at(-1) !== month) months.push(month);
  }
  return months;
}

function monthOf(day: number): string {
  return dateOf(day).slice(0, 7);
}

function quantitiesOf(booked: readonly Booked[]): ContractQuantity[] {
  const others = booked.filter(({ currency }) => currency !== "usd");
  return [...Map.groupBy(others, ({ currency }) => currency)].map(([currency, of]) => ({
    unit: unitOf(currency),
    signed: counted(currency, sumOf(of, "amount", ["signed"])),
    delivered: counted(currency, sumOf(of, "amount", ["delivered"])),
    open: counted(currency, sumOf(of, "open")),
  }));
}

const hourMs = 3_600_000n;

function unitOf(currency: Currency): string {
  return currency === "accelerator-ms" ? "accelerator-hour" : currency.replace(/^token\./, "token, ");
}

/** Hours to the hundredth, tokens as they are. */
function counted(currency: Currency, amount: bigint): string {
  if (currency !== "accelerator-ms") return amount.toString();
  return (Number((amount * 100n) / hourMs) / 100).toString();
}

function statusOf({ contract: one, isGone, booked }: BookedContract, nowMs: number): ContractStatus {
  if (booked.some(({ event }) => event === "cancelled")) return "cancelled";
  const today = dayAt(nowMs);
  if (today >= endDayOf(one)) return "over";
  if (booked.length === 0) return isGone ? "cancelled" : "to be signed";
  return today < dayOf(one.from) ? "to begin" : "running";
}

function sumOf(booked: readonly Booked[], of: "amount" | "open", events?: readonly ContractEvent[]): bigint {
  return booked.reduce((sum, one) => (events === undefined || events.includes(one.event) ? sum + one[of] : sum), 0n);
}

function text(amount: bigint): UsdText {
  return formatUsd(pico(amount));
}
