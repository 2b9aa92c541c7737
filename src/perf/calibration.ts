/**
 * What an engine takes besides its kernels, and how far whole steps are from the sum of measured operations: six numbers
 * for each engine and family of chips, fitted by tools/perf/calibrate.ts to measured deployments.
 */
import type { Chip } from "../catalog/chip.ts";
import type { EngineName } from "./deployment.ts";
import { calibrations } from "./curves/calibrated.ts";

export type EngineCosts = {
  readonly stepSeconds: number;
  readonly layerSeconds: number;
  readonly sequenceSeconds: number;
  /** From a request's arrival to the scheduler. */
  readonly ingestSeconds: number;
  /** Of the operations of a step of decodes, and of prefill. */
  readonly decodeScale: number;
  readonly prefillScale: number;
};

export type Calibration = EngineCosts & {
  readonly fittedOn: string;
  readonly rows: number;
  /** Mean absolute error of TPOT and median one of TTFT on the rows that were fitted. */
  readonly tpotError: number;
  readonly ttftError: number;
  readonly date: string;
};

/** `hopper`, `blackwell`, or `other`. */
export function familyOf(chip: Chip): string {
  if (/^(h100|h200)/.test(chip.name)) return "hopper";
  return /^(b200|gb200|b300|gb300|rubin)/.test(chip.name) ? "blackwell" : "other";
}

/** That of the chip's family; else of the engine's other family, whose numbers are of software rather than silicon. */
export function calibrationOf(engine: EngineName, chip: Chip): Calibration {
  const found = calibrations[`${engine}/${familyOf(chip)}`] ?? calibrations[`${engine}/hopper`];
  if (found === undefined) throw new RangeError(`No calibration for ${engine}.`);
  return found;
}
