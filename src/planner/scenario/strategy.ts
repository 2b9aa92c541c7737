/**
 * What comes of a strategy: the power that its orders bring, the deals that this power can serve while they are open, and
 * the money of every quarter.
 *
 * A deal is taken in its window or not at all, and only with power that is committed to by then and not promised to another:
 * that is what makes a pause dear. A frozen order is not placed later by itself.
 */
import type { Values } from "./assumptions.ts";
import { quarterIndex, quartersOf } from "./quarter.ts";
import {
  type Deal,
  type Decision,
  decisionsOf,
  type InputName,
  inputNames,
  type Route,
  routes,
  type Scenario,
} from "./scenario.ts";

export const incomeLayers = ["infrastructure", "platform", "models", "applications"] as const;
export type IncomeLayer = (typeof incomeLayers)[number];

/** Quarter by quarter from the scenario's first; money in its currency. */
export type Outcome = {
  /** Power in service, of IT. */
  readonly mw: Readonly<Record<Route, Float64Array>>;
  readonly deals: readonly DealOutcome[];
  /** What each layer keeps of its price. */
  readonly grossProfit: Readonly<Record<IncomeLayer, Float64Array>>;
  /** From outside the company. */
  readonly revenue: Float64Array;
  readonly capex: Float64Array;
  /** Gross profit after tax: overheads of the company are in none of the strategies. */
  readonly profit: Float64Array;
  /** Own capital at the quarter's beginning: what is spent and not yet depreciated. */
  readonly invested: Float64Array;
  /** Leased buildings as if they were owned, and the interest in their leases. */
  readonly leased: Float64Array;
  readonly leaseInterest: Float64Array;
  /** MW of orders that a freeze kept from being placed. */
  readonly frozenMw: number;
  readonly frozen: readonly {
    readonly order: string;
    readonly what: string;
    readonly route: Route;
    readonly mw: number;
  }[];
};

export type DealState = "taken" | "lost" | "declined" | "not sought";

export type DealOutcome = {
  readonly name: string;
  readonly deal: Deal;
  readonly state: DealState;
  /** Why it was not taken, or not in full. */
  readonly why: string | undefined;
  /** When it was signed, or would have been. */
  readonly at: number | undefined;
  readonly mwAsked: number;
  readonly mw: number;
  readonly value: number;
  /** Delivered in each quarter, in MW, and what is recognised for it. */
  readonly delivered: Float64Array;
  readonly recognised: Float64Array;
  /** When the last of it has been delivered. */
  readonly ends: number;
};

type Tranche = {
  readonly order: string;
  readonly route: Route;
  readonly mw: number;
  readonly committed: number;
  readonly online: number;
};

/** A strategy with its quarters counted and its numbers' places written down, to be worked out for many values. */
export type Plan = {
  readonly first: number;
  readonly quarters: number;
  readonly steps: readonly Step[];
  readonly deals: readonly PlannedDeal[];
};

type Step = {
  readonly decision: Decision;
  readonly at: number;
  readonly until: number;
  readonly online: number | undefined;
  readonly mwPath: string;
  readonly sharePath: string;
};

type PlannedDeal = {
  readonly name: string;
  readonly deal: Deal;
  readonly from: number;
  readonly mwPath: string;
  readonly yearsPath: string;
  readonly valuePath: string;
};

export function planOf(scenario: Scenario, name: string): Plan {
  const first = quarterIndex(scenario.from);
  return {
    first,
    quarters: quarterIndex(scenario.to) - first + 1,
    steps: decisionsOf(scenario, name).map(({ strategy, index, decision }) => {
      const path = `strategies.${strategy}.decisions[${index}]`;
      return {
        decision,
        at: quarterIndex(decision.at),
        until: decision.do === "freeze" ? quarterIndex(decision.until) : Infinity,
        online: "online" in decision && decision.online !== undefined ? quarterIndex(decision.online) : undefined,
        mwPath: `${path}.mw`,
        sharePath: `${path}.share`,
      };
    }),
    deals: Object.entries(scenario.deals).map(([deal, one]) => ({
      name: deal,
      deal: one,
      from: quarterIndex(one.from),
      mwPath: `deals.${deal}.mw`,
      yearsPath: `deals.${deal}.years`,
      valuePath: `deals.${deal}.valueUsd`,
    })),
  };
}

export function outcomeOf(plan: Plan, values: Values): Outcome {
  const { first, quarters, steps } = plan;
  const at = (path: string) => values.get(path) ?? missing(path);
  const input = (of: InputName) => at(inputPath[of]);
  const { tranches, frozen } = tranchesOf(steps, at, input);
  const deals = dealsOf(plan, tranches, at);
  const money = moneyOf(steps, tranches, deals, { first, quarters, at, input });
  const mw = Object.fromEntries(routes.map((route) => [route, new Float64Array(quarters)])) as Outcome["mw"];
  for (const { route, mw: added, online } of tranches) {
    for (let t = Math.max(0, online - first); t < quarters; t += 1) mw[route][t] = (mw[route][t] ?? 0) + added;
  }
  return { mw, deals, ...money, frozen, frozenMw: frozen.reduce((sum, one) => sum + one.mw, 0) };
}

const inputPath = Object.fromEntries(inputNames.map((name) => [name, `inputs.${name}`])) as Record<InputName, string>;

type At = (path: string) => number;

/** The power that the orders bring, a tranche for each quarter in which some of it comes; frozen ones apart. */
function tranchesOf(
  steps: readonly Step[],
  at: At,
  input: (of: InputName) => number,
): { readonly tranches: readonly Tranche[]; readonly frozen: Outcome["frozen"] } {
  const lead: Readonly<Record<Route, number>> = {
    build: quartersOf(input("leadBuild")),
    lease: quartersOf(input("leadLease")),
    rent: quartersOf(input("leadRent")),
    partner: quartersOf(input("leadPartner")),
  };
  const late = quartersOf(input("slip"));
  const tranches: Tranche[] = [];
  const frozen: Outcome["frozen"][number][] = [];
  for (const { decision, at: committed, online: named, mwPath } of steps) {
    if (!("order" in decision)) continue;
    const route = decision.do;
    const mw = at(mwPath);
    const isFrozen = steps.some(
      (one) =>
        one.decision.do === "freeze" &&
        one.decision.routes.includes(route) &&
        committed >= one.at &&
        committed < one.until,
    );
    if (isFrozen) {
      frozen.push({ order: decision.order, what: decision.what, route, mw });
      continue;
    }
    const online = (named ?? committed + lead[route]) + (route === "build" || route === "lease" ? late : 0);
    for (let part = 0; part < decision.over; part += 1) {
      tranches.push({ order: decision.order, route, mw: mw / decision.over, committed, online: online + part });
    }
  }
  return { tranches, frozen };
}

/** Deals in the order in which they are decided on; each takes of what those before it left. */
function dealsOf(
  { deals, steps, first, quarters }: Plan,
  tranches: readonly Tranche[],
  at: At,
): readonly DealOutcome[] {
  const promised = new Float64Array(quarters);
  const outcomes = new Map<string, DealOutcome>();
  for (const { decision, at: when, mwPath } of steps) {
    if (decision.do !== "accept" && decision.do !== "decline") continue;
    const planned = deals.find(({ name }) => name === decision.deal);
    if (planned === undefined) continue;
    const asked = { planned, at, when, first, quarters };
    const cap = decision.do === "accept" && decision.mw !== undefined ? at(mwPath) : Infinity;
    const outcome = decision.do === "decline" ? untaken(asked, "declined") : taken(asked, cap, tranches, promised);
    outcomes.set(decision.deal, outcome);
  }
  return deals.map(
    (planned) => outcomes.get(planned.name) ?? untaken({ planned, at, when: undefined, first, quarters }, "not sought"),
  );
}

type Asked<When = number | undefined> = {
  readonly planned: PlannedDeal;
  readonly at: At;
  readonly when: When;
  readonly first: number;
  readonly quarters: number;
};

function untaken({ planned, at, when, quarters }: Asked, state: DealState, why?: string): DealOutcome {
  const { name, deal, mwPath } = planned;
  const none = new Float64Array(quarters);
  const result = { mwAsked: at(mwPath), mw: 0, value: 0, delivered: none, recognised: none, ends: 0 };
  return { name, deal, state, why, at: when, ...result };
}

/** As much of the deal as there is power for once it has grown to its full size; `promised` takes it in. */
function taken(asked: Asked<number>, cap: number, tranches: readonly Tranche[], promised: Float64Array): DealOutcome {
  const { planned, at, when, first, quarters } = asked;
  const { name, deal, from } = planned;
  const mwAsked = at(planned.mwPath);
  const term = Math.max(1, Math.round(at(planned.yearsPath) * 4));
  const grown = from + deal.rampQuarters - 1;
  const free = new Float64Array(quarters);
  for (const { mw, committed, online } of tranches) {
    if (committed > when) continue;
    for (let t = Math.max(0, online - first); t < quarters; t += 1) free[t] = (free[t] ?? 0) + mw;
  }
  let there = Infinity;
  for (let t = 0; t < quarters; t += 1) {
    free[t] = Math.max(0, (free[t] ?? 0) - (promised[t] ?? 0));
    if (t >= grown - first && t < from - first + term) there = Math.min(there, free[t] ?? 0);
  }
  if (!Number.isFinite(there)) there = 0;
  const mw = Math.min(mwAsked, cap, there);
  const isShort = mw < mwAsked - 1e-9;
  const gigawatts = (value: number) => `${(value / 1000).toFixed(2)} GW`;
  const why = () => {
    const [part, verb] = mw > 0 && mw === cap ? [cap, "was offered"] : [there, "would be there"];
    return `${gigawatts(part)} ${verb} of the ${gigawatts(mwAsked)} asked for`;
  };
  if (mw <= 0 || (isShort && !deal.isDivisible)) {
    return untaken(asked, "lost", why());
  }
  const delivered = new Float64Array(quarters);
  const recognised = new Float64Array(quarters);
  const value = at(planned.valuePath) * (mw / mwAsked);
  const perMwQuarter = value / (mw * term);
  // Each part of the ramp runs for the whole term.
  for (let part = 0; part < deal.rampQuarters; part += 1) {
    const begin = from + part - first;
    for (let t = Math.max(0, begin); t < Math.min(quarters, begin + term); t += 1) {
      delivered[t] = (delivered[t] ?? 0) + mw / deal.rampQuarters;
    }
  }
  for (let t = 0; t < quarters; t += 1) {
    // What comes late is not delivered, and not paid.
    delivered[t] = Math.min(delivered[t] ?? 0, free[t] ?? 0);
    promised[t] = (promised[t] ?? 0) + (delivered[t] ?? 0);
    recognised[t] = (delivered[t] ?? 0) * perMwQuarter;
  }
  const short = isShort ? why() : undefined;
  const result = { mwAsked, mw, value, delivered, recognised, ends: grown + term };
  return { name, deal, state: "taken", why: short, at: when, ...result };
}

type Costs = {
  readonly first: number;
  readonly quarters: number;
  readonly at: At;
  readonly input: (of: InputName) => number;
};

/** What every quarter earns and costs; power that is promised to nobody is used by the company itself. */
function moneyOf(
  steps: readonly Step[],
  tranches: readonly Tranche[],
  deals: readonly DealOutcome[],
  { first, quarters, at, input }: Costs,
): Omit<Outcome, "mw" | "deals" | "frozen" | "frozenMw"> {
  const cost = infrastructureCost(steps, tranches, { first, quarters, at, input });
  const series = () => new Float64Array(quarters);
  const grossProfit = { infrastructure: series(), platform: series(), models: series(), applications: series() };
  const [revenue, profit] = [series(), series()];
  const ownModels = sharesOver(steps, "own-models", at);
  const [tokenShare, modelShare, applicationShare] = [
    input("tokenShare"),
    input("modelShare"),
    input("applicationShare"),
  ];
  const overCompute = 1 / (1 - input("tokenMargin"));
  const overTokens = 1 / (1 - input("modelMargin"));
  const overModels = 1 / (1 - input("applicationMargin"));
  const perMwQuarter = (input("ownUsePrice") * input("ownUseShare")) / 4;
  const kept = 1 - input("taxRate");
  for (let t = 0; t < quarters; t += 1) {
    const contracts = deals.reduce((sum, one) => sum + (one.recognised[t] ?? 0), 0);
    const promised = deals.reduce((sum, one) => sum + (one.delivered[t] ?? 0), 0);
    const compute = Math.max(0, (cost.mw[t] ?? 0) - promised) * perMwQuarter;
    // Tokens over their compute, an own model over its tokens, an application over what it burns: a model of somebody
    // else's costs it as much as an own one would bring.
    const tokens = compute * tokenShare * overCompute;
    const own = Math.max(modelShare, ownModels(first + t));
    const infrastructure = contracts + compute - (cost.usd[t] ?? 0);
    const platform = tokens - compute * tokenShare;
    const models = tokens * own * (overTokens - 1);
    const applications = tokens * applicationShare * overTokens * (overModels - 1);
    grossProfit.infrastructure[t] = infrastructure;
    grossProfit.platform[t] = platform;
    grossProfit.models[t] = models;
    grossProfit.applications[t] = applications;
    revenue[t] = contracts + compute + platform + models + applications;
    profit[t] = (infrastructure + platform + models + applications) * kept;
  }
  const { capex, invested, leased, leaseInterest } = cost;
  return { grossProfit, revenue, profit, capex, invested, leased, leaseInterest };
}

/** Depreciation, leases, rents, power and upkeep of what is in service. Equipment is renewed when its life is over. */
function infrastructureCost(
  steps: readonly Step[],
  tranches: readonly Tranche[],
  { first, quarters, at, input }: Costs,
) {
  const series = () => new Float64Array(quarters);
  const [usd, capex, mwInService] = [series(), series(), series()];
  const [invested, leased, leaseInterest] = [series(), series(), series()];
  const [itLife, facilityLife] = [input("itLife") * 4, input("facilityLife") * 4];
  const facility = input("facilityCapital");
  const power = (input("pue") * input("load") * 8_760_000 * input("electricity")) / 4;
  const leasePerQuarter = input("leasePrice") * 3000;
  const opex = input("opexShare") / 4;
  const capitalRate = input("costOfCapital") / 4;
  const leadBuild = Math.max(1, quartersOf(input("leadBuild")));
  const ownChips = sharesOver(steps, "own-chips", at);
  for (const { route, mw, online } of tranches) {
    const isRented = route === "rent" || route === "partner";
    const price = input(route === "partner" ? "partnerPrice" : "rentPrice") / 4;
    const it = input("itCapital") * (1 - ownChips(online) * input("ownChipSaving"));
    for (let t = Math.max(0, online - first); t < quarters; t += 1) {
      mwInService[t] = (mwInService[t] ?? 0) + mw;
      if (isRented) {
        usd[t] = (usd[t] ?? 0) + mw * price;
        continue;
      }
      const age = t - (online - first);
      const inLife = age % itLife;
      // The quarter in which it is bought, for the first time or again.
      if (inLife < 1) capex[t] = (capex[t] ?? 0) + mw * it;
      const housed = route === "build" ? facility / facilityLife : leasePerQuarter;
      usd[t] = (usd[t] ?? 0) + mw * (it / itLife + housed + power + opex * it);
      const building = facility * Math.max(0, 1 - age / facilityLife);
      invested[t] = (invested[t] ?? 0) + mw * (it * (1 - inLife / itLife) + (route === "build" ? building : 0));
      if (route === "build") continue;
      leased[t] = (leased[t] ?? 0) + mw * building;
      leaseInterest[t] = (leaseInterest[t] ?? 0) + mw * building * capitalRate;
    }
    if (route === "build") construct(capex, invested, mw * facility, online - first, leadBuild);
  }
  return { usd, capex, invested, leased, leaseInterest, mw: mwInService };
}

/** A building is paid for in equal parts while it is built. */
function construct(capex: Float64Array, invested: Float64Array, amount: number, online: number, parts: number): void {
  for (let part = 0; part < parts; part += 1) {
    const t = online - parts + part;
    if (t < 0 || t >= capex.length) continue;
    capex[t] = (capex[t] ?? 0) + amount / parts;
    invested[t] = (invested[t] ?? 0) + (amount * part) / parts;
  }
}

/** The share of own chips or models at a quarter: what the latest decision says. */
function sharesOver(steps: readonly Step[], which: "own-chips" | "own-models", at: At): (quarter: number) => number {
  const shares = steps
    .filter(({ decision }) => decision.do === which)
    .map((one) => ({ from: one.at, share: at(one.sharePath) }));
  return (quarter) => shares.findLast(({ from }) => from <= quarter)?.share ?? 0;
}

function missing(path: string): never {
  throw new RangeError(`The scenario states no ${path}.`);
}
