import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { contractOf } from "./contract.ts";
import { deal, plainDeal } from "./fixture.ts";
import { dealFile } from "./schema.ts";

const parties = { tenant: "acme", source: "rack" };

test("a plain deal becomes a contract of its accelerators, hours, price and floor", () => {
  const { contract, notes } = contractOf(
    deal({ price: { usdPerAcceleratorHour: "2.5", takeOrPayFloor: 0.9 } }),
    parties,
  );
  assert.deepEqual(contract, {
    kind: "Contract",
    name: "plain",
    counterparty: "A customer",
    role: "seller",
    tenant: "acme",
    from: "2026-03-01",
    to: "2030-02-28",
    totalUsd: "78840000",
    accelerators: { source: "rack", count: 1000, usdPerAcceleratorHour: "2.5" },
    takeOrPay: { period: "month", floorUsd: "1642500" },
  });
  assert.deepEqual(notes, []);
});

test("tranches are a ramp that has the deal's whole accelerators on every day, up and down again", () => {
  const anyTranches = fc.array(
    fc.record({ day: fc.integer({ min: 0, max: 700 }), accelerators: fc.integer({ min: 1, max: 5000 }) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  const dateOf = (day: number) => new Date(Date.UTC(2026, 2, 1) + day * 86_400_000).toISOString().slice(0, 10);
  fc.assert(
    fc.property(anyTranches, fc.integer({ min: 1, max: 40 }), (tranches, termMonths) => {
      const one = deal({
        capacity: {
          ...plainDeal.capacity,
          termMonths,
          tranches: tranches.map(({ day, accelerators }) => ({ delivered: dateOf(day), accelerators })),
        },
      });
      const { contract } = contractOf(one, parties);
      const count = contract.accelerators?.count ?? 0;
      const ramp = contract.ramp ?? [{ from: contract.from, share: "1" }];
      assert.equal(ramp[0]?.from, contract.from);
      const onEach = ramp.map(({ share }) =>
        Number((BigInt(count) * BigInt(Math.round(Number(share) * 1e9))) / 1_000_000_000n),
      );
      assert.equal(Math.max(...onEach), count);
      const days = ramp.map(({ from }, index) => {
        const next = ramp[index + 1]?.from;
        const until = next === undefined ? Date.parse(contract.to) + 86_400_000 : Date.parse(next);
        return (until - Date.parse(from)) / 86_400_000;
      });
      const served = days.reduce((sum, each, index) => sum + each * (onEach[index] ?? 0), 0);
      const all = tranches.reduce((sum, { accelerators }) => sum + accelerators, 0);
      const agreed = all * termMonths * (365.25 / 12);
      // A month has 28 to 31 days.
      assert.ok(Math.abs(served - agreed) <= all * 4, `${served} of ${agreed} accelerator-days`);
    }),
    { numRuns: 300 },
  );
});

test("tranches a day apart that end on one day, as months of other lengths make them, leave no step behind the end", () => {
  const { contract } = contractOf(
    deal({
      capacity: {
        ...plainDeal.capacity,
        termMonths: 1,
        tranches: ["2026-03-01", "2027-10-01", "2027-10-02"].map((delivered) => ({ delivered, accelerators: 1 })),
      },
    }),
    parties,
  );
  assert.equal(contract.to, "2027-10-31");
  assert.deepEqual(contract.ramp, [
    { from: "2026-03-01", share: "0.5" },
    { from: "2026-04-01", share: "0" },
    { from: "2027-10-01", share: "0.5" },
    { from: "2027-10-02", share: "1" },
  ]);
});

test("a prepayment is credited over its months, and what a contract cannot say is told", () => {
  const { contract, notes } = contractOf(
    deal({
      price: { usdPerAcceleratorHour: "2", escalatorPerYear: 0.02 },
      prepayment: { share: 0.2, monthsBeforeDelivery: 2, creditedFromMonth: 24, creditedToMonth: 48 },
    }),
    parties,
  );
  assert.equal(contract.prepayment?.creditFrom, "2028-03-01");
  assert.equal(contract.prepayment?.creditTo, "2030-02-28");
  assert.equal(Number(contract.prepayment?.usd).toFixed(2), (Number(contract.totalUsd) * 0.2).toFixed(2));
  assert.match(notes.join(" "), /grows by 2\.0 % a year.*first day, not before/);
  assert.ok(Number(contract.accelerators?.usdPerAcceleratorHour) > 2);
});

test("a buyer's deal is a commitment that the source's bills draw", () => {
  const { costs: _, ...terms } = plainDeal;
  const bought = dealFile.parse({
    ...terms,
    role: "buyer",
    use: { worthUsdPerAcceleratorHour: { value: 3, source: "a test", asOf: "2026", confidence: "assumption" } },
  });
  const { contract } = contractOf(bought, { source: "neo" });
  assert.equal(contract.source, "neo");
  assert.equal(contract.accelerators, undefined);
  assert.equal(contract.totalUsd, "87600000");
});
