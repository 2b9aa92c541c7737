/**
 * Which measured kernels stand for a chip and an engine: its own where there are any; else those of the engine on the
 * chip most like it; else another engine's on the chip itself. What is taken from elsewhere says so.
 */
import type { Chip } from "../catalog/chip.ts";
import { citedCurves } from "./curves/cited.ts";
import { derivedCurves } from "./curves/derived.ts";
import type { EngineName } from "./deployment.ts";
import type { EngineCurves } from "./efficiency.ts";
import { engineNames } from "./deployment.ts";

export type Provenance = "interpolated" | "transferred" | "analytic";

/** The chip whose kernels are most alike: the same maker's next of kin, or the one of its day. */
const kin: Readonly<Record<string, string>> = {
  "h200-nvl": "h200",
  b300: "b200",
  gb300: "gb200",
  rubin: "gb200",
  mi300x: "h100",
  mi325x: "h200",
  mi355x: "b200",
  "rtx-4090": "geforce",
};

/** Looks up one operation's efficiency. */
export function efficiencyOf<Efficiency>(
  chip: Chip,
  engine: EngineName,
  pick: (curves: EngineCurves) => Efficiency | undefined,
): { readonly efficiency: Efficiency; readonly provenance: Provenance } {
  const chips = [chip.name, kin[chip.name], "h100", "b200"].filter((name) => name !== undefined);
  const engines = [engine, ...engineNames.filter((name) => name !== engine)];
  for (const name of chips) {
    for (const [other, one] of engines.entries()) {
      const curves = derivedCurves[`${name}/${one}`] ?? citedCurves[`${name}/${one}`];
      const efficiency = curves === undefined ? undefined : pick(curves);
      if (efficiency === undefined) continue;
      if (name === chip.name && other === 0) return { efficiency, provenance: "interpolated" };
      const isAlike = name === chip.name || name === kin[chip.name];
      return { efficiency, provenance: isAlike ? "transferred" : "analytic" };
    }
  }
  throw new RangeError("No chip has a curve for this operation.");
}
