import assert from "node:assert/strict";
import { test } from "node:test";
import { inks } from "../palette.ts";
import { besideOption, capacityOption, gapOption, totalMw } from "./charts.ts";
import { decisionLines } from "./decided.ts";
import { keepScenario, keptScenario } from "./kept.ts";
import { measures } from "./measures.ts";
import type { Decision, Plan, Planned } from "./shapes.ts";

const work = { model: "chat", tier: "online", unit: "tokens", boughtShare: 0, marginalUsd: 1, averageUsd: 1 } as const;
const quarter = (name: string, standing: number, colo: number, cashUsd: number, unmetShare: number) => ({
  quarter: name,
  capacityMw: { standing, colo },
  work: [
    { ...work, demanded: 10, unmetShare },
    { ...work, tier: "batch", demanded: 0, unmetShare: 0 },
  ],
  investedUsd: 5,
  cashFlowUsd: 1,
  cashUsd,
  lowestCashUsd: cashUsd - 1,
  highestCashUsd: cashUsd + 1,
});
const plan: Plan = {
  solved: {
    status: "within gap",
    value: 7,
    bound: 8,
    unit: "usd",
    gap: 0.125,
    seconds: 1,
    columns: 1,
    rows: 1,
    wholeNumbers: 1,
  },
  decisions: [],
  futures: [],
  bindings: [],
  problems: [],
  summary: {
    supplies: ["standing", "colo"],
    quarters: [quarter("2027Q1", 4, 0, -3, 0.5), quarter("2027Q2", 4, 6, 2, 0.1)],
    layers: [{ layer: "platform", costUsd: 1, costShare: 0.1, leftUsd: 9, marginShare: 0.9 }],
    revenueUsd: 10,
    damagesUsd: 0,
  },
};

test("decisions stand by quarter, first those for whatever comes, and an opening is told by what is built", () => {
  const futures = ["low", "high"];
  const decisions: Decision[] = [
    { kind: "accept", deal: "anchor", quarter: "2027Q2", futures: ["high"] },
    { kind: "open", site: "fjord", supply: "colo", quarter: "2027Q1", futures },
    { kind: "build", site: "fjord", supply: "colo", blocks: 1, mw: 6, quarter: "2027Q1", futures },
    { kind: "programme", accelerator: "own", quarter: "2027Q1", futures },
  ];
  assert.deepEqual(
    decisionLines(decisions, futures).map((line) => [line.quarter, line.futures, line.decisions.length]),
    [
      ["2027Q1", [], 2],
      ["2027Q2", ["high"], 1],
    ],
  );
});

test("plans are compared by their own figures, demand of nothing left out", () => {
  assert.equal(measures.invested(plan), 10);
  assert.equal(measures.lowestCash(plan), -4);
  assert.equal(measures.capacity(plan), 10);
  assert.equal(measures.margin(plan), 0.9);
  assert.ok(Math.abs((measures.unmet(plan) ?? 0) - 0.3) < 1e-12);
});

test("a chart of plans side by side has the quarters of all, and gaps where one has none", () => {
  const later = { ...plan, summary: { ...plan.summary, quarters: [quarter("2027Q3", 1, 1, 0, 0)] } };
  const runs = [{ plan }, { plan: later }] as unknown as Planned[];
  const option = besideOption(runs, totalMw, inks.light, String, () => "run") as {
    xAxis: { data: string[] };
    series: { data: unknown[] }[];
  };
  assert.deepEqual(option.xAxis.data, ["2027Q1", "2027Q2", "2027Q3"]);
  assert.deepEqual(
    option.series.map(({ data }) => data),
    [
      [4, 10, null],
      [null, null, 2],
    ],
  );
});

test("the picture of capacity has a bar for each source, that of the gap begins with the first plan", () => {
  const words = { supply: (name: string) => name, text: String };
  const { series } = capacityOption(plan, inks.dark, words) as { series: { name: string; data: number[] }[] };
  assert.deepEqual(
    series.map(({ name, data }) => [name, data]),
    [
      ["standing", [4, 4]],
      ["colo", [0, 6]],
    ],
  );
  const steps = [
    { phase: "relaxation", seconds: 1, settled: 0, gap: null },
    { phase: "dive", seconds: 2, settled: 1, gap: 0.02 },
  ] as const;
  const gap = gapOption(steps, inks.light, "gap") as { series: { data: number[][] }[] };
  assert.deepEqual(gap.series[0]?.data, [[2, 2]]);
});

test("the scenario that was run last is kept, and the example needs no keeping", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  assert.equal(keptScenario(storage), undefined);
  keepScenario(storage, "name: mine");
  assert.equal(keptScenario(storage), "name: mine");
  keepScenario(storage, undefined);
  assert.equal(keptScenario(storage), undefined);
});
