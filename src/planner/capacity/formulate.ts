/** The model of a capacity plan: docs/plan.md tells its rules, docs/decisions/ why they are put this way. */
import { Model } from "../optimise/model.ts";
import type { Case } from "./case.ts";
import { constrain, type Formulation, type Rows } from "./constraints.ts";
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
