import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { forecast, normalQuantile } from "./forecast.ts";

/** Reproducible normal numbers: Lehmer's generator and Box–Muller. */
function normals(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const anyHistory = fc.array(
  fc.oneof({ weight: 8, arbitrary: fc.double({ min: 0, max: 1e6, noNaN: true }) }, fc.constant(null)),
  {
    maxLength: 60,
  },
);

test("whatever the history, a forecast is a number at every step, never negative, inside its interval", () => {
  fc.assert(
    fc.property(
      anyHistory,
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(1, 7),
      (history, horizon, seasonLength) => {
        const { points, backTest } = forecast(history, { horizon, seasonLength });
        assert.equal(points.length, horizon);
        for (const { expected, low, high } of points) {
          assert.ok(
            low >= 0 && low <= expected && expected <= high && Number.isFinite(high),
            `${low} ${expected} ${high}`,
          );
        }
        if (backTest !== null) assert.ok(backTest.coverage >= 0 && backTest.coverage <= 1 && backTest.smape <= 2);
      },
    ),
    { numRuns: 60 },
  );
});

test("intervals of a higher level hold those of a lower one", () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const [half, most] = [0.5, 0.9].map((level) => forecast(history, { horizon: 6, level }).points);
      half?.forEach(({ low, high }, index) => {
        const wide = most?.[index];
        assert.ok(wide !== undefined && wide.low <= low + 1e-9 && wide.high >= high - 1e-9);
      });
    }),
    { numRuns: 40 },
  );
});

test("the unit of the series does not matter", () => {
  const positive = fc.array(fc.double({ min: 1, max: 1e5, noNaN: true }), { minLength: 3, maxLength: 40 });
  fc.assert(
    fc.property(positive, fc.constantFrom(1 / 1024, 1024), (history, factor) => {
      const one = forecast(history, { horizon: 5 });
      const scaled = forecast(
        history.map((value) => value * factor),
        { horizon: 5 },
      );
      assert.equal(scaled.method, one.method);
      one.points.forEach(({ expected }, index) => {
        const other = (scaled.points[index]?.expected ?? 0) / factor;
        assert.ok(Math.abs(other - expected) <= 1e-6 * (1 + Math.abs(expected)), `${other} ${expected}`);
      });
    }),
    { numRuns: 40 },
  );
});

test("a week that repeats is forecast as it repeats, and needs three of itself", () => {
  const week = [50, 60, 70, 65, 55, 20, 10];
  const repeated = Array.from({ length: 8 * 7 }, (_, day) => (week[day % 7] ?? 0) * 1000);
  const { points, backTest, method } = forecast(repeated, { horizon: 14, seasonLength: 7 });
  assert.match(method, /season of 7/);
  points.forEach(({ expected }, day) => assert.ok(Math.abs(expected - (week[day % 7] ?? 0) * 1000) < 1));
  assert.ok((backTest?.mase ?? 1) < 0.01);
  assert.match(forecast(repeated.slice(0, 20), { horizon: 7, seasonLength: 7 }).notes[0] ?? "", /no season of 7 yet/);
});

test("growth goes on, more slowly with every step", () => {
  const grown = Array.from({ length: 24 }, (_, month) => 1000 * 1.1 ** month);
  const { points, method } = forecast(grown, { horizon: 12 });
  assert.match(method, /damped trend, of logarithms/);
  const rates = points.map(({ expected }, index) => expected / (points[index - 1]?.expected ?? grown.at(-1) ?? 0));
  assert.ok((rates[0] ?? 0) > 1.05 && (rates[0] ?? 9) <= 1.11);
  rates.slice(1).forEach((rate, index) => assert.ok(rate >= 1 && rate <= (rates[index] ?? 0) + 1e-9));
});

test("intervals hold about as much of a simulated future as they say, and the back-test knows", () => {
  const horizon = 6;
  let held = 0;
  let asked = 0;
  let claimed = 0;
  const runs = 30;
  for (let seed = 1; seed <= runs; seed += 1) {
    const normal = normals(seed * 7919);
    let level = 1000;
    const path = Array.from({ length: 66 }, (_, day) => {
      level += 20 * normal() + 4;
      return Math.max(1, level + 150 * Math.sin((2 * Math.PI * day) / 7) + 30 * normal());
    });
    const { points, backTest } = forecast(path.slice(0, 60), { horizon, seasonLength: 7, level: 0.8 });
    points.forEach(({ low, high }, index) => {
      const actual = path[60 + index] ?? 0;
      held += low <= actual && actual <= high ? 1 : 0;
      asked += 1;
    });
    claimed += backTest?.coverage ?? 0;
  }
  const share = held / asked;
  assert.ok(share > 0.68 && share < 0.92, `held ${share}`);
  assert.ok(Math.abs(claimed / runs - 0.8) < 0.1, `claimed ${claimed / runs}`);
});

test("no method is chosen that would have done worse than the last value", () => {
  const anyValues = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 8, maxLength: 24 });
  fc.assert(
    fc.property(anyValues, (history) => {
      const chosen = forecast(history, { horizon: 4 });
      const steps = Math.min(4, Math.floor(history.length / 4));
      const last = history.length - steps;
      const errors: number[] = [];
      const scales: number[] = [];
      for (let origin = last; origin >= 6; origin -= Math.ceil((last - 5) / 12)) {
        const past = history.slice(0, origin);
        const ahead = history.slice(origin, origin + steps);
        errors.push(...ahead.map((value) => Math.abs(value - (past.at(-1) ?? 0))));
        const moves = past.slice(1).map((value, index) => Math.abs(value - (past[index] ?? 0)));
        scales.push(meanOf(moves));
      }
      const mase = chosen.backTest?.mase ?? null;
      if (mase === null) return;
      assert.ok(mase <= meanOf(errors) / meanOf(scales) + 1e-6);
    }),
    { numRuns: 40 },
  );
});

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test("a short history, gaps and no demand at all are said to be what they are", () => {
  const one = forecast([42], { horizon: 3 });
  assert.deepEqual(
    one.points.map(({ expected }) => expected),
    [42, 42, 42],
  );
  assert.match(one.notes.join(" "), /too few to test/);
  assert.equal(one.backTest, null);
  assert.match(forecast([0, 0, null, 0], { horizon: 2 }).notes[0] ?? "", /no demand/);
  assert.deepEqual(forecast([], { horizon: 1 }).points, [{ expected: 0, low: 0, high: 0 }]);
  const gaps = Array.from({ length: 30 }, (_, day) => (day % 5 === 3 ? null : 100));
  const filled = forecast(gaps, { horizon: 2 });
  assert.match(filled.notes[0] ?? "", /6 of 29 observations are missing|6 of 30 observations are missing/);
  assert.ok(Math.abs((filled.points[1]?.expected ?? 0) - 100) < 1e-6);
});

test("the normal distribution's quantiles are those of its tables", () => {
  for (const [p, z] of [
    [0.5, 0],
    [0.9, 1.2815515655],
    [0.975, 1.9599639845],
    [0.999, 3.0902323062],
    [0.01, -2.326347874],
  ] as const) {
    assert.ok(Math.abs(normalQuantile(p) - z) < 1e-8);
  }
});
