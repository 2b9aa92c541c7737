import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pico } from "../../../src/stack/money.ts";
import { dollars, moneyParts, moneyText, rateText, sum } from "./money.ts";

test("amounts of every size keep the digits that tell something", () => {
  const shown: Record<string, string> = {
    "0": "$0",
    "0.000000000001": "$0.000000000001",
    "0.0000042138": "$0.00000421",
    "0.0153557": "$0.0154",
    "0.42": "$0.420",
    "1": "$1.00",
    "11.84998": "$11.85",
    "1234567.891": "$1,234,567.89",
    "-0.00503": "−$0.00503",
    "-12.345": "−$12.35",
  };
  for (const [amount, text] of Object.entries(shown)) assert.equal(moneyText(amount), text);
});

test("the leading zeros of a small amount come apart from its digits", () => {
  assert.deepEqual(moneyParts("0.0000042138"), { negative: false, lead: "0.00000", digits: "421" });
  assert.deepEqual(moneyParts("0.0421"), { negative: false, lead: "", digits: "0.0421" });
  assert.deepEqual(moneyParts("3.5"), { negative: false, lead: "", digits: "3.50" });
});

test("an amount that rounds up to the next digit carries", () => {
  assert.equal(moneyText("0.0009999"), "$0.00100");
  assert.equal(moneyText("0.99999"), "$1.00");
  assert.equal(moneyText("999.999"), "$1,000.00");
});

test("what is shown is within half a unit of its last digit of the exact amount", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (amount) => {
      const shown = moneyText(pico(amount)).replace("−", "-").replace("$", "").replaceAll(",", "");
      const decimals = shown.split(".")[1]?.length ?? 0;
      assert.ok(Math.abs(Number(shown) - dollars(pico(amount))) <= 0.5000001 * 10 ** -decimals);
    }),
  );
});

test("a rate has four digits and no zeros at its end, and its unit of money is the one that is asked for", () => {
  assert.equal(rateText(1.6762), "$1.676");
  assert.equal(rateText(0.00031512), "$0.0003151");
  assert.equal(rateText(-20.5, "US$"), "−US$20.50");
  assert.equal(rateText(34698), "$34,698");
  assert.equal(rateText(0.02), "$0.02");
  assert.equal(rateText(2), "$2.00");
});

test("amounts add up exactly", () => {
  assert.equal(sum("0.1", "0.2"), 300_000_000_000n);
});
