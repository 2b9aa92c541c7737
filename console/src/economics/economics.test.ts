import assert from "node:assert/strict";
import { test } from "node:test";
import { inks } from "../palette.ts";
import { csvOf } from "../parts/save.ts";
import { capacityOption, grownQuarters, mostGigawatts, sharesOption } from "./stacked.ts";
import type { ScenarioRun, StrategyRun } from "./shapes.ts";

const words = {
  routes: { build: "Built", lease: "Leased", rent: "Rented", partner: "Partner" },
  sellers: { oracle: "Oracle", microsoft: "Microsoft", aws: "AWS", google: "Google Cloud", coreweave: "CoreWeave" },
  number: String,
};

const strategy = {
  name: "no-pause",
  mw: { build: [0, 500, 1500], lease: [0, 0, 1100], rent: [0, 0, 0], partner: [0, 0, 0] },
} as unknown as StrategyRun;
const run = { quarters: ["2024Q2", "2024Q3", "2024Q4"], strategies: [strategy] } as unknown as ScenarioRun;

test("power is drawn in GW, on an axis that all strategies share and that is divided evenly", () => {
  assert.equal(mostGigawatts(run), 2.6);
  assert.deepEqual(
    grownQuarters(run).map(({ quarter }) => quarter),
    ["2024Q3", "2024Q4"],
  );
  const option = capacityOption(run, strategy, inks.light, words) as {
    yAxis: { max: number };
    series: { name: string; data: number[] }[];
  };
  assert.equal(option.yAxis.max, 4);
  assert.deepEqual(option.series[0]?.data, [0.5, 1.5]);
  assert.deepEqual(
    option.series.map(({ name }) => name),
    ["Built", "Leased", "Rented", "Partner"],
  );
});

test("shares of a quarter add up to a hundred", () => {
  const backlogs = { oracle: 455, microsoft: 392, aws: 200, google: 155, coreweave: 55.6 };
  const option = sharesOption([{ quarter: "2025Q3", backlogs }], inks.dark, words) as { series: { data: number[] }[] };
  const sum = option.series.reduce((total, { data }) => total + (data[0] ?? 0), 0);
  assert.equal(sum.toFixed(9), "100.000000000");
  assert.equal(option.series[0]?.data[0]?.toFixed(1), "36.2");
});

test("a cell of a CSV with a comma, a quote or a new line is quoted", () => {
  assert.equal(
    csvOf([
      ["a", 1],
      ['say "b", c', "d\ne"],
    ]),
    'a,1\r\n"say ""b"", c","d\ne"\r\n',
  );
});
