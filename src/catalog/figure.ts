/** A figure with its source: nothing in the catalog is a bare number. */

export type Confidence =
  /** Published by who makes or measures it. */
  | "reported"
  /** Somebody's published estimate, or a model's. */
  | "estimate"
  /** Arithmetic on figures that others published; the source says which and how. */
  | "derived"
  /** Ours, stated so that it can be replaced: it holds for nobody in particular. */
  | "assumption";

export type Figure<Value extends number | string = number> = {
  /** Amounts of money are decimal strings. */
  readonly value: Value;
  readonly unit: string;
  /** Who says so: a name, with an address where there is one. */
  readonly source: string;
  /** The year, month or day for which it holds: `2025`, `2025-08`. */
  readonly asOf: string;
  readonly confidence: Confidence;
};
