import assert from "node:assert/strict";
import { test } from "node:test";
import { type Resource, resource } from "../../stack/resource.ts";
import { smallScenario } from "../capacity/fixture.ts";
import { planCapacity } from "../capacity/plan-capacity.ts";
import { scenarioFromHistory, type ServedHistory } from "./scenario.ts";

const factory: readonly Resource[] = [
  { kind: "Site", name: "fjord", electricityUsdPerKwh: "0.05", pue: "1.2" },
  {
    kind: "Source",
    type: "own",
    name: "rack",
    site: "fjord",
    accelerator: "h200",
    accelerators: 1000,
    power: { idleWatts: 200, maxWatts: 1000 },
    capitalUsdPerAccelerator: "40000",
    lifeYears: 5,
    costOfCapital: "0.12",
    colocationUsdPerKwMonth: "130",
    colocationKwPerAccelerator: 1,
  },
  {
    kind: "Source",
    type: "rent",
    name: "neo",
    site: "fjord",
    accelerator: "h200",
    accelerators: 100,
    power: { idleWatts: 200, maxWatts: 1000 },
    rentUsdPerAcceleratorHour: "2",
  },
  { kind: "Source", type: "upstream", name: "api", prices: [] },
].map((one) => resource.parse(one));

/** 150 days of growth: 1 % a day of 10¹¹ tokens. */
const served: ServedHistory = {
  firstDay: "2026-06-01",
  lastDay: "2026-10-28",
  models: [{ model: "chat", tokens: Array.from({ length: 150 }, (_, day) => Math.round(1e11 * 1.01 ** day)) }],
  recent: {
    days: 28,
    uses: [
      { source: "rack", model: "chat", tokens: 9e12, acceleratorMs: 3e12, costUsd: 1e6 },
      { source: "api", model: "chat", tokens: 1e12, acceleratorMs: 0, costUsd: 7e5 },
    ],
    revenueUsd: { chat: 5e6 },
  },
};

const ask = { start: "2027Q1", quarters: 4 };

test("demand, price, speed and an upstream's cost are those that were measured, each with its source", () => {
  const { scenario, forecast } = scenarioFromHistory(served, factory, ask);
  const [demand] = scenario.demand;
  assert.equal(demand?.usdPerMtok, 0.5);
  assert.match(demand?.source ?? "", /ledger, 2026-06-01 to 2026-10-28/);
  assert.deepEqual(
    demand?.teratokensPerQuarter,
    forecast.quarters.map(({ expected }) => expected / 1e12),
  );
  const [accelerator] = scenario.accelerators;
  assert.equal(accelerator?.speed["chat"]?.tokensPerSecond, 3000);
  assert.equal(accelerator?.usdPerAccelerator, 40_000);
  const api = scenario.supply.find(({ name }) => name === "api");
  assert.ok(api?.kind === "tokens" && api.usdPerMtok["chat"] === 0.7);
  assert.equal(scenario.sites[0]?.accelerators[0]?.mw, 1, "what is rented is had anew, or not");
  assert.equal(scenario.finance.discountPerYear, 0.12);
});

test("accelerators that are under contract when the plan begins are not planned with", () => {
  const sold = resource.parse({
    kind: "Contract",
    name: "rack-2027",
    counterparty: "Acme",
    role: "seller",
    tenant: "acme",
    from: "2026-01-01",
    to: "2027-01-01",
    totalUsd: "1",
    accelerators: { source: "rack", count: 400, usdPerAcceleratorHour: "2" },
  });
  const { scenario, notes } = scenarioFromHistory(served, [...factory, sold], ask);
  assert.equal(scenario.sites[0]?.accelerators[0]?.mw, 0.6);
  assert.match(notes.join("\n"), /400 accelerators of rack are under contract until 2027-01-01/);
  const later = scenarioFromHistory(served, [...factory, sold], { ...ask, start: "2027Q2" });
  assert.equal(later.scenario.sites[0]?.accelerators[0]?.mw, 1);
});

test("three futures stand for the interval, with probabilities that add up to one", () => {
  const { scenario, forecast } = scenarioFromHistory(served, factory, ask);
  assert.deepEqual(
    scenario.futures.map(({ name, probability }) => [name, probability]),
    [
      ["low", 0.3],
      ["mid", 0.4],
      ["high", 0.3],
    ],
  );
  const [low, mid, high] = scenario.futures.map(({ demandFactor }) => demandFactor as number[]);
  forecast.quarters.forEach((point, quarter) => {
    assert.equal(mid?.[quarter], 1);
    assert.equal(low?.[quarter], point.low / point.expected);
    assert.equal(high?.[quarter], point.high / point.expected);
    assert.ok((low?.[quarter] ?? 2) <= 1 && (high?.[quarter] ?? 0) >= 1);
  });
});

test("the scenario of a factory can be planned as it is, and passes the plan's own check", async () => {
  const { scenario } = scenarioFromHistory(served, factory, ask);
  const plan = await planCapacity(scenario, { gap: 0.05, timeLimitSeconds: 30 });
  assert.deepEqual(plan.problems, []);
  assert.deepEqual(plan.quarters, ["2027Q1", "2027Q2", "2027Q3", "2027Q4"]);
});

test("on a base scenario only what the ledger knows is replaced", () => {
  const small = smallScenario();
  const { scenario, notes } = scenarioFromHistory(served, factory, { ...ask, base: small });
  assert.deepEqual(scenario.sites, small.sites);
  assert.deepEqual(scenario.supply, small.supply);
  assert.equal(scenario.demand[0]?.tier, "online");
  assert.equal(scenario.demand[0]?.usdPerMtok, 0.5);
  assert.equal(scenario.accelerators[0]?.speed["chat"]?.tokensPerSecond, 2000, "its accelerator was never used");
  assert.equal(scenario.futures.length, 3);
  const other = smallScenario({
    models: [{ name: "code", unit: "tokens" }],
    demand: [{ ...small.demand[0], model: "code" }],
    supply: [],
    accelerators: [{ ...small.accelerators[0], name: "h200", speed: { code: { tokensPerSecond: 1 } } }],
  });
  const found = scenarioFromHistory(served, factory, { ...ask, base: other });
  assert.deepEqual(
    found.scenario.demand.map(({ model, region }) => [model, region]),
    [
      ["code", "north"],
      ["chat", "north"],
    ],
  );
  assert.equal(found.scenario.accelerators[0]?.speed["chat"]?.tokensPerSecond, 3000);
  assert.match(found.notes.join("\n"), /Demand for code is the base scenario's[\s\S]*chat is not in the base scenario/);
  assert.deepEqual(notes, []);
});

test("a demand that megawatts cannot tell from nothing is refused, with what scale would do", () => {
  const tiny = { ...served, models: [{ model: "chat", tokens: Array.from({ length: 60 }, () => 1000) }] };
  assert.throws(() => scenarioFromHistory(tiny, factory, ask), /9[0-9],\d{3} tokens in a quarter are too few.*--scale/);
  assert.ok(scenarioFromHistory(tiny, factory, { ...ask, scale: 1e6 }).scenario.demand.length === 1);
});

test("what the ledger does not know is said: no price, no speed, no recent use", () => {
  const recent = {
    days: 28,
    uses: [{ source: "rack", model: "chat", tokens: 5, acceleratorMs: 0, costUsd: 0 }],
    revenueUsd: {},
  };
  const { notes } = scenarioFromHistory({ ...served, recent }, factory, ask);
  assert.match(notes.join("\n"), /earned nothing[\s\S]*was not measured/);
  const none = { ...recent, uses: [] };
  assert.match(
    scenarioFromHistory({ ...served, recent: none }, factory, ask).notes.join("\n"),
    /Nothing of chat was served/,
  );
});
