/**
 * Chips that outdo an older one of the same silicon: they have more bandwidth or a higher clock, and nothing less. Both run the
 * same kernels, so the newer chip cannot take longer. Measured tables sometimes say that it does, by up to a tenth, since they come
 * from other days, versions and boards. A step is then as fast as on the older chip (step-kernels.ts).
 */
import { chipNamed } from "../../catalog/chips.ts";
import type { Served } from "../deployment.ts";

/** The older chip by the newer one. Only chips with measured kernels are older ones; GB300's kernels are taken from GB200. */
export const outdone: Readonly<Record<string, string>> = {
  h200: "h100",
  gb200: "b200",
  gb300: "b200",
  mi325x: "mi300x",
};

/** The same deployment on the chip that its own outdoes. Undefined where there is none. */
export function onOutdone(served: Served): Served | undefined {
  const older = outdone[served.chip.name];
  return older === undefined ? undefined : { ...served, chip: chipNamed(older) };
}
