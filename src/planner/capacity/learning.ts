/**
 * Learning by doing: what an own chip costs falls by the same share with each doubling of what has been made of it
 * (Wright 1936, "Factors affecting the cost of airplanes").
 *
 * A cost that falls with what is bought is no linear cost, and not even a convex one. So the plan is made again and again,
 * each time at the prices that the volume of the plan before gives, until they stay: every round is the linear model of
 * given prices. The first has the prices of the fullest ramp, the lowest that there can be. A plan at dearer prices
 * buys no more, so volumes only fall from there, to the largest at which volume and price agree; or to none.
 */
import { chipNamed } from "../../catalog/chips.ts";
import type { Decided } from "./decided.ts";
import { quarterIndex } from "./quarter.ts";
import type { Accelerator, CapacityScenario } from "./scenario.ts";
import { valuesOf } from "./series.ts";

/** How an accelerator's price was learned. */
export type Learned = {
  readonly accelerator: string;
  readonly sharePerDoubling: number;
  /** Made by the end of each quarter, in the mean of the futures. */
  readonly madeMw: readonly number[];
  /** At which the plan was made. */
  readonly usdPerAccelerator: readonly number[];
  /** The largest share by which a price at which something is bought differs from what the volume gives. */
  readonly offShare: number;
  readonly rounds: number;
};

/** Prices that move by less have settled. */
const settledShare = 0.01;
const roundsMax = 10;

/** MW by quarter, of each accelerator that is learned, by its name. */
type Volumes = ReadonlyMap<string, readonly number[]>;

/** A price after so much has been made, as a share of the first. */
export function wrightFactor(
  { sharePerDoubling, fromMw }: { readonly sharePerDoubling: number; readonly fromMw: number },
  madeMw: number,
): number {
  return Math.max(1, madeMw / fromMw) ** Math.log2(1 - sharePerDoubling);
}

export function learns(scenario: CapacityScenario): boolean {
  return learners(scenario).length > 0;
}

/**
 * @param planAt Makes the plan of a scenario whose prices are given.
 * @param isOver Whether there is no time for another round.
 */
export async function planLearned<Plan extends Decided>(
  scenario: CapacityScenario,
  planAt: (priced: CapacityScenario) => Promise<Plan>,
  isOver: () => boolean,
): Promise<Plan & { readonly learned: readonly Learned[] }> {
  let volumes = fullRamps(scenario);
  let last: (Plan & { readonly learned: readonly Learned[] }) | undefined;
  for (let rounds = 1; ; rounds++) {
    try {
      const plan = await planAt(pricedAt(scenario, volumes));
      const made = volumesOf(scenario, plan);
      const learned = learners(scenario).map((one) => learnedBy(scenario, one, volumes, made, rounds));
      last = { ...plan, learned };
      volumes = made;
    } catch (error) {
      if (last === undefined || !isOver()) throw error;
      return last;
    }
    if (last.learned.every(({ offShare }) => offShare <= settledShare) || rounds === roundsMax || isOver()) return last;
  }
}

type Own = NonNullable<Accelerator["own"]>;
type Learner = Accelerator & { readonly own: Own & { readonly learning: NonNullable<Own["learning"]> } };

function learners({ accelerators }: CapacityScenario): Learner[] {
  return accelerators.filter((one): one is Learner => one.own?.learning !== undefined);
}

function learnedBy(scenario: CapacityScenario, one: Learner, before: Volumes, made: Volumes, rounds: number): Learned {
  const used = pricesAt(scenario, one, before.get(one.name) ?? []);
  const volume = made.get(one.name) ?? [];
  const given = pricesAt(scenario, one, volume);
  const off = volume.map((mw, quarter) => (mw > 0 ? Math.abs(given[quarter]! - used[quarter]!) / given[quarter]! : 0));
  return {
    accelerator: one.name,
    sharePerDoubling: one.own.learning.sharePerDoubling,
    madeMw: runningSums(volume),
    usdPerAccelerator: used,
    offShare: Math.max(0, ...off),
    rounds,
  };
}

/** With what has been made by the middle of each quarter. */
function pricesAt(scenario: CapacityScenario, { own, ...one }: Learner, volume: readonly number[]): number[] {
  const first = one.usdPerAccelerator ?? Number(chipNamed(one.name).capitalUsd?.value);
  const sums = runningSums(volume);
  return valuesOf(first, quarterIndex(scenario.start), scenario.quarters).map(
    (usd, quarter) => usd * wrightFactor(own.learning, (sums[quarter] ?? 0) - (volume[quarter] ?? 0) / 2),
  );
}

/** The scenario at the prices at which it was planned, for what is asked of it afterwards. */
export function atLearnedPrices(
  scenario: CapacityScenario,
  learned: readonly Pick<Learned, "accelerator" | "usdPerAccelerator">[],
): CapacityScenario {
  const prices = new Map(learned.map(({ accelerator, usdPerAccelerator }) => [accelerator, [...usdPerAccelerator]]));
  return {
    ...scenario,
    accelerators: scenario.accelerators.map((one) => {
      const usdPerAccelerator = prices.get(one.name);
      return usdPerAccelerator === undefined ? one : { ...one, usdPerAccelerator };
    }),
  };
}

function pricedAt(scenario: CapacityScenario, volumes: Volumes): CapacityScenario {
  const prices = learners(scenario).map((one) => ({
    accelerator: one.name,
    usdPerAccelerator: pricesAt(scenario, one, volumes.get(one.name) ?? []),
  }));
  return atLearnedPrices(scenario, prices);
}

/** All that can be made, when the programme starts as soon as it may. */
function fullRamps(scenario: CapacityScenario): Volumes {
  const start = quarterIndex(scenario.start);
  return new Map(
    learners(scenario).map(({ name, own, mwPerQuarter }) => {
      const { firstStart, developmentQuarters, rampMwPerQuarter } = own;
      const first = developmentQuarters + Math.max(0, firstStart === undefined ? 0 : quarterIndex(firstStart) - start);
      const limits = valuesOf(mwPerQuarter ?? Infinity, start, scenario.quarters);
      const volume = limits.map((limit, quarter) => {
        const age = quarter - first;
        return age < 0 ? 0 : Math.min(limit, rampMwPerQuarter[Math.min(age, rampMwPerQuarter.length - 1)]!);
      });
      return [name, volume];
    }),
  );
}

/** In the mean of the futures. */
function volumesOf(scenario: CapacityScenario, { decisions }: Decided): Volumes {
  const probability = new Map(scenario.futures.map((one) => [one.name, one.probability]));
  const start = quarterIndex(scenario.start);
  return new Map(
    learners(scenario).map(({ name }) => {
      const volume = Array.from({ length: scenario.quarters }, () => 0);
      for (const one of decisions) {
        if (one.kind !== "buy" || one.accelerator !== name) continue;
        const share = one.futures.reduce((sum, future) => sum + probability.get(future)!, 0);
        volume[quarterIndex(one.quarter) - start]! += share * one.mw;
      }
      return [name, volume];
    }),
  );
}

function runningSums(of: readonly number[]): number[] {
  let sum = 0;
  return of.map((value) => (sum += value));
}
