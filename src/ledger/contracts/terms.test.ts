import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Contract, contract } from "../../stack/contract.ts";
import { formatUsd, pico, usd } from "../../stack/money.ts";
import { anyContract, firstDay } from "./arbitrary.ts";
import { acceleratorsOn, creditsOf, dateOf, dayOf, endDayOf, periodsOf, runOff, signedAmounts } from "./terms.ts";

const year: Contract = contract.parse({
  kind: "Contract",
  name: "c",
  counterparty: "Acme",
  role: "seller",
  tenant: "acme",
  from: "2027-01-31",
  to: "2028-01-30",
  totalUsd: "3650",
  takeOrPay: { period: "month", floorUsd: "31" },
});

const floors = (one: Contract, signed = one.from) =>
  periodsOf(one, dayOf(signed)).map(({ fromDay, endDay, floor }) => [
    dateOf(fromDay),
    dateOf(endDay),
    formatUsd(floor),
  ]);

test("months are counted from the first day; a shorter month ends on its last", () => {
  assert.deepEqual(floors(year).slice(0, 3), [
    ["2027-01-31", "2027-02-28", "31"],
    ["2027-02-28", "2027-03-31", "31"],
    ["2027-03-31", "2027-04-30", "31"],
  ]);
  assert.equal(floors(year).length, 12);
  assert.equal(dateOf(endDayOf(year)), "2028-01-31");
});

test("a floor counts by the days on which it holds: cut by an end, lowered by a ramp, begun by the signing", () => {
  const cancelled = { ...year, from: "2027-01-01", cancelledOn: "2027-02-15" };
  assert.deepEqual(floors(cancelled), [
    ["2027-01-01", "2027-02-01", "31"],
    ["2027-02-01", "2027-02-15", "15.5"],
  ]);
  const ramp = [
    { from: "2027-01-01", share: "0.5" },
    { from: "2027-01-11", share: "1" },
  ];
  assert.deepEqual(floors({ ...year, from: "2027-01-01", ramp })[0], ["2027-01-01", "2027-02-01", "26"]);
  assert.deepEqual(floors({ ...year, from: "2027-01-01" }, "2027-01-21")[0], ["2027-01-01", "2027-02-01", "11"]);
  assert.deepEqual(floors({ ...year, takeOrPay: true }), [["2027-01-31", "2028-01-31", "3650"]]);
});

test("what stands in a contract of accelerators is every hour of its term", () => {
  const accelerators = { source: "rack", count: 8, usdPerAcceleratorHour: "2" };
  const ramp = [
    { from: "2027-01-31", share: "0.3" },
    { from: "2027-02-10", share: "1" },
  ];
  const one = { ...year, accelerators, ramp };
  assert.equal(acceleratorsOn(one, dayOf("2027-02-09")), 2n);
  assert.equal(acceleratorsOn(one, dayOf("2027-02-10")), 8n);
  assert.equal(acceleratorsOn(one, dayOf("2028-01-31")), 0n);
  const hours = 10n * 24n * 2n + 355n * 24n * 8n;
  assert.equal(signedAmounts(one, dayOf(one.from))["accelerator-ms"], hours * 3_600_000n);
});

test("periods follow each other over the whole term, and credits and run-off add up to the last pico-dollar", () => {
  fc.assert(
    fc.property(anyContract, fc.bigInt({ min: 1n, max: 10n ** 20n }), (one, open) => {
      const periods = periodsOf(one, firstDay);
      for (const [index, { fromDay }] of periods.entries()) {
        assert.equal(fromDay, periods[index - 1]?.endDay ?? firstDay);
      }
      if (periods.length > 0) assert.equal(periods.at(-1)?.endDay, endDayOf(one));
      const credits = creditsOf(one);
      assert.deepEqual(
        credits,
        credits.toSorted((before, after) => before.endDay - after.endDay || Number(before.upTo - after.upTo)),
      );
      if (one.prepayment !== undefined && one.cancelledOn === undefined) {
        assert.equal(credits.at(-1)?.upTo, usd(one.prepayment.usd));
      }
      const left = runOff(one, pico(open), firstDay).reduce((sum, month) => sum + month.usd, 0n);
      assert.equal(left, endDayOf(one) > firstDay ? open : 0n);
    }),
  );
});
