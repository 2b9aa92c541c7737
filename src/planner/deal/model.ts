/** A deal made ready to be worked out: its terms, its schedule, its assumptions, and the rows that its cash is written to. */
import { npv } from "../finance/cash-flow.ts";
import { type Assumption, type Assumptions, assumptionsOf, plannedAssumptions } from "./assumptions.ts";
import { asPlanned, emptyFlows, fillFlows, type Flows } from "./flows.ts";
import { sum } from "./measures.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";
import type { Deal } from "./schema.ts";
import { type Terms, termsOf } from "./terms.ts";

export type Model = {
  readonly deal: Deal;
  readonly terms: Terms;
  readonly schedule: Schedule;
  readonly assumed: readonly Assumption[];
  readonly planned: Readonly<Assumptions>;
};

export function modelOf(deal: Deal): Model {
  const terms = termsOf(deal);
  const assumed = assumptionsOf(deal);
  return {
    deal,
    terms,
    assumed,
    schedule: scheduleOf(deal, terms, 0),
    planned: plannedAssumptions(deal, terms, assumed),
  };
}

export function plannedFlows({ deal, schedule, planned }: Model): Flows {
  const flows = emptyFlows(schedule.service.length);
  fillFlows(flows, deal, schedule, planned, asPlanned);
  return flows;
}

/** The worth, and the margin, of a model with other assumptions or another schedule. */
export type Outcome = { readonly npvUsd: number; readonly grossMargin: number | null };

/** @param flows Written over; long enough for the schedule. */
export function outcomeOf(
  { deal, schedule }: Pick<Model, "deal" | "schedule">,
  assumptions: Assumptions,
  flows: Flows = emptyFlows(schedule.service.length),
): Outcome {
  fillFlows(flows, deal, schedule, assumptions, asPlanned);
  const revenue = sum(flows.revenue);
  return {
    npvUsd: npv(assumptions.costOfCapital, flows.cash),
    grossMargin: revenue > 0 ? sum(flows.grossProfit) / revenue : null,
  };
}
