import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { forecastDemand, type ServedDays } from "./demand.ts";

const steady = (firstDay: string, days: number, ...perDay: readonly number[]): ServedDays => ({
  firstDay,
  models: perDay.map((tokens, index) => ({
    model: `m${index}`,
    tokens: Array.from({ length: days }, () => tokens),
  })),
});

test("what is served evenly is asked for evenly: a quarter has its days' tokens, whatever the grain", () => {
  for (const [days, grain] of [
    [20, "day"],
    [100, "week"],
    [400, "month"],
  ] as const) {
    const { quarters, ...found } = forecastDemand(steady("2026-01-01", days, 1000, 3000), {
      start: "2027Q3",
      quarters: 2,
    });
    assert.equal(found.grain, grain);
    for (const [index, inQuarter] of [92, 92].entries()) {
      const expected = quarters[index]?.expected ?? 0;
      // A month's tokens depend on its days; steps of weeks are cut by the day.
      assert.ok(
        Math.abs(expected - inQuarter * 4000) < (grain === "month" ? 0.04 : 1e-6) * inQuarter * 4000,
        `${grain}: ${expected}`,
      );
    }
    assert.deepEqual(
      quarters.map(({ quarter }) => quarter),
      ["2027Q3", "2027Q4"],
    );
  }
});

test("models add up to the whole, and a newcomer's past is not taken for demand that was nothing", () => {
  const anyModels = fc.array(
    fc.record({ since: fc.integer({ min: 0, max: 86 }), perDay: fc.integer({ min: 1, max: 1e9 }) }),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(anyModels, (each) => {
      const models = each.map(({ since, perDay }, index) => ({
        model: `m${index}`,
        tokens: Array.from({ length: 100 }, (_, day) => (day < since ? 0 : perDay)),
      }));
      const found = forecastDemand({ firstDay: "2026-01-01", models }, { start: "2026Q3", quarters: 3 });
      found.quarters.forEach(({ expected, low, high }, index) => {
        const sum = found.models.reduce((all, { tokens }) => all + (tokens[index] ?? 0), 0);
        assert.ok(Math.abs(sum - expected) <= 1e-9 * (1 + expected));
        assert.ok(low <= expected && expected <= high);
      });
    }),
    { numRuns: 15 },
  );
});

test("a factory of one day, or that served nobody, is told what is missing", () => {
  const ask = { start: "2026Q3", quarters: 4 };
  assert.throws(() => forecastDemand(steady("2026-01-01", 1, 5), ask), /1 whole days of demand.*takes 14/);
  assert.throws(() => forecastDemand(steady("2026-01-01", 60, 0), ask), /no whole day of demand/);
  assert.throws(() => forecastDemand({ firstDay: "2026-01-01", models: [] }, ask), { code: "invalid_value" });
});
