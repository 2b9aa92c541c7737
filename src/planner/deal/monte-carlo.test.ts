import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { modelOf, outcomeOf } from "./model.ts";
import { monteCarlo } from "./monte-carlo.ts";
import { randomOf, triangular, yearsUntil } from "./random.ts";
import { deal, plainDeal, said } from "./fixture.ts";

const uncertain = modelOf(
  deal({
    costs: { ...plainDeal.costs, serverUsdPerAccelerator: said(40_000, { low: 30_000, high: 56_000 }) },
    risks: {
      lateDelivery: { chance: said(0.3), months: said(4) },
      counterpartyDefault: { chancePerYear: said(0.05), remarketingPriceShare: said(0.5) },
      obsolescence: { chancePerYear: said(0.1), valueLost: said(0.5) },
    },
  }),
);

test("a seed replays its draws, another one does not", () => {
  assert.deepEqual(monteCarlo(uncertain, 300, 7), monteCarlo(uncertain, 300, 7));
  assert.notEqual(monteCarlo(uncertain, 300, 7).npvUsd.mean, monteCarlo(uncertain, 300, 8).npvUsd.mean);
});

test("without ranges and risks every draw is the plan", () => {
  const model = modelOf(deal());
  const { npvUsd, lossProbability, irrPerYear, late, valueAtRisk95Usd } = monteCarlo(model, 20, 1);
  const planned = outcomeOf(model, model.planned).npvUsd;
  assert.equal(npvUsd.p5, planned);
  assert.equal(npvUsd.p95, planned);
  assert.ok(Math.abs(npvUsd.standardDeviation) < 1e-6);
  assert.ok(Math.abs(valueAtRisk95Usd) < 1e-3);
  assert.equal(lossProbability, planned < 0 ? 1 : 0);
  assert.equal(irrPerYear?.p50, irrPerYear?.p5);
  assert.deepEqual(late, { share: 0, meanMonths: 0 });
});

test("where worth is linear in what is drawn, its mean is that of the triangle, and its spread too", () => {
  const [low, mode, high] = [30_000, 40_000, 56_000];
  const model = modelOf(deal({ costs: { ...plainDeal.costs, serverUsdPerAccelerator: said(mode, { low, high }) } }));
  const draws = 20_000;
  const { npvUsd } = monteCarlo(model, draws, 3);
  const mean = (low + mode + high) / 3;
  const expected = outcomeOf(model, { ...model.planned, serverUsd: mean }).npvUsd;
  const variance = (low ** 2 + mode ** 2 + high ** 2 - low * mode - low * high - mode * high) / 18;
  const perUsd =
    outcomeOf(model, model.planned).npvUsd - outcomeOf(model, { ...model.planned, serverUsd: mode + 1 }).npvUsd;
  const deviation = Math.sqrt(variance) * perUsd;
  assert.ok(Math.abs(npvUsd.mean - expected) < (4 * deviation) / Math.sqrt(draws));
  assert.ok(Math.abs(npvUsd.standardDeviation / deviation - 1) < 0.03);
});

test("risks happen as often as they are said to", () => {
  const draws = 20_000;
  const { late, defaulted, obsolete, withoutRate } = monteCarlo(uncertain, draws, 11);
  const close = (share: number, expected: number) =>
    assert.ok(Math.abs(share - expected) < 4 * Math.sqrt((expected * (1 - expected)) / draws), `${share}, ${expected}`);
  // Late by less than half a month is not late.
  close(late.share, 0.3 * Math.exp(-0.5 / 4));
  close(defaulted, 1 - 0.95 ** 4);
  close(obsolete, 1 - 0.9 ** 4);
  assert.equal(withoutRate, 0);
});

test("quantiles ascend, and a histogram holds every draw", () => {
  const { npvUsd, grossMargin, expectedShortfall95Usd, valueAtRisk95Usd } = monteCarlo(uncertain, 1000, 5);
  for (const one of [npvUsd, grossMargin]) {
    assert.ok(one !== null);
    const quantiles = [one.p5, one.p10, one.p25, one.p50, one.p75, one.p90, one.p95];
    assert.deepEqual(
      quantiles,
      quantiles.toSorted((a, b) => a - b),
    );
    assert.equal(
      one.histogram.counts.reduce((total, count) => total + count, 0),
      1000,
    );
  }
  assert.ok(expectedShortfall95Usd >= valueAtRisk95Usd);
});

test("a risk that is added never adds to the mean", () => {
  const without = monteCarlo(modelOf(deal()), 2000, 2).npvUsd.mean;
  const risk = { counterpartyDefault: { chancePerYear: said(0.1), remarketingPriceShare: said(0.5) } };
  assert.ok(monteCarlo(modelOf(deal({ risks: risk })), 2000, 2).npvUsd.mean < without);
});

test("a draw is the same whichever came before it, and numbers are spread evenly", () => {
  const [one, again] = [randomOf(1, 5), randomOf(1, 5)];
  randomOf(1, 4)();
  assert.deepEqual([one(), one()], [again(), again()]);
  const firsts = Array.from({ length: 10_000 }, (_, draw) => randomOf(9, draw)());
  const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
  assert.ok(Math.abs(mean - 0.5) < 0.012);
});

test("a triangle's draws stay in it, and half of a time to wait is its median", () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(share, share, (uniform, at) => {
      const value = triangular(uniform, 10, 10 + 20 * at, 30);
      assert.ok(value >= 10 && value <= 30);
    }),
  );
  assert.equal(triangular(0.3, 5, 5, 5), 5);
  assert.equal(yearsUntil(0.5, 0), Infinity);
  assert.ok(Math.abs(yearsUntil(0.5, 0.5) - 1) < 1e-12);
});
