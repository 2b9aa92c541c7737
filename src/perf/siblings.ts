/**
 * Chips that outdo an older one of the same silicon: more bandwidth, or a higher clock, and nothing less. Both run the same
 * kernels, so that the newer cannot take longer. Tables of measured kernels say now and then that it does, by up to a tenth:
 * they are of other days, versions and boards. A step then takes no longer than on the older chip (step.ts).
 */
import { chipNamed } from "../catalog/chips.ts";
import type { Served } from "./deployment.ts";

/** By the newer chip, the older of which kernels were measured. What GB300 is measured by are GB200's. */
export const outdone: Readonly<Record<string, string>> = {
  h200: "h100",
  gb200: "b200",
  gb300: "b200",
  mi325x: "mi300x",
};

/** The same deployment on the chip that its own outdoes; undefined where there is none. */
export function onOutdone(served: Served): Served | undefined {
  const older = outdone[served.chip.name];
  return older === undefined ? undefined : { ...served, chip: chipNamed(older) };
}
