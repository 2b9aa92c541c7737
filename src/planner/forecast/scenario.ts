/**
 * A capacity scenario from what a factory really served: its demand as forecast, at the prices that it earned, made by
 * its own sources at the speed and cost that were measured. With a base scenario, only what the ledger knows better is
 * replaced. Pure; every figure names where it came from.
 *
 * Tokens are those of all classes, in the mix that was served: volume, price and speed are per such token.
 */
import { Fault } from "../../stack/fault.ts";
import type { CapacitySource, Resource, Site, Source } from "../../stack/resource.ts";
import { type CapacityScenario, capacityScenario } from "../capacity/scenario.ts";
import { type DemandForecast, forecastDemand, type ServedDays } from "./demand.ts";

/** What was served lately by one source, of one model. */
export type RecentUse = {
  readonly source: string;
  readonly model: string;
  readonly tokens: number;
  /** Of accelerators at work; 0 when it is not known. */
  readonly acceleratorMs: number;
  readonly costUsd: number;
};

export type ServedHistory = ServedDays & {
  /** The last day, for people. */
  readonly lastDay: string;
  /** Of the last weeks. */
  readonly recent: {
    readonly days: number;
    readonly uses: readonly RecentUse[];
    readonly revenueUsd: Readonly<Record<string, number>>;
  };
};

export type FromHistory = {
  readonly scenario: CapacityScenario;
  readonly forecast: DemandForecast;
  /** What was assumed because the ledger cannot know it, in sentences. */
  readonly notes: readonly string[];
};

export type FromHistoryOptions = {
  readonly start: string;
  readonly quarters: number;
  /** Demand is so many times what is forecast: to plan for a factory that is yet to grow. */
  readonly scale?: number;
  readonly base?: CapacityScenario | undefined;
};

/**
 * Probabilities of the ends of an 80 % interval and of its middle, by which three points stand for a whole
 * distribution: Swanson's mean (Hurst, Brown and Swanson, *AAPG Bulletin* 84, 2000).
 */
const futures = [
  { name: "low", probability: 0.3 },
  { name: "mid", probability: 0.4 },
  { name: "high", probability: 0.3 },
] as const;

/** Less than this in a quarter is too little for a plan in megawatts and 10¹² tokens to tell from nothing. */
const teratokensMin = 0.001;
const megawattsMin = 0.001;

/** @throws Fault `invalid_value` when there is too little history or demand. */
export function scenarioFromHistory(
  served: ServedHistory,
  resources: readonly Resource[],
  { start, quarters, scale = 1, base }: FromHistoryOptions,
): FromHistory {
  const forecast = forecastDemand(served, { start: base?.start ?? start, quarters: base?.quarters ?? quarters });
  const most = Math.max(...forecast.quarters.map(({ expected }) => expected)) * scale;
  if (most < teratokensMin * 1e12) {
    throw new Fault("invalid_value", {
      message: `${Math.round(most).toLocaleString("en")} tokens in a quarter are too few to plan megawatts for.`,
      remedy: `Say with --scale how much more it is to be, from ${Math.ceil((teratokensMin * 1e12) / Math.max(1, most)).toLocaleString("en")} times on.`,
    });
  }
  const notes: string[] = [];
  const measured = measuredBy(served, resources, notes);
  const demand = forecast.models.map(({ model, tokens }) => ({
    model,
    teratokensPerQuarter: tokens.map((count) => (count * scale) / 1e12),
    usdPerMtok: measured.usdPerMtok[model] ?? 0,
    source: measured.source,
  }));
  const document =
    base === undefined ? ownScenario(resources, demand, measured, start, notes) : onBase(base, demand, measured, notes);
  const factors = (bound: "low" | "expected" | "high") =>
    forecast.quarters.map((point) => (point.expected === 0 ? 1 : point[bound] / point.expected));
  const isForecast = base === undefined || base.futures.length === 1;
  if (!isForecast)
    notes.push("The base scenario has futures of its own; they stay, and the forecast's interval is not among them.");
  const bounds = ["low", "expected", "high"] as const;
  const scenario = capacityScenario.parse({
    start,
    quarters,
    ...document,
    ...(isForecast
      ? { futures: futures.map((one, index) => ({ ...one, demandFactor: factors(bounds[index] ?? "expected") })) }
      : {}),
  });
  return { scenario, forecast, notes };
}

type Demand = {
  readonly model: string;
  readonly teratokensPerQuarter: readonly number[];
  readonly usdPerMtok: number;
  readonly source: string;
};

type Measured = {
  readonly source: string;
  readonly usdPerMtok: Readonly<Record<string, number>>;
  /** Tokens in a second of one accelerator at work, by its name and the model. */
  readonly speed: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** What an upstream charged for a million tokens, by its name and the model. */
  readonly upstream: ReadonlyMap<string, Readonly<Record<string, number>>>;
};

function measuredBy(served: ServedHistory, resources: readonly Resource[], notes: string[]): Measured {
  const { uses, revenueUsd, days } = served.recent;
  const sources = new Map(resources.flatMap((one) => (one.kind === "Source" ? [[one.name, one] as const] : [])));
  const usdPerMtok: Record<string, number> = {};
  for (const { model } of served.models) {
    const tokens = uses.reduce((sum, use) => (use.model === model ? sum + use.tokens : sum), 0);
    if (tokens === 0) {
      notes.push(`Nothing of ${model} was served in the last ${days} days: its price is taken to be 0.`);
      continue;
    }
    usdPerMtok[model] = ((revenueUsd[model] ?? 0) / tokens) * 1e6;
    if (usdPerMtok[model] === 0) notes.push(`${model} earned nothing in the last ${days} days: its price is 0.`);
  }
  const speed = new Map<string, Record<string, number>>();
  const upstream = new Map<string, Record<string, number>>();
  for (const [key, group] of Map.groupBy(uses, ({ source, model }) =>
    JSON.stringify([keyOf(sources.get(source)), model]),
  )) {
    const [name, model] = JSON.parse(key) as [string | null, string];
    if (name === null) continue;
    const timed = group.filter(({ acceleratorMs }) => acceleratorMs > 0);
    const sum = (of: readonly RecentUse[], what: "tokens" | "acceleratorMs" | "costUsd") =>
      of.reduce((total, use) => total + use[what], 0);
    if (sources.get(group[0]?.source ?? "")?.type === "upstream") {
      if (sum(group, "tokens") > 0) {
        upstream.set(name, { ...upstream.get(name), [model]: (sum(group, "costUsd") / sum(group, "tokens")) * 1e6 });
      }
    } else if (timed.length > 0 && sum(timed, "tokens") > 0) {
      const perSecond = sum(timed, "tokens") / (sum(timed, "acceleratorMs") / 1000);
      speed.set(name, { ...speed.get(name), [model]: perSecond });
    } else {
      notes.push(`How long ${name} works for a token of ${model} was not measured: the plan makes none of it there.`);
    }
  }
  return { source: `The factory's ledger, ${served.firstDay} to ${served.lastDay}`, usdPerMtok, speed, upstream };
}

/** Accelerators of one kind count together; an upstream is itself. */
function keyOf(source: Source | undefined): string | null {
  if (source === undefined) return null;
  return source.type === "upstream" ? source.name : source.accelerator;
}

/** The base with the demand, prices and speeds that the ledger knows. */
function onBase(base: CapacityScenario, demand: readonly Demand[], measured: Measured, notes: string[]) {
  const [region, tier] = [base.regions[0]?.name, base.tiers[0]?.name];
  const known = new Set(demand.map(({ model }) => model));
  const stays = base.demand.filter(({ model }) => !known.has(model));
  if (stays.length > 0) {
    notes.push(
      `Demand for ${[...new Set(stays.map(({ model }) => model))].join(", ")} is the base scenario's: the ledger has none.`,
    );
  }
  const served = demand.flatMap((one) => {
    const streams = base.demand.filter(({ model }) => model === one.model);
    if (streams.length === 0) {
      notes.push(`${one.model} is not in the base scenario: it is wanted at ${tier} in ${region}.`);
      return [{ ...one, tier, region }];
    }
    const volumes = streams.map(({ teratokensPerQuarter: series }) => firstOf(series));
    const whole = volumes.reduce((sum, volume) => sum + volume, 0);
    return streams.map((stream, index) => {
      const share = whole === 0 ? 1 / streams.length : (volumes[index] ?? 0) / whole;
      return { ...stream, ...one, teratokensPerQuarter: one.teratokensPerQuarter.map((volume) => volume * share) };
    });
  });
  return {
    ...base,
    models: [
      ...base.models,
      ...[...known]
        .filter((model) => !base.models.some(({ name }) => name === model))
        .map((name) => ({ name, unit: "tokens" })),
    ],
    demand: [...stays, ...served],
    accelerators: base.accelerators.map((one) => ({
      ...one,
      speed: { ...one.speed, ...speedsOf(one.name, measured) },
    })),
  };
}

function firstOf(series: unknown): number {
  if (typeof series === "number") return series;
  const value = Array.isArray(series) ? series[0] : Object.values(series ?? {})[0];
  return typeof value === "number" ? value : 0;
}

function speedsOf(accelerator: string, { speed, source }: Measured) {
  const speeds = Object.entries(speed.get(accelerator) ?? {});
  return Object.fromEntries(speeds.map(([model, tokensPerSecond]) => [model, { tokensPerSecond, source }]));
}

const monthHours = 730;

/** What stands and what can be had more of, by the factory's own resources alone. */
function ownScenario(
  resources: readonly Resource[],
  demand: readonly Demand[],
  measured: Measured,
  start: string,
  notes: string[],
) {
  const sites = resources.filter((one): one is Site => one.kind === "Site");
  const declared = resources.filter((one): one is Source => one.kind === "Source");
  const sources = declared.filter((one) => one.type === "upstream" || megawattsOf(one) >= megawattsMin);
  const left = declared.filter((one) => !sources.includes(one)).map(({ name }) => name);
  if (left.length > 0) notes.push(`Too small to plan with, and left out: ${left.join(", ")}.`);
  const capacity = sources.filter((one): one is CapacitySource => one.type !== "upstream");
  const region = "factory";
  const source = "factory.yaml";
  const standing = capacity.filter(({ type }) => type !== "rent");
  const free = (one: CapacitySource) => one.accelerators - underContract(one, resources, start, notes);
  const kinds = [...Map.groupBy(capacity, ({ accelerator }) => accelerator)];
  notes.push(
    "A site's power is not in factory.yaml: twice what stands there is assumed. Say what there is in a base scenario (--base).",
    "What stands is paid for: neither its capital nor its leases are among the plan's costs.",
    "New halls and accelerators take two quarters, rented ones none, and half of what could be made is sold: assumptions.",
  );
  return {
    name: "from the ledger",
    regions: [{ name: region }],
    models: demand.map(({ model }) => ({ name: model, unit: "tokens" })),
    tiers: [{ name: "as served", utilisation: 0.5 }],
    sites: sites
      .filter(({ name }) => capacity.some(({ site }) => site === name))
      .map(({ name, electricityUsdPerKwh, pue }) => {
        const here = standing.filter(({ site }) => site === name);
        const mw = here.reduce((sum, one) => sum + megawattsOf(one), 0);
        const opex = here.reduce(
          (sum, one) => sum + Number(one.opexUsdPerAcceleratorHour) * one.accelerators * 8760,
          0,
        );
        return {
          name,
          region,
          source,
          energisedMw: 2 * mw * Number(pue),
          pue: Number(pue),
          energyUsdPerKwh: Number(electricityUsdPerKwh),
          operatingUsdPerMwYear: mw === 0 ? 0 : opex / mw,
          hallMw: mw,
          supply: here.filter(({ type }) => type === "own").map(hallsFor),
          accelerators: here.map((one) => ({ accelerator: one.accelerator, mw: megawattsOf(one, free(one)) })),
        };
      }),
    supply: sources.flatMap((one) => supplyOf(one, measured)),
    accelerators: kinds.map(([name, of]) => {
      const owned = of.find((one) => one.type === "own");
      return {
        name,
        source,
        itWatts: Math.max(...of.map(({ power }) => power.maxWatts)),
        usdPerAccelerator: owned?.type === "own" ? Number(owned.capitalUsdPerAccelerator) : 0,
        leadQuarters: 2,
        // What was never bought has no price here: no more of it is.
        ...(owned === undefined ? { mwPerQuarter: 0 } : { lifeQuarters: Math.max(1, Math.round(owned.lifeYears * 4)) }),
        speed: speedsOf(name, measured),
      };
    }),
    demand: demand.map((one) => ({ ...one, tier: "as served", region })),
    finance: {
      discountPerYear: Math.max(0.08, ...sources.map((one) => (one.type === "own" ? Number(one.costOfCapital) : 0))),
      source: "The cost of capital of the factory's own sources, 8 % at least",
    },
  };
}

function hallsFor({ name }: Pick<Source, "name">): string {
  return `halls for ${name}`;
}

function megawattsOf({ accelerators, power }: CapacitySource, count = accelerators): number {
  return (count * power.maxWatts) / 1e6;
}

/** Accelerators that are a customer's alone when the plan begins: it makes no tokens with them. */
function underContract(source: CapacitySource, resources: readonly Resource[], start: string, notes: string[]): number {
  const firstDay = firstDayOf(start);
  return resources.reduce((sum, one) => {
    if (one.kind !== "Contract" || one.accelerators?.source !== source.name) return sum;
    const isOver = one.to < firstDay || (one.cancelledOn ?? "9999") <= firstDay;
    if (isOver) return sum;
    notes.push(
      `${one.accelerators.count} accelerators of ${source.name} are under contract until ${one.to}, and left out.`,
    );
    return sum + one.accelerators.count;
  }, 0);
}

/** `2027-04-01` of `2027Q2`. */
function firstDayOf(quarter: string): string {
  const month = Number(quarter.slice(-1)) * 3 - 2;
  return `${quarter.slice(0, 4)}-${String(month).padStart(2, "0")}-01`;
}

/** How more of a source can be had: halls for an own one, a rental, tokens of an upstream. */
function supplyOf(one: Source, measured: Measured): object[] {
  const source = "factory.yaml";
  if (one.type === "upstream") {
    const usdPerMtok = measured.upstream.get(one.name) ?? {};
    if (Object.keys(usdPerMtok).length === 0) return [];
    return [{ name: one.name, kind: "tokens", source: measured.source, usdPerMtok, teratokensPerQuarter: 1e6 }];
  }
  const mw = megawattsOf(one);
  if (one.type === "own") {
    return [
      {
        name: hallsFor(one),
        kind: "colocation",
        source,
        leadQuarters: 2,
        moduleMw: mw,
        rentUsdPerKwMonth: Number(one.colocationUsdPerKwMonth),
        termQuarters: 20,
      },
    ];
  }
  const [perHour, termQuarters] =
    one.type === "rent"
      ? [Number(one.rentUsdPerAcceleratorHour), 1]
      : [Number(one.leaseUsdPerAcceleratorMonth) / monthHours, 12];
  const hour = perHour + Number(one.opexUsdPerAcceleratorHour);
  return [
    {
      name: `more of ${one.name}`,
      kind: "neocloud",
      source,
      leadQuarters: one.type === "rent" ? 0 : 2,
      termQuarters,
      usdPerAcceleratorHour: { [one.accelerator]: hour },
      mwPerQuarter: 10 * mw,
    },
  ];
}
