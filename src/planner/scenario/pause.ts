/**
 * What a pause cost: the difference of two strategies under the same assumptions, how far it may lie from what is used, and
 * which assumptions decide.
 */
import { RandomStream } from "../../perf/loads/random.ts";
import { type Assumption, doubted, usedValues, type Values } from "./assumptions.ts";
import type { Scenario } from "./scenario.ts";
import { contractEconomics } from "./contract.ts";
import { type DealOutcome } from "./deals.ts";
import { incomeLayers } from "./money.ts";
import { type Plan, planOf } from "./plan.ts";
import { type Outcome, outcomeOf } from "./strategy.ts";

/** Over the scenario's span, in dollars. */
export type PauseMeasures = {
  readonly revenue: number;
  readonly grossProfit: number;
  /** After tax and after what its own capital costs, discounted to the scenario's first quarter. */
  readonly value: number;
  /** Of deals signed. */
  readonly signed: number;
  /** More power at the end of the span. */
  readonly mw: number;
};

export type Spread = { readonly p10: number; readonly p50: number; readonly p90: number };

export type Swing = {
  readonly path: string;
  readonly what: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  /** The gross profit forgone with the assumption at either end. */
  readonly atLow: number;
  readonly atHigh: number;
};

export type PauseCost = {
  readonly without: string;
  readonly with: string;
  readonly used: PauseMeasures;
  /** Of the gross profit as used, what the deals that were let go would have brought by themselves, from leased power. */
  readonly ofDeals: number;
  readonly draws: number;
  readonly seed: number;
  readonly revenue: Spread;
  readonly grossProfit: Spread;
  readonly value: Spread;
  readonly signed: Spread;
  /** Of the draws, those in which the pause cost gross profit at all. */
  readonly shareCostly: number;
  /** What moves it most comes first. */
  readonly swings: readonly Swing[];
};

export type Drawing = {
  readonly draws: number;
  readonly seed: number;
  /** Told before each draw how many are done. */
  readonly onDraw?: ((done: number) => void) | undefined;
};

/** The two strategies of a scenario that are held against each other. */
type Plans = { readonly without: Plan; readonly paused: Plan };

function plansOf(scenario: Scenario): Plans {
  return { without: planOf(scenario, scenario.pause.without), paused: planOf(scenario, scenario.pause.with) };
}

function differenceOf(plans: Plans, values: Values): PauseMeasures {
  const without = measuresOf(outcomeOf(plans.without, values), values);
  const paused = measuresOf(outcomeOf(plans.paused, values), values);
  return {
    revenue: without.revenue - paused.revenue,
    grossProfit: without.grossProfit - paused.grossProfit,
    value: without.value - paused.value,
    signed: without.signed - paused.signed,
    mw: without.mw - paused.mw,
  };
}

/** Every assumption is drawn by itself from a triangle over its range, its peak at what is used. */
export function pauseCost(
  scenario: Scenario,
  assumptions: readonly Assumption[],
  { draws, seed, onDraw }: Drawing,
): PauseCost {
  const plans = plansOf(scenario);
  const used = usedValues(assumptions);
  const moved = doubted(assumptions);
  const streams = moved.map(({ path }) => new RandomStream(seed, path));
  const values = new Map(used);
  const drawn = Array.from({ length: draws }, (_, done) => {
    onDraw?.(done);
    for (const [index, { path, low, high }] of moved.entries()) {
      values.set(path, triangular(streams[index]?.uniform() ?? 0.5, low, used.get(path) ?? low, high));
    }
    return differenceOf(plans, values);
  });
  const spread = (of: keyof PauseMeasures) => spreadOf(drawn.map((one) => one[of]));
  return {
    ...scenario.pause,
    used: differenceOf(plans, used),
    ofDeals: dealProfit(plans.without, used) - dealProfit(plans.paused, used),
    draws,
    seed,
    revenue: spread("revenue"),
    grossProfit: spread("grossProfit"),
    value: spread("value"),
    signed: spread("signed"),
    shareCostly: draws === 0 ? 0 : drawn.filter(({ grossProfit }) => grossProfit > 0).length / draws,
    swings: swingsOf(plans, moved, used),
  };
}

function dealProfit(plan: Plan, values: Values): number {
  const profit = ({ name, value }: DealOutcome) => value * contractEconomics(name, "lease", values).margin;
  return outcomeOf(plan, values).deals.reduce((sum, one) => sum + (one.value > 0 ? profit(one) : 0), 0);
}

function swingsOf(
  plans: Plans,
  moved: ReturnType<typeof doubted>,
  used: ReadonlyMap<string, number>,
): readonly Swing[] {
  const when = (path: string, value: number) => differenceOf(plans, new Map(used).set(path, value)).grossProfit;
  return moved
    .map(({ path, readings, low, high }) => ({
      path,
      what: readings.what,
      unit: readings.readings[0].unit,
      low,
      high,
      atLow: when(path, low),
      atHigh: when(path, high),
    }))
    .filter(({ atLow, atHigh }) => Math.abs(atHigh - atLow) > 1)
    .toSorted((one, other) => Math.abs(other.atHigh - other.atLow) - Math.abs(one.atHigh - one.atLow));
}

function measuresOf(outcome: Outcome, values: Values): PauseMeasures {
  const sum = (series: Float64Array) => series.reduce((total, one) => total + one, 0);
  const last = (series: Float64Array) => series.at(-1) ?? 0;
  return {
    revenue: sum(outcome.revenue),
    grossProfit: incomeLayers.reduce((total, layer) => total + sum(outcome.grossProfit[layer]), 0),
    value: valueOf(outcome, values.get("inputs.costOfCapital") ?? 0),
    signed: outcome.deals.reduce((total, { value }) => total + value, 0),
    mw: Object.values(outcome.mw).reduce((total, series) => total + last(series), 0),
  };
}

/** Profit above what the own capital costs, discounted: the worth of the cash, what is not depreciated at its book value. */
export function valueOf({ profit, invested }: Outcome, costOfCapital: number): number {
  const rate = costOfCapital / 4;
  let worth = 0;
  for (let t = profit.length - 1; t >= 0; t -= 1) {
    worth = (worth + (profit[t] ?? 0) - rate * (invested[t] ?? 0)) / (1 + rate);
  }
  return worth;
}

/** The inverse of the triangular distribution's distribution function. */
export function triangular(share: number, low: number, peak: number, high: number): number {
  const below = (peak - low) / (high - low);
  return share < below
    ? low + Math.sqrt(share * (high - low) * (peak - low))
    : high - Math.sqrt((1 - share) * (high - low) * (high - peak));
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}
