import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Contract } from "../../stack/contract.ts";
import { usd } from "../../stack/money.ts";
import { type Entry, imbalances, parseAccount } from "../journal.ts";
import { anyContract, anyDeliveries, anySettlements, type Delivered, firstDay } from "./arbitrary.ts";
import { type Booked, type ContractEvent, contractAccounts, settle, type Step } from "./settle.ts";
import { creditsOf, dateOf, dayAt, dayMs, endDayOf, periodsOf } from "./terms.ts";

type History = { readonly steps: readonly Step[]; readonly booked: readonly Booked[] };

/** Lives through deliveries and settlements, keeping the books in memory as the database does. */
function live(one: Contract, deliveries: readonly Delivered[], settlements: readonly number[]): History {
  const steps: Step[] = [];
  const booked: Booked[] = [];
  const within = deliveries.filter(({ day }) => day < endDayOf(one));
  for (const nowMs of settlements) {
    const delivered = new Map<string, { day: number; currency: Booked["currency"]; amount: bigint }>();
    for (const { day, lateDays, amounts } of within) {
      if (day + lateDays > dayAt(nowMs)) continue;
      for (const [currency, amount] of amounts) {
        const known = delivered.get(`${day} ${currency}`);
        delivered.set(`${day} ${currency}`, { day, currency, amount: amount + (known?.amount ?? 0n) });
      }
    }
    const fresh = [...delivered.values()]
      .toSorted((one, other) => one.day - other.day)
      .map(({ day, currency, amount }) => {
        const found = booked.filter((one) => one.event === "delivered" && one.day === day && one.currency === currency);
        return { day, currency, amount: amount - found.reduce((sum, row) => sum + row.amount, 0n) };
      })
      .filter(({ amount }) => amount !== 0n);
    const state = { contract: one, layer: "platform" as const, signedDay: firstDay, isGone: false, booked, fresh };
    const taken = settle({ ...state, booked: [...booked] }, nowMs);
    steps.push(...taken);
    booked.push(...taken.flatMap((step) => step.booked));
    assert.deepEqual(settle({ ...state, booked: [...booked], fresh: [] }, nowMs), [], "settling twice books once");
  }
  return { steps, booked };
}

function sum(booked: readonly Booked[], events: readonly ContractEvent[], of: "amount" | "open", currency = "usd") {
  return booked
    .filter((one) => events.includes(one.event) && one.currency === currency)
    .reduce((total, one) => total + one[of], 0n);
}

const recognising = ["delivered", "shortfall", "breakage"] as const;
const ending = ["cancelled", "expired"] as const;

test("opening + signed - recognised - cancelled is closing, month by month, and no obligation is below zero", () => {
  fc.assert(
    fc.property(anyContract, anyDeliveries, anySettlements, (one, deliveries, settlements) => {
      const { booked, steps } = live(one, deliveries, settlements);
      for (const currency of ["usd", "token.output"]) {
        const ofDay = (event: readonly ContractEvent[], within: (day: number) => boolean) =>
          sum(
            booked.filter(({ day }) => within(day)),
            event,
            "open",
            currency,
          );
        const everything = [...new Set(booked.map(({ event }) => event))];
        for (const month of new Set(booked.map(({ day }) => dateOf(day).slice(0, 7)))) {
          const inMonth = (day: number) => dateOf(day).slice(0, 7) === month;
          const before = ofDay(everything, (day) => dateOf(day).slice(0, 7) < month);
          const closing = ofDay(everything, (day) => dateOf(day).slice(0, 7) <= month);
          const signed = ofDay(["signed"], inMonth);
          const recognised = -ofDay(recognising, inMonth);
          const cancelled = -ofDay(ending, inMonth);
          assert.equal(before + signed - recognised - cancelled, closing);
        }
      }
      // In the order in which it was booked nothing is drawn that is not there.
      const open = new Map<string, bigint>();
      for (const { entries } of steps.map(({ transaction }) => transaction)) {
        assert.deepEqual(imbalances(entries), new Map());
        for (const { account, currency, amount } of entries) {
          if (parseAccount(account).role === "open") open.set(currency, (open.get(currency) ?? 0n) + amount);
        }
        for (const [currency, left] of open) assert.ok(left >= 0n, `${currency} is ${left}`);
      }
    }),
    { numRuns: 300 },
  );
});

test("what is over leaves nothing open, and every prepaid dollar is credited, kept or given back", () => {
  fc.assert(
    fc.property(anyContract, anyDeliveries, anySettlements, (one, deliveries, settlements) => {
      const { booked } = live(one, deliveries, settlements);
      assert.equal(
        booked.reduce((left, { open }) => left + open, 0n),
        0n,
      );
      assert.equal(sum(booked, ["signed"], "amount"), usd(one.totalUsd));
      const spent = sum(booked, ["credited", "breakage", "refunded"], "amount");
      assert.equal(sum(booked, ["prepaid"], "amount"), spent);
      const wasCancelled = one.cancelledOn !== undefined;
      assert.equal(sum(booked, [wasCancelled ? "breakage" : "refunded"], "amount"), 0n);
    }),
    { numRuns: 300 },
  );
});

test("what lapses at the end is what nobody paid for", () => {
  fc.assert(
    fc.property(anyContract, anyDeliveries, anySettlements, (one, deliveries, settlements) => {
      const { booked } = live(
        one,
        deliveries.map((delivery) => ({ ...delivery, lateDays: 0 })),
        settlements,
      );
      const paid = sum(booked, ["delivered", "shortfall", "breakage"], "amount");
      const total = usd(one.totalUsd);
      assert.equal(-sum(booked, [...ending], "open"), total > paid ? total - paid : 0n);
    }),
    { numRuns: 200 },
  );
});

test("a prepayment is credited by its schedule, at most what was billed, and in full once that much was", () => {
  fc.assert(
    fc.property(anyContract, anyDeliveries, (one, deliveries) => {
      const inTime = deliveries.map((delivery) => ({ ...delivery, lateDays: 0 }));
      const weekly = Array.from({ length: 115 }, (_, week) => (firstDay + 7 * week) * dayMs + 7_200_000);
      const { booked } = live(one, inTime, weekly);
      for (const { endDay, upTo } of creditsOf(one)) {
        const before = booked.filter(({ day }) => day < endDay);
        const credited = sum(before, ["credited"], "amount");
        const billed = sum(before, ["delivered", "shortfall"], "amount");
        assert.equal(credited, upTo < billed ? upTo : billed);
      }
    }),
    { numRuns: 60 },
  );
});

test("each period is paid for up to its floor while anything is open, and never above what was taken or owed", () => {
  fc.assert(
    fc.property(anyContract, anyDeliveries, anySettlements, (one, deliveries, settlements) => {
      const { booked } = live(one, deliveries, settlements);
      const drawn = -sum(booked, [...recognising], "open");
      for (const { fromDay, endDay, floor } of periodsOf(one, firstDay)) {
        const inPeriod = booked.filter(({ day }) => day >= fromDay && day < endDay);
        const taken = sum(inPeriod, ["delivered"], "amount");
        const short = sum(inPeriod, ["shortfall"], "amount");
        assert.ok(short >= 0n && short <= (floor > taken ? floor - taken : 0n));
        if (drawn < usd(one.totalUsd)) assert.equal(short, floor > taken ? floor - taken : 0n);
      }
    }),
    { numRuns: 300 },
  );
});

test("settling often, seldom or once books the same when everything came in time", () => {
  const totals = ({ steps }: History) => {
    const sums = new Map<string, bigint>();
    for (const { account, currency, amount } of steps.flatMap(({ transaction }) => transaction.entries)) {
      sums.set(`${account} ${currency}`, (sums.get(`${account} ${currency}`) ?? 0n) + amount);
    }
    return new Map([...sums].filter(([, amount]) => amount !== 0n).toSorted());
  };
  fc.assert(
    fc.property(anyContract, anyDeliveries, anySettlements, (one, deliveries, settlements) => {
      const inTime = deliveries.map((delivery) => ({ ...delivery, lateDays: 0 }));
      const once = live(one, inTime, settlements.slice(-1));
      const daily = Array.from({ length: 780 }, (_, day) => (firstDay + day) * dayMs + 7_200_000);
      assert.deepEqual(totals(live(one, inTime, settlements)), totals(once));
      assert.deepEqual(totals(live(one, inTime, [...daily, ...settlements.slice(-1)])), totals(once));
    }),
    { numRuns: 10 },
  );
});

test("an obligation is a memo: it is in no layer's margin, and what is billed and not taken is revenue, or a buyer's unused", () => {
  fc.assert(
    fc.property(anyContract, anyDeliveries, anySettlements, (one, deliveries, settlements) => {
      const { steps, booked } = live(one, deliveries, settlements);
      const entries = steps.flatMap(({ transaction }) => transaction.entries);
      const of = (wanted: (entry: Entry) => boolean) =>
        entries
          .filter((entry) => entry.currency === "usd" && wanted(entry))
          .reduce((total, { amount }) => total + amount, 0n);
      const notTaken = sum(booked, ["shortfall", "breakage"], "amount");
      const isOutside = ({ account }: Entry) => account.startsWith("outside/");
      assert.equal(of(isOutside), one.role === "seller" ? notTaken : -notTaken);
      const role = one.role === "seller" ? "revenue" : "unused";
      assert.equal(
        of(({ account }) => account.startsWith(`platform/${role}/`)),
        one.role === "seller" ? -notTaken : notTaken,
      );
      const known = new Set<string>(contractAccounts(one, "platform"));
      assert.deepEqual(
        entries.filter(({ account }) => !known.has(account)),
        [],
      );
    }),
    { numRuns: 100 },
  );
});
