import assert from "node:assert/strict";
import { test } from "node:test";
import { monthsOf } from "./contract-chart.ts";

const month = (name: string, recognised: string, closing: string) => ({
  month: name,
  opening: "0",
  signed: "0",
  recognised,
  cancelled: "0",
  closing,
});

test("months past and to come follow each other, and what is open runs off from where the books leave it", () => {
  const months = monthsOf({
    months: [month("2027-01", "0", "100"), month("2027-02", "10", "90")],
    runOff: [
      { month: "2027-02", usd: "5" },
      { month: "2027-03", usd: "45" },
      { month: "2027-04", usd: "40" },
    ],
  });
  assert.deepEqual(months, [
    { month: "2027-01", recognised: 0, expected: 0, open: 100 },
    { month: "2027-02", recognised: 10, expected: 5, open: 85 },
    { month: "2027-03", recognised: 0, expected: 45, open: 40 },
    { month: "2027-04", recognised: 0, expected: 40, open: 0 },
  ]);
});

test("a contract that is over has its past, and one that waits to be signed nothing", () => {
  const over = monthsOf({ months: [month("2027-01", "10", "0")], runOff: [] });
  assert.deepEqual(over, [{ month: "2027-01", recognised: 10, expected: 0, open: 0 }]);
  assert.deepEqual(monthsOf({ months: [], runOff: [] }), []);
});
