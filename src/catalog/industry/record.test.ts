import assert from "node:assert/strict";
import { test } from "node:test";
import { disagree, type Readings } from "../readings.ts";
import { layerMargins } from "./margins.ts";
import { recordedCapex, recordedContracts, usdPerMwYear } from "./record.ts";

const all: Readings[] = [
  ...recordedContracts.flatMap(({ value, years, power, prepaid }) => [value, years, power, prepaid]),
  ...recordedCapex.map(({ spent }) => spent),
  ...layerMargins.map(({ margin }) => margin),
].filter((one) => one !== undefined);

test("every figure of the record has a unit, a source with an address or arithmetic, and a date", () => {
  assert.ok(all.length > 60);
  for (const { readings } of all) {
    for (const { unit, source, asOf, confidence } of readings) {
      assert.ok(unit.length > 0 && /^\d{4}(-\d\d)?$/.test(asOf), source);
      assert.ok(source.includes("https://") || confidence === "derived" || source.startsWith("SemiAnalysis"), source);
      assert.equal(unit, readings[0].unit);
    }
  }
});

test("contracts whose readings disagree say why one is used", () => {
  for (const { value } of recordedContracts) {
    if (value !== undefined && disagree(value)) assert.ok(value.because, value.readings[0].source);
  }
});

test("a MW-year costs what the study works out: 13.3 of Oracle, 11.6 of Nebius, 9.7 of IREN, in millions", () => {
  const of = (seller: string) => {
    const found = recordedContracts.find((one) => one.seller === seller && usdPerMwYear(one) !== null);
    return found === undefined ? Number.NaN : (usdPerMwYear(found) ?? Number.NaN) / 1e6;
  };
  assert.equal(of("Oracle").toFixed(1), "13.3");
  assert.equal(of("Nebius").toFixed(1), "11.6");
  assert.equal(of("IREN").toFixed(1), "9.7");
});
