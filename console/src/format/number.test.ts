import assert from "node:assert/strict";
import { test } from "node:test";
import { compact, joules, percent, quantity, span, spanOf } from "./number.ts";

test("spans of time read in the unit that one would say", () => {
  const shown = [0, 0.104, 312, 1530, 45_200, 125_000, 3_600_000, 8_208_000].map(span);
  assert.deepEqual(shown, ["0 ms", "0.10 ms", "312 ms", "1.53 s", "45.2 s", "2 min 5 s", "1 h", "2.28 h"]);
});

test("a part of a span is told in the unit of the whole", () => {
  assert.deepEqual(spanOf(70_000, 800_000), { part: "1.17", whole: "13.3", unit: "min" });
  assert.deepEqual(spanOf(9_576_000, 18_000_000), { part: "2.66", whole: "5", unit: "h" });
  assert.deepEqual(spanOf(0, 42_000), { part: "0", whole: "42", unit: "s" });
});

test("energy goes from millijoules to kilowatt-hours", () => {
  const shown = [0, 0.0536, 0.85, 15_056, 7.2e6].map((value) => joules(value, "en"));
  assert.deepEqual(shown, ["0 J", "53.6 mJ", "0.85 J", "15.1 kJ", "2 kWh"]);
});

test("large counts are short in the reader's language, and small ones whole", () => {
  assert.equal(compact(9_999, "en"), "9,999");
  assert.equal(compact(50_280_000, "en"), "50.28M");
  assert.equal(compact(50_280_000, "zh-Hant"), "5028萬");
});

test("a percentage far below what can be read only says so", () => {
  assert.equal(percent(0.1622, "en"), "16.2%");
  assert.equal(percent(-0.573, "en"), "−57.3%");
  assert.equal(percent(-412.9, "en"), "< −999%");
});

test("a quantity keeps four digits", () => {
  assert.equal(quantity(0.0002083, "en"), "0.0002083");
  assert.equal(quantity(2.2594, "en"), "2.259");
  assert.equal(quantity(1_193_400, "en"), "1,193,400");
});
