import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../stack/fault.ts";
import { smallDocument, smallScenario } from "./fixture.ts";
import { planCapacity } from "./plan-capacity.ts";
import { whatIf } from "./what-if.ts";

const source = "A test's assumption.";
const [site] = smallDocument.sites;
const [colo, api] = smallDocument.supply;
const [chip] = smallDocument.accelerators;
const [demand] = smallDocument.demand;

const near = (one: number, other: number, share: number) =>
  assert.ok(Math.abs(one - other) <= share * Math.abs(other), `${one} and ${other}`);

/** All is served, by halls and accelerators that stand up to 10 MW, and by a provider beyond. */
const standing = {
  objective: "cost",
  sites: [{ ...site, hallMw: 10, accelerators: [{ accelerator: "chip", mw: 20 }] }],
  supply: [api],
  accelerators: [{ ...chip, mwPerQuarter: 0 }],
};

test("the marginal cost is what a little more demand adds, in dollars of its quarter", async () => {
  const plan = await planCapacity(smallScenario(standing), { gap: 0 });
  for (const [quarter, { marginalUsd }] of plan.prices.entries()) {
    const more = 0.01;
    const units = demand!.teratokensPerQuarter.map((amount, index) => amount + (index === quarter ? more : 0));
    const moved = await planCapacity(
      smallScenario({ ...standing, demand: [{ ...demand, teratokensPerQuarter: units }] }),
      { gap: 0 },
    );
    const discount = 1.1 ** (-(quarter + 0.5) / 4);
    near((plan.solved.value - moved.solved.value) / (more * 1e6 * discount), marginalUsd, 1e-4);
  }
});

test("where nothing is scarce it is the energy, and where tokens are bought too it is their price, in every future", async () => {
  // Were it divided by probabilities instead of the weight of the risk, it would be wrong in the worse future.
  const futures = [
    { name: "low", probability: 0.5, demandFactor: 0.4 },
    { name: "high", probability: 0.5, demandFactor: 1.5 },
  ];
  const { prices } = await planCapacity(
    smallScenario({ ...standing, branch: "2027Q1", futures, risk: { weight: 0.5, tail: 0.6 } }),
    { gap: 0 },
  );
  const kilowattHours = 1000 * 2190 * 1.25 * 0.8;
  const energyUsdPerMtok = (kilowattHours * 0.05) / 0.95 / ((500 * 2000 * 0.5 * 3600 * 2190) / 1e6);
  const perQuarter = (10 * 0.95 * 500 * 2000 * 0.5 * 3600 * 2190) / 1e12;
  for (const {
    futures: [which],
    quarter,
    marginalUsd,
  } of prices) {
    const wanted = demand!.teratokensPerQuarter[Number(quarter.at(-1)) - 1]! * (which === "low" ? 0.4 : 1.5);
    near(marginalUsd, wanted > perQuarter ? 3 : energyUsdPerMtok, 1e-6);
  }
});

test("one more MW at the meter is worth what the relaxation gains by it", async () => {
  const scenario = (energisedMw: number) =>
    smallScenario({ ...standing, sites: [{ ...standing.sites[0], hallMw: 100, energisedMw }] });
  const [one, more] = [await planCapacity(scenario(8)), await planCapacity(scenario(8.01))];
  const [power] = one.bindings;
  assert.deepEqual([power?.limit, power?.of], ["power", "fjord"]);
  near(power!.worthUsd, (more.solved.value - one.solved.value) / 0.01, 1e-4);
});

test("a site that lacks power is told, by how much and when", async () => {
  // 16 MW of IT at 1.25 are 20 MW at the meter, and half as much again in the second quarter.
  const perMw = 0.95 * 500 * 2000 * 0.5 * 3600 * 2190 * 1e-12;
  const scenario = smallScenario({
    ...standing,
    quarters: 2,
    sites: [{ ...standing.sites[0], hallMw: 100, energisedMw: 25 }],
    accelerators: [{ ...chip, mwPerQuarter: 0, availabilityShare: 0.95 }],
    supply: [],
    demand: [{ ...demand, teratokensPerQuarter: [16 * perMw, 24 * perMw] }],
  });
  const missing = {
    ...scenario,
    sites: scenario.sites.map((one) => ({ ...one, accelerators: [{ accelerator: "chip", mw: 40 }] })),
  };
  await assert.rejects(planCapacity(missing), (fault: Fault) => {
    assert.equal(fault.code, "invalid_value");
    assert.match(fault.message, /fjord needs 30 MW at the meter in 2027Q2, 25 are energised/);
    return true;
  });
});

test("demand before anything can come is told as what stays unserved", async () => {
  const scenario = smallScenario({
    objective: "cost",
    sites: [{ ...site, hallMw: 0 }],
    supply: [colo],
  });
  await assert.rejects(planCapacity(scenario), /20 of chat, online, north .* stay unserved in 2027Q1, 0 may/);
});

test("a limit that would have to give alike in several futures is told once, with their names", async () => {
  const scenario = smallScenario({
    objective: "cost",
    sites: [{ ...site, hallMw: 0 }],
    supply: [colo],
    futures: [
      { name: "low", probability: 0.5, demandFactor: [1, 0.9] },
      { name: "high", probability: 0.5 },
    ],
    branch: "2027Q1",
  });
  await assert.rejects(planCapacity(scenario), ({ message }: Error) => {
    assert.match(message, /stay unserved in 2027Q1 \(low, high\), 0 may/);
    assert.equal(message.match(/in 2027Q1/g)?.length, 1);
    return true;
  });
});

test("return on capital is what is earned on what is invested, as the accounts have it", async () => {
  const plan = await planCapacity(
    smallScenario({
      objective: "roic",
      finance: { discountPerYear: 0, source, standingCapitalUsd: 50e6 },
    }),
  );
  const [{ quarters } = { quarters: [] }] = plan.futures;
  const sum = (of: (one: (typeof quarters)[number]) => number) => quarters.reduce((total, one) => total + of(one), 0);
  near(
    plan.solved.value,
    (4 * sum(({ profitUsd }) => profitUsd)) /
      (sum(({ bookValueUsd, leasedUsd }) => bookValueUsd + leasedUsd) + 4 * 50e6),
    1e-6,
  );
  assert.deepEqual(plan.problems, []);
});

test("what is leased is capital too: its rent's present value, written off as it is paid, and its interest no cost", async () => {
  const bare = {
    name: "bare",
    kind: "neocloud",
    source,
    leadQuarters: 1,
    termQuarters: 3,
    usdPerAcceleratorHour: { chip: 2 },
    mwPerQuarter: 100,
    takeOrPayShare: 0.8,
  };
  const plan = await planCapacity(
    smallScenario({
      objective: "roic",
      sites: [{ ...site, hallMw: 0 }],
      supply: [bare],
      accelerators: [{ ...chip, mwPerQuarter: 0 }],
      demand: [{ ...demand, teratokensPerQuarter: [0, 20, 20, 20], usdPerMtok: 4, mustServeShare: 1 }],
    }),
  );
  const [{ quarters } = { quarters: [] }] = plan.futures;
  const [{ mw } = { mw: 0 }] = plan.decisions.flatMap((one) => (one.kind === "rent" ? [one] : []));
  const rent = mw * 500 * 2190 * 2 * 0.8;
  const worth = rent * (1 + 1.1 ** -0.25 + 1.1 ** -0.5);
  assert.ok(mw > 0 && quarters[0]?.leasedUsd === 0);
  for (const [at, left] of [3, 2, 1].entries()) {
    near(quarters[at + 1]!.leasedUsd, (worth * left) / 3, 1e-9);
    near(quarters[at + 1]!.leaseInterestUsd, rent - worth / 3, 1e-9);
  }
  const sum = (of: (one: (typeof quarters)[number]) => number) =>
    quarters.reduce((total, one, quarter) => total + 1.1 ** (-(quarter + 0.5) / 4) * of(one), 0);
  const earned = sum(({ profitUsd, leaseInterestUsd }) => profitUsd + leaseInterestUsd);
  near(plan.solved.value, (4 * earned) / sum(({ leasedUsd }) => leasedUsd), 1e-6);
});

test("a return on capital needs something to earn: no demand is told as that, and earning on no capital too", async () => {
  const asked = (changed: object) =>
    planCapacity(smallScenario({ objective: "roic", demand: [{ ...demand, ...changed }], supply: [api] }));
  await assert.rejects(asked({ teratokensPerQuarter: 0 }), /Nothing that it could do earns anything/);
  await assert.rejects(asked({ usdPerMtok: 0.001 }), /Nothing that it could do earns anything/);
  await assert.rejects(asked({ usdPerMtok: 30 }), /earn without investing/);
});

test("knowing more, or having it sooner, is worth something or nothing, never less", async () => {
  const futures = [
    { name: "low", probability: 0.5, demandFactor: [1, 1, 0.2, 0.1] },
    { name: "high", probability: 0.5, demandFactor: [1, 1, 2, 2] },
  ];
  const sites = [{ ...site, accelerators: [{ accelerator: "chip", mw: 12 }] }];
  const changed = await whatIf(smallScenario({ branch: "2027Q3", futures, sites }));
  assert.ok(changed.perfectInformationUsd! > 0);
  assert.ok(changed.stochasticSolutionUsd! >= 0);
  assert.deepEqual(
    changed.monthSooner.map(({ supply }) => supply),
    ["colo"],
  );
});
