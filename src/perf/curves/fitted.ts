/**
 * What is fitted to measured deployments by tools/perf/calibrate.ts. For each engine and family of chips there are six numbers:
 * what the engine takes besides its kernels, and how far whole steps are from the sum of measured kernels. Bands say how far
 * off predictions then are.
 */
import type { EngineName } from "../deployment.ts";

/** What an engine takes besides its measured kernels. The first six are fitted. */
export type EngineCosts = {
  /** Host seconds of each step, and of each sequence in it. */
  readonly stepSeconds: number;
  readonly sequenceSeconds: number;
  /** Host seconds to launch a layer of a step with prompts, kernel by kernel. Decodes are replayed as a graph. */
  readonly launchSeconds: number;
  /** From a request's arrival to the scheduler. */
  readonly ingestSeconds: number;
  /** Factors on the measured kernels of a step of decodes, and of a step with prompts. */
  readonly decodeScale: number;
  readonly prefillScale: number;
  /** Where no graph is replayed: seconds of a layer between the end of one kernel and the start of the next. 0 unless given. */
  readonly gapSeconds?: number;
  /** What the host takes of each step, and for each sequence in it, where it prepares steps ahead. */
  readonly ahead?: { readonly stepSeconds: number; readonly sequenceSeconds: number };
  /** Factor on every kernel, for a machine that is known to be slower or faster than the measured ones. 1 unless given. */
  readonly kernelScale?: number;
};

/** How far off: the mean of |predicted / measured − 1| of TPOT, and its median of TTFT. */
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

/** For families with few measured deployments, one factor on all kernels is fitted (tools/perf/calibrate-amd.ts). */
export type FamilyScale = {
  readonly scale: number;
  readonly fittedOn: string;
  readonly runs: number;
  /** Mean of |predicted / measured − 1| of the runs' tokens a second, with this factor. */
  readonly error: number;
  readonly date: string;
};

/** Two factors on a predicted mean: eight of ten measurements lie between them. */
export type Band = { readonly low: number; readonly high: number };

/** For TPOT and TTFT; `rows`: how many measurements they rest on. */
export type Bands = { readonly rows: number; readonly tpot: Band; readonly ttft: Band };
