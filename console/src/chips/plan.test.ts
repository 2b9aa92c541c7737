import assert from "node:assert/strict";
import { test } from "node:test";
import type { MakeOrBuy, TokenMaker } from "./shapes.ts";
import { tornado } from "./tornado.ts";
import { costSteps } from "./unit-cost.ts";

const maker = { name: "own", usdPerChip: 20_000 } as TokenMaker;

function result(of: Partial<MakeOrBuy>): MakeOrBuy {
  const unit = { dieSquareMillimetres: 800, diesPerWafer: 60, dieYield: 0.5, dieUsd: 700, usd: 8000 };
  const parts = [
    { name: "dies", usd: 3000 },
    { name: "memory", usd: 5000 },
  ];
  return {
    name: "plan",
    unit: { ...unit, parts },
    own: { first: maker, mature: maker },
    merchants: [],
    chips: 1000,
    developmentUsd: 5_000_000,
    developmentUsdPerChip: 5000,
    savedUsd: 4_000_000,
    worthUsd: -1_000_000,
    breakEvenChips: 1250,
    yearsDelayUsd: 0,
    years: [],
    sensitivity: [],
    ...of,
  };
}

test("the cost of a chip is built up from its parts, the server and its share of the development", () => {
  const steps = costSteps(result({}));
  assert.deepEqual(
    steps.map(({ is, usd, from, to }) => [is, usd, from, to]),
    [
      ["dies", 3000, 0, 0.12],
      ["memory", 5000, 0.12, 0.32],
      ["server", 12_000, 0.32, 0.8],
      ["development", 5000, 0.8, 1],
      ["whole", 25_000, 0, 1],
    ],
  );
  const unbuilt = costSteps(result({ developmentUsdPerChip: null }));
  assert.deepEqual(unbuilt.map(({ is }) => is).join(), "dies,memory,server,whole");
});

test("a tornado places every worth on one track, and where making pays when that is on it", () => {
  const sensitivity = [{ assumption: "volume", lowerUsd: -3_000_000, higherUsd: 1_000_000 }];
  assert.deepEqual(tornado(result({ sensitivity })), {
    swings: [{ ...sensitivity[0], lower: 0, higher: 1 }],
    planned: 0.5,
    zero: 0.75,
  });
  const hopeless = [{ assumption: "volume", lowerUsd: -3_000_000, higherUsd: -500_000 }];
  assert.equal(tornado(result({ sensitivity: hopeless })).zero, undefined);
  assert.equal(tornado(result({})).planned, 0.5);
});
