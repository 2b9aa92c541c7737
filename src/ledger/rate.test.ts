import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Usage } from "../stack/usage.ts";
import { anyUsage, exampleFactory } from "./arbitrary.ts";
import { booksOf } from "./books.ts";
import { closePeriod, type Pools } from "./close.ts";
import { type Currency, type Entry, imbalances, parseAccount, tokenCurrencies } from "./journal.ts";
import { rateUsage, rerateUsage } from "./rate.ts";
import { stackStatement } from "./statement.ts";
import { accountTotals, usageTotals } from "./totals.ts";

const books = booksOf(exampleFactory);

const sumOf = (entries: readonly Entry[], where: (of: string, role: string) => boolean, currency: Currency = "usd") =>
  entries.reduce((sum, entry) => {
    const { of, role } = parseAccount(entry.account);
    return entry.currency === currency && where(of, role) ? sum + entry.amount : sum;
  }, 0n);

/** Fails where the pools would not be empty after a close. */
function pools(entries: readonly Entry[], source: string): Pools {
  const balance = (account: string) =>
    entries.filter((one) => one.account === account).reduce((sum, one) => sum + one.amount, 0n);
  return {
    chips: balance(`chips/pool/${source}`),
    infrastructure: balance(`infrastructure/pool/${source}`),
    acceleratorMs: balance(`capacity/pool/${source}`),
  };
}

test("whatever a request used, its transaction balances in each currency", () => {
  fc.assert(
    fc.property(anyUsage, (usage) => {
      assert.deepEqual(imbalances(rateUsage(usage, books).transaction.entries), new Map());
    }),
  );
});

test("its tokens all end as billed, unpriced or unbilled", () => {
  fc.assert(
    fc.property(anyUsage, (usage) => {
      const { transaction, charge } = rateUsage(usage, books);
      const { input, cachedInput, output, reasoning } = usage.tokens;
      const ended = tokenCurrencies.map((currency) =>
        sumOf(transaction.entries, (_, role) => role !== "metered", currency),
      );
      assert.deepEqual(ended.map(Number), [input, cachedInput, output, reasoning]);
      const role = usage.outcome === "failed" ? "unbilled" : charge === undefined ? "unpriced" : "billed";
      const there = tokenCurrencies.map((currency) =>
        sumOf(transaction.entries, (_, found) => found === role, currency),
      );
      assert.deepEqual(there, ended);
    }),
  );
});

test("what it is charged and what it costs are what its transaction says", () => {
  fc.assert(
    fc.property(anyUsage, (usage) => {
      const { transaction, charge, cost } = rateUsage(usage, books);
      const sold = -sumOf(
        transaction.entries,
        (of, role) => of === "platform" && (role === "revenue" || role === "sales"),
      );
      assert.equal(sold, charge ?? 0n);
      const drawn = sumOf(transaction.entries, (of, role) => of !== "models" && role === "cost");
      const royalty = sumOf(transaction.entries, (of, role) => of === "models" && role === "cost");
      assert.equal(drawn + (cost === undefined ? 0n : royalty), cost ?? 0n);
    }),
  );
});

test("an unknown price is no price: the request is unpriced, and never sold for nothing", () => {
  fc.assert(
    fc.property(anyUsage, (usage) => {
      const { charge } = rateUsage({ ...usage, model: "unpriced", outcome: "complete" }, books);
      assert.equal(charge, undefined);
      assert.equal(rateUsage({ ...usage, model: "free", outcome: "complete" }, books).charge, 0n);
      assert.equal(rateUsage({ ...usage, outcome: "failed" }, books).charge, 0n);
    }),
  );
});

test("chips and energy sell at cost, whatever is used", () => {
  fc.assert(
    fc.property(anyUsage, (usage) => {
      const { entries } = rateUsage(usage, books).transaction;
      for (const layer of ["chips", "energy", "models"]) {
        const sales = -sumOf(entries, (of, role) => of === layer && role === "sales");
        assert.equal(
          sales,
          sumOf(entries, (of, role) => of === layer && role === "cost"),
        );
      }
    }),
  );
});

test("a request booked before its price was known and re-rated after is booked as if it had been known", () => {
  const blind = booksOf(exampleFactory.filter((one) => one.kind !== "PriceBook"));
  fc.assert(
    fc.property(anyUsage, (usage) => {
      const first = rateUsage(usage, blind);
      const then = rerateUsage(usage, first, books, 0);
      const straight = rateUsage(usage, books);
      const both = accountTotals([first.transaction, ...(then === undefined ? [] : [then.transaction])]);
      const nonZero = (entries: readonly Entry[]) =>
        entries
          .filter(({ amount }) => amount !== 0n)
          .map((one) => `${one.account} ${one.currency} ${one.amount}`)
          .toSorted();
      assert.deepEqual(nonZero(both), nonZero(accountTotals([straight.transaction])));
      assert.equal(then?.charge ?? first.charge, straight.charge);
    }),
  );
});

test("a source of which nothing is known any more leaves its cost unknown", () => {
  fc.assert(
    fc.property(anyUsage, (usage) => {
      assert.equal(rateUsage({ ...usage, source: "gone" }, books).cost, undefined);
    }),
  );
});

test("a count that is no count is named, not booked", () => {
  fc.assert(
    fc.property(anyUsage, fc.constantFrom(-1, 0.5, Number.NaN, Infinity), (usage, wrong) => {
      const broken = { ...usage, tokens: { ...usage.tokens, output: wrong } };
      assert.throws(() => rateUsage(broken, books), { code: "invalid_value", param: "tokens.output" });
    }),
  );
});

const anyPeriods = fc.array(fc.record({ minutes: fc.integer({ min: 1, max: 60 }), up: fc.boolean() }), {
  minLength: 1,
  maxLength: 6,
});
const fromMs = Date.parse("2026-03-01T00:00:00Z");

/** Books the usages in groups, with a close of every source after each group. */
function live(usages: readonly Usage[], periods: readonly { minutes: number; up: boolean }[]) {
  const rated = usages.map((usage) => rateUsage(usage, books));
  const journal = [];
  const each = Math.ceil(rated.length / periods.length);
  let atMs = fromMs;
  for (const [index, { minutes, up }] of periods.entries()) {
    journal.push(...rated.slice(index * each, (index + 1) * each).map(({ transaction }) => transaction));
    const toMs = atMs + minutes * 60_000;
    const entries = accountTotals(journal);
    for (const costs of books.capacity.values()) {
      journal.push(closePeriod(costs, { fromMs: atMs, toMs, up }, pools(entries, costs.source)));
    }
    atMs = toMs;
  }
  return { rated, journal, toMs: atMs };
}

test("after a close every pool is empty: what accrued was drawn or is idle", () => {
  fc.assert(
    fc.property(fc.array(anyUsage, { maxLength: 12 }), anyPeriods, (usages, periods) => {
      const { journal } = live(usages, periods);
      const totals = accountTotals(journal);
      for (const source of books.capacity.keys()) {
        assert.deepEqual(pools(totals, source), { chips: 0n, infrastructure: 0n, acceleratorMs: 0n });
      }
      for (const transaction of journal) assert.deepEqual(imbalances(transaction.entries), new Map());
    }),
  );
});

test("however time is cut into periods, the same time costs the same", () => {
  const costOutside = (entries: readonly Entry[]) =>
    sumOf(entries, (of, role) => of === "outside" && ["capital", "colocation", "opex", "lease", "rent"].includes(role));
  fc.assert(
    fc.property(anyPeriods, (periods) => {
      const minutes = periods.reduce((sum, period) => sum + period.minutes, 0);
      const cut = accountTotals(live([], periods).journal);
      assert.equal(costOutside(cut), costOutside(accountTotals(live([], [{ minutes, up: true }]).journal)));
    }),
  );
});

test("margins of all layers add up to revenue from outside less cost to outside", () => {
  fc.assert(
    fc.property(fc.array(anyUsage, { maxLength: 12 }), anyPeriods, (usages, periods) => {
      const { rated, journal, toMs } = live(usages, periods);
      const totals = accountTotals(journal);
      const report = stackStatement({ fromMs, toMs }, totals, usageTotals(rated));
      const cents = (text: string) => BigInt(Math.round(Number(text) * 1e6));
      const margins = report.layers.reduce((sum, row) => sum + cents(row.margin), 0n);
      const off = margins - cents(report.total.margin);
      assert.ok(off < 10n && off > -10n);
      const outside = sumOf(totals, (of) => of === "outside");
      const layers = -sumOf(totals, (of) => !["outside", "tokens", "capacity", "power", "units"].includes(of));
      assert.equal(outside, layers);
    }),
  );
});
