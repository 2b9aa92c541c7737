/**
 * The race for the best deployment: bounds first, then heats of exact simulation, short for all that could still win and
 * long for the finalists. It only decides; whoever drives it carries the tasks out, in as many threads as there are:
 *
 *     const course = new Course(search);
 *     const rounds = race(course);
 *     let turn = rounds.next([]);
 *     while (!turn.done) turn = rounds.next(turn.value.tasks.map((task) => course.carryOut(task)));
 *
 * What it decides after a round depends on the answers alone and not on the order in which they came, so that one thread
 * and many find the same.
 */
import { usdPerMillionTokens } from "../cost.ts";
import { acceleratorsOf } from "../deployment.ts";
import type { Answer, Course, Task } from "./course.ts";
import {
  type Counts,
  type DecodeWorker,
  matched,
  pairBound,
  type PoolBound,
  type PrefillWorker,
  type Sized,
} from "./pools.ts";
import type { Candidate } from "./space.ts";
import type { Point, Trial } from "./trial.ts";
import type { Best, Bound, Loss, Lost } from "./verdict.ts";

/** A round's tasks, and how many candidates are settled when it begins. */
export type Round = { readonly tasks: readonly Task[]; readonly settled: number; readonly findings: () => Findings };

/** `whole`: the trace as it came, and by how many replicas. */
export type Ranked = { readonly candidate: Candidate } & Pick<Trial, "points" | "whole"> & { readonly best: Point };
/** A candidate under one load. */
export type Standpoint = { readonly candidate: Candidate; readonly point: Point };
/** `count`: for how many deployments it stands, all those of a worker that is no use to either pool, say. */
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
  readonly losses: Readonly<Record<Loss, number>>;
};

const groupsPerTask = 8;
const boundTasks = 64;
const roundTrials = 32;
const roundFronts = 24;
/** Points of a candidate that are tried in a round. */
const pointsMost = 4;
/** Workers for prompts, the best by accelerator, that each decode worker is tried with. */
const partnersMost = 2;
/** By how much a point must be ahead of the front to be worth a look. */
const frontMargin = 1.02;

/** Rounds of tasks, each answered before the next; what came of them at the end. */
export function* race(course: Course): Generator<Round, Findings, readonly Answer[]> {
  const state = new Standing(course);
  for (let from = 0; from < course.groups.length; from += groupsPerTask * boundTasks) {
    const starts = Array.from({ length: boundTasks }, (_, at) => from + at * groupsPerTask);
    const tasks = starts
      .filter((start) => start < course.groups.length)
      .map((start): Task => ({ type: "bounds", from: start, to: start + groupsPerTask }));
    state.take(yield state.round(tasks));
  }
  state.pairUp();
  for (let tasks = state.next(); tasks.length > 0; tasks = state.next()) state.take(yield state.round(tasks));
  state.dropTheRest();
  const finals = [...state.finals(), ...state.finalFront()];
  for (let at = 0; at < finals.length; at += roundTrials) {
    state.take(yield state.round(finals.slice(at, at + roundTrials)));
  }
  return state.findings(true);
}

/** What is known so far. */
class Standing {
  readonly #course: Course;
  readonly #bounds = new Map<number, Bound>();
  readonly #short = new Map<number, Trial>();
  readonly #long = new Map<number, Trial>();
  readonly #lost = new Map<number, Lost>();
  readonly #pools: PoolBound[] = [];
  readonly #pairs = new Map<number, readonly [Sized<PrefillWorker>, Sized<DecodeWorker>]>();
  /** Workers that no deployment came of, or only some. */
  readonly #idle: Loser[] = [];
  #cheap: Bound[] = [];
  #frugal: Bound[] = [];
  /** Points of curves that may be ahead of the front. */
  #fast: { readonly id: number; readonly best: Best; readonly ahead: number }[] = [];
  /** The front of all that was simulated so far, and what came since. */
  #points: Standpoint[] = [];
  /** The front once more, by the long heat. */
  readonly #longPoints: Standpoint[] = [];
  readonly #asked = new Set<string>();

  constructor(course: Course) {
    this.#course = course;
  }

  round(tasks: readonly Task[]): Round {
    const idle = this.#idle.reduce((sum, { count }) => sum + count, 0);
    return { tasks, settled: this.#lost.size + this.#short.size + idle, findings: () => this.findings(false) };
  }

  take(answers: readonly Answer[]): void {
    for (const answer of answers) {
      if (answer.type === "bounds") {
        for (const bound of answer.bounds) {
          if (bound.lost === undefined) this.#bounds.set(bound.id, bound);
          else this.#lost.set(bound.id, bound.lost);
        }
        this.#pools.push(...answer.pools);
        continue;
      }
      if (answer.type === "points") {
        const { id, points, asked, heat, counts } = answer;
        const candidate = this.#course.candidateOf(id, counts);
        if (heat === "long") {
          for (const point of points) this.#longPoints.push({ candidate, point });
          continue;
        }
        for (const concurrency of asked) this.#asked.add(`${id}/${concurrency}`);
        for (const point of points) this.#points.push({ candidate, point });
        continue;
      }
      const { trial, heat } = answer;
      (heat === "long" ? this.#long : this.#short).set(trial.id, trial);
      const candidate = this.#course.candidateOf(trial.id, trial.counts);
      for (const point of heat === "short" ? trial.points : []) {
        this.#asked.add(`${trial.id}/${point.concurrency / (trial.counts?.decodes ?? 1)}`);
        this.#points.push({ candidate, point });
      }
      if (trial.lost !== undefined) this.#lost.set(trial.id, trial.lost);
    }
  }

  /** Pools of the same kind become deployments: every worker for answers with the best of those for prompts. */
  pairUp(): void {
    const { search, candidates, means } = this.#course;
    if (this.#pools.length === 0) return;
    const byId = new Map(this.#pools.map((pool) => [pool.id, pool]));
    const steps = search.stepTokens.length;
    const accelerators = (id: number) => acceleratorsOf(candidates[id]!.served);
    for (const kin of this.#course.kin().values()) {
      const pools = kin.map((group) => byId.get(group.candidates[0]!.id)!);
      const prefills = pools
        .flatMap(({ prefill }) => ("lost" in prefill ? [] : prefill))
        .toSorted((one, other) => {
          const worth = ({ id, requestsPerSecond }: PrefillWorker) => requestsPerSecond / accelerators(id);
          return worth(other) - worth(one) || one.id - other.id;
        });
      const decodes = pools.flatMap(({ decode }) => ("lost" in decode ? [] : decode));
      const idle = (id: number, only: "prefill" | "decode", lost: Lost, count: number) => {
        if (count > 0) this.#idle.push({ candidate: { ...candidates[id]!, only }, count, ...lost });
      };
      for (const { id, prefill, decode } of pools) {
        if ("lost" in prefill) idle(id, "prefill", prefill.lost, steps * kin.length);
        if ("lost" in decode) idle(id, "decode", decode.lost, steps * prefills.length);
      }
      const [best] = prefills;
      const perAccelerator = ({ id, requestsPerSecond }: PrefillWorker) =>
        (requestsPerSecond / accelerators(id)).toPrecision(3);
      for (const [place, worker] of prefills.entries()) {
        const why = `${perAccelerator(worker)} prompts/s of an accelerator at best, where ${perAccelerator(best!)} are had`;
        const others = "steps of other budgets compute more prompts";
        if (place >= partnersMost) idle(worker.id, "prefill", { loss: "bound", why }, steps * decodes.length);
        else idle(worker.id, "prefill", { loss: "bound", why: others }, (steps - 1) * decodes.length);
      }
      for (const prefill of prefills.slice(0, partnersMost)) {
        for (const decode of decodes) {
          const id = this.#course.pairId(prefill.id, decode.id);
          const pair = [
            { ...prefill, accelerators: accelerators(prefill.id) },
            { ...decode, accelerators: accelerators(decode.id) },
          ] as const;
          const bound = pairBound(id, ...pair, means.outputTokens, search.objective, search.acceleratorsMost);
          this.#pairs.set(id, pair);
          if (bound !== undefined) this.#bounds.set(id, bound);
          else {
            const needed = pair[0].accelerators + pair[1].accelerators;
            const why = `one worker of each takes ${needed} accelerators, ${search.acceleratorsMost} at the most are wanted`;
            this.#lost.set(id, { loss: "impossible", why });
          }
        }
      }
    }
  }

  /** Of a pair of pools, how many workers go together at so many requests to a decode worker. */
  #countsOf(id: number, concurrency: number | undefined): { readonly counts?: Counts } {
    const pair = this.#pairs.get(id);
    if (pair === undefined) return {};
    const [prefill, decode] = pair;
    const { objective, acceleratorsMost } = this.#course.search;
    const point = decode.curve.find((one) => one.concurrency === concurrency) ?? decode.best;
    const match = matched(prefill, { ...point, accelerators: decode.accelerators }, objective, acceleratorsMost);
    return { counts: { prefills: match?.prefills ?? 1, decodes: match?.decodes ?? 1 } };
  }

  /**
   * The next to be simulated, the most promising first: as long as a bound is cheaper than the last of the finalists, or
   * gives a user as fast more tokens than any that was simulated. None when no bound does.
   */
  next(): Task[] {
    if (this.#short.size === 0) this.#lineUp();
    const isOpen = ({ id }: Bound) => !this.#short.has(id) && !this.#lost.has(id);
    const toBeat = this.#costs()[this.#course.search.finalists - 1] ?? Number.POSITIVE_INFINITY;
    this.#cheap = this.#cheap.filter((bound) => isOpen(bound) && this.#costOf(bound) < toBeat);
    const trials = new Set([...this.#cheap.slice(0, roundTrials), ...this.#frugal.splice(0)]);
    // A front only moves outwards: what is behind it once is so for good.
    this.#points = frontOf(this.#points);
    this.#fast = this.#fast
      .filter(({ id, best }) => !this.#lost.has(id) && !this.#asked.has(`${id}/${best.concurrency}`))
      .map(({ id, best }) => ({ id, best, ahead: aheadOf(this.#points, best) }))
      .filter(({ ahead }) => ahead > frontMargin)
      .toSorted((one, other) => other.ahead - one.ahead || one.id - other.id);
    return [
      ...[...trials].map(({ id, best }): Task => {
        const near = best?.concurrency ?? 1;
        return { type: "trial", id, near, heat: "short", ...this.#countsOf(id, near) };
      }),
      ...[...Map.groupBy(this.#fast, ({ id }) => id)].slice(0, roundFronts).flatMap(([id, points]): Task[] => {
        const concurrencies = points.slice(0, pointsMost).map(({ best: { concurrency } }) => concurrency);
        const heat = "short" as const;
        if (!this.#pairs.has(id)) return [{ type: "points", id, concurrencies, heat }];
        // Each with as many workers as go together there.
        return concurrencies.map((one) => ({
          type: "points",
          id,
          concurrencies: [one],
          heat,
          ...this.#countsOf(id, one),
        }));
      }),
    ];
  }

  /** Who has a bound, by what it promises. */
  #lineUp(): void {
    const by = (measure: (bound: Bound) => number) =>
      [...this.#bounds.values()]
        .map((bound) => ({ bound, worth: measure(bound) }))
        .toSorted((one, other) => (one.worth === other.worth ? one.bound.id - other.bound.id : one.worth - other.worth))
        .map(({ bound }) => bound);
    this.#cheap = by((bound) => this.#costOf(bound));
    this.#frugal = by((bound) => this.#wattsOf(bound)).slice(0, 2 * this.#course.search.finalists);
    // Deployments that differ by the step budget alone have one front between them.
    const byServed = Map.groupBy(this.#bounds.values(), ({ id }) => this.#alikeOf(id));
    const worth = ({ best }: Bound) => best?.tokensPerSecondPerAccelerator ?? 0;
    this.#fast = [...byServed.values()].flatMap((alike) => {
      const { id, curve } = alike.reduce((one, other) => (worth(other) > worth(one) ? other : one));
      return curve
        .filter(({ concurrency }) => Number.isInteger(Math.log2(concurrency)))
        .map((best) => ({ id, best, ahead: 0 }));
    });
  }

  /** Dollars a million tokens of the deployments that were simulated, with the best step budget of each, rising. */
  #costs(): number[] {
    return this.#bestOfEach([...this.#short.values()])
      .flatMap(({ best }) => best?.usdPerMillionOutputTokens ?? [])
      .toSorted((one, other) => one - other);
  }

  /** Of the trials of one deployment, which differ by the tokens of a step, that with the most tokens. */
  #bestOfEach(trials: readonly Trial[]): Trial[] {
    const worth = ({ best }: Trial) => best?.outputTokensPerSecondPerAccelerator ?? 0;
    const byServed = Map.groupBy(trials, ({ id }) => this.#alikeOf(id));
    return [...byServed.values()].map((alike) =>
      alike.reduce((one, other) =>
        worth(other) > worth(one) || (worth(other) === worth(one) && other.id < one.id) ? other : one,
      ),
    );
  }

  /** What deployments have in common that differ by the tokens of a step or, apart, by the workers for prompts. */
  #alikeOf(id: number): unknown {
    const { served } = this.#course.candidateOf(id);
    return this.#pairs.has(id) ? `answers ${id % this.#course.candidates.length}` : served;
  }

  /** What no bound let in is out, for its bound. */
  dropTheRest(): void {
    const [cheapest = Number.NaN] = this.#costs();
    for (const bound of this.#bounds.values()) {
      if (this.#short.has(bound.id) || this.#lost.has(bound.id)) continue;
      const cost = this.#costOf(bound);
      const why = Number.isFinite(cost)
        ? `$${cost.toFixed(3)} a million tokens at best, where $${cheapest.toFixed(3)} is had`
        : "others give both a faster user and more tokens";
      this.#lost.set(bound.id, { loss: "bound", why, ...(Number.isFinite(cost) && { usd: cost }) });
    }
  }

  /** The best of each measure, for the long heat: of dollars as they may be between two steps of the ladder. */
  finals(): Task[] {
    const { finalists } = this.#course.search;
    const { byCost, byEnergy } = this.findings(false);
    const least = ({ candidate, best: { usdPerMillionOutputTokens: usd = Number.MAX_VALUE } }: Ranked) =>
      usd / this.#short.get(candidate.id)!.reach;
    const chosen = new Set([
      ...byCost
        .toSorted((one, other) => least(one) - least(other) || one.candidate.id - other.candidate.id)
        .slice(0, finalists),
      ...byEnergy.slice(0, finalists),
    ]);
    return [...chosen].map(({ candidate: { id } }) => {
      const { counts, best } = this.#short.get(id)!;
      const near = (best?.concurrency ?? 1) / (counts?.decodes ?? 1);
      return { type: "trial", id, near, heat: "long", ...(counts && { counts }) };
    });
  }

  /** What the front shows, with as many requests as the figures of finalists are of. */
  finalFront(): Task[] {
    return frontOf(this.#points).map(({ candidate: { id, apart }, point }): Task => {
      const concurrencies = [point.concurrency / (apart?.decodes ?? 1)];
      const counts = apart && { prefills: apart.prefills, decodes: apart.decodes };
      return { type: "points", id, concurrencies, heat: "long", ...(counts && { counts }) };
    });
  }

  findings(isComplete: boolean): Findings {
    const course = this.#course;
    // Once the finals are run, short heats no longer count.
    const trials = this.#long.size > 0 && isComplete ? this.#long : this.#short;
    const standing = this.#bestOfEach([...trials.values()]).flatMap(({ id, best, points, counts, whole }): Ranked[] =>
      best === undefined ? [] : [{ candidate: course.candidateOf(id, counts), best, points, ...(whole && { whole }) }],
    );
    const by = (measure: (point: Point) => number | undefined) =>
      standing
        .map((ranked) => ({ ranked, worth: measure(ranked.best) ?? Number.POSITIVE_INFINITY }))
        .toSorted((one, other) =>
          one.worth === other.worth ? one.ranked.candidate.id - other.ranked.candidate.id : one.worth - other.worth,
        )
        .map(({ ranked }) => ranked);
    const byCost = by(({ usdPerMillionOutputTokens }) => usdPerMillionOutputTokens);
    // Of the same heat as those that it beat.
    const [cheapest = 0] = this.#costs();
    const losers = [...this.#lost].map(([id, lost]): Loser => ({
      candidate: course.candidateOf(id, this.#short.get(id)?.counts ?? this.#countsOf(id, undefined).counts),
      count: 1,
      ...lost,
    }));
    losers.push(...this.#idle);
    for (const { id, best, counts } of this.#short.values()) {
      if (best === undefined || trials.has(id) || this.#lost.has(id)) continue;
      const cost = best.usdPerMillionOutputTokens;
      const lost: Lost =
        cost === undefined
          ? { loss: "unpriced", why: "no price in the catalog" }
          : {
              loss: "beaten",
              why: `$${cost.toFixed(3)} a million tokens in a short heat, where the best had $${cheapest.toFixed(3)}`,
            };
      losers.push({ candidate: course.candidateOf(id, counts), count: 1, ...lost });
    }
    const losses = { impossible: 0, roofline: 0, bound: 0, objective: 0, beaten: 0, unpriced: 0 };
    for (const { loss, count } of losers) losses[loss] += count;
    return {
      candidates: course.total,
      simulated: new Set([...this.#asked].map((one) => one.split("/")[0])).size,
      isComplete,
      byCost,
      byEnergy: by(({ joulesPerOutputToken }) => joulesPerOutputToken).filter(
        ({ best }) => best.joulesPerOutputToken !== undefined,
      ),
      front: frontOf(isComplete && this.#longPoints.length > 0 ? this.#longPoints : this.#points),
      losers: losers.toSorted((one, other) => one.candidate.id - other.candidate.id),
      losses,
    };
  }

  /** Dollars a million output tokens at best; infinite where nobody says what an hour costs. */
  #costOf({ id, best }: Bound): number {
    const usdPerHour = this.#course.search.usdPerHour[this.#course.candidateOf(id).served.chip.name];
    if (usdPerHour === undefined || best === undefined) return Number.POSITIVE_INFINITY;
    return usdPerMillionTokens(usdPerHour, best.tokensPerSecondPerAccelerator);
  }

  /** Watts a token and second at best, were all of the chip's power drawn: for the order alone. */
  #wattsOf({ id, best }: Bound): number {
    const { tdpWatts } = this.#course.candidateOf(id).served.chip;
    return tdpWatts === undefined || best === undefined
      ? Number.MAX_VALUE
      : tdpWatts.value / best.tokensPerSecondPerAccelerator;
  }
}

function frontOf(points: readonly Standpoint[]): Standpoint[] {
  const sorted = points.toSorted(
    ({ point: one, candidate: first }, { point: other, candidate: second }) =>
      other.tokensPerSecondPerUser - one.tokensPerSecondPerUser ||
      other.outputTokensPerSecondPerAccelerator - one.outputTokensPerSecondPerAccelerator ||
      first.id - second.id,
  );
  let most = 0;
  return sorted.filter(({ point }) => {
    const isFront = point.outputTokensPerSecondPerAccelerator > most;
    most = Math.max(most, point.outputTokensPerSecondPerAccelerator);
    return isFront;
  });
}

/** By which factor a point gives more tokens than the front does to a user as fast; 1 is level. */
function aheadOf(
  front: readonly Standpoint[],
  { tokensPerSecondPerUser, tokensPerSecondPerAccelerator }: Best,
): number {
  const level = front.findLast(({ point }) => point.tokensPerSecondPerUser >= tokensPerSecondPerUser)?.point;
  // Before everybody: the faster, the sooner it is tried.
  if (level === undefined) return 1e6 * tokensPerSecondPerUser;
  return tokensPerSecondPerAccelerator / level.outputTokensPerSecondPerAccelerator;
}
