/** A scenario worked out: each strategy's power, deals, money and backlog side by side, and what the pause cost. */
import { type Seller, sellers } from "../../catalog/industry/companies.ts";
import { usedValue } from "../../catalog/readings.ts";
import { type PicoUsd, pico, picoPerUsd, zeroUsd } from "../../stack/money.ts";
import { rollForward } from "../finance/rpo.ts";
import { assumptionsOf, usedValues, type Values } from "./assumptions.ts";
import { type ContractEconomics, contractEconomics } from "./contract.ts";
import { type Drawing, type PauseCost, pauseCost, valueOf } from "./pause.ts";
import { quarterIndex, quarterText } from "./quarter.ts";
import { type Route, routes, type Scenario } from "./scenario.ts";
import { type DealOutcome, type DealState } from "./deals.ts";
import { type IncomeLayer, incomeLayers } from "./money.ts";
import { planOf } from "./plan.ts";
import { type Outcome, outcomeOf } from "./strategy.ts";

export type RunOptions = Partial<Drawing>;

export const drawsUsually = 2000;

export type ScenarioRun = {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly company: string;
  readonly currency: string;
  readonly quarters: readonly string[];
  readonly baseMw: number;
  readonly strategies: readonly StrategyRun[];
  readonly pause: PauseCost;
};

/** Series run over the quarters; money in dollars. */
export type StrategyRun = {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly mw: Readonly<Record<Route, readonly number[]>>;
  readonly frozenMw: number;
  readonly frozen: Outcome["frozen"];
  readonly deals: readonly DealRun[];
  readonly rpo: readonly RpoQuarter[];
  /** The parts of all sellers' backlogs in the quarters in which all of them are known. */
  readonly shares: readonly ShareQuarter[];
  readonly revenue: readonly number[];
  readonly grossProfit: Readonly<Record<IncomeLayer, readonly number[]>>;
  readonly capex: readonly number[];
  /** Year by year, leased buildings counted as capital; null while nothing is invested. */
  readonly roic: readonly { readonly year: number; readonly ratio: number | null }[];
  readonly totals: {
    readonly revenue: number;
    readonly grossProfit: Readonly<Record<IncomeLayer, number>>;
    readonly capex: number;
    /** See PauseMeasures. */
    readonly value: number;
    readonly roic: number | null;
  };
};

export type DealRun = {
  readonly name: string;
  readonly what: string;
  readonly buyer: string;
  readonly state: DealState;
  readonly why: string | null;
  readonly at: string | null;
  readonly mwAsked: number;
  readonly mw: number;
  readonly value: number;
  /** Of the whole deal over its life, from leased and from own buildings. */
  readonly economics: readonly ContractEconomics[];
};

/** Whole dollars: opening + signed − recognised − lapsed = closing. */
export type RpoQuarter = {
  readonly opening: number;
  readonly signed: number;
  readonly recognised: number;
  readonly lapsed: number;
  readonly closing: number;
};

export type ShareQuarter = { readonly quarter: string; readonly backlogs: Readonly<Record<Seller, number>> };

export function runScenario(
  scenario: Scenario,
  { draws = drawsUsually, seed = 1, onDraw }: RunOptions = {},
): ScenarioRun {
  const assumptions = assumptionsOf(scenario);
  const values = usedValues(assumptions);
  const first = quarterIndex(scenario.from);
  const count = quarterIndex(scenario.to) - first + 1;
  const record = outcomeOf(planOf(scenario, scenario.record), values);
  return {
    name: scenario.name,
    title: scenario.title,
    about: scenario.about,
    company: scenario.company,
    currency: scenario.currency,
    quarters: Array.from({ length: count }, (_, index) => quarterText(first + index)),
    baseMw: values.get("base") ?? 0,
    strategies: Object.keys(scenario.strategies).map((name) => strategyRun(scenario, name, values, record)),
    pause: pauseCost(scenario, assumptions, { draws, seed, onDraw }),
  };
}

function strategyRun(scenario: Scenario, name: string, values: Values, record: Outcome): StrategyRun {
  const outcome = outcomeOf(planOf(scenario, name), values);
  const first = quarterIndex(scenario.from);
  const { title = name, about = "" } = scenario.strategies[name] ?? {};
  const rpo = backlogOf(outcome.deals, first, outcome.revenue.length);
  const of = <Name extends string>(names: readonly Name[], value: (one: Name) => number | readonly number[]) =>
    Object.fromEntries(names.map((one) => [one, value(one)]));
  const sum = (series: Float64Array) => series.reduce((total, one) => total + one, 0);
  return {
    name,
    title,
    about,
    mw: of(routes, (route) => Array.from(outcome.mw[route])) as StrategyRun["mw"],
    frozenMw: outcome.frozenMw,
    frozen: outcome.frozen,
    deals: outcome.deals.map((one) => dealRun(one, values)),
    rpo,
    shares: sharesOf(scenario, outcome, record),
    revenue: Array.from(outcome.revenue),
    grossProfit: of(incomeLayers, (layer) => Array.from(outcome.grossProfit[layer])) as StrategyRun["grossProfit"],
    capex: Array.from(outcome.capex),
    roic: returns(outcome, first, values),
    totals: {
      revenue: sum(outcome.revenue),
      grossProfit: of(incomeLayers, (layer) => sum(outcome.grossProfit[layer])) as StrategyRun["totals"]["grossProfit"],
      capex: sum(outcome.capex),
      value: valueOf(outcome, values.get("inputs.costOfCapital") ?? 0),
      roic: returnOn(outcome, 0, outcome.revenue.length, values),
    },
  };
}

function dealRun({ name, deal, state, why, at, mwAsked, mw, value }: DealOutcome, values: Values): DealRun {
  return {
    name,
    what: deal.what,
    buyer: deal.buyer,
    state,
    why: why ?? null,
    at: at === undefined ? null : quarterText(at),
    mwAsked,
    mw,
    value,
    economics: (["lease", "build"] as const).map((route) => contractEconomics(name, route, values)),
  };
}

/** What deals signed and recognised, rolled forward exactly in whole dollars; what was not delivered lapses at a deal's end. */
function backlogOf(deals: readonly DealOutcome[], first: number, quarters: number): RpoQuarter[] {
  const movements = Array.from({ length: quarters }, () => ({ signed: 0, recognised: 0, lapsed: 0 }));
  for (const { state, at, value, recognised, ends } of deals) {
    if (state !== "taken" || at === undefined) continue;
    const signed = movements[Math.max(0, at - first)];
    if (signed === undefined) continue;
    signed.signed += Math.round(value);
    let left = Math.round(value);
    for (const [t, movement] of movements.entries()) {
      const now = Math.min(left, Math.round(recognised[t] ?? 0));
      movement.recognised += now;
      left -= now;
      if (t === ends - first) {
        movement.lapsed += left;
        left = 0;
      }
    }
  }
  const exact = (amount: number): PicoUsd => pico(BigInt(amount) * picoPerUsd);
  const plain = (amount: PicoUsd): number => Number(amount / picoPerUsd);
  const periods = rollForward(
    movements.map(({ signed, recognised, lapsed }) => ({
      signed: exact(signed),
      recognised: exact(recognised),
      cancelled: exact(lapsed),
    })),
    zeroUsd,
  );
  return periods.map(({ opening, signed, recognised, cancelled, closing }) => ({
    opening: plain(opening),
    signed: plain(signed),
    recognised: plain(recognised),
    lapsed: plain(cancelled),
    closing: plain(closing),
  }));
}

/** Backlogs as reported, less what a deal brought its real seller where this strategy has it, and more for who has it. */
function sharesOf(scenario: Scenario, outcome: Outcome, record: Outcome): ShareQuarter[] {
  const first = quarterIndex(scenario.from);
  const own = sellers.find((seller) => seller === scenario.company);
  const quarters = Object.keys(scenario.backlogs.microsoft ?? {}).filter((quarter) =>
    sellers.every((seller) => scenario.backlogs[seller]?.[quarter] !== undefined),
  );
  return quarters.toSorted().map((quarter) => {
    const t = quarterIndex(quarter) - first;
    const moved = Object.fromEntries(sellers.map((seller) => [seller, 0])) as Record<Seller, number>;
    for (const [index, one] of outcome.deals.entries()) {
      const before = record.deals[index];
      const more = (remaining(one, first, t) - (before === undefined ? 0 : remaining(before, first, t))) / 1e9;
      if (own !== undefined) moved[own] += more;
      const other = sellers.find((seller) => seller === one.deal.signedBy && seller !== own);
      if (other !== undefined) moved[other] -= more;
    }
    const reported = (seller: Seller) => {
      const readings = scenario.backlogs[seller]?.[quarter];
      return readings === undefined ? 0 : usedValue(readings);
    };
    const amounts = sellers.map((seller) => [seller, Math.max(0, reported(seller) + moved[seller])]);
    return { quarter, backlogs: Object.fromEntries(amounts) as ShareQuarter["backlogs"] };
  });
}

/** Signed and not recognised yet, at the end of quarter `t`. */
function remaining({ at, value, recognised }: DealOutcome, first: number, t: number): number {
  if (at === undefined || at - first > t) return 0;
  return recognised.subarray(0, t + 1).reduce((left, one) => left - one, value);
}

function returns(outcome: Outcome, first: number, values: Values): StrategyRun["roic"] {
  const years: { year: number; ratio: number | null }[] = [];
  for (let t = 0; t + 4 <= outcome.revenue.length; t += 4) {
    years.push({ year: Math.floor((first + t) / 4), ratio: returnOn(outcome, t, t + 4, values) });
  }
  return years;
}

/**
 * Profit after tax with the interest in leases, over own capital and leased buildings; per year. Null where most of the
 * power is rented: the capital is somebody else's.
 */
function returnOn(outcome: Outcome, from: number, to: number, values: Values): number | null {
  const kept = 1 - (values.get("inputs.taxRate") ?? 0);
  let [profit, capital] = [0, 0];
  for (let t = from; t < to; t += 1) {
    profit += (outcome.profit[t] ?? 0) + (outcome.leaseInterest[t] ?? 0) * kept;
    capital += (outcome.invested[t] ?? 0) + (outcome.leased[t] ?? 0);
  }
  const mw = (of: readonly Route[]) =>
    of.reduce((sum, route) => sum + outcome.mw[route].subarray(from, to).reduce((total, one) => total + one, 0), 0);
  return capital > 0 && 2 * mw(["build", "lease"]) >= mw(routes) ? (4 * profit) / capital : null;
}
