/** Which calibrated costs hold for an engine on a chip. */
import type { Chip } from "../../catalog/chip.ts";
import { calibrations } from "../curves/calibrated.ts";
import { familyScales } from "../curves/calibrated-amd.ts";
import type { EngineName } from "../deployment.ts";
import type { Calibration, EngineCosts, FamilyScale, Fold } from "../curves/fitted.ts";
import { familyOf, isCalibrated } from "../operations/chip-families.ts";

/**
 * The costs of an engine on a chip: those fitted on the chip's family, else on the engine's other family (most of them are
 * times of software, not of silicon), else vLLM's, which is known best.
 *
 * How far whole steps are from measured kernels does not carry over to other families. Theirs are taken as they are, or
 * scaled as that family was measured.
 */
export function calibrationOf(engine: EngineName, chip: Chip): Calibration {
  const found = nearest(engine, chip, (name) => calibrations[name]);
  return isCalibrated(chip) ? found : rescaled(found, familyScales[familyOf(chip)]);
}

/** Kept, so that step tables compiled with the very same costs are found again (compiled.ts). */
const rescaledOnes = new WeakMap<Calibration, Map<FamilyScale | undefined, Calibration>>();

function rescaled(of: Calibration, by: FamilyScale | undefined): Calibration {
  const known = rescaledOnes.get(of) ?? new Map<FamilyScale | undefined, Calibration>();
  rescaledOnes.set(of, known);
  const own = by && { kernelScale: by.scale, fittedOn: `${by.fittedOn}, and what the host takes on ${of.fittedOn}` };
  const one = known.get(by) ?? { ...of, decodeScale: 1, prefillScale: 1, ...own };
  known.set(by, one);
  return one;
}

/** The costs as if a fold's chip or model had not been measured. */
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
