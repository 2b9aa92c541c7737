import assert from "node:assert/strict";
import { test } from "node:test";
import { assumptionsOf, usedValues } from "./assumptions.ts";
import { caseNamed } from "./cases.ts";
import { contractEconomics } from "./contract.ts";
import { headlines } from "./headlines.ts";

for (const { what, unit, ours, published, low, high, isReproduced } of headlines()) {
  test(`${what}: ${published} ${unit} as published comes out`, () => {
    assert.ok(isReproduced, `${ours} is outside of ${low} to ${high}`);
  });
}

test("the contract's margin is its price less the yearly cost of a megawatt, worked out by hand", () => {
  const values = usedValues(assumptionsOf(caseNamed("oracle")));
  const { costs, margin, perMwYear } = contractEconomics("openai-2025", "lease", values);
  // 420 bn over 4,560 MW and five years; 38 M over five years, US$175 a kW and month, 0.8 × 1.25 of 8,760 h at 8 cents,
  // and 3.5 % of 38 M.
  const yearly = 38e6 / 5 + 175 * 12_000 + 0.8 * 1.25 * 8_760_000 * 0.08 + 0.035 * 38e6;
  assert.equal(perMwYear.toFixed(0), (420e9 / 4560 / 5).toFixed(0));
  assert.equal(costs.reduce((sum, { amount }) => sum + amount, 0).toFixed(0), (yearly * 4560 * 5).toFixed(0));
  assert.equal(margin.toFixed(9), (1 - yearly / (420e9 / 4560 / 5)).toFixed(9));
});
