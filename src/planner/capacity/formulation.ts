/**
 * What the families of rows are written with.
 *
 * Limits that a person could lift (power, a vendor's allocation, capital, what must be served) may be violated when an
 * infeasible scenario is explained; balances may not.
 */
import type { Model, Row } from "../optimise/model.ts";
import type { Case } from "./case.ts";
import type { Node } from "./tree.ts";
import type { Variables } from "./variables.ts";

/** Rows whose duals are prices. */
export type Rows = {
  readonly make: RowBook<[place: number, workClass: number, operation: Node]>;
  readonly power: RowBook<[site: number, operation: Node]>;
  readonly allocation: RowBook<[accelerator: number, decision: Node]>;
  readonly capital: RowBook<[operation: Node]>;
};

/** What each row of a family is about. */
export type RowBook<Key> = Map<Row, Key>;

export type Formulation = { readonly model: Model; readonly planned: Case; readonly of: Variables };

/** How dear each limit is to lift, when nothing can be planned within them; what must be served is given up last. */
export const lifted = { power: 1, allocation: 1, starts: 1, rental: 1, capital: 0.01, facility: 0.01, served: 1000 };

/** The path of decisions up to a quarter of a future. */
export function path({ planned }: Formulation, future: number, until = planned.quarters - 1): Node[] {
  return Array.from({ length: until + 1 }, (_, quarter) => planned.tree.decision(quarter, future));
}

export function sites({ planned }: Formulation): number[] {
  return planned.places.flatMap(({ site }, index) => (site === undefined ? [] : [index]));
}
