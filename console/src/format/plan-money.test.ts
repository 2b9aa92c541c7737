import assert from "node:assert/strict";
import { test } from "node:test";
import { largeMoney, perMtokMoney, wholeMoney } from "./plan-money.ts";

test("amounts of a plan have three digits, in the reader's language", () => {
  assert.equal(largeMoney(-1_461_200_000, "$", "en"), "−$1.46B");
  assert.equal(largeMoney(652_000_000, "US$", "zh-Hant"), "US$6.52億");
  assert.equal(largeMoney(0, "$", "en"), "$0");
  assert.equal(wholeMoney(23_446.7, "$", "en"), "$23,447");
  assert.deepEqual([perMtokMoney(0.3, "$"), perMtokMoney(0.00123, "$")], ["$0.300", "$0.00123"]);
});
