import assert from "node:assert/strict";
import { test } from "node:test";
import { chainValues, linesOf, runChain } from "../planner/stack-chain/chain.ts";
import { stackChain } from "../planner/stack-chain/chains.ts";
import { h200Chain, h200Report } from "./example.ts";

/** Rounded as the published figure is printed. */
const printed: Record<string, readonly [value: string, decimals: number]> = {
  "infrastructure: Total cost of ownership": ["1.66", 2],
  "infrastructure: Rental price": ["2.00", 2],
  "infrastructure: Margin": ["16.8", 1],
  "platform: Effective use": ["75", 0],
  "platform: Throughput in use": ["442", 0],
  "platform: Compute cost": ["1.676", 3],
  "platform: Selling price": ["2.00", 2],
  "platform: Margin": ["16.2", 1],
  "applications: Revenue per seat": ["20", 0],
  "applications: Gross profit per seat": ["8", 0],
  "applications: Margin": ["40", 0],
};

for (const line of h200Chain()) {
  const known = printed[`${line.layer}: ${line.label}`];
  if (line.published === null) continue;
  test(`the H200 chain's ${line.label.toLowerCase()} (${line.layer}) comes out as published: ${known?.[0]} ${line.unit}`, () => {
    assert.ok(known !== undefined);
    assert.equal(line.value.toFixed(known[1]), known[0]);
    assert.equal(line.published, Number(known[0]));
  });
}

test("every published line of the chain is there", () => {
  const lines = h200Chain().filter(({ published }) => published !== null);
  assert.deepEqual(lines.map(({ layer, label }) => `${layer}: ${label}`).toSorted(), Object.keys(printed).toSorted());
});

test("the chain's layers add up, and its idle quarter stands on a line of its own, with the platform", () => {
  const report = h200Report();
  const margins = report.layers.reduce((sum, { margin }) => sum + Number(margin), 0);
  assert.equal(margins.toFixed(12), Number(report.total.margin).toFixed(12));
  assert.equal(report.layers.find(({ layer }) => layer === "platform")?.idle, "0.5");
  assert.equal(report.capacity.idleAcceleratorHours.value, 0.25);
});

test("the chain of plain prices and the ledger's books agree on every line of the H200", () => {
  const h200 = stackChain("h200");
  const booked = h200Chain();
  const priced = linesOf(h200, runChain(chainValues(h200)).lines);
  assert.equal(priced.length, booked.length);
  for (const [index, line] of priced.entries()) {
    const other = booked[index];
    assert.equal(line.label, other?.label);
    assert.ok(Math.abs(line.value - (other?.value ?? 0)) < 1e-6, `${line.label}: ${line.value}, ${other?.value}`);
  }
});
