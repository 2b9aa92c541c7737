/**
 * What an engine takes besides its kernels, and how far whole steps are from the sum of measured operations: six numbers
 * for each engine and family of chips, fitted by tools/perf/calibrate.ts to measured deployments.
 */
import type { Chip } from "../catalog/chip.ts";
import type { EngineName } from "./deployment.ts";
import { calibrations } from "./curves/calibrated.ts";

export type EngineCosts = {
  /** Of each step, and for each sequence in it. */
  readonly stepSeconds: number;
  readonly sequenceSeconds: number;
  /** Of each layer of a step with prompts, whose kernels the host launches one by one; decodes are replayed as a graph. */
  readonly launchSeconds: number;
  /** From a request's arrival to the scheduler. */
  readonly ingestSeconds: number;
  /** Of the operations of a step of decodes, and of prefill. */
  readonly decodeScale: number;
  readonly prefillScale: number;
  /** How much longer every kernel takes than the measured ones, on a machine of which more is known; 1 when absent. */
  readonly kernelScale?: number;
};

/** Mean absolute error of TPOT and median one of TTFT. */
export type Score = { readonly rows: number; readonly tpotError: number; readonly ttftError: number };

export type Calibration = EngineCosts & {
  readonly fittedOn: string;
  /** On the rows that were fitted. */
  readonly fit: Score;
  readonly date: string;
};

/** An engine's calibrations fitted anew without one chip or one model, to score what is then held out. */
export type Fold = {
  readonly engine: EngineName;
  readonly without: { readonly chip: string } | { readonly model: string };
  /** What the fold changes: a fit to the rows that remain, or none where none do. */
  readonly calibrations: Readonly<Record<string, EngineCosts | null>>;
  /** On the rows left out. */
  readonly heldOut: Score;
};

/** `hopper`, `blackwell`, or `other`. */
export function familyOf(chip: Chip): string {
  if (/^(h100|h200)/.test(chip.name)) return "hopper";
  return /^(b200|gb200|b300|gb300|rubin)/.test(chip.name) ? "blackwell" : "other";
}

/**
 * That of the chip's family; else of the engine's other family, whose numbers are of software rather than silicon; else
 * vLLM's, which is known best. How far kernels in an engine are from measured ones says nothing of another maker's or
 * another family's, whose kernels are not measured: theirs are taken as they are.
 */
export function calibrationOf(engine: EngineName, chip: Chip): Calibration {
  const found = nearest(engine, chip, (name) => calibrations[name]);
  return familyOf(chip) === "other" ? unscaled(found) : found;
}

/** One for each, so that steps that are compiled with it are found again. */
const unscaledOnes = new WeakMap<Calibration, Calibration>();

function unscaled(of: Calibration): Calibration {
  const known = unscaledOnes.get(of) ?? { ...of, decodeScale: 1, prefillScale: 1 };
  unscaledOnes.set(of, known);
  return known;
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
