/** The model of a capacity plan: docs/plan.md tells its rules, docs/decisions/0012-capacity-plans.md why they are put so. */
import { Model } from "../optimise/model.ts";
import type { Case } from "./case.ts";
import type { Formulation, Rows } from "./formulation.ts";
import {
  buyUpstream,
  fulfilDeals,
  keepStanding,
  makeWork,
  powerAndSpace,
  runOnlyWhatStands,
  serveDemand,
  useOnlyRented,
} from "./operation-rows.ts";
import {
  allocate,
  buildOnlyWhereOpened,
  keepCash,
  limitCapital,
  limitStarts,
  orderOnlyReserved,
  signWhole,
  startOnce,
} from "./order-rows.ts";
import { valueOf, type ValueRows } from "./value.ts";
import { type VariableOptions, variablesOf } from "./variables.ts";

export type Formulated = Formulation & { readonly rows: Rows; readonly valued: ValueRows };

export function formulate(planned: Case, options: VariableOptions): Formulated {
  const model = new Model();
  const formulation = { model, planned, of: variablesOf(model, planned, options) };
  const rows = constrain(formulation);
  const valued = valueOf(formulation);
  model.minimise(valued.objective);
  if (valued.ratio !== undefined) model.maximiseRatio(valued.ratio.earned, valued.ratio.capital);
  return { ...formulation, rows, valued };
}

/** One function for each family of rows. */
function constrain(formulation: Formulation): Rows {
  buildOnlyWhereOpened(formulation);
  orderOnlyReserved(formulation);
  startOnce(formulation);
  limitStarts(formulation);
  keepStanding(formulation);
  signWhole(formulation);
  useOnlyRented(formulation);
  runOnlyWhatStands(formulation);
  serveDemand(formulation);
  fulfilDeals(formulation);
  buyUpstream(formulation);
  keepCash(formulation);
  return {
    make: makeWork(formulation),
    power: powerAndSpace(formulation),
    allocation: allocate(formulation),
    capital: limitCapital(formulation),
  };
}
