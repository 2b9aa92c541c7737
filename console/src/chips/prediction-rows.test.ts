import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, atBest, type Predicted, questionOf, ranked, usual } from "./predict.ts";
import { comparisonRows, frontRows, loserRows } from "./prediction-rows.ts";
import type { EstimatedPoint, Findings, Found } from "./prediction-shapes.ts";

const found: Findings = {
  complete: true,
  candidates: 1,
  simulated: 1,
  byCost: [],
  byEnergy: [],
  front: [],
  losers: [],
};

/** A chip whose tokens cost so much, with its range. */
function chip(name: string, value: number, low: number, high: number): Predicted {
  const best = {
    chip: name,
    deployment: `1 × ${name} vllm fp8 tp1`,
    concurrency: 8,
    outputTokensPerSecondPerAccelerator: 100,
  } as Found;
  const rate = { value: 100, low: 90, high: 110 };
  const point = {
    concurrency: 8,
    outputTokensPerSecondPerAccelerator: rate,
    usdPerMillionOutputTokens: { value, low, high },
    beyond: [],
  } as unknown;
  const estimated = { chip: name, title: name, accelerators: 1, points: [point as EstimatedPoint] };
  return { chip: name, best, front: [best], found, why: undefined, estimated };
}

const usd = (point: EstimatedPoint) => point.usdPerMillionOutputTokens;

test("the best comes first, and of the others those whose range meets its own", () => {
  const all = [chip("c", 0.9, 0.8, 1), chip("a", 0.3, 0.25, 0.35), chip("b", 0.33, 0.3, 0.4)];
  assert.deepEqual(
    ranked(all, usd).map((one) => one.chip),
    ["a", "b"],
  );
  assert.deepEqual(
    ranked(all, usd, true).map((one) => one.chip),
    ["c"],
  );
  assert.deepEqual(ranked([], usd), []);
});

test("a question comes back from its address as it was, with what is assumed of the chips that are asked for", () => {
  const asked = {
    ...usual,
    chips: ["h100", "trainium2"],
    engine: "atom" as const,
    weights: "int8" as const,
    pue: 1.1,
    assumed: { rent: { trainium2: 1.5 }, price: {}, memory: { h100: 95 }, blocks: { h100: 27_514 } },
  };
  assert.deepEqual(questionOf(addressOf(asked)), asked);
  assert.deepEqual(questionOf(new URLSearchParams()), usual);
  assert.deepEqual(questionOf(new URLSearchParams("engine=nobody&rent=h100:x,b200:-1,h200:2")).assumed.rent, {
    h200: 2,
  });
});

test("ranges are those of the estimate with as many clients as the search found", () => {
  const one = chip("a", 0.3, 0.25, 0.35);
  assert.ok(one.best !== undefined);
  assert.deepEqual(atBest(one)?.usdPerMillionOutputTokens, { value: 0.3, low: 0.25, high: 0.35 });
  assert.equal(atBest({ ...one, best: { ...one.best, concurrency: 9 } }), undefined);
});

test("of what lost, what was simulated is told first", () => {
  const losers = [
    { deployment: "x", loss: "impossible", why: "does not fit" },
    { deployment: "y", loss: "objective", why: "TTFT 1.2 s" },
  ];
  const one = { ...chip("a", 1, 1, 1), found: { ...found, losers } };
  assert.deepEqual(loserRows([one]).slice(1), [
    ["a", "y", "objective", "TTFT 1.2 s"],
    ["a", "x", "impossible", "does not fit"],
  ]);
});

test("every chip has a row with as many cells as the title, also one that misses", () => {
  const misses: Predicted = { ...chip("b", 1, 1, 1), best: undefined, why: "too slow" };
  const [titles, ...rows] = comparisonRows([chip("a", 0.3, 0.25, 0.35), misses]);
  assert.deepEqual(
    rows.map((row) => [row[0], row.length]),
    [
      ["a", titles?.length],
      ["b", titles?.length],
    ],
  );
  assert.equal(frontRows([misses]).length, 2);
});
