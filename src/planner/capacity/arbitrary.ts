/** Random scenarios of a size that is planned at once, for tests: every kind of supply, futures, deals, limits. */
import fc from "fast-check";
import { quarterName } from "./quarter.ts";

const source = "A test's assumption.";
const start = 2027 * 4;
const count = fc.integer({ min: 2, max: 6 });
const share = fc.constantFrom(0, 0.3, 0.5, 1);

const halls = fc.record({
  kind: fc.constantFrom("self-build", "build-to-suit", "powered-shell", "colocation", "joint-venture"),
  leadQuarters: fc.integer({ min: 0, max: 2 }),
  moduleMw: fc.integer({ min: 1, max: 8 }),
  capexUsdPerMw: fc.constantFrom(0, 1e6, 12e6),
  rentUsdPerKwMonth: fc.constantFrom(0, 60, 180),
  termQuarters: fc.integer({ min: 1, max: 20 }),
  openingUsdPerSite: fc.constantFrom(0, 5e6),
  residualShare: share,
  tailLossShare: share,
  late: fc.record({ share, quarters: fc.integer({ min: 0, max: 2 }) }),
  option: fc.constantFrom(
    undefined,
    undefined,
    { usdPerMw: 50_000, aheadQuarters: 0, validQuarters: 1 },
    { usdPerMw: 100_000, aheadQuarters: 1, validQuarters: 3 },
  ),
});

const rental = fc.record({
  kind: fc.constant("neocloud"),
  leadQuarters: fc.integer({ min: 0, max: 2 }),
  termQuarters: fc.integer({ min: 1, max: 6 }),
  minimumMw: fc.constantFrom(0, 2, 5),
  mwPerQuarter: fc.integer({ min: 0, max: 8 }),
  takeOrPayShare: share,
  usdPerAcceleratorHour: fc.record({ chip: fc.integer({ min: 1, max: 6 }) }),
  late: fc.record({ share, quarters: fc.integer({ min: 0, max: 2 }) }),
});

const tokens = fc.record({
  kind: fc.constant("tokens"),
  usdPerMtok: fc.record({ chat: fc.constantFrom(0.5, 1.5, 4) }),
  teratokensPerQuarter: fc.integer({ min: 0, max: 60 }),
});

const site = fc.record({
  region: fc.constantFrom("north", "south"),
  energisedMw: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 3 }),
  pue: fc.constantFrom(1, 1.3),
  energyUsdPerKwh: fc.constantFrom(0, 0.08),
  operatingUsdPerMwYear: fc.constantFrom(0, 300_000),
  hallMw: fc.constantFrom(0, 0, 3),
  accelerators: fc.constantFrom([], [{ accelerator: "chip", mw: 4, retires: quarterName(start + 2) }]),
});

const future = fc.record({
  demandFactor: fc.array(fc.constantFrom(0.2, 1, 1.7), { minLength: 1, maxLength: 4 }),
  priceFactor: fc.constantFrom(0.7, 1),
  slipQuarters: fc.constantFrom({}, { "supply 0": 1 }, { chip: 2 }, { own: 1 }),
  callShare: fc.constantFrom({}, { anchor: 0.6 }),
});

/** As a file would say it. */
export const arbitraryScenario = fc
  .record({
    quarters: count,
    branch: fc.integer({ min: 0, max: 5 }),
    objective: fc.constantFrom("profit", "profit", "cost", "roic"),
    sites: fc.array(site, { maxLength: 2 }),
    supply: fc.array(fc.oneof({ weight: 3, arbitrary: halls }, rental, tokens), { maxLength: 4 }),
    price: fc.integer({ min: 1, max: 6 }),
    chip: fc.record({
      available: fc.constantFrom(undefined, quarterName(start + 1)),
      leadQuarters: fc.integer({ min: 0, max: 1 }),
      lifeQuarters: fc.constantFrom(1, 3, 20),
      mwPerQuarter: fc.constantFrom(0, 6, 15),
      usdPerAccelerator: fc.constantFrom(10_000, 20_000, 60_000),
    }),
    nreUsd: fc.constantFrom(1e6, 100e6, 2e9),
    demand: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 }),
    reach: fc.constantFrom("region", "near", "anywhere"),
    mustServeShare: fc.constantFrom(0, 0, 0, 0.5),
    deal: fc.option(
      fc.record({
        units: fc.integer({ min: 1, max: 20 }),
        usdPerMtok: fc.integer({ min: 1, max: 6 }),
        takeOrPayShare: share,
        prepaidUsd: fc.constantFrom(0, 10e6),
        acceptBy: fc.integer({ min: 0, max: 1 }),
      }),
      { nil: undefined },
    ),
    futures: fc.array(future, { minLength: 1, maxLength: 3 }),
    weight: fc.constantFrom(0, 0.4),
    facilityUsd: fc.constantFrom(undefined, undefined, 200e6, 2e9),
    capexUsdPerQuarter: fc.constantFrom(undefined, undefined, 200e6),
  })
  .map((one): Record<string, unknown> => {
    const last = quarterName(start + one.quarters - 1);
    const named = { model: "chat", tier: "online", source };
    return {
      name: "random",
      start: quarterName(start),
      quarters: one.quarters,
      branch: quarterName(start + Math.min(one.branch, one.quarters)),
      objective: one.objective,
      finance: {
        discountPerYear: 0.1,
        source,
        standingCapitalUsd: 20e6,
        ...(one.facilityUsd === undefined ? {} : { facilityUsd: one.facilityUsd }),
        ...(one.capexUsdPerQuarter === undefined ? {} : { capexUsdPerQuarter: one.capexUsdPerQuarter }),
      },
      risk: { weight: one.weight, tail: 0.6 },
      regions: [{ name: "north", near: ["south"] }, { name: "south" }],
      models: [{ name: "chat", unit: "tokens" }],
      tiers: [{ name: "online", reach: one.reach, utilisation: 0.5 }],
      sites: one.sites.map((site, index) => ({ ...site, name: `site ${index}`, source })),
      supply: one.supply.map((supply, index) => ({ ...supply, name: `supply ${index}`, source })),
      accelerators: [
        { ...one.chip, name: "chip", source, itWatts: 2000, speed: { chat: { tokensPerSecond: 2000 } } },
        {
          name: "own",
          source,
          itWatts: 1500,
          usdPerAccelerator: 15_000,
          speed: { chat: { tokensPerSecond: 1500 } },
          own: {
            nreUsd: one.nreUsd,
            developmentQuarters: 2,
            lastStart: quarterName(start + 1),
            rampMwPerQuarter: [2, 6],
          },
        },
      ],
      demand: ["north", "south"].map((region) => ({
        ...named,
        region,
        teratokensPerQuarter: one.demand,
        usdPerMtok: one.price,
        ...(one.objective === "cost" ? {} : { mustServeShare: one.mustServeShare }),
      })),
      deals:
        one.deal === undefined
          ? []
          : [
              {
                ...named,
                name: "anchor",
                region: "north",
                acceptBy: quarterName(start + one.deal.acceptBy),
                start: quarterName(start + 1),
                end: last,
                teratokensPerQuarter: one.deal.units,
                usdPerMtok: one.deal.usdPerMtok,
                takeOrPayShare: one.deal.takeOrPayShare,
                prepaidUsd: one.deal.prepaidUsd,
              },
            ],
      futures: one.futures.map((future, index) => ({
        ...future,
        name: `future ${index}`,
        probability: 1 / one.futures.length,
        slipQuarters: Object.fromEntries(
          Object.entries(future.slipQuarters).filter(([name]) => name !== "supply 0" || one.supply.length > 0),
        ),
        callShare: one.deal === undefined ? {} : future.callShare,
      })),
    };
  });
