/**
 * What the threads of a race share: the space that is searched, the means of the load, and the tasks. Each thread makes a course of
 * its own from the same search. A candidate has the same number in all of them.
 */
import { boundsOf } from "./bounds.ts";
import { type LoadMeans, meansOf } from "./load.ts";
import type { Counts, PoolBound } from "./pools.ts";
import { type Candidate, type Group, groupsOf, type Search } from "./space.ts";
import { type Heat, type Point, pointAt, type Trial, trialOf } from "./trial.ts";
import type { Bound } from "./verdict.ts";

export type Task =
  | { readonly type: "bounds"; readonly from: number; readonly to: number }
  /** Find the most that a candidate carries within the objective. */
  | {
      readonly type: "trial";
      readonly id: number;
      readonly near: number;
      readonly heat: Heat;
      /** With pools: the numbers of workers to begin with. */
      readonly counts?: Counts;
    }
  /** What it does at some concurrencies; apart, of each decode worker. */
  | {
      readonly type: "points";
      readonly id: number;
      readonly concurrencies: readonly number[];
      readonly heat: Heat;
      readonly counts?: Counts;
    };

export type Answer =
  | { readonly type: "bounds"; readonly bounds: readonly Bound[]; readonly pools: readonly PoolBound[] }
  | { readonly type: "trial"; readonly trial: Trial; readonly heat: Heat }
  | {
      readonly type: "points";
      readonly id: number;
      readonly asked: readonly number[];
      readonly points: readonly Point[];
      readonly heat: Heat;
      readonly counts?: Counts;
    };

export class Course {
  readonly search: Search;
  readonly groups: readonly Group[];
  /** Deployments in one piece and, by their splits, the workers of pools. */
  readonly candidates: readonly Candidate[];
  readonly means: LoadMeans;
  /** How many deployments there are. */
  readonly total: number;

  constructor(search: Search) {
    this.search = search;
    this.groups = groupsOf(search);
    this.candidates = this.groups.flatMap(({ candidates }) => candidates);
    this.means = meansOf(search.load);
    const { mode, stepTokens } = search;
    const pairs = [...this.kin().values()].reduce((sum, { length }) => sum + length * length * stepTokens.length, 0);
    this.total = (mode === "disaggregated" ? 0 : this.candidates.length) + (mode === "aggregated" ? 0 : pairs);
  }

  /** Groups that may be pools of one deployment: of the same chip, engine and precision. */
  kin(): Map<string, Group[]> {
    return Map.groupBy(this.groups, ({ served: { chip, engine, weights } }) => `${chip.name} ${engine} ${weights}`);
  }

  /** The number of a pair of pools, after those of deployments in one piece. */
  pairId(prefill: number, decode: number): number {
    return this.candidates.length * (1 + prefill) + decode;
  }

  /** A deployment in one piece or, with so many workers of each, a pair of pools. */
  candidateOf(id: number, counts?: Counts): Candidate {
    const { length } = this.candidates;
    if (id < length) return this.candidates[id]!;
    const prefill = this.candidates[Math.floor(id / length) - 1]!;
    const { served } = this.candidates[id % length]!;
    const { prefills = 1, decodes = 1 } = counts ?? {};
    const { maxStepTokens } = prefill;
    return { id, served, maxStepTokens, apart: { prefill: prefill.served, prefills, decodes } };
  }

  carryOut(task: Task): Answer {
    const { search, means } = this;
    if (task.type === "bounds") {
      const found = this.groups
        .slice(task.from, task.to)
        .map((group) => boundsOf(group, means, search.objective, search.mode));
      return {
        type: "bounds",
        bounds: found.flatMap(({ bounds }) => bounds),
        pools: found.flatMap(({ pools }) => pools),
      };
    }
    const { id, counts } = task;
    const candidate = this.candidateOf(id, counts);
    if (task.type === "points") {
      const { concurrencies: asked, heat } = task;
      const points = asked.flatMap((concurrency) => pointAt(search, candidate, concurrency, heat) ?? []);
      return { type: "points", id, asked, points, heat, ...(counts && { counts }) };
    }
    return { type: "trial", heat: task.heat, trial: trialOf(search, candidate, task.near, task.heat) };
  }
}
