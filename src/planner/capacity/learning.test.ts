import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { solveHere } from "../optimise/solve-here.ts";
import { smallDocument, smallScenario } from "./fixture.ts";
import { type Learned, wrightFactor } from "./learning.ts";
import { planCapacity } from "./plan-capacity.ts";

const usdPerAccelerator = 40_000;

/** 8 MW of an own chip are needed in the second quarter, 20 more in the fourth; a token bought costs `usdPerMtok`. */
function growing(learning: object | undefined, usdPerMtok: number) {
  return smallScenario({
    quarters: 6,
    objective: "cost",
    sites: [{ ...smallDocument.sites[0], hallMw: 40 }],
    supply: [{ ...smallDocument.supply[1], usdPerMtok: { chat: usdPerMtok } }],
    accelerators: [
      {
        name: "own",
        source: "A test's assumption.",
        itWatts: 2000,
        usdPerAccelerator,
        leadQuarters: 0,
        availabilityShare: 1,
        speed: { chat: { tokensPerSecond: 2000 } },
        own: {
          nreUsd: 1e6,
          developmentQuarters: 1,
          lastStart: "2027Q1",
          rampMwPerQuarter: [30],
          ...(learning === undefined ? {} : { learning }),
        },
      },
    ],
    // 1 MW makes 500 × 2,000 × 0.5 tokens a second, 3.942e12 a quarter.
    demand: [{ ...smallDocument.demand[0], teratokensPerQuarter: [0, 8, 8, 28, 28, 28].map((mw) => mw * 3.942) }],
  });
}

const planOf = (learning: object | undefined, usdPerMtok: number) =>
  planCapacity(growing(learning, usdPerMtok), { gap: 0, solver: solveHere });

test("a price falls by its share with each doubling, and not before there is volume", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      fc.double({ min: 1, max: 1000, noNaN: true }),
      fc.integer({ min: 0, max: 12 }),
      (sharePerDoubling, fromMw, doublings) => {
        const learning = { sharePerDoubling, fromMw };
        const expected = (1 - sharePerDoubling) ** doublings;
        assert.ok(Math.abs(wrightFactor(learning, fromMw * 2 ** doublings) / expected - 1) < 1e-9);
        assert.equal(wrightFactor(learning, fromMw / 3), 1);
      },
    ),
  );
});

test("prices are those that the plan's own volume gives", async () => {
  const { learned, decisions, problems } = await planOf({ sharePerDoubling: 0.2, fromMw: 4 }, 50);
  assert.deepEqual(problems, []);
  const [own] = learned as [Learned];
  assert.ok(own.offShare <= 0.01, `${own.offShare}`);
  assert.deepEqual(
    own.madeMw.map((mw) => Math.round(mw * 1e6) / 1e6),
    [0, 8, 8, 28, 28, 28],
  );
  // Half of each quarter's volume counts: 4 MW are the beginning, 18 are 4.5 times as much.
  assert.ok(Math.abs(own.usdPerAccelerator[1]! / usdPerAccelerator - 1) < 1e-6);
  assert.ok(Math.abs(own.usdPerAccelerator[3]! / (usdPerAccelerator * 0.8 ** Math.log2(4.5)) - 1) < 1e-6);
  const paid = decisions.flatMap((one) => (one.kind === "buy" ? [one.mw] : []));
  assert.equal(paid.length, 2);
});

test("what pays only once it is learned is begun with learning, and not without; what never pays settles at nothing", async () => {
  const begins = async (learning: object | undefined, usdPerMtok: number) =>
    (await planOf(learning, usdPerMtok)).decisions.some(({ kind }) => kind === "programme");
  const learning = { sharePerDoubling: 0.3, fromMw: 1 };
  assert.equal(await begins(undefined, 0.5), false);
  assert.equal(await begins(learning, 0.5), true);
  const never = await planOf(learning, 0.01);
  assert.equal(never.decisions.length, 0);
  assert.deepEqual(
    never.learned.map(({ offShare, madeMw }) => [offShare, madeMw.at(-1)]),
    [[0, 0]],
  );
});

test("a scenario without learning is planned once, at the prices that it gives", async () => {
  assert.deepEqual((await planOf(undefined, 50)).learned, []);
});
