/** Families of chips: those of one family run the same kernels, and share calibrated numbers. */
import type { Chip } from "../../catalog/chip.ts";

const families: readonly (readonly [pattern: RegExp, family: string])[] = [
  [/^(h100|h200)/, "hopper"],
  [/^(b200|gb200|b300|gb300|rubin)/, "blackwell"],
  [/^mi3[02]/, "cdna3"],
  [/^mi35/, "cdna4"],
];

/** The family by a chip's name: `hopper`, `blackwell`, `cdna3`, `cdna4` or `other`. */
export function familyOf(chip: Chip): string {
  return families.find(([pattern]) => pattern.test(chip.name))?.[1] ?? "other";
}

/** Whether engines were calibrated on deployments of the chip's family. */
export function isCalibrated(chip: Chip): boolean {
  return ["hopper", "blackwell"].includes(familyOf(chip));
}
