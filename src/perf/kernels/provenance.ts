/** Which chips' measured kernels stand for a chip, and how well its own are known then. */
import type { Chip } from "../../catalog/chip.ts";

export type Provenance =
  /** Measured on the chip, with what the engine itself uses. */
  | "interpolated"
  /** Measured on a chip of its kind, or with what another engine uses. */
  | "transferred"
  /** From the datasheet, with the efficiency of an unrelated chip or of another kind of attention. */
  | "analytic";

/**
 * By chip, those whose kernels are most like its own, the most alike first: the same silicon (H100 and H200; B200, GB200 and
 * their Ultras), then the nearest of the same maker, then another maker's of the same years.
 */
const kin: Readonly<Record<string, readonly string[]>> = {
  h100: ["h200"],
  h200: ["h100"],
  "h200-nvl": ["h200", "h100"],
  b200: ["gb200"],
  gb200: ["b200"],
  b300: ["b200", "gb200"],
  gb300: ["gb200", "b200"],
  rubin: ["gb200", "b200"],
  mi300x: ["mi325x", "mi355x", "h100"],
  mi325x: ["mi300x", "mi355x", "h200"],
  mi355x: ["mi300x", "b200"],
};

/** Names of the chips to look for measured kernels on, in this order: the chip, its kin, and those measured best. */
export function chipsLike({ name }: Chip): string[] {
  return [name, ...(kin[name] ?? []), "h100", "b200"];
}

/** Weakens the provenance of a curve that was made up in place of a measured one: it has no rows of its own. */
export function ofMeasured(curve: object, provenance: Provenance): Provenance {
  const isMade = "rows" in curve && curve.rows === 0;
  return isMade && provenance === "interpolated" ? "transferred" : provenance;
}

/**
 * How well a kernel is known.
 *
 * @param measured name of the chip that it was measured on
 * @param isOwn whether what was measured is what the engine itself would use
 */
export function provenanceOf(chip: Chip, measured: string, isOwn: boolean): Provenance {
  if (measured === chip.name) return isOwn ? "interpolated" : "transferred";
  return kin[chip.name]?.includes(measured) ? "transferred" : "analytic";
}

/** Of two, that of which less is known. */
export function weaker(one: Provenance, other: Provenance): Provenance {
  const order: readonly Provenance[] = ["interpolated", "transferred", "analytic"];
  return order.indexOf(one) > order.indexOf(other) ? one : other;
}
