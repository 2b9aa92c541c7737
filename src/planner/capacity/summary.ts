/** A plan in the mean of its futures, as tables and pictures show it. */
import type { FutureAccount, LayerCosts, QuarterAccount } from "./account.ts";
import type { CapacityPlan } from "./plan-capacity.ts";

export type PlanSummary = {
  /** Supplies that are used at all, in the scenario's order. */
  readonly supplies: readonly string[];
  readonly quarters: readonly QuarterSummary[];
  readonly layers: readonly LayerSummary[];
  /** Over the plan. */
  readonly revenueUsd: number;
  readonly damagesUsd: number;
};

export type QuarterSummary = {
  readonly quarter: string;
  readonly capacityMw: Readonly<Record<string, number>>;
  readonly work: readonly WorkSummary[];
  readonly investedUsd: number;
  readonly cashFlowUsd: number;
  readonly cashUsd: number;
  /** Over the futures. */
  readonly lowestCashUsd: number;
  readonly highestCashUsd: number;
};

export type WorkSummary = {
  readonly model: string;
  readonly tier: string;
  readonly unit: "tokens" | "acceleratorHours";
  readonly demanded: number;
  readonly boughtShare: number;
  readonly unmetShare: number;
  /** Per million tokens or accelerator-hour; null where it is not known. */
  readonly marginalUsd: number | null;
  readonly averageUsd: number | null;
};

export type LayerSummary = {
  readonly layer: keyof LayerCosts;
  readonly costUsd: number;
  /** Of the revenue, when there is one. */
  readonly costShare: number | null;
  /** What is left of the revenue above this layer. */
  readonly leftUsd: number;
  readonly marginShare: number | null;
};

const layers: readonly (keyof LayerCosts)[] = ["energy", "chips", "infrastructure", "platform"];

export function summaryOf(plan: CapacityPlan): PlanSummary {
  const { futures, quarters } = plan;
  const all = [...new Set(futures.flatMap((one) => one.quarters.flatMap(({ capacityMw }) => Object.keys(capacityMw))))];
  const each = quarters.map((quarter, index): QuarterSummary => {
    const mean = (of: (account: QuarterAccount) => number) => meanOf(futures, index, of);
    const cash = futures.map((one) => one.quarters[index]?.cashUsd ?? 0);
    return {
      quarter,
      capacityMw: Object.fromEntries(all.map((supply) => [supply, mean(({ capacityMw }) => capacityMw[supply] ?? 0)])),
      work: (futures[0]?.quarters[index]?.work ?? []).map(({ model, tier, unit }, which): WorkSummary => {
        const demanded = mean(({ work }) => work[which]?.demanded ?? 0);
        const share = (of: "bought" | "unmet") =>
          demanded > 0 ? mean(({ work }) => work[which]?.[of] ?? 0) / demanded : 0;
        return {
          model,
          tier,
          unit,
          demanded,
          boughtShare: share("bought"),
          unmetShare: share("unmet"),
          ...meanPrice(plan, quarter, model, tier),
        };
      }),
      investedUsd: mean(({ investedUsd }) => investedUsd),
      cashFlowUsd: mean(({ cashFlowUsd }) => cashFlowUsd),
      cashUsd: mean(({ cashUsd }) => cashUsd),
      lowestCashUsd: Math.min(...cash),
      highestCashUsd: Math.max(...cash),
    };
  });
  const total = (of: (account: QuarterAccount) => number) =>
    quarters.reduce((sum, _, quarter) => sum + meanOf(futures, quarter, of), 0);
  const revenueUsd = total((one) => one.revenueUsd);
  let left = revenueUsd;
  const share = (usd: number) => (revenueUsd > 0 ? usd / revenueUsd : null);
  return {
    supplies: all.filter((supply) => each.some(({ capacityMw }) => (capacityMw[supply] ?? 0) > 0)),
    quarters: each,
    layers: layers.map((layer) => {
      const costUsd = total((one) => one.costUsd[layer]);
      left -= costUsd;
      return { layer, costUsd, costShare: share(costUsd), leftUsd: left, marginShare: share(left) };
    }),
    revenueUsd,
    damagesUsd: total((one) => one.damagesUsd),
  };
}

function meanOf(futures: readonly FutureAccount[], quarter: number, of: (account: QuarterAccount) => number): number {
  return futures.reduce((sum, { probability, quarters }) => sum + probability * of(quarters[quarter]!), 0);
}

function meanPrice({ prices, futures }: CapacityPlan, quarter: string, model: string, tier: string) {
  const known = futures.flatMap(({ future, probability }) => {
    const price = prices.find(
      (one) => one.quarter === quarter && one.futures.includes(future) && one.model === model && one.tier === tier,
    );
    return price === undefined ? [] : [{ probability, price }];
  });
  const weight = known.reduce((sum, { probability }) => sum + probability, 0);
  const mean = (of: (price: (typeof known)[number]["price"]) => number | null) => {
    const values = known.map(({ price }) => of(price));
    if (weight === 0 || values.includes(null)) return null;
    return known.reduce((sum, { probability, price }) => sum + (probability / weight) * (of(price) ?? 0), 0);
  };
  return { marginalUsd: mean((one) => one.marginalUsd), averageUsd: mean((one) => one.averageUsd) };
}
