/**
 * A capacity scenario of any size, from a seed: sites with their interconnection ramps, eight sources of compute, six
 * accelerators of which two are own chips, four classes of work in four regions, three futures. All of it is synthetic; the
 * prices are of the size of published ones.
 */
import { type CapacityScenario, capacityScenario } from "../../src/planner/capacity/scenario.ts";

export type Size = {
  readonly sites: number;
  readonly quarters: number;
  readonly futures: number;
  readonly seed: number;
};

const source = "Synthetic, for the bench.";
const regions = ["americas", "europe", "asia", "gulf"];
/** Work of 1 MW of the reference accelerator in a quarter, in units of each class. */
const perMw = { tokens: 2.436, hours: 1.03 };

const classes = [
  { model: "training", tier: "any", share: 0.3, usdMPerMw: 3.0, spread: [0.5, 0.45, 0.4, 0.5], hours: true },
  {
    model: "frontier",
    tier: "interactive",
    share: 0.35,
    usdMPerMw: 4.6,
    spread: [0.2, 0.25, 0.25, 0.25],
    hours: false,
  },
  { model: "frontier", tier: "batch", share: 0.15, usdMPerMw: 2.6, spread: [0.2, 0.2, 0.2, 0.15], hours: false },
  { model: "bare-metal", tier: "any", share: 0.2, usdMPerMw: 2.9, spread: [0.1, 0.1, 0.15, 0.1], hours: true },
] as const;

/** By class: training, interactive and batch tokens (one speed), bare metal; against the reference. */
const chips = [
  { name: "hopper", from: 0, usdM: 26, training: 0.45, tokens: 0.4, bareMetal: 0.5 },
  { name: "blackwell", from: 0, usdM: 29, training: 1, tokens: 1, bareMetal: 1 },
  { name: "blackwell-ultra", from: 3, usdM: 31, training: 1.1, tokens: 1.35, bareMetal: 1.1 },
  { name: "rubin", from: 8, usdM: 35, training: 1.9, tokens: 2.3, bareMetal: 1.8 },
  { name: "own-1", usdM: 17, training: 0.5, tokens: 0.95, bareMetal: 0, nreUsdM: 900, development: 8 },
  { name: "own-2", usdM: 19, training: 1, tokens: 1.75, bareMetal: 0, nreUsdM: 1600, development: 12 },
] as const;

const itWatts = 1940;
const acceleratorsPerMw = 1e6 / itWatts;

export function instance({ sites, quarters, futures, seed }: Size): CapacityScenario {
  const random = uniform(seed);
  const name = (quarter: number) => `${2027 + Math.floor(quarter / 4)}Q${(quarter % 4) + 1}`;
  const size = sites / 12;
  return capacityScenario.parse({
    name: `${sites} sites, ${quarters} quarters, ${futures} futures`,
    start: name(0),
    quarters,
    branch: name(Math.round(quarters / 3)),
    finance: { discountPerYear: 0.1, source },
    risk: { weight: futures > 1 ? 0.2 : 0, tail: 0.75 },
    regions: regions.map((region, index) => ({ name: region, near: [regions[(index + 3) % 4]] })),
    models: [
      { name: "training", unit: "acceleratorHours" },
      { name: "frontier", unit: "tokens" },
      { name: "bare-metal", unit: "acceleratorHours" },
    ],
    tiers: [
      { name: "interactive", reach: "near", utilisation: 0.6 },
      { name: "batch", reach: "anywhere", utilisation: 0.6 },
      { name: "any", reach: "anywhere", utilisation: 0.915 },
    ],
    sites: Array.from({ length: sites }, (_, index) => siteOf(index, quarters, random)),
    supply: [...halls(size), ...rentals(quarters, size)],
    accelerators: chips.map((chip) => acceleratorOf(chip, quarters, size, name)),
    demand: classes.flatMap(({ model, tier, share, usdMPerMw, spread, hours }) =>
      regions.map((region, index) => {
        const unit = hours ? perMw.hours : perMw.tokens;
        const work = { first: 900 * size * share * (spread[index] ?? 0) * unit, growthPerQuarter: 0.115 };
        const price = { first: usdMPerMw / unit, growthPerQuarter: -0.015 };
        return {
          model,
          tier,
          region,
          source,
          unmetLossShare: 0.35,
          ...(hours
            ? { millionAcceleratorHoursPerQuarter: work, usdPerAcceleratorHour: price }
            : { teratokensPerQuarter: work, usdPerMtok: price }),
        };
      }),
    ),
    futures: Array.from({ length: futures }, (_, index) => {
      // Growth from the branch on is between 0.55 and 1.45 times what it was.
      const growth = futures === 1 ? 1 : 0.55 + (0.9 * index) / (futures - 1);
      return {
        name: `growth × ${growth.toFixed(2)}`,
        probability: probability(index, futures),
        demandFactor: {
          first: 1,
          growthPerQuarter: (1 + 0.115 * growth) / 1.115 - 1,
          from: name(Math.round(quarters / 3)),
        },
      };
    }),
  });
}

function probability(index: number, futures: number): number {
  return futures === 3 ? [0.25, 0.5, 0.25][index]! : 1 / futures;
}

function siteOf(index: number, quarters: number, random: () => number) {
  const [first, most, knee] = [100 + 200 * random(), 700 + 1300 * random(), Math.floor(6 + 8 * random())];
  const energisedMw = Array.from({ length: quarters }, (_, quarter) => {
    const share = quarter < knee ? (0.15 * quarter) / knee : Math.min(1, 0.15 + (0.85 * (quarter - knee)) / 10);
    return first + (most - first) * share;
  });
  const mayBuild = random() < 0.7;
  return {
    name: `site-${index + 1}`,
    region: regions[index % regions.length],
    source,
    energisedMw,
    pue: 1.2,
    energyUsdPerKwh: 0.045 + 0.04 * random(),
    operatingUsdPerMwYear: 480_000,
    hallMw: 60,
    accelerators: [
      { accelerator: "hopper", mw: 30 },
      { accelerator: "blackwell", mw: 20 },
    ],
    constructionFactor: 0.9 + 0.25 * random(),
    supply: [
      ...(mayBuild ? ["self-build"] : []),
      "build-to-suit",
      "powered-shell",
      "colocation",
      "joint-venture",
      "neocloud-5y",
      "neocloud-2y",
      "on-demand",
    ],
  };
}

function halls(size: number) {
  // 1 M$ per MW and quarter is 333 $ per kW and month.
  const kind = (
    kind: string,
    leadQuarters: number,
    moduleMw: number,
    usdM: number,
    rent: number,
    term: number,
    fix: number,
  ) => ({
    name: kind,
    kind,
    source,
    leadQuarters,
    moduleMw,
    capexUsdPerMw: usdM * 1e6,
    rentUsdPerKwMonth: (rent * 1000) / 3,
    lifeQuarters: 60,
    ...(rent > 0 ? { termQuarters: term } : {}),
    openingUsdPerSite: fix * 1e6,
    ...(kind === "self-build" || kind === "joint-venture" ? { startsMwPerQuarter: 300 * size } : {}),
  });
  return [
    kind("self-build", 7, 100, 12, 0, 60, 150),
    kind("build-to-suit", 5, 60, 1, 0.42, 48, 20),
    kind("powered-shell", 4, 40, 6.5, 0.17, 40, 15),
    kind("colocation", 2, 12, 0.2, 0.57, 20, 2),
    kind("joint-venture", 9, 200, 5, 0.25, 60, 60),
  ];
}

function rentals(quarters: number, size: number) {
  const hour = (chip: (typeof chips)[number], markup: number) =>
    Array.from({ length: quarters }, (_, quarter) => {
      const usdM = chip.usdM * 0.985 ** Math.max(0, quarter - ("from" in chip ? chip.from : 0));
      return (((usdM / 16 + 0.7) * 1.12 * markup) / acceleratorsPerMw / 2190) * 1e6;
    });
  const kind = (name: string, leadQuarters: number, termQuarters: number, markup: number, minimumMw: number) => ({
    name,
    kind: "neocloud",
    source,
    leadQuarters,
    termQuarters,
    minimumMw,
    usdPerAcceleratorHour: Object.fromEntries(
      chips
        .filter(({ name }) => !name.startsWith("own") && name !== "hopper")
        .map((chip) => [chip.name, hour(chip, markup)]),
    ),
    mwPerQuarter:
      minimumMw === 0 ? 25 * size : Array.from({ length: quarters }, (_, quarter) => (60 + 12 * quarter) * size),
  });
  return [kind("neocloud-5y", 2, 20, 1, 40), kind("neocloud-2y", 1, 8, 1.25, 15), kind("on-demand", 0, 1, 1.9, 0)];
}

function acceleratorOf(
  chip: (typeof chips)[number],
  quarters: number,
  size: number,
  name: (quarter: number) => string,
) {
  const own =
    "nreUsdM" in chip
      ? {
          nreUsd: chip.nreUsdM * 1e6,
          developmentQuarters: chip.development,
          lastStart: name(Math.min(7, quarters - 1)),
          rampMwPerQuarter: [400 * size],
        }
      : undefined;
  const from = "from" in chip ? chip.from : 0;
  return {
    name: chip.name,
    source,
    itWatts,
    ...(own === undefined && from > 0 && from < quarters ? { available: name(from) } : {}),
    usdPerAccelerator: {
      first: (chip.usdM * 1e6) / acceleratorsPerMw,
      growthPerQuarter: -0.015,
      from: name(own?.developmentQuarters ?? from),
    },
    upkeepSharePerYear: 0.016,
    mwPerQuarter: Array.from({ length: quarters }, (_, quarter) => {
      if (own !== undefined) return 1e6;
      return size * (chip.name === "hopper" ? Math.max(0, 250 - 30 * quarter) : 120 + 55 * Math.max(0, quarter - from));
    }),
    speed: {
      training: { acceleratorHoursPerHour: chip.training },
      frontier: { tokensPerSecond: 1000 * chip.tokens },
      ...(chip.bareMetal > 0 ? { "bare-metal": { acceleratorHoursPerHour: chip.bareMetal } } : {}),
    },
    ...(own === undefined ? {} : { own }),
  };
}

/** The linear congruence of Numerical Recipes. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
