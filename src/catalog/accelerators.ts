/** The accelerators of the catalog that a factory's own computer may hold, by what its driver calls them. */
import type { Chip } from "./chip.ts";
import { chips } from "./chips.ts";
import type { Figure } from "./figure.ts";

export type Accelerator = {
  /** As factories have declared it. */
  readonly name: string;
  /** Words of the name that its driver reports, in lower case; all must be there. */
  readonly reportedAs: readonly string[];
  readonly maxWatts: Figure;
  readonly capitalUsd: Figure<string>;
};

/** Names that factories declared before the catalog had its own. */
const declaredAs: Readonly<Record<string, string>> = { h200: "h200-sxm", h100: "h100-sxm" };

export const accelerators: readonly Accelerator[] = chips.flatMap((chip: Chip) => {
  const { name, tdpWatts, capitalUsd } = chip;
  if (tdpWatts === undefined || capitalUsd === undefined) return [];
  return [{ name: declaredAs[name] ?? name, reportedAs: name.split("-"), maxWatts: tdpWatts, capitalUsd }];
});

/** The accelerator that a driver's name stands for, such as `NVIDIA H200`. */
export function acceleratorReportedAs(name: string): Accelerator | undefined {
  const words = new Set(name.toLowerCase().split(/[^a-z0-9]+/));
  return accelerators.find((one) => one.reportedAs.every((part) => words.has(part)));
}
