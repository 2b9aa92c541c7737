import assert from "node:assert/strict";
import { test } from "node:test";
import { usd } from "../../stack/money.ts";
import { compareDeals } from "./compare.ts";
import { evaluateDeal } from "./evaluate.ts";
import { portfolioOf } from "./portfolio.ts";
import { deal, said } from "./fixture.ts";

const few = { draws: 20, seed: 1 };
const named = (name: string, counterparty: string, changes: Record<string, unknown> = {}) =>
  evaluateDeal(deal({ name, counterparty, ...changes }), few);

const [one, two, three] = [
  named("one", "Alpha"),
  named("two", "Beta", { signed: "2026-06-01", from: "2026-07-01", capacity: later() }),
  named("three", "Alpha", { price: { usdPerAcceleratorHour: "3" } }),
];

function later() {
  const delivered = "2026-07-01";
  return { termMonths: 24, kilowattsPerAccelerator: said(2), tranches: [{ delivered, accelerators: 500 }] };
}

test("obligations of a portfolio are those of its deals, by customer and quarter", () => {
  const all = portfolioOf([one, two, three]);
  assert.equal(
    usd(all.committedUsd),
    [one, two, three].reduce((sum, { contract }) => sum + usd(contract.committedUsd), 0n),
  );
  for (const { quarter, closingUsd, totalUsd } of all.rpo) {
    const closings = [one, two, three].map(({ rpo }) =>
      usd(rpo.find((row) => row.quarter === quarter)?.closingUsd ?? "0"),
    );
    assert.equal(
      usd(totalUsd),
      closings.reduce((sum, amount) => sum + amount, 0n),
    );
    const at = all.customers.findIndex(({ counterparty }) => counterparty === "Alpha");
    assert.equal(usd(closingUsd[at] ?? "0"), (closings[0] ?? 0n) + (closings[2] ?? 0n));
  }
  assert.equal(all.rpo[0]?.quarter, "2026Q1");
  assert.equal(all.rpo.at(-1)?.totalUsd, "0");
  assert.equal(all.rpo.at(-1)?.herfindahl, null);
});

test("concentration is 10,000 for one customer, and 10,000 by their number for equal ones", () => {
  assert.equal(portfolioOf([one]).herfindahl, 10_000);
  const equal = ["a", "b", "c", "d"].map((name) => named(name, name));
  assert.ok(Math.abs((portfolioOf(equal).herfindahl ?? 0) - 2500) < 1e-6);
  const [first] = portfolioOf([one, two, three]).customers;
  assert.equal(first?.counterparty, "Alpha");
});

test("cash is added where it falls, and worth where the first begins", () => {
  const all = portfolioOf([one, two]);
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  assert.ok(Math.abs(total(all.cash.cashUsd) - total(one.months.cashUsd) - total(two.months.cashUsd)) < 1);
  assert.ok(Math.abs(all.npvUsd - one.npvUsd - two.npvUsd / 1.01 ** 5) < 1);
  assert.equal(all.cash.from, "2026-01");
});

test("two deals of one name are refused, and none at all", () => {
  assert.throws(() => portfolioOf([one, one]), /Two deals are named "one"/);
  assert.throws(() => portfolioOf([]), { code: "invalid_value" });
});

test("side by side, the dearer of two like deals is the better sale", () => {
  const { rows } = compareDeals([one, three]);
  const row = (measure: string) => rows.find((each) => each.measure === measure);
  assert.equal(row("npvUsd")?.best, 1);
  assert.equal(row("grossMargin")?.best, 1);
  assert.equal(row("costUsdPerAcceleratorHour")?.best, null);
  assert.deepEqual(row("usdPerAcceleratorHour")?.values, [2.5, 3]);
  assert.equal(row("totalUsd")?.best, null);
});
