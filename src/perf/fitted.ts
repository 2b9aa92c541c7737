/**
 * What is fitted to measured deployments (tools/perf/calibrate.ts, src/perf/curves): what an engine takes besides its
 * kernels and how far whole steps are from the sum of measured operations, six numbers for each engine and family of chips;
 * and how far off predictions then are.
 */
import type { EngineName } from "./deployment.ts";

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
  /** Of each layer of any step where decodes are launched kernel by kernel, too: from one's end to the next's start. */
  readonly gapSeconds?: number;
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

/** How far whole steps of a family are from its kernels, where nothing but that is fitted (tools/perf/calibrate-amd.ts). */
export type FamilyScale = {
  readonly scale: number;
  readonly fittedOn: string;
  readonly runs: number;
  /** Mean of |predicted / measured − 1| of the runs' tokens a second, with the scale. */
  readonly error: number;
  readonly date: string;
};

/** Factors on a predicted mean, between which eight of ten measurements lie. */
export type Band = { readonly low: number; readonly high: number };

export type Bands = { readonly rows: number; readonly tpot: Band; readonly ttft: Band };
