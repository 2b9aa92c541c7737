/**
 * A scenario in the numbers that the model needs: quarters from 0, millions of dollars, MW of IT, and work in units of
 * 10¹² tokens or 10⁶ accelerator-hours, so that a price per million tokens or per hour is millions of dollars per unit.
 */
import { chipNamed } from "../../catalog/chips.ts";
import { quarterIndex, quarterName } from "./quarter.ts";
import type { Accelerator, CapacityScenario, Deal, Future, Halls, Rental, Site, TokenSupply } from "./scenario.ts";
import { type Series, valuesOf } from "./series.ts";
import { type Node, type Tree, treeOf } from "./tree.ts";

export const hoursPerQuarter = 8760 / 4;
const secondsPerQuarter = hoursPerQuarter * 3600;
const monthsPerQuarter = 3;

/** A model at a tier. */
export type WorkClass = {
  readonly name: string;
  readonly model: string;
  readonly tier: string;
  readonly unit: "tokens" | "acceleratorHours";
};

export type Stream = {
  readonly name: string;
  readonly workClass: number;
  readonly region: string;
  readonly units: readonly number[];
  readonly usdMPerUnit: readonly number[];
  readonly mustServeShare: number;
  readonly unmetLossShare: number;
};

/** Where accelerators stand: an own site, or the sites of neoclouds in a region. */
export type Place = { readonly name: string; readonly region: string; readonly site: ResolvedSite | undefined };

export type ResolvedSite = Site & {
  readonly energisedMwAt: readonly number[];
  readonly energyUsdPerKwhAt: readonly number[];
  readonly hallMwAt: readonly number[];
  readonly operatingUsdMPerMwQuarter: number;
  /** What stands of an accelerator already, by its index. */
  readonly standingMw: (accelerator: number, quarter: number) => number;
};

export type ResolvedAccelerator = Accelerator & {
  readonly from: number;
  readonly acceleratorsPerMw: number;
  readonly usdMPerMwAt: readonly number[];
  readonly mwAt: readonly number[];
  /** Units of work in a quarter by 1 MW that is at work, by class; 0 where it cannot. */
  readonly unitsPerMw: readonly number[];
  readonly programme: { readonly firstStart: number; readonly lastStart: number } | undefined;
};

export type ResolvedHalls = Halls & {
  readonly from: number;
  readonly capexUsdMPerMwAt: readonly number[];
  readonly rentUsdMPerMwQuarterAt: readonly number[];
  readonly startsMwAt: readonly number[];
  readonly reservedUsdMPerMwAt: readonly number[];
  /** Quarters over which capex is written off. */
  readonly writtenOffQuarters: number;
};

export type ResolvedRental = Rental & {
  readonly from: number;
  readonly mwAt: readonly number[];
  /** By accelerator's index; undefined where it is not offered. */
  readonly usdMPerMwQuarterAt: readonly (readonly number[] | undefined)[];
};

export type ResolvedTokens = TokenSupply & {
  readonly from: number;
  readonly unitsAt: readonly number[];
  readonly usdMPerUnitAt: Readonly<Record<string, readonly number[]>>;
};

export type ResolvedDeal = Deal & {
  readonly workClass: number;
  readonly acceptQuarter: number;
  readonly first: number;
  readonly last: number;
  readonly unitsAt: readonly number[];
  readonly usdMPerUnitAt: readonly number[];
};

export type ResolvedFuture = Future & {
  readonly demandAt: readonly number[];
  readonly priceAt: readonly number[];
  readonly slip: (name: string) => number;
  readonly call: (deal: string) => number;
};

export type Case = {
  readonly scenario: CapacityScenario;
  readonly quarters: number;
  readonly quarterNames: readonly string[];
  readonly branch: number;
  /** Of a dollar in the middle of a quarter, which may lie beyond the plan's end. */
  readonly discountAt: (quarter: number) => number;
  readonly discountAtEnd: number;
  readonly classes: readonly WorkClass[];
  readonly streams: readonly Stream[];
  readonly places: readonly Place[];
  readonly accelerators: readonly ResolvedAccelerator[];
  readonly halls: readonly ResolvedHalls[];
  readonly rentals: readonly ResolvedRental[];
  readonly tokens: readonly ResolvedTokens[];
  readonly deals: readonly ResolvedDeal[];
  readonly futures: readonly ResolvedFuture[];
  readonly capexUsdMAt: readonly number[];
  readonly facilityUsdMAt: readonly number[] | undefined;
  readonly tree: Tree;
  /** A node's quarter, and its futures where they are not all. */
  readonly named: (node: Node) => readonly string[];
  /** Whether work of a class for a region may be done at a place. */
  readonly reaches: (place: Place, workClass: number, region: string) => boolean;
  readonly mayBuild: (site: Site, halls: Halls) => boolean;
};

export function caseOf(scenario: CapacityScenario): Case {
  const { quarters } = scenario;
  const start = quarterIndex(scenario.start);
  const at = (quarter: string | undefined, otherwise = 0) =>
    quarter === undefined ? otherwise : quarterIndex(quarter) - start;
  const values = (series: Series) => valuesOf(series, start, quarters);
  const classes = classesOf(scenario);
  const classIndex = (one: { readonly model: string; readonly tier: string }) =>
    classes.findIndex(({ model, tier }) => model === one.model && tier === one.tier);
  const accelerators = scenario.accelerators.map((one) => acceleratorOf(scenario, one, classes, values, at));
  const sites = scenario.sites.map((one): ResolvedSite => ({
    ...one,
    energisedMwAt: values(one.energisedMw),
    energyUsdPerKwhAt: values(one.energyUsdPerKwh),
    hallMwAt: values(one.hallMw),
    operatingUsdMPerMwQuarter: one.operatingUsdPerMwYear / 4e6,
    standingMw: (accelerator, quarter) =>
      one.accelerators
        .filter((standing) => standing.accelerator === accelerators[accelerator]?.name)
        .filter(({ retires }) => quarter < at(retires, Infinity))
        .reduce((sum, { mw }) => sum + mw, 0),
  }));
  const rentals = scenario.supply.flatMap((one): ResolvedRental[] =>
    one.kind === "neocloud"
      ? [
          {
            ...one,
            from: at(one.available),
            mwAt: values(one.mwPerQuarter),
            usdMPerMwQuarterAt: accelerators.map((accelerator) => {
              const hour = one.usdPerAcceleratorHour[accelerator.name];
              if (hour === undefined) return undefined;
              return values(hour).map((usd) => (usd * accelerator.acceleratorsPerMw * hoursPerQuarter) / 1e6);
            }),
          },
        ]
      : [],
  );
  const rented = scenario.regions.filter(({ name }) =>
    rentals.some(({ regions }) => regions === undefined || regions.includes(name)),
  );
  const futures = scenario.futures.map((one): ResolvedFuture => ({
    ...one,
    demandAt: values(one.demandFactor),
    priceAt: values(one.priceFactor),
    slip: (name) => one.slipQuarters[name] ?? 0,
    call: (deal) => one.callShare[deal] ?? 1,
  }));
  const branch = Math.min(quarters, Math.max(0, at(scenario.branch, Math.ceil(quarters / 3))));
  const perQuarter = (1 + scenario.finance.discountPerYear) ** -0.25;
  const discountAt = (quarter: number) => perQuarter ** (quarter + 0.5);
  const nearOf = new Map(scenario.regions.map(({ name, near }) => [name, near]));
  const tiers = new Map(scenario.tiers.map((tier) => [tier.name, tier]));
  const { capexUsdPerQuarter, facilityUsd } = scenario.finance;
  const names = new Map<Node, readonly string[]>();
  const named = (node: Node): readonly string[] => {
    const known = names.get(node);
    if (known !== undefined) return known;
    const some = node.futures.map((future) => futures[future]?.name).join(" or ");
    const made = [quarterName(start + node.quarter), ...(node.futures.length === futures.length ? [] : [some])];
    names.set(node, made);
    return made;
  };
  const millions = (series: Series) => values(series).map((usd) => usd / 1e6);
  return {
    scenario,
    quarters,
    quarterNames: Array.from({ length: quarters }, (_, quarter) => quarterName(start + quarter)),
    branch,
    discountAt,
    discountAtEnd: perQuarter ** quarters,
    classes,
    streams: scenario.demand.map((one) => ({
      name: `${one.model}, ${one.tier}, ${one.region}`,
      workClass: classIndex(one),
      region: one.region,
      units: values(one.teratokensPerQuarter ?? one.millionAcceleratorHoursPerQuarter ?? 0),
      usdMPerUnit: values(one.usdPerMtok ?? one.usdPerAcceleratorHour ?? 0),
      mustServeShare: one.mustServeShare ?? (scenario.objective === "cost" ? 1 : 0),
      unmetLossShare: one.unmetLossShare,
    })),
    places: [
      ...sites.map((site): Place => ({ name: site.name, region: site.region, site })),
      ...rented.map(({ name }): Place => ({ name: `neocloud ${name}`, region: name, site: undefined })),
    ],
    accelerators,
    halls: scenario.supply.flatMap((one): ResolvedHalls[] =>
      one.kind === "neocloud" || one.kind === "tokens"
        ? []
        : [
            {
              ...one,
              from: at(one.available),
              capexUsdMPerMwAt: millions(one.capexUsdPerMw),
              rentUsdMPerMwQuarterAt: values(one.rentUsdPerKwMonth).map((usd) => (usd * 1000 * monthsPerQuarter) / 1e6),
              startsMwAt: one.startsMwPerQuarter === undefined ? [] : values(one.startsMwPerQuarter),
              reservedUsdMPerMwAt: millions(one.option?.usdPerMw ?? 0),
              writtenOffQuarters: Math.min(one.lifeQuarters, one.termQuarters ?? Infinity),
            },
          ],
    ),
    rentals,
    tokens: scenario.supply.flatMap((one): ResolvedTokens[] =>
      one.kind === "tokens"
        ? [
            {
              ...one,
              from: at(one.available),
              unitsAt: values(one.teratokensPerQuarter),
              usdMPerUnitAt: Object.fromEntries(
                Object.entries(one.usdPerMtok).map(([model, series]) => [model, values(series)]),
              ),
            },
          ]
        : [],
    ),
    deals: scenario.deals.map((one) => {
      const [first, last] = [Math.max(0, at(one.start)), Math.min(quarters - 1, at(one.end))];
      const creditedShare = Math.max(0, last - first + 1) / (at(one.end) - at(one.start) + 1);
      return {
        ...one,
        workClass: classIndex(one),
        acceptQuarter: Math.min(quarters - 1, at(one.acceptBy)),
        first,
        last,
        prepaidUsd: one.prepaidUsd * creditedShare,
        unitsAt: values(one.teratokensPerQuarter ?? one.millionAcceleratorHoursPerQuarter ?? 0),
        usdMPerUnitAt: values(one.usdPerMtok ?? one.usdPerAcceleratorHour ?? 0),
      };
    }),
    futures,
    capexUsdMAt: capexUsdPerQuarter === undefined ? [] : millions(capexUsdPerQuarter),
    facilityUsdMAt: facilityUsd === undefined ? undefined : millions(facilityUsd),
    named,
    tree: treeOf(quarters, futures.length, branch, alike(futures)),
    reaches: (place, workClass, region) => {
      const reach = tiers.get(classes[workClass]?.tier ?? "")?.reach ?? "anywhere";
      if (reach === "anywhere" || place.region === region) return true;
      return reach === "near" && (nearOf.get(region)?.includes(place.region) ?? false);
    },
    mayBuild: ({ supply }, { name }) => supply === undefined || supply.includes(name),
  };
}

function classesOf({ demand, deals, models }: CapacityScenario): WorkClass[] {
  const classes = new Map<string, WorkClass>();
  for (const { model, tier } of [...demand, ...deals]) {
    const unit = models.find(({ name }) => name === model)?.unit ?? "tokens";
    classes.set(`${model}, ${tier}`, { name: `${model}, ${tier}`, model, tier, unit });
  }
  return [...classes.values()];
}

function acceleratorOf(
  scenario: CapacityScenario,
  one: Accelerator,
  classes: readonly WorkClass[],
  values: (series: Series) => number[],
  at: (quarter: string | undefined, otherwise?: number) => number,
): ResolvedAccelerator {
  const listed = one.itWatts === undefined || one.usdPerAccelerator === undefined ? chipNamed(one.name) : undefined;
  // The catalog's all-in power counts cooling, so read as IT power it errs on the safe side.
  const watts = one.itWatts ?? listed?.allInWatts?.value ?? 0;
  const usd = one.usdPerAccelerator ?? Number(listed?.capitalUsd?.value ?? 0);
  const acceleratorsPerMw = 1e6 / watts;
  const tiers = new Map(scenario.tiers.map((tier) => [tier.name, tier]));
  return {
    ...one,
    from: at(one.available),
    acceleratorsPerMw,
    usdMPerMwAt: values(usd).map((price) => (price * acceleratorsPerMw) / 1e6),
    mwAt: values(one.mwPerQuarter ?? Infinity),
    unitsPerMw: classes.map(({ model, tier, unit }) => {
      const speed = one.speed[model];
      const { utilisation = 1, speedFactor = 1 } = tiers.get(tier) ?? {};
      const perAccelerator =
        unit === "tokens"
          ? ((speed?.tokensPerSecond ?? 0) * secondsPerQuarter) / 1e12
          : ((speed?.acceleratorHoursPerHour ?? 0) * hoursPerQuarter) / 1e6;
      return perAccelerator * acceleratorsPerMw * utilisation * speedFactor;
    }),
    programme:
      one.own === undefined
        ? undefined
        : { firstStart: Math.max(0, at(one.own.firstStart)), lastStart: at(one.own.lastStart) },
  };
}

/** Nothing tells two futures apart up to a quarter: what is delivered late, would come in another quarter. */
function alike(futures: readonly ResolvedFuture[]) {
  return (quarter: number, one: number, other: number): boolean => {
    const [a, b] = [futures[one], futures[other]];
    if (a === undefined || b === undefined) return false;
    const same = (of: (future: ResolvedFuture) => readonly number[]) =>
      of(a)
        .slice(0, quarter + 1)
        .every((value, index) => value === of(b)[index]);
    const names = new Set([...Object.keys(a.slipQuarters), ...Object.keys(b.slipQuarters)]);
    const calls = new Set([...Object.keys(a.callShare), ...Object.keys(b.callShare)]);
    return (
      same(({ demandAt }) => demandAt) &&
      same(({ priceAt }) => priceAt) &&
      [...names].every((name) => a.slip(name) === b.slip(name)) &&
      [...calls].every((name) => a.call(name) === b.call(name))
    );
  };
}
