/**
 * What comes of a strategy: the power that its orders bring, the deals that this power can serve while they are open, and
 * the money of every quarter.
 *
 * A deal is taken in its window or not at all, and only with power that is committed to by then and not promised to another:
 * that is what makes a pause dear. A frozen order is not placed later by itself.
 */
import type { Values } from "./assumptions.ts";
import { dealsOf, type DealOutcome } from "./deals.ts";
import { moneyOf, type Money } from "./money.ts";
import type { At, Plan, Step, Tranche } from "./plan.ts";
import { quartersOf } from "./quarter.ts";
import { type InputName, inputNames, type Route, routes } from "./scenario.ts";

/** Quarter by quarter from the scenario's first; money in dollars. */
export type Outcome = Money & {
  /** Power in service, of IT. */
  readonly mw: Readonly<Record<Route, Float64Array>>;
  readonly deals: readonly DealOutcome[];
  /** MW of orders that a freeze kept from being placed. */
  readonly frozenMw: number;
  readonly frozen: readonly {
    readonly order: string;
    readonly what: string;
    readonly route: Route;
    readonly mw: number;
  }[];
};

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

function missing(path: string): never {
  throw new RangeError(`The scenario states no ${path}.`);
}
