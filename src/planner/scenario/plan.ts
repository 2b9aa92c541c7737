/** A strategy with its quarters counted and its numbers' places written down, to be worked out for many values. */
import { quarterIndex } from "./quarter.ts";
import { type Deal, type Decision, decisionsOf, type Route, type Scenario } from "./scenario.ts";

export type Plan = {
  readonly first: number;
  readonly quarters: number;
  readonly steps: readonly Step[];
  readonly deals: readonly PlannedDeal[];
};

export type Step = {
  readonly decision: Decision;
  readonly at: number;
  readonly until: number;
  readonly online: number | undefined;
  readonly mwPath: string;
  readonly sharePath: string;
};

export type PlannedDeal = {
  readonly name: string;
  readonly deal: Deal;
  readonly from: number;
  readonly mwPath: string;
  readonly yearsPath: string;
  readonly valuePath: string;
};

/** What a number is, by its place. */
export type At = (path: string) => number;

/** The power that comes with one part of an order. */
export type Tranche = {
  readonly order: string;
  readonly route: Route;
  readonly mw: number;
  readonly committed: number;
  readonly online: number;
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
