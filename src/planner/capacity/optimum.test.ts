import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { solveHere } from "../optimise/solve-here.ts";
import { smallDocument, smallScenario } from "./fixture.ts";
import { planCapacity } from "./plan-capacity.ts";
import type { CapacityScenario } from "./scenario.ts";

/** In this thread, for tests with many plans. */
async function optimum(scenario: CapacityScenario) {
  const { solved, decisions } = await planCapacity(scenario, { gap: 0, solver: solveHere });
  return { usd: solved.value, decisions };
}

const near = (one: number, other: number, share: number) =>
  assert.ok(Math.abs(one - other) <= share * Math.max(1, Math.abs(one), Math.abs(other)), `${one} and ${other}`);

const quarters = 3;

/** Leases of two kinds, standing accelerators, a provider: closed enough to be tried by hand. */
const leases = fc.record({
  small: fc.record({
    mw: fc.integer({ min: 1, max: 4 }),
    rent: fc.integer({ min: 60, max: 400 }),
    lead: fc.integer({ min: 0, max: 1 }),
  }),
  large: fc.record({
    mw: fc.integer({ min: 5, max: 9 }),
    rent: fc.integer({ min: 60, max: 400 }),
    lead: fc.integer({ min: 0, max: 2 }),
  }),
  demandMw: fc.array(fc.integer({ min: 0, max: 14 }), { minLength: quarters, maxLength: quarters }),
  usdPerMtok: fc.integer({ min: 1, max: 5 }),
  energisedMw: fc.integer({ min: 6, max: 16 }),
  tailLossShare: fc.constantFrom(0, 0.35, 1),
  termQuarters: fc.integer({ min: 1, max: 5 }),
  discountPerYear: fc.constantFrom(0, 0.12),
});

type Leases = typeof leases extends fc.Arbitrary<infer Of> ? Of : never;

/** 10¹² tokens that 1 MW makes in a quarter: 500 accelerators of 2,000 tokens a second, half of the time. */
const perMw = (500 * 2000 * 0.5 * 3600 * 2190) / 1e12;

function leaseScenario(one: Leases): CapacityScenario {
  const hall = (name: "small" | "large") => ({
    ...smallDocument.supply[0],
    name,
    kind: "colocation",
    leadQuarters: one[name].lead,
    moduleMw: one[name].mw,
    rentUsdPerKwMonth: one[name].rent,
    termQuarters: one.termQuarters,
    tailLossShare: one.tailLossShare,
  });
  return smallScenario({
    objective: "cost",
    quarters,
    finance: { discountPerYear: one.discountPerYear, source: "A test's assumption." },
    sites: [
      {
        ...smallDocument.sites[0],
        energisedMw: one.energisedMw,
        pue: 1,
        hallMw: 2,
        energyUsdPerKwh: 0.05,
        accelerators: [{ accelerator: "chip", mw: 100 }],
      },
    ],
    accelerators: [{ ...smallDocument.accelerators[0], availabilityShare: 1, drawnShare: 1, mwPerQuarter: 0 }],
    supply: [hall("small"), hall("large"), { ...smallDocument.supply[1], usdPerMtok: { chat: one.usdPerMtok } }],
    demand: [{ ...smallDocument.demand[0], teratokensPerQuarter: one.demandMw.map((mw) => mw * perMw) }],
  });
}

/** The least cost of all numbers of blocks, each tried: rent, then tokens made up to halls and power, the rest bought. */
function leastByTrying(one: Leases): number {
  const factor = (quarter: number) => (1 + one.discountPerYear) ** (-(quarter + 0.5) / 4);
  const kinds = [one.small, one.large];
  const orders = kinds.flatMap((kind) =>
    Array.from({ length: quarters }, (_, at) => ({ ...kind, at })).filter(({ at, lead }) => at + lead < quarters),
  );
  let best = Infinity;
  const tried = (index: number, counts: readonly number[]): void => {
    const order = orders[index];
    if (order !== undefined) {
      for (let count = 0; count <= Math.ceil(one.energisedMw / order.mw); count++) tried(index + 1, [...counts, count]);
      return;
    }
    let cost = 0;
    for (let quarter = 0; quarter < quarters; quarter++) {
      let halls = 2;
      for (const [which, { at, lead, mw }] of orders.entries()) {
        const age = quarter - at - lead;
        if (age >= 0 && age < one.termQuarters) halls += mw * counts[which]!;
      }
      const load = Math.min(halls, one.energisedMw, one.demandMw[quarter]!);
      const energy = 0.05 * 2190 * 1000;
      const bought = (one.demandMw[quarter]! - load) * perMw * 1e6 * one.usdPerMtok;
      // It is made only where that is cheaper.
      const made = Math.min(load * energy, load * perMw * 1e6 * one.usdPerMtok);
      cost += (made + bought) * factor(quarter);
    }
    for (const [which, { at, lead, mw, rent }] of orders.entries()) {
      for (let quarter = at + lead; quarter < at + lead + one.termQuarters; quarter++) {
        const owed = quarter < quarters ? 1 : one.tailLossShare;
        cost += counts[which]! * mw * rent * 3000 * owed * factor(quarter);
      }
    }
    best = Math.min(best, cost);
  };
  tried(0, []);
  return best;
}

test("the plan of least cost is that of trying every number of blocks in every quarter", async () => {
  await fc.assert(
    fc.asyncProperty(leases, async (one) => {
      near(-(await optimum(leaseScenario(one))).usd, leastByTrying(one), 1e-6);
    }),
    { numRuns: 30 },
  );
});

test("an own chip is begun when it is worth more than it costs, at the quarter that is best, and not rounded away", async () => {
  const scenario = (nreUsd: number, developmentQuarters: number) =>
    smallScenario({
      quarters: 8,
      sites: [{ ...smallDocument.sites[0], hallMw: 40 }],
      supply: [smallDocument.supply[1]],
      accelerators: [
        { ...smallDocument.accelerators[0], mwPerQuarter: 8 },
        {
          name: "own",
          source: "A test's assumption.",
          itWatts: 2000,
          usdPerAccelerator: 25_000,
          speed: { chat: { tokensPerSecond: 2000 } },
          own: { nreUsd, developmentQuarters, lastStart: "2027Q3", rampMwPerQuarter: [2, 10] },
        },
      ],
      demand: [{ ...smallDocument.demand[0], teratokensPerQuarter: 120 }],
    });
  const programmes = async (nreUsd: number, development: number) =>
    (await optimum(scenario(nreUsd, development))).decisions.filter(({ kind }) => kind === "programme");
  const cheap = await programmes(20e6, 3);
  assert.deepEqual(
    cheap.map(({ quarter }) => quarter),
    ["2027Q1"],
  );
  assert.equal((await programmes(5e9, 3)).length, 0);
});

test("a deal that does not pay is left, and one that does is signed before its window closes", async () => {
  const deal = (usdPerMtok: number) => ({
    name: "anchor",
    source: "A test's assumption.",
    model: "chat",
    tier: "online",
    region: "north",
    acceptBy: "2027Q1",
    start: "2027Q2",
    end: "2027Q4",
    teratokensPerQuarter: 20,
    usdPerMtok,
  });
  const accepted = async (usdPerMtok: number) =>
    (await optimum(smallScenario({ deals: [deal(usdPerMtok)] }))).decisions.filter(({ kind }) => kind === "accept");
  assert.equal((await accepted(4)).length, 1);
  assert.equal((await accepted(0.05)).length, 0);
});

test("what is prepaid for quarters after the plan is not earned in it", async () => {
  const plan = (prepaidUsd: number, end: string) =>
    planCapacity(
      smallScenario({
        finance: { discountPerYear: 0, source: "A test's assumption." },
        deals: [
          {
            name: "anchor",
            source: "A test's assumption.",
            model: "chat",
            tier: "online",
            region: "north",
            acceptBy: "2027Q1",
            start: "2027Q4",
            end,
            teratokensPerQuarter: 20,
            usdPerMtok: 4,
            prepaidUsd,
          },
        ],
      }),
      { gap: 0 },
    );
  for (const end of ["2027Q4", "2028Q4"]) {
    const [without, prepaid] = [await plan(0, end), await plan(30e6, end)];
    assert.deepEqual(prepaid.problems, []);
    assert.ok(Math.abs(prepaid.solved.value - without.solved.value) < 1, end);
    const flows = (one: typeof without) => one.futures[0]!.quarters[0]!.cashFlowUsd;
    const within = end === "2027Q4" ? 1 : 1 / 5;
    assert.ok(Math.abs(flows(prepaid) - flows(without) - 30e6 * within) < 1, end);
  }
});

test("what has to be reserved is reserved as early as it must be and as late as it may, and no more than is ordered", async () => {
  const reserved = async (option: Record<string, unknown>) => {
    const { decisions } = await optimum(
      smallScenario({
        quarters: 6,
        sites: [{ ...smallDocument.sites[0], hallMw: 0, accelerators: [{ accelerator: "chip", mw: 40 }] }],
        supply: [{ ...smallDocument.supply[0], leadQuarters: 0, option }, smallDocument.supply[1]],
        demand: [{ ...smallDocument.demand[0], teratokensPerQuarter: [0, 0, 0, 20] }],
      }),
    );
    return decisions.map(({ kind, quarter }) => `${kind} ${quarter}`);
  };
  // A quarter's interest is saved by reserving late.
  assert.deepEqual(await reserved({ usdPerMw: 100_000, aheadQuarters: 2, validQuarters: 3 }), [
    "reserve 2027Q2",
    "build 2027Q4",
  ]);
  assert.deepEqual(await reserved({ usdPerMw: 100_000, validQuarters: 1 }), ["reserve 2027Q4", "build 2027Q4"]);
  // Dear enough, nothing is built at all.
  assert.deepEqual(await reserved({ usdPerMw: 100e6, validQuarters: 4 }), []);
});

test("a rolling plan is whole while it is near, may be in parts beyond, and is worth no less for it", async () => {
  const scenario = smallScenario({
    sites: [{ ...smallDocument.sites[0], hallMw: 0, accelerators: [{ accelerator: "chip", mw: 40 }] }],
    supply: [{ ...smallDocument.supply[0], termQuarters: 1, leadQuarters: 0 }],
  });
  const whole = await planCapacity(scenario, { gap: 0, solver: solveHere });
  const rolling = await planCapacity(scenario, { gap: 0, solver: solveHere, integerQuarters: 2 });
  const blocks = rolling.decisions.flatMap((one) => (one.kind === "build" ? [[one.quarter, one.blocks] as const] : []));
  for (const [quarter, count] of blocks)
    assert.ok(quarter > "2027Q2" || Number.isInteger(count), `${quarter}: ${count}`);
  assert.ok(blocks.some(([, count]) => !Number.isInteger(count)));
  assert.ok(rolling.solved.value >= whole.solved.value - 1);
  assert.deepEqual(rolling.problems, []);
});

test("more time to come, more power or a cheaper price never lessens what can be had", async () => {
  const usd = async (changed: Record<string, unknown>) => (await optimum(smallScenario(changed))).usd;
  const base = await usd({});
  const site = smallDocument.sites[0]!;
  const colo = smallDocument.supply[0]!;
  const api = smallDocument.supply[1]!;
  assert.ok((await usd({ sites: [{ ...site, energisedMw: 80 }] })) >= base - 1);
  assert.ok((await usd({ supply: [{ ...colo, leadQuarters: 0 }, api] })) >= base - 1);
  assert.ok((await usd({ supply: [{ ...colo, rentUsdPerKwMonth: 100 }, api] })) >= base - 1);
  assert.ok((await usd({ supply: [{ ...colo, late: { share: 0.5, quarters: 1 } }, api] })) <= base + 1);
});
