/** Which of the fitted numbers hold for an engine on a chip. */
import type { Chip } from "../catalog/chip.ts";
import { calibrations } from "./curves/calibrated.ts";
import { familyScales } from "./curves/calibrated-amd.ts";
import type { EngineName } from "./deployment.ts";
import type { Calibration, EngineCosts, FamilyScale, Fold } from "./fitted.ts";

const families: readonly (readonly [pattern: RegExp, family: string])[] = [
  [/^(h100|h200)/, "hopper"],
  [/^(b200|gb200|b300|gb300|rubin)/, "blackwell"],
  [/^mi3[02]/, "cdna3"],
  [/^mi35/, "cdna4"],
];

/** `hopper`, `blackwell`, `cdna3`, `cdna4` or `other`. */
export function familyOf(chip: Chip): string {
  return families.find(([pattern]) => pattern.test(chip.name))?.[1] ?? "other";
}

/** Whether engines are calibrated on deployments of the chip's family. */
export function isCalibrated(chip: Chip): boolean {
  return ["hopper", "blackwell"].includes(familyOf(chip));
}

/**
 * That of the chip's family; else of the engine's other family, whose numbers are of software rather than silicon; else
 * vLLM's, which is known best. How far kernels in an engine are from measured ones says nothing of another maker's or
 * another family's: theirs are taken as they are, or as far from their own as that family was measured to be.
 */
export function calibrationOf(engine: EngineName, chip: Chip): Calibration {
  const found = nearest(engine, chip, (name) => calibrations[name]);
  return isCalibrated(chip) ? found : rescaled(found, familyScales[familyOf(chip)]);
}

/** One for each, so that steps that are compiled with it are found again. */
const rescaledOnes = new WeakMap<Calibration, Map<FamilyScale | undefined, Calibration>>();

function rescaled(of: Calibration, by: FamilyScale | undefined): Calibration {
  const known = rescaledOnes.get(of) ?? new Map<FamilyScale | undefined, Calibration>();
  rescaledOnes.set(of, known);
  const own = by && { kernelScale: by.scale, fittedOn: `${by.fittedOn}, and what the host takes on ${of.fittedOn}` };
  const one = known.get(by) ?? { ...of, decodeScale: 1, prefillScale: 1, ...own };
  known.set(by, one);
  return one;
}

/** The same as if a fold's chip or model had not been measured. */
export function costsWithout({ calibrations: refitted }: Fold, engine: EngineName, chip: Chip): EngineCosts {
  return nearest(engine, chip, (name) => (name in refitted ? (refitted[name] ?? undefined) : calibrations[name]));
}

function nearest<Costs>(engine: EngineName, chip: Chip, of: (name: string) => Costs | undefined): Costs {
  const family = familyOf(chip);
  const other = family === "hopper" ? "blackwell" : "hopper";
  for (const name of [`${engine}/${family}`, `${engine}/${other}`, `vllm/${family}`, `vllm/${other}`]) {
    const found = of(name);
    if (found !== undefined) return found;
  }
  throw new RangeError(`No calibration for ${engine}.`);
}
