import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assumptionsOf, doubted, usedValues } from "./assumptions.ts";
import { caseNamed, cases } from "./cases.ts";
import { triangular } from "./pause.ts";
import { runScenario } from "./run.ts";
import { decisionsOf, type Scenario } from "./scenario.ts";
import { planOf } from "./plan.ts";
import { outcomeOf } from "./strategy.ts";

const microsoft = caseNamed("microsoft");

test("no more power is promised in any quarter than is there, and no deal earns more than it is worth", () => {
  const scenarios = cases.map(({ name }) => caseNamed(name));
  fc.assert(
    fc.property(
      fc.constantFrom(...scenarios),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (scenario, shares) => {
        const assumptions = assumptionsOf(scenario);
        const values = usedValues(assumptions);
        for (const { path, low, high } of doubted(assumptions)) {
          values.set(path, low + (high - low) * (shares.next().value ?? 0.5));
        }
        for (const name of Object.keys(scenario.strategies)) {
          const { mw, deals, invested, capex } = outcomeOf(planOf(scenario, name), values);
          for (let t = 0; t < capex.length; t += 1) {
            const there = Object.values(mw).reduce((sum, series) => sum + (series[t] ?? 0), 0);
            const promised = deals.reduce((sum, { delivered }) => sum + (delivered[t] ?? 0), 0);
            assert.ok(promised <= there + 1e-6, `${scenario.name} ${name}: ${promised} of ${there} in quarter ${t}`);
            assert.ok((invested[t] ?? 0) >= 0 && (capex[t] ?? 0) >= 0);
          }
          for (const one of deals) {
            const recognised = one.recognised.reduce((sum, amount) => sum + amount, 0);
            assert.ok(recognised <= one.value * (1 + 1e-9) && one.mw <= one.mwAsked + 1e-9);
          }
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("the backlog of a strategy rolls forward exactly and is empty once its deals have ended", () => {
  for (const { name } of cases) {
    for (const { rpo, deals } of runScenario(caseNamed(name), { draws: 0 }).strategies) {
      let before = 0;
      for (const { opening, signed, recognised, lapsed, closing } of rpo) {
        assert.equal(opening, before);
        assert.equal(opening + signed - recognised - lapsed, closing);
        before = closing;
      }
      const signed = rpo.reduce((sum, one) => sum + one.signed, 0);
      const worth = deals.reduce((sum, { value }) => sum + Math.round(value), 0);
      assert.equal(signed, worth);
    }
  }
});

test("a freeze keeps its orders from being placed, and nothing else", () => {
  const values = usedValues(assumptionsOf(microsoft));
  const { frozen, frozenMw, mw } = outcomeOf(planOf(microsoft, "as-it-happened"), values);
  assert.deepEqual(
    frozen.map(({ order }) => order),
    ["halted-builds", "dropped-letters"],
  );
  assert.equal(frozenMw, 3500);
  const free = outcomeOf(planOf(microsoft, "no-pause"), values);
  const end = (series: Float64Array) => series.at(-1) ?? 0;
  assert.equal(Math.round(end(free.mw.build) - end(mw.build)), 1500);
  assert.equal(Math.round(end(free.mw.lease) - end(mw.lease)), 2000);
  assert.deepEqual(free.mw.rent, mw.rent);
});

/** The case with a deal that stays open for good, and is asked for again once there is power. */
function withoutWindow(scenario: Scenario): Scenario {
  const changed = structuredClone(scenario);
  const deal = changed.deals["openai-2025"];
  const back = changed.strategies["as-it-happened"];
  assert.ok(deal !== undefined && back !== undefined);
  deal.closes = "2030Q4";
  back.decisions = [
    ...back.decisions.filter(({ do: what }) => what === "freeze"),
    ...decisionsOf(scenario, "no-pause").flatMap(({ decision }) =>
      "order" in decision && ["halted-builds", "dropped-letters"].includes(decision.order)
        ? [{ ...decision, at: "2025Q3" }]
        : [],
    ),
  ];
  return changed;
}

test("a pause is dear because a deal closes: where it stays open, the same orders a little later cost a small part of it", () => {
  const closed = runScenario(microsoft, { draws: 0 }).pause.used.grossProfit;
  const open = runScenario(withoutWindow(microsoft), { draws: 0 }).pause.used.grossProfit;
  assert.ok(closed > 100e9, `${closed}`);
  assert.ok(Math.abs(open) < closed / 5, `${open} of ${closed}`);
});

test("a seed gives the same draws again, another one others", () => {
  const of = (seed: number) => runScenario(microsoft, { draws: 50, seed }).pause;
  assert.deepEqual(of(7), of(7));
  assert.notDeepEqual(of(7).grossProfit, of(8).grossProfit);
  const { grossProfit } = of(7);
  assert.ok(grossProfit.p10 <= grossProfit.p50 && grossProfit.p50 <= grossProfit.p90);
});

test("the triangle's quantiles lie in it, grow, and meet its peak where its share does", () => {
  const three = fc.tuple(
    fc.double({ min: -9, max: 9, noNaN: true }),
    fc.double({ min: 0.01, max: 9, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(three, ([low, width, share]) => {
      const [high, peak] = [low + width, low + width * share];
      let before = low;
      for (let step = 0; step <= 10; step += 1) {
        const value = triangular(step / 10, low, peak, high);
        assert.ok(value >= before - 1e-9 && value <= high + 1e-9);
        before = value;
      }
      assert.ok(Math.abs(triangular(share, low, peak, high) - peak) < 1e-6 * (1 + Math.abs(peak)));
    }),
  );
});
