/** What a scenario says of one future, and what a plan decides in it; and what is found to be wrong with that. */
import { chipNamed } from "../../../catalog/chips.ts";
import type { FutureAccount } from "../account.ts";
import type { Decided, Decision, Operation } from "../decided.ts";
import { quarterIndex, quarterName } from "../quarter.ts";
import type { Accelerator, CapacityScenario, Deal, Future, Halls, Rental, Site, Supply } from "../scenario.ts";
import { type Series, valuesOf } from "../series.ts";

export type Checked = Decided & { readonly futures: readonly FutureAccount[] };

export const hoursPerQuarter = 2190;
/** Relative to what is compared. */
const tolerance = 1e-5;

export class View {
  readonly problems: string[] = [];
  readonly scenario: CapacityScenario;
  readonly future: Future;
  readonly start: number;
  readonly decisions: readonly Decision[];
  readonly account: FutureAccount | undefined;
  readonly #operations: ReadonlyMap<string, Operation>;

  constructor(scenario: CapacityScenario, plan: Checked, future: Future) {
    this.scenario = scenario;
    this.future = future;
    this.start = quarterIndex(scenario.start);
    this.decisions = plan.decisions.filter(({ futures }) => futures.includes(future.name));
    const mine = plan.operations.filter(({ futures }) => futures.includes(future.name));
    this.#operations = new Map(mine.map((operation) => [operation.quarter, operation]));
    this.account = plan.futures.find((one) => one.future === future.name);
  }

  operation(quarter: number): Operation | undefined {
    return this.#operations.get(this.name(quarter));
  }

  standing(site: Site, one: Accelerator, quarter: number): number {
    const old = totalOf(site.accelerators, ({ accelerator, mw, retires }) => {
      const isGone = retires !== undefined && quarter >= quarterIndex(retires) - this.start;
      return accelerator === one.name && !isGone ? mw : 0;
    });
    const bought = totalOf(this.decisions, (decision) => {
      if (decision.kind !== "buy" || decision.site !== site.name || decision.accelerator !== one.name) return 0;
      const age = quarter - this.arrival(one, this.at(decision.quarter));
      return age >= 0 && age < one.lifeQuarters ? decision.mw : 0;
    });
    return old + bought;
  }

  arrival(one: Accelerator, ordered: number): number {
    const slip = this.future.slipQuarters[one.name] ?? 0;
    if (one.own !== undefined) return ordered + one.leadQuarters;
    if (one.available === undefined) return ordered + one.leadQuarters + slip;
    return Math.max(ordered, this.at(one.available) + slip) + one.leadQuarters;
  }

  rented(rental: Rental, accelerator: string, region: string, quarter: number): number {
    return totalOf(this.decisions, (decision) =>
      decision.kind === "rent" &&
      decision.supply === rental.name &&
      decision.accelerator === accelerator &&
      decision.region === region
        ? decision.mw * this.usable(rental, this.at(decision.quarter), quarter)
        : 0,
    );
  }

  /** The share of an order that has come and has not run out. */
  usable(supply: Halls | Rental, ordered: number, quarter: number): number {
    const age = quarter - ordered - supply.leadQuarters - (this.future.slipQuarters[supply.name] ?? 0);
    if (age < 0 || (supply.termQuarters !== undefined && age >= supply.termQuarters)) return 0;
    return age < supply.late.quarters ? 1 - supply.late.share : 1;
  }

  reaches(place: string, tier: string, region: string): boolean {
    const { sites, tiers, regions } = this.scenario;
    const from = sites.find(({ name }) => name === place)?.region ?? place.replace(/^neocloud /, "");
    const reach = tiers.find(({ name }) => name === tier)?.reach;
    if (reach === "anywhere" || from === region) return true;
    return reach === "near" && regions.find(({ name }) => name === region)?.near.includes(from) === true;
  }

  isOpened(site: string, supply: string): boolean {
    return this.decisions.some((one) => one.kind === "open" && one.site === site && one.supply === supply);
  }

  units(deal: Deal, quarter: number): number {
    return this.value(deal.teratokensPerQuarter ?? deal.millionAcceleratorHoursPerQuarter ?? 0, quarter);
  }

  value(series: Series, quarter: number): number {
    return valuesOf(series, this.start, quarter + 1)[quarter] ?? 0;
  }

  at(quarter: string | undefined): number {
    return quarter === undefined ? 0 : quarterIndex(quarter) - this.start;
  }

  name(quarter: number): string {
    return quarterName(this.start + quarter);
  }

  supply(name: string): Supply {
    return found(this.scenario.supply, name);
  }

  halls(name: string): Halls {
    const supply = this.supply(name);
    if (supply.kind === "neocloud" || supply.kind === "tokens") throw new RangeError(`"${name}" has no halls.`);
    return supply;
  }

  rental(name: string): Rental {
    const supply = this.supply(name);
    if (supply.kind !== "neocloud") throw new RangeError(`"${name}" rents nothing.`);
    return supply;
  }

  accelerator(name: string): Accelerator {
    return found(this.scenario.accelerators, name);
  }

  deal(name: string): Deal {
    return found(this.scenario.deals, name);
  }

  within(quarter: number, what: string, value: number, limit: number, least = 1e-3): void {
    const excess = value - limit;
    if (excess > Math.max(least, tolerance * Math.abs(limit))) {
      this.say(quarter, `${what}: ${figure(value)}, where ${figure(limit)} is the limit`);
    }
  }

  equal(quarter: number, what: string, value: number, other: number, least = 1e-3): void {
    if (!(Math.abs(value - other) <= Math.max(least, tolerance * Math.abs(other)))) {
      this.say(quarter, `${what}: ${figure(value)} in the plan, ${figure(other)} by its scenario`);
    }
  }

  say(quarter: number, what: string): void {
    this.problems.push(`${this.name(quarter)}, ${this.future.name}: ${what}.`);
  }
}

export function totalOf<Of>(list: readonly Of[], amount: (one: Of) => number): number {
  return list.reduce((sum, one) => sum + amount(one), 0);
}

export function wattsOf(one: Accelerator): number {
  return one.itWatts ?? chipNamed(one.name).allInWatts?.value ?? NaN;
}

export function priceOf(one: Accelerator): Series {
  return one.usdPerAccelerator ?? Number(chipNamed(one.name).capitalUsd?.value);
}

function found<Of extends { readonly name: string }>(list: readonly Of[], name: string): Of {
  const one = list.find((entry) => entry.name === name);
  if (one === undefined) throw new RangeError(`There is no "${name}".`);
  return one;
}

function figure(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 8 });
}
