/**
 * Settlement of a contract: what is to be booked of it now, given what was delivered and what has been booked.
 *
 * It is level-triggered: each amount is what should stand in the books less what does, so that settling late, twice or
 * after a crash books the same. Deliveries draw the obligation down until nothing of it is left; a period that took
 * less than its floor is billed the difference when it is over; what arrives late is corrected by a new entry. At the
 * end nothing stays open: what is left lapses, and so does the prepayment. Pure.
 */
import type { Contract } from "../../stack/contract.ts";
import { usd } from "../../stack/money.ts";
import {
  type AccountName,
  type Currency,
  type Entry,
  move,
  obligation,
  ofLayer,
  outside,
  type Transaction,
} from "../journal.ts";
import { type Amounts, creditsOf, dayAt, dayMs, dayOf, endDayOf, periodsOf, signedAmounts } from "./terms.ts";

/**
 * What happens to a contract. `delivered` was taken under it (by a buyer: bought), `shortfall` was not and is owed,
 * `breakage` was prepaid and never taken; `cancelled` and `expired` is what is left undelivered at its end.
 */
export type ContractEvent =
  | "signed"
  | "delivered"
  | "shortfall"
  | "prepaid"
  | "credited"
  | "breakage"
  | "refunded"
  | "cancelled"
  | "expired";

/** The sum of what was booked of an event about a day. */
export type Booked = {
  readonly event: ContractEvent;
  readonly day: number;
  readonly currency: Currency;
  readonly amount: bigint;
  /** By how much it changed what is open. */
  readonly open: bigint;
};

export type Step = { readonly transaction: Transaction; readonly booked: readonly Booked[] };

/** What was delivered on a day and is not booked yet. */
export type Fresh = { readonly day: number; readonly currency: Currency; readonly amount: bigint };

export type ContractState = {
  readonly contract: Contract;
  /** The layer that earns, or bears, what is paid for and not taken. */
  readonly layer: "platform" | "infrastructure";
  readonly signedDay: number;
  /** It is no longer declared: it ends now. */
  readonly isGone: boolean;
  readonly booked: readonly Booked[];
  readonly fresh: readonly Fresh[];
};

/** Usage of a day that has ended may still be on its way into the ledger for this long; what comes later is corrected. */
const graceMs = 3_600_000;

/** The first day of which not everything is taken to have arrived. */
export function openDayAt(nowMs: number): number {
  return dayAt(nowMs - graceMs);
}

/** The transactions that bring the books of a contract up to an instant; none when they are. */
export function settle(state: ContractState, nowMs: number): Step[] {
  const settlement = new Settlement(state, nowMs);
  settlement.sign();
  settlement.prepay();
  settlement.correctShortfalls();
  settlement.advance();
  settlement.credit();
  settlement.end();
  return settlement.steps;
}

/** Happened under a contract, with what it does to the open amount. */
type Happened = Omit<Booked, "event" | "day">;

class Settlement {
  readonly steps: Step[] = [];
  readonly #state: ContractState;
  readonly #nowMs: number;
  readonly #openDay: number;
  readonly #firstDay: number;
  readonly #endDay: number;
  readonly #booked: Booked[];
  #fresh: readonly Fresh[];

  constructor(state: ContractState, nowMs: number) {
    const { contract, signedDay, booked, fresh } = state;
    this.#state = state;
    this.#nowMs = nowMs;
    this.#openDay = openDayAt(nowMs);
    this.#firstDay = Math.max(dayOf(contract.from), signedDay);
    this.#endDay = endDayOf(contract);
    this.#booked = [...booked];
    this.#fresh = fresh;
  }

  /** What stands in it; a change of terms before it begins signs the difference. */
  sign(): void {
    const { contract, signedDay } = this.#state;
    const wanted = signedAmounts(contract, signedDay);
    const currencies = new Set([...keysOf(wanted), ...this.#currencies()]);
    const happened = [...currencies].map((currency) => {
      const amount = (wanted[currency] ?? 0n) - this.#sum("signed", currency);
      return { currency, amount, open: amount };
    });
    this.#book("signed", signedDay, happened);
  }

  prepay(): void {
    const { prepayment } = this.#state.contract;
    const isDue = dayAt(this.#nowMs) >= this.#firstDay && this.#firstDay < this.#endDay;
    if (prepayment === undefined || !isDue || this.#state.isGone) return;
    this.#bookUsd("prepaid", this.#firstDay, usd(prepayment.usd) - this.#sum("prepaid", "usd"));
  }

  /** What came late was billed as a shortfall: it is given back first, so that the delivery finds it open. */
  correctShortfalls(): void {
    for (const { endDay, owed } of this.#periods()) {
      const over = this.#sum("shortfall", "usd", (day) => day === endDay - 1) - owed;
      if (over > 0n) this.#bookUsd("shortfall", endDay - 1, -over, over);
    }
  }

  /** Deliveries and the ends of periods in the order of their days, so that settling seldom books the same. */
  advance(): void {
    for (const { endDay, owed, isClosed } of this.#periods()) {
      this.#deliverBefore(endDay);
      const booked = this.#sum("shortfall", "usd", (day) => day === endDay - 1);
      const more = least(owed - booked, this.#open("usd"));
      if (isClosed && more > 0n) this.#bookUsd("shortfall", endDay - 1, more, -more);
    }
    this.#deliverBefore(Infinity);
  }

  #deliverBefore(endDay: number): void {
    const due = this.#fresh.filter(({ day }) => day < endDay);
    this.#fresh = this.#fresh.filter(({ day }) => day >= endDay);
    for (const [day, ofDay] of Map.groupBy(due, (one) => one.day)) {
      const happened = ofDay.map(({ currency, amount }) => ({
        currency,
        amount,
        open: -least(amount, this.#open(currency)),
      }));
      this.#book("delivered", day, happened);
    }
  }

  credit(): void {
    for (const { endDay, upTo } of creditsOf(this.#state.contract)) {
      if (endDay > this.#openDay) return;
      const isBefore = (day: number) => day < endDay;
      const billed = this.#sum("delivered", "usd", isBefore) + this.#sum("shortfall", "usd", isBefore);
      const more = least(upTo, billed, this.#sum("prepaid", "usd")) - this.#sum("credited", "usd");
      if (more > 0n) this.#bookUsd("credited", endDay - 1, more);
    }
  }

  /** When it is over nothing stays open: what is left lapses, and a prepayment is kept, or given back on a cancellation. */
  end(): void {
    const { contract, isGone } = this.#state;
    const isCutOff = isGone && this.#endDay > dayAt(this.#nowMs);
    if (!isCutOff && this.#endDay > this.#openDay) return;
    const day = isCutOff ? dayAt(this.#nowMs) : Math.max(this.#endDay, this.#state.signedDay + 1) - 1;
    const wasCancelled = isCutOff || contract.cancelledOn !== undefined;
    const spent = (["credited", "breakage", "refunded"] as const).map((event) => this.#sum(event, "usd"));
    const prepaid = spent.reduce((left, one) => left - one, this.#sum("prepaid", "usd"));
    if (wasCancelled) this.#bookUsd("refunded", day, prepaid);
    else this.#bookUsd("breakage", day, prepaid, -least(prepaid, this.#open("usd")));
    const lapsed = this.#currencies().map((currency) => {
      const amount = this.#open(currency);
      return { currency, amount, open: -amount };
    });
    this.#book(wasCancelled ? "cancelled" : "expired", day, lapsed);
  }

  /** What each take-or-pay period still owes, with what is fresh counted in. */
  #periods() {
    const { contract, signedDay } = this.#state;
    const late = this.#fresh.filter(({ currency }) => currency === "usd");
    return periodsOf(contract, signedDay).map(({ fromDay, endDay, floor }) => {
      const isWithin = (day: number) => day >= fromDay && day < endDay;
      const fromLate = late.reduce((sum, { day, amount }) => (isWithin(day) ? sum + amount : sum), 0n);
      const taken = this.#sum("delivered", "usd", isWithin) + fromLate;
      const isClosed = endDay <= this.#openDay && endDay > fromDay;
      return { endDay, owed: floor > taken ? floor - taken : 0n, isClosed };
    });
  }

  #sum(event: ContractEvent, currency: Currency, isWithin: (day: number) => boolean = () => true): bigint {
    const found = this.#booked.filter((one) => one.event === event && one.currency === currency && isWithin(one.day));
    return found.reduce((sum, { amount }) => sum + amount, 0n);
  }

  #open(currency: Currency): bigint {
    return this.#booked.reduce((sum, one) => (one.currency === currency ? sum + one.open : sum), 0n);
  }

  #currencies(): Currency[] {
    return [...new Set(this.#booked.map(({ currency }) => currency))];
  }

  #bookUsd(event: ContractEvent, day: number, amount: bigint, open = 0n): void {
    this.#book(event, day, [{ currency: "usd", amount, open }]);
  }

  #book(event: ContractEvent, day: number, happened: readonly Happened[]): void {
    const booked = happened
      .filter(({ amount, open }) => amount !== 0n || open !== 0n)
      .map((one): Booked => ({ event, day, ...one }));
    if (booked.length === 0) return;
    this.#booked.push(...booked);
    const atMs = Math.min(this.#nowMs, (day + 1) * dayMs - 1);
    const entries = booked.flatMap((one) => entriesOf(this.#state, one));
    this.steps.push({ transaction: { atMs, kind: "contract", subject: this.#state.contract.name, entries }, booked });
  }
}

const obligationRole = {
  signed: "signed",
  delivered: "recognised",
  shortfall: "recognised",
  breakage: "recognised",
  cancelled: "cancelled",
  expired: "cancelled",
} as const;

function entriesOf({ contract, layer }: ContractState, { event, currency, amount, open }: Booked): Entry[] {
  const entries: Entry[] = [];
  const isSeller = contract.role === "seller";
  const of = obligationsOf(contract);
  if (event in obligationRole) {
    const role = obligationRole[event as keyof typeof obligationRole];
    move(entries, obligation(of, "open", contract.name), obligation(of, role, contract.name), currency, open);
  }
  const sides = moneySides(contract, layer, event);
  if (sides === undefined) return entries;
  // What a seller is owed a buyer owes.
  const [debit, credit] = isSeller ? sides : [sides[1], sides[0]];
  move(entries, debit, credit, currency, amount);
  return entries;
}

/**
 * The accounts that an event moves money between, as the seller books it. What was delivered has been booked by the
 * requests and the hours themselves. A buyer bears what it paid for and did not take as unused.
 */
function moneySides(
  contract: Contract,
  layer: ContractState["layer"],
  event: ContractEvent,
): readonly [debit: AccountName, credit: AccountName] | undefined {
  const billed = outside("billed", contract.name);
  const prepaid = outside("prepaid", contract.name);
  const earned = takenFor(contract, layer);
  switch (event) {
    case "shortfall":
      return [billed, earned];
    case "prepaid":
      return [billed, prepaid];
    case "credited":
    case "refunded":
      return [prepaid, billed];
    case "breakage":
      return [prepaid, earned];
    default:
      return undefined;
  }
}

function takenFor({ role, name, tenant, source }: Contract, layer: ContractState["layer"]): AccountName {
  return role === "seller" ? ofLayer(layer, "revenue", tenant ?? name) : ofLayer(layer, "unused", source ?? name);
}

function obligationsOf({ role }: Contract): "rpo" | "commitment" {
  return role === "seller" ? "rpo" : "commitment";
}

function least(...amounts: readonly bigint[]): bigint {
  return amounts.reduce((low, one) => (one < low ? one : low));
}

function keysOf(amounts: Amounts): Currency[] {
  return Object.keys(amounts) as Currency[];
}

/** Every account that the settlement of a contract touches. */
export function contractAccounts(one: Contract, layer: ContractState["layer"]): AccountName[] {
  const of = obligationsOf(one);
  const roles = ["open", "signed", "recognised", "cancelled"] as const;
  return [
    ...roles.map((role) => obligation(of, role, one.name)),
    outside("billed", one.name),
    outside("prepaid", one.name),
    takenFor(one, layer),
  ];
}
