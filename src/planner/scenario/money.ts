/** What a strategy's power earns and costs, quarter by quarter and layer by layer. */
import type { DealOutcome } from "./deals.ts";
import type { At, Step, Tranche } from "./plan.ts";
import { quartersOf } from "./quarter.ts";
import type { InputName } from "./scenario.ts";

export const incomeLayers = ["infrastructure", "platform", "models", "applications"] as const;
export type IncomeLayer = (typeof incomeLayers)[number];

/** Quarter by quarter from the scenario's first; in dollars. */
export type Money = {
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
};

type Costs = {
  readonly first: number;
  readonly quarters: number;
  readonly at: At;
  readonly input: (of: InputName) => number;
};

/** What every quarter earns and costs; power that is promised to nobody is used by the company itself. */
export function moneyOf(
  steps: readonly Step[],
  tranches: readonly Tranche[],
  deals: readonly DealOutcome[],
  { first, quarters, at, input }: Costs,
): Money {
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
