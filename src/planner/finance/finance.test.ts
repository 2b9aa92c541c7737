import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { annuity } from "../../stack/annuity.ts";
import { type PicoUsd, pico, usd } from "../../stack/money.ts";
import { allocate } from "./allocate.ts";
import { npv, payback, peakFunding, returnOnInvestedCapital } from "./cash-flow.ts";
import { irr, singleRate } from "./irr.ts";
import { rollForward } from "./rpo.ts";
import { takeOrPayBill } from "./take-or-pay.ts";

const amount = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map(pico);
const positiveAmount = fc.bigInt({ min: 0n, max: 10n ** 24n }).map(pico);
const monthlyRate = fc.double({ min: 0.0001, max: 0.03, noNaN: true });
const months = fc.integer({ min: 1, max: 240 });
const sum = (parts: readonly PicoUsd[]) => parts.reduce((total, part) => total + part, 0n);
const close = (one: number, other: number, within = 1e-9) =>
  assert.ok(Math.abs(one - other) <= within * Math.max(1, Math.abs(one), Math.abs(other)), `${one} is not ${other}`);

test("allocated parts add up to the whole, and each is its share", () => {
  const weights = fc
    .array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 })
    .filter((all) => all.some((weight) => weight > 0));
  fc.assert(
    fc.property(amount, weights, (total, all) => {
      const parts = allocate(total, all);
      assert.equal(sum(parts), total);
      const whole = all.reduce((whole, weight) => whole + weight, 0);
      for (const [index, part] of parts.entries()) {
        const exact = Number(total) * ((all[index] ?? 0) / whole);
        assert.ok(Math.abs(Number(part) - exact) <= 2 + Math.abs(Number(total)) * 1e-12);
      }
    }),
  );
  assert.throws(() => allocate(usd("1"), [0, 0]), RangeError);
  assert.throws(() => allocate(usd("1"), [1, -1]), RangeError);
});

test("over equal months cost less residual is straight-line depreciation: it adds up, and no month differs from another by more than a pico-dollar", () => {
  fc.assert(
    fc.property(positiveAmount, positiveAmount, months, (cost, residual, life) => {
      const parts = allocate(
        pico(cost - residual),
        Array.from({ length: life }, () => 1),
      );
      assert.equal(sum(parts), cost - residual);
      for (const part of parts) assert.ok(part - (parts[0] ?? 0n) <= 1n && (parts[0] ?? 0n) - part <= 1n);
    }),
  );
});

test("a loan's payments are worth the loan, by the closed form and month by month", () => {
  fc.assert(
    fc.property(monthlyRate, months, (rate, life) => {
      const payment = annuity(1e6, rate, life);
      const flows = [-1e6, ...Array.from({ length: life }, () => payment)];
      close(npv(rate * 12, flows), 0, 1e-6 * 1e6);
    }),
  );
});

test("the rate of a loan is its interest, told per year as it compounds", () => {
  fc.assert(
    fc.property(monthlyRate, fc.integer({ min: 2, max: 180 }), (rate, life) => {
      const flows = [-1e6, ...Array.from({ length: life }, () => annuity(1e6, rate, life))];
      const found = irr(flows);
      assert.equal(found.type, "one");
      assert.ok(found.type === "one");
      close(found.perYear, (1 + rate) ** 12 - 1, 1e-7);
      close(singleRate(flows), found.perYear, 1e-9);
    }),
  );
});

test("a loss has its negative rate, and cash that only goes one way has none", () => {
  const found = irr([-100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50]);
  assert.ok(found.type === "one");
  close(found.perYear, -0.5);
  const even = irr([-100, 40, 60]);
  assert.ok(even.type === "one");
  close(even.perYear, 0);
  assert.deepEqual(irr([100, 50]), { type: "none" });
  assert.deepEqual(irr([-100, -50]), { type: "none" });
  assert.deepEqual(irr([0, 0]), { type: "none" });
  assert.deepEqual(irr([]), { type: "none" });
});

test("the textbook's stream of two rates is told as two: −1600, 10000, −10000 earns 25 % and 400 %", () => {
  const yearly = [-1600, 10_000, -10_000];
  const flows = new Float64Array(25);
  for (const [year, flow] of yearly.entries()) flows[year * 12] = flow;
  const found = irr(flows);
  assert.ok(found.type === "many");
  assert.equal(found.perYear.length, 2);
  close(found.perYear[0] ?? 0, 0.25, 1e-9);
  close(found.perYear[1] ?? 0, 4, 1e-9);
  assert.ok(Number.isNaN(singleRate(flows)));
});

test("a stream whose present value is never 0 has no rate, though its cash changes sign twice", () => {
  assert.deepEqual(irr([100, -120, 60]), { type: "none" });
});

test("streams made of given rates are found to have just those", () => {
  const rate = fc.integer({ min: -50, max: 300 }).filter((percent) => percent !== 0);
  fc.assert(
    fc.property(
      fc.uniqueArray(rate, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 60 }),
      (rates, late) => {
        // Π (1 − (1 + r)·vʸ): worth 0 at each rate and, but for complex ones, nowhere else; then a part that is never 0.
        let flows = [1];
        for (const percent of rates) {
          const next = Array.from({ length: flows.length + 12 }, () => 0);
          for (const [month, flow] of flows.entries()) {
            next[month] = (next[month] ?? 0) + flow;
            next[month + 12] = (next[month + 12] ?? 0) - flow * (1 + percent / 100);
          }
          flows = next;
        }
        const slower = Array.from({ length: flows.length + late }, () => 0);
        for (const [month, flow] of flows.entries()) {
          slower[month] = (slower[month] ?? 0) + flow;
          slower[month + late] = (slower[month + late] ?? 0) + flow;
        }
        const found = irr(slower);
        const told = found.type === "one" ? [found.perYear] : found.type === "many" ? found.perYear : [];
        const notNegative = rates.filter((percent) => percent >= 0);
        const wanted = (notNegative.length > 0 ? notNegative : rates)
          .map((percent) => percent / 100)
          .toSorted((one, other) => one - other);
        assert.equal(told.length, wanted.length);
        for (const [index, one] of told.entries()) close(one, wanted[index] ?? NaN, 1e-5);
      },
    ),
  );
});

test("a cost that comes late brings a second rate below 0 about, which does not count against the first", () => {
  const flows = [-100, ...Array.from({ length: 24 }, () => 6), ...Array.from({ length: 60 }, () => 0), -10];
  const found = irr(flows);
  assert.ok(found.type === "one");
  assert.ok(found.perYear > 0.2);
  close(singleRate(flows), found.perYear, 1e-9);
});

test("payback counts from the first cash, to within the month, and only once it is for good", () => {
  assert.equal(payback([0, -100, 25, 25, 100]), 2.5);
  assert.equal(payback([-100, 150, -100, 20]), null);
  assert.equal(payback([-100, 150, -100, 100]), 3 - 1 + 0.5);
  assert.equal(payback([10, -5]), 0);
  assert.equal(payback([]), 0);
});

test("peak funding is the deepest point of the running total", () => {
  assert.deepEqual(peakFunding([10, -50, -30, 100]), { usd: 70, month: 2 });
  assert.deepEqual(peakFunding([10, 1]), { usd: 0, month: 0 });
});

test("return on capital is a year's mean profit over mean capital", () => {
  close(returnOnInvestedCapital([1, 1, 1], [100, 120, 140]) ?? NaN, 0.1);
  assert.equal(returnOnInvestedCapital([1], [0]), null);
});

test("obligations roll forward without loss, and end at what was signed less what was recognised and cancelled", () => {
  const movement = fc.record({ signed: positiveAmount, used: fc.integer({ min: 0, max: 100 }) });
  fc.assert(
    fc.property(fc.array(movement, { maxLength: 40 }), (all) => {
      let open = 0n;
      const movements = all.map(({ signed, used }) => {
        const recognised = pico(((open + signed) * BigInt(used)) / 200n);
        const cancelled = pico(recognised / 2n);
        open += signed - recognised - cancelled;
        return { signed, recognised, cancelled };
      });
      const periods = rollForward(movements);
      for (const [index, { opening, signed, recognised, cancelled, closing }] of periods.entries()) {
        assert.equal(opening, periods[index - 1]?.closing ?? 0n);
        assert.equal(opening + signed - recognised - cancelled, closing);
      }
      assert.equal(periods.at(-1)?.closing ?? 0n, open);
    }),
  );
  assert.throws(() => rollForward([{ signed: usd("1"), recognised: usd("2"), cancelled: usd("0") }]), {
    code: "invalid_value",
  });
});

test("take-or-pay bills what was used, and never less than the floor", () => {
  const terms = { usdPerHour: usd("2.5"), committedHours: 1000n, floorPermille: 900n };
  assert.deepEqual(takeOrPayBill(terms, 400n), {
    usedHours: 400n,
    billedHours: 900n,
    unusedHours: 500n,
    amount: usd("2250"),
  });
  assert.deepEqual(takeOrPayBill(terms, 1100n), {
    usedHours: 1100n,
    billedHours: 1100n,
    unusedHours: 0n,
    amount: usd("2750"),
  });
  assert.equal(takeOrPayBill({ ...terms, committedHours: 3n, floorPermille: 500n }, 0n).billedHours, 2n);
});
