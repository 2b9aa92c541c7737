import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { parse } from "yaml";
import { smallScenario } from "./fixture.ts";
import { planCapacity } from "./plan-capacity.ts";
import { capacityScenario } from "./scenario.ts";

const near = (one: number, other: number, share = 1e-6) =>
  assert.ok(Math.abs(one - other) <= share * Math.max(1, Math.abs(one), Math.abs(other)), `${one} and ${other}`);

test("the example is planned within its gap for each objective, and its plans keep every rule", async () => {
  const text = await readFile(new URL("../../../docs/examples/plan-capacity.yaml", import.meta.url), "utf8");
  const example = parse(text) as object;
  for (const [objective, gap] of [
    ["profit", 0.01],
    ["cost", 0.04],
    ["roic", 0.04],
  ] as const) {
    const plan = await planCapacity(capacityScenario.parse({ ...example, objective }), { gap });
    assert.equal(plan.solved.status, "within gap", objective);
    assert.deepEqual(plan.problems, [], objective);
    assert.ok(plan.solved.bound !== null && plan.solved.bound >= plan.solved.value, objective);
  }
});

test("what is optimised is what the accounts add up to, the worst futures weighing more", async () => {
  const plan = await planCapacity(
    smallScenario({
      branch: "2027Q3",
      futures: [
        { name: "low", probability: 0.25, demandFactor: [1, 1, 0.5, 0.3] },
        { name: "base", probability: 0.5 },
        { name: "high", probability: 0.25, demandFactor: [1, 1, 1.3, 1.6] },
      ],
      risk: { weight: 0.4, tail: 0.75 },
    }),
    { gap: 0 },
  );
  const mean = plan.futures.reduce((sum, { probability, valueUsd }) => sum + probability * valueUsd, 0);
  const worst = Math.min(...plan.futures.map(({ valueUsd }) => valueUsd));
  near(plan.solved.value, 0.6 * mean + 0.4 * worst);
  assert.deepEqual(plan.problems, []);
});

test("nobody decides by what only the future tells", async () => {
  const futures = [
    { name: "low", probability: 0.5, demandFactor: [1, 1, 0.1, 0.1] },
    { name: "high", probability: 0.5 },
  ];
  const { decisions } = await planCapacity(smallScenario({ branch: "2027Q3", futures }));
  for (const { quarter, futures: which } of decisions) {
    assert.equal(which.length, quarter < "2027Q3" ? 2 : 1, quarter);
  }
});
