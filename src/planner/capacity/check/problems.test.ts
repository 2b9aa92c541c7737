import assert from "node:assert/strict";
import { before, test } from "node:test";
import { problemsOfPlan } from "./problems.ts";
import { smallDocument, smallScenario } from "../fixture.ts";
import { type CapacityPlan, planCapacity } from "../plan-capacity.ts";

const source = "A test's assumption.";

const scenario = smallScenario({
  quarters: 6,
  branch: "2027Q3",
  sites: [{ ...smallDocument.sites[0], hallMw: 0, energisedMw: [0, 8, 16, 16, 16, 16] }],
  demand: [{ ...smallDocument.demand[0], usdPerMtok: 3 }],
  finance: { discountPerYear: 0.1, source, capexUsdPerQuarter: 900e6, facilityUsd: 2e9 },
  regions: [{ name: "north" }, { name: "south" }],
  tiers: [{ name: "online", utilisation: 0.5, reach: "region" }],
  supply: [
    ...smallDocument.supply,
    {
      name: "rented",
      kind: "neocloud",
      source,
      leadQuarters: 1,
      termQuarters: 4,
      regions: ["north"],
      usdPerAcceleratorHour: { chip: 2 },
      mwPerQuarter: 3,
      minimumMw: 2,
    },
  ],
  accelerators: [{ ...smallDocument.accelerators[0], mwPerQuarter: 6 }],
  deals: [
    {
      name: "anchor",
      source,
      model: "chat",
      tier: "online",
      region: "north",
      acceptBy: "2027Q1",
      start: "2027Q3",
      end: "2027Q4",
      teratokensPerQuarter: 10,
      usdPerMtok: 3,
      prepaidUsd: 5e6,
    },
  ],
  futures: [
    { name: "low", probability: 0.4, demandFactor: [1, 1, 0.8, 0.7] },
    { name: "high", probability: 0.6 },
  ],
});

let plan: CapacityPlan;
before(async () => {
  plan = await planCapacity(scenario);
});

test("a plan of the model breaks no rule", () => {
  assert.deepEqual(plan.problems, []);
  for (const kind of ["build", "buy", "rent", "accept"])
    assert.ok(
      plan.decisions.some((one) => one.kind === kind),
      kind,
    );
});

type Changed = (plan: CapacityPlan) => Pick<CapacityPlan, "decisions" | "operations" | "futures">;

const decide = (
  change: (one: CapacityPlan["decisions"][number]) => CapacityPlan["decisions"][number] | undefined,
): Changed => {
  return (good) => ({ ...good, decisions: good.decisions.flatMap((one) => change(one) ?? []) });
};
const operate = (change: (one: CapacityPlan["operations"][number]) => CapacityPlan["operations"][number]): Changed => {
  return (good) => ({ ...good, operations: good.operations.map(change) });
};

/** Each a plan with one lie in it, and what the check must say. */
const lies: readonly (readonly [lie: string, changed: Changed, said: RegExp])[] = [
  [
    "a block less",
    decide((one) => (one.kind === "build" ? { ...one, blocks: one.blocks - 1, mw: one.mw - 6 } : one)),
    /powered in the halls/,
  ],
  [
    "half a block more",
    decide((one) => (one.kind === "build" ? { ...one, blocks: one.blocks + 0.5, mw: one.mw + 3 } : one)),
    /no whole number of blocks/,
  ],
  [
    "accelerators that nobody bought",
    decide((one) => (one.kind === "buy" ? undefined : one)),
    /MW of chip at work in fjord/,
  ],
  [
    "more than the vendor allots",
    decide((one) => (one.kind === "buy" ? { ...one, mw: one.mw + 6 } : one)),
    /MW of chip ordered/,
  ],
  [
    "a smaller contract than there is",
    decide((one) => (one.kind === "rent" ? { ...one, mw: 1 } : one)),
    /smallest contract/,
  ],
  ["a rental that came to an end", decide((one) => (one.kind === "rent" ? undefined : one)), /rented chip at work/],
  ["a deal that was not signed", decide((one) => (one.kind === "accept" ? undefined : one)), /what anchor calls/],
  [
    "a deal signed too late",
    decide((one) => (one.kind === "accept" ? { ...one, quarter: "2027Q2" } : one)),
    /had to be signed by 2027Q1/,
  ],
  [
    "foresight",
    decide((one) => (one.quarter === "2027Q1" ? { ...one, futures: ["low"] } : one)),
    /nobody can tell apart/,
  ],
  [
    "work that no accelerator does",
    operate((one) => ({ ...one, served: one.served.map((some) => ({ ...some, units: some.units * 1.1 })) })),
    /work of chat, online from/,
  ],
  ["demand that is forgotten", operate((one) => ({ ...one, unmet: [], bought: [] })), /demand for chat, online, north/],
  [
    "power beyond what is energised",
    operate((one) => ({ ...one, work: one.work.map((some) => ({ ...some, mw: some.mw * 12 })) })),
    /at the meter of fjord/,
  ],
  [
    "a region out of reach",
    operate((one) => ({ ...one, served: one.served.map((some) => ({ ...some, place: "neocloud south" })) })),
    /too far to serve/,
  ],
  [
    "a damage that nobody pays",
    operate((one) => ({ ...one, short: [{ deal: "anchor", units: 1 }] })),
    /what anchor calls/,
  ],
  [
    "cash from nowhere",
    (good) => ({
      ...good,
      futures: good.futures.map((one) => ({
        ...one,
        quarters: one.quarters.map((some) => ({ ...some, cashFlowUsd: some.cashFlowUsd + 1e6 })),
      })),
    }),
    /dollars of cash flow/,
  ],
  [
    "an investment that is not told",
    (good) => ({
      ...good,
      futures: good.futures.map((one) => ({
        ...one,
        quarters: one.quarters.map((some) => ({ ...some, investedUsd: 0 })),
      })),
    }),
    /dollars invested/,
  ],
];

for (const [lie, changed, said] of lies) {
  test(`the check sees ${lie}`, () => {
    const problems = problemsOfPlan(scenario, changed(plan));
    assert.ok(
      problems.some((problem) => said.test(problem)),
      problems.join("\n") || "It saw nothing.",
    );
  });
}
