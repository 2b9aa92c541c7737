/** What a search has found, at its end or on the way. */
import type { Task } from "./course.ts";
import type { Candidate } from "./space.ts";
import type { Point, Trial } from "./trial.ts";
import type { Loss, Lost } from "./verdict.ts";

/** A candidate at its best. `whole`: the trace as it came, and by how many replicas. */
export type Ranked = { readonly candidate: Candidate } & Pick<Trial, "points" | "whole"> & { readonly best: Point };

/** A candidate under one load. */
export type Standpoint = { readonly candidate: Candidate; readonly point: Point };

/** `count`: the deployments that it stands for. A worker that is no use to either pool stands for all it could be part of. */
export type Loser = { readonly candidate: Candidate; readonly count: number } & Lost;

export type Findings = {
  readonly candidates: number;
  /** Candidates that were simulated. */
  readonly simulated: number;
  /** Whether the race was run to its end. */
  readonly isComplete: boolean;
  /** Cheapest first; those without a price last. */
  readonly byCost: readonly Ranked[];
  /** Least energy first. */
  readonly byEnergy: readonly Ranked[];
  /** Points that no other beats in both speed per user and tokens per accelerator, fastest user first. */
  readonly front: readonly Standpoint[];
  readonly losers: readonly Loser[];
  /** How many candidates lost for each reason. */
  readonly losses: Readonly<Record<Loss, number>>;
};

/** The tasks of a round of the race, and how many candidates are settled when it begins. */
export type Round = { readonly tasks: readonly Task[]; readonly settled: number; readonly findings: () => Findings };
