import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { npv } from "./cash-flow.ts";
import { coverRatios, type Project, type Terms, waterfallOf } from "./debt.ts";

const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyLoan: fc.Arbitrary<[Project, Terms]> = fc
  .integer({ min: 2, max: 80 })
  .chain((months) =>
    fc.record({
      capital: fc.array(amount, { minLength: months, maxLength: months }),
      profit: fc.array(fc.double({ min: -1e8, max: 1e8, noNaN: true }), { minLength: months, maxLength: months }),
      cash: fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: months, maxLength: months }),
      taxRate: fc.constantFrom(0, 0.21),
      service: fc.tuple(fc.nat({ max: months - 1 }), fc.nat({ max: months - 1 })),
      terms: fc.record({ shareOfCapital: share, interestPerYear: share, termMonths: fc.integer({ min: 1, max: 120 }) }),
    }),
  )
  .map(({ service, terms, ...project }) => [
    { ...project, firstService: Math.min(...service), lastService: Math.max(...service) },
    terms,
  ]);

const sum = (of: ArrayLike<number>) => Array.from(of).reduce((total, one) => total + one, 0);
const close = (one: number, other: number, size: number) =>
  assert.ok(Math.abs(one - other) <= 1e-9 * Math.max(1, size), `${one} is not ${other}`);

test("a loan ends at nothing, its flows are worth nothing at its own interest, and all cash is told", () => {
  fc.assert(
    fc.property(anyLoan, ([project, terms]) => {
      const { drawn, interest, repaid, owed, taxSaved, toOwners } = waterfallOf(project, terms);
      const size = sum(drawn) + sum(project.cash.length === 0 ? [] : Array.from(project.cash, Math.abs));
      close(owed.at(-1)!, 0, size);
      close(sum(drawn), sum(repaid), size);
      assert.ok(owed.every((usd) => usd >= -1e-9 * Math.max(1, size)));
      const flows = drawn.map((usd, month) => usd - interest[month]! - repaid[month]!);
      close(npv(terms.interestPerYear, flows), 0, size);
      close(sum(toOwners), sum(project.cash) + sum(taxSaved) - sum(interest), size);
    }),
    { numRuns: 500 },
  );
});

test("interest never costs tax in the end, and saves at most its own share of it", () => {
  fc.assert(
    fc.property(anyLoan, ([project, terms]) => {
      const { interest, taxSaved } = waterfallOf(project, terms);
      const saved = sum(taxSaved);
      const most = project.taxRate * sum(interest);
      assert.ok(saved >= -1e-6 * Math.max(1, most) && saved <= most * (1 + 1e-9) + 1e-6, `${saved} of ${most}`);
    }),
    { numRuns: 500 },
  );
});

test("without a loan the owners have the project's cash, and no cover is told", () => {
  fc.assert(
    fc.property(anyLoan, ([project, terms]) => {
      const loan = waterfallOf(project, { ...terms, shareOfCapital: 0 });
      assert.deepEqual(
        loan.toOwners,
        Array.from(project.cash, (usd) => usd + 0),
      );
      assert.deepEqual(coverRatios(project, loan), []);
    }),
  );
});

test("a loan of 120 over a year at 12 % pays 10 a month and interest that falls by a tenth of it", () => {
  const months = 13;
  const project: Project = {
    capital: [200, ...Array.from({ length: months - 1 }, () => 0)],
    profit: Array.from({ length: months }, () => 0),
    cash: [-200, ...Array.from({ length: months - 1 }, () => 20)],
    taxRate: 0,
    firstService: 1,
    lastService: 12,
  };
  const loan = waterfallOf(project, { shareOfCapital: 0.6, interestPerYear: 0.12, termMonths: 12 });
  assert.deepEqual(loan.owed.slice(0, 3), [120, 110, 100]);
  close(loan.interest[1]!, 1.2, 1);
  close(loan.interest[2]!, 1.1, 1);
  close(sum(loan.interest), 0.01 * ((120 + 10) / 2) * 12, 1);
  close(loan.toOwners[0]!, -80, 1);
  close(coverRatios(project, loan)[0]!, 240 / (120 + 7.8), 1);
});
