import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "../stack/fault.ts";
import { makeOrBuy } from "./make-or-buy.ts";
import { type MakeOrBuyScenario, makeOrBuyScenario } from "./make-or-buy-scenario.ts";
import { sensitivity } from "./sensitivity.ts";

const base: MakeOrBuyScenario = makeOrBuyScenario.parse({
  name: "own against GB300",
  workload: { precision: "fp4", memoryBoundShare: 0.6, utilisation: 0.6 },
  site: { electricityUsdPerKwh: 0.087, spaceUsdPerKwMonth: 130 },
  finance: { costOfCapital: 0.1, lifeYears: 5, tokensPerDollarGrowthPerYear: 0.15, tokensPerWattGrowthPerYear: 0.15 },
  own: {
    name: "own",
    peakTeraflops: 10_000,
    memoryGigabytesPerSecond: 7000,
    allInWatts: 1350,
    serverUsdPerChip: 12_000,
    die: { waferUsd: 20_000, widthMillimetres: 26, heightMillimetres: 32, defectsPerSquareCentimetre: 0.1 },
    package: { usd: 1100, yield: 0.95, memoryGigabytes: 216, memoryUsdPerGigabyte: 15, partnerMarkup: 0.4 },
    development: {
      years: 3,
      costsUsd: { design: 600e6, software: 450e6 },
      maskSets: 2,
      maskSetUsd: 35e6,
      runningUsdPerYear: 200e6,
    },
    chipsPerYear: [50_000, 150_000, 200_000],
    softwareEfficiency: [0.7, 0.85, 0.9],
  },
  merchants: [{ chip: "gb300", tokensPerSecond: 2907 }],
});

const withOwn = (changed: Partial<MakeOrBuyScenario["own"]>): MakeOrBuyScenario => ({
  ...base,
  own: { ...base.own, ...changed },
});

const near = (one: number, other: number, share = 1e-9) =>
  assert.ok(Math.abs(one - other) <= share * Math.max(1, Math.abs(one), Math.abs(other)), `${one} and ${other}`);

test("dollars per million tokens times tokens an hour are dollars an hour; joules times tokens are watts", () => {
  const { own, merchants } = makeOrBuy(base);
  for (const maker of [own.first, own.mature, ...merchants]) {
    const sold = maker.tokensPerSecond * base.workload.utilisation;
    near(maker.usdPerMtok * sold * 0.0036, maker.usdPerHour);
    near(maker.joulesPerToken * sold, maker.allInWatts * base.site.drawnShare);
  }
});

test("a merchant's hour is its annuity, its energy and its space, by hand", () => {
  const [gb300] = makeOrBuy(base).merchants;
  assert.ok(gb300);
  // 48,611 × 0.1/(1 − 1.1⁻⁵)/8,760 + 2.1 × 0.8 × 0.087 + 2.1 × 130/730
  near(gb300.usdPerHour, 1.46388 + 0.14616 + 0.37397, 1e-4);
});

test("built in the number that breaks even, the chip is worth nothing and costs nothing", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 5, noNaN: true }),
      fc.double({ min: 0.5, max: 1.2, noNaN: true }),
      (volume, software) => {
        const scenario = withOwn({
          chipsPerYear: base.own.chipsPerYear.map((chips) => chips * volume),
          softwareEfficiency: [software],
        });
        const { breakEvenChips, chips } = makeOrBuy(scenario);
        if (breakEvenChips === null) return;
        const factor = breakEvenChips / chips;
        const evened = makeOrBuy({
          ...scenario,
          own: { ...scenario.own, chipsPerYear: scenario.own.chipsPerYear.map((one) => one * factor) },
        });
        assert.ok(Math.abs(evened.worthUsd) < 1e-6 * evened.developmentUsd);
      },
    ),
  );
});

test("better software never lessens the worth, and a dearer wafer never adds to it", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.2, max: 1, noNaN: true }),
      fc.double({ min: 5000, max: 30_000, noNaN: true }),
      (software, waferUsd) => {
        const worth = (efficiency: number, wafer: number) =>
          makeOrBuy(withOwn({ softwareEfficiency: [efficiency], die: { ...base.own.die, waferUsd: wafer } })).worthUsd;
        assert.ok(worth(software * 1.05, waferUsd) >= worth(software, waferUsd));
        assert.ok(worth(software, waferUsd * 1.05) <= worth(software, waferUsd));
      },
    ),
  );
});

test("a year's delay is the difference of two plans, and it costs a chip that pays", () => {
  const { worthUsd, yearsDelayUsd } = makeOrBuy(base);
  near(worthUsd - makeOrBuy(withOwn({ slipYears: 1 })).worthUsd, yearsDelayUsd);
  assert.ok(worthUsd > 0 && yearsDelayUsd > 0);
});

test("slipping past the last year of building leaves the development to pay, and no volume breaks even", () => {
  const { chips, savedUsd, worthUsd, developmentUsd, breakEvenChips, developmentUsdPerChip } = makeOrBuy(
    withOwn({ slipYears: 4 }),
  );
  assert.deepEqual([chips, savedUsd, breakEvenChips, developmentUsdPerChip], [0, 0, null, null]);
  near(worthUsd, -developmentUsd);
});

test("a part of a year's slip lies between whole ones", () => {
  const chips = [0, 0.5, 1].map((slipYears) => makeOrBuy(withOwn({ slipYears })).chips);
  assert.deepEqual(chips, [400_000, 300_000, 200_000]);
});

test("the same chip at the same price with the same software makes tokens at the merchant's price", () => {
  const gb300 = makeOrBuy(base).merchants[0];
  assert.ok(gb300);
  const free = { usd: 0, testUsd: 0, yield: 1, memoryGigabytes: 0, memoryUsdPerGigabyte: 0, partnerMarkup: 0 };
  const { own } = makeOrBuy(
    withOwn({
      peakTeraflops: 15_000,
      memoryGigabytesPerSecond: 8000,
      allInWatts: 2100,
      serverUsdPerChip: 48_611,
      die: { ...base.own.die, waferUsd: 1e-9 },
      package: free,
      softwareEfficiency: [1],
    }),
  );
  near(own.first.usdPerMtok, gb300.usdPerMtok);
});

test("without interest or growth, what is saved is years times the difference of prices", () => {
  const flat = {
    ...base,
    finance: { costOfCapital: 0, lifeYears: 4, tokensPerDollarGrowthPerYear: 0, tokensPerWattGrowthPerYear: 0 },
    own: { ...base.own, chipsPerYear: [1000], softwareEfficiency: [0.9] },
  };
  const { own, merchants, savedUsd, developmentUsd } = makeOrBuy(flat);
  const [merchant] = merchants;
  assert.ok(merchant);
  const millions = own.first.tokensPerSecond * 0.6 * 8760 * 0.0036;
  near(savedUsd, 1000 * 4 * millions * (merchant.usdPerMtok - own.first.usdPerMtok), 1e-6);
  near(developmentUsd, 600e6 + 450e6 + 2 * 35e6 + 200e6);
});

test("the assumption that moves the worth most comes first, and all of them move it", () => {
  const moved = sensitivity(base);
  const spreads = moved.map(({ lowerUsd, higherUsd }) => Math.abs(higherUsd - lowerUsd));
  assert.deepEqual(
    spreads,
    spreads.toSorted((one, other) => other - one),
  );
  assert.ok(spreads.every((spread) => spread > 0));
});

test("what the catalog lacks must be said, and the fault names the field", () => {
  const merchants = (one: object) =>
    ({ ...base, merchants: [{ tokensPerSecond: 100, discount: 0, ...one }] }) as MakeOrBuyScenario;
  const refused = (scenario: MakeOrBuyScenario, param: string, says: RegExp) =>
    assert.throws(
      () => makeOrBuy(scenario),
      (error) => error instanceof Fault && error.param === param && says.test(error.message),
    );
  refused(merchants({ chip: "mi355x" }), "merchants[0].usdPerChip", /Say it in the scenario/);
  refused(merchants({ chip: "maia-200", usdPerChip: 1 }), "merchants[0].allInWatts", /no allInWatts/);
  refused(merchants({ chip: "h100" }), "merchants[0].peakTeraflops.fp4", /another precision/);
  refused(merchants({ chip: "gb3000" }), "chip", /Nearest: gb300/);
  const dirty = {
    ...base.own.die,
    waferMillimetres: 200 as const,
    edgeMillimetres: 10,
    widthMillimetres: 33,
    heightMillimetres: 33,
  };
  assert.ok(makeOrBuy(withOwn({ die: dirty })).unit.usd > 0);
});
