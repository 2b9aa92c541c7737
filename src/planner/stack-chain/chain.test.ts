import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../../catalog/chips.ts";
import { rangeOf, usedFigure, usedValue } from "../../catalog/readings.ts";
import { chainInputNames, chainInputs, chainSetting, chainValues, runChain } from "./chain.ts";
import { chains, stackChain } from "./chains.ts";

const h200 = stackChain("h200");

test("every input of every chain has a unit, a source, a date, and a range that what is used lies in", () => {
  for (const chain of chains) {
    assert.equal(chipNamed(chain.chip).name, chain.chip);
    for (const name of chainInputNames) {
      const of = chain.inputs[name];
      for (const figure of of.readings) {
        assert.equal(figure.unit, chainInputs[name].unit, `${chain.name} ${name}`);
        assert.ok(figure.source.length > 3 && /^\d{4}(-\d\d)?$/.test(figure.asOf), `${chain.name} ${name}`);
      }
      const { low, high } = rangeOf(of);
      assert.ok(low <= usedValue(of) && usedValue(of) <= high);
      if (of.readings.length > 1) assert.ok(of.because, `${chain.name} ${name}: why ${usedFigure(of).source}?`);
    }
  }
});

test("the layers' margins add up to what the seats pay less what is spent outside, whatever is set", () => {
  const arbitrary = fc.record(
    Object.fromEntries(
      chainInputNames.map((name) => {
        const used = usedValue(h200.inputs[name]);
        const { least, most } = chainInputs[name];
        return [name, fc.double({ min: Math.max(least, used / 3), max: Math.min(most, used * 3 + 1), noNaN: true })];
      }),
    ),
  );
  fc.assert(
    fc.property(arbitrary, (set) => {
      const { layers, revenueUsd, marginUsd } = runChain(chainValues(h200, set));
      const spent = layers.reduce((sum, { spentUsd }) => sum + spentUsd, 0);
      assert.ok(Math.abs(revenueUsd - spent - marginUsd) <= 1e-9 * Math.max(1, revenueUsd));
      for (const [index, one] of layers.entries()) {
        const above = layers.slice(index + 1).find(({ boughtUsd }) => boughtUsd > 0);
        if (one.layer === "infrastructure") assert.ok(Math.abs((above?.boughtUsd ?? 0) - one.revenueUsd) < 1e-9);
      }
    }),
  );
});

test("a dearer lease takes from the infrastructure's margin alone, a lower use from the platform's", () => {
  const before = runChain(chainValues(h200));
  const dearer = runChain(chainValues(h200, chainSetting(["lease=140"])));
  const emptier = runChain(chainValues(h200, chainSetting(["utilisation=0.6"])));
  const margin = (of: typeof before, layer: string) => of.layers.find((one) => one.layer === layer)?.marginRatio ?? 0;
  assert.ok(margin(dearer, "infrastructure") < margin(before, "infrastructure"));
  assert.equal(margin(dearer, "platform"), margin(before, "platform"));
  assert.equal(margin(emptier, "infrastructure"), margin(before, "infrastructure"));
  // 2.00 / (442 × 3600 × 0.6) × 1e6 = $2.095 a million, above the price.
  assert.equal(emptier.lines.computeCost.toFixed(3), "2.095");
  assert.ok(margin(emptier, "platform") < 0);
});

test("what cannot be set is told by name, with what can be", () => {
  assert.throws(() => chainSetting(["leese=140"]), /no input "leese".*electricity, power/);
  assert.throws(() => chainSetting(["utilisation=1.2"]), /utilisation: a number from 0.001 to 1 is wanted/);
  assert.throws(() => chainSetting(["lease="]), /lease: a number/);
  assert.throws(() => stackChain("h201"), /no stack "h201".*Nearest: h200/s);
});
