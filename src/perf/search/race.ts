/**
 * The race for the best deployment: bounds first, then heats of exact simulation, short for all that could still win and
 * long for the finalists. It only decides; whoever drives it carries the tasks out, in as many threads as there are:
 *
 *     const race = raceOf(search);
 *     for (let turn = race.next(); !turn.done; ) turn = race.next(turn.value.map((task) => carryOut(search, task)));
 *
 * What it decides after a round depends on the answers alone and not on the order in which they came, so that one thread
 * and many find the same.
 */
import { type Best, type Bound, boundsOf, type Loss, type Lost } from "./bounds.ts";
import { type LoadMeans, meansOf } from "./load.ts";
import { type Candidate, type Group, groupsOf, type Search } from "./space.ts";
import { type Heat, type Point, pointAt, type Trial, trialOf } from "./trial.ts";

export type Task =
  | { readonly type: "bounds"; readonly from: number; readonly to: number }
  /** The most that it carries within the objective. */
  | { readonly type: "trial"; readonly id: number; readonly near: number; readonly heat: Heat }
  /** What it does at some concurrencies. */
  | { readonly type: "points"; readonly id: number; readonly concurrencies: readonly number[] };

export type Answer =
  | { readonly type: "bounds"; readonly bounds: readonly Bound[] }
  | { readonly type: "trial"; readonly trial: Trial; readonly heat: Heat }
  | {
      readonly type: "points";
      readonly id: number;
      readonly asked: readonly number[];
      readonly points: readonly Point[];
    };

/** A round's tasks, and how many candidates are settled when it begins. */
export type Round = { readonly tasks: readonly Task[]; readonly settled: number; readonly findings: () => Findings };

export type Ranked = { readonly candidate: Candidate; readonly best: Point; readonly points: readonly Point[] };
/** A candidate under one load. */
export type Standpoint = { readonly candidate: Candidate; readonly point: Point };
export type Loser = { readonly candidate: Candidate } & Lost;

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
/** By how much a point must be ahead of the front to be worth a look. */
const frontMargin = 1.02;

/** What threads share: the space and the load's means, worked out once in each. */
export class Course {
  readonly search: Search;
  readonly groups: readonly Group[];
  readonly candidates: readonly Candidate[];
  readonly means: LoadMeans;

  constructor(search: Search) {
    this.search = search;
    this.groups = groupsOf(search);
    this.candidates = this.groups.flatMap(({ candidates }) => candidates);
    this.means = meansOf(search.load);
  }

  carryOut(task: Task): Answer {
    const { search, means } = this;
    if (task.type === "bounds") {
      const bounds = this.groups.slice(task.from, task.to).flatMap((group) => boundsOf(group, means, search.objective));
      return { type: "bounds", bounds };
    }
    const candidate = this.candidates[task.id]!;
    if (task.type === "points") {
      const points = task.concurrencies.flatMap((concurrency) => pointAt(search, candidate, concurrency) ?? []);
      return { type: "points", id: task.id, asked: task.concurrencies, points };
    }
    return { type: "trial", heat: task.heat, trial: trialOf(search, candidate, task.near, task.heat) };
  }
}

export function* race(course: Course): Generator<Round, Findings, readonly Answer[]> {
  const state = new Standing(course);
  for (let from = 0; from < course.groups.length; from += groupsPerTask * boundTasks) {
    const starts = Array.from({ length: boundTasks }, (_, at) => from + at * groupsPerTask);
    const tasks = starts
      .filter((start) => start < course.groups.length)
      .map((start): Task => ({ type: "bounds", from: start, to: start + groupsPerTask }));
    state.take(yield state.round(tasks));
  }
  for (let tasks = state.next(); tasks.length > 0; tasks = state.next()) state.take(yield state.round(tasks));
  state.dropTheRest();
  const finals = state.finals();
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
  #cheap: Bound[] = [];
  #frugal: Bound[] = [];
  /** Points of curves that may be ahead of the front. */
  #fast: { readonly id: number; readonly best: Best; readonly ahead: number }[] = [];
  /** The front of all that was simulated so far, and what came since. */
  #points: Standpoint[] = [];
  readonly #asked = new Set<string>();

  constructor(course: Course) {
    this.#course = course;
  }

  round(tasks: readonly Task[]): Round {
    return { tasks, settled: this.#lost.size + this.#short.size, findings: () => this.findings(false) };
  }

  take(answers: readonly Answer[]): void {
    for (const answer of answers) {
      if (answer.type === "bounds") {
        for (const bound of answer.bounds) {
          if (bound.lost === undefined) this.#bounds.set(bound.id, bound);
          else this.#lost.set(bound.id, bound.lost);
        }
        continue;
      }
      if (answer.type === "points") {
        const { id, points, asked } = answer;
        for (const concurrency of asked) this.#asked.add(`${id}/${concurrency}`);
        for (const point of points) this.#points.push({ candidate: this.#course.candidates[id]!, point });
        continue;
      }
      const { trial, heat } = answer;
      (heat === "long" ? this.#long : this.#short).set(trial.id, trial);
      for (const point of heat === "short" ? trial.points : []) {
        this.#asked.add(`${trial.id}/${point.concurrency}`);
        this.#points.push({ candidate: this.#course.candidates[trial.id]!, point });
      }
      if (trial.lost !== undefined) this.#lost.set(trial.id, trial.lost);
    }
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
      ...[...trials].map(({ id, best }): Task => ({ type: "trial", id, near: best?.concurrency ?? 1, heat: "short" })),
      ...[...Map.groupBy(this.#fast, ({ id }) => id)].slice(0, roundFronts).map(([id, points]): Task => ({
        type: "points",
        id,
        concurrencies: points.slice(0, pointsMost).map(({ best: { concurrency } }) => concurrency),
      })),
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
    const byServed = Map.groupBy(this.#bounds.values(), ({ id }) => this.#course.candidates[id]!.served);
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
    const byServed = Map.groupBy(trials, ({ id }) => this.#course.candidates[id]!.served);
    return [...byServed.values()].map((alike) =>
      alike.reduce((one, other) =>
        worth(other) > worth(one) || (worth(other) === worth(one) && other.id < one.id) ? other : one,
      ),
    );
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

  /** The best of each measure, for the long heat. */
  finals(): Task[] {
    const { finalists } = this.#course.search;
    const { byCost, byEnergy } = this.findings(false);
    const chosen = new Set([
      ...byCost.slice(0, finalists).map(({ candidate }) => candidate.id),
      ...byEnergy.slice(0, finalists).map(({ candidate }) => candidate.id),
    ]);
    return [...chosen].map((id) => ({
      type: "trial",
      id,
      near: this.#short.get(id)?.best?.concurrency ?? 1,
      heat: "long",
    }));
  }

  findings(isComplete: boolean): Findings {
    const { candidates } = this.#course;
    // Once the finals are run, short heats no longer count.
    const trials = this.#long.size > 0 && isComplete ? this.#long : this.#short;
    const standing = this.#bestOfEach([...trials.values()]).flatMap(({ id, best, points }): Ranked[] =>
      best === undefined ? [] : [{ candidate: candidates[id]!, best, points }],
    );
    const by = (measure: (point: Point) => number | undefined) =>
      standing
        .map((ranked) => ({ ranked, worth: measure(ranked.best) ?? Number.POSITIVE_INFINITY }))
        .toSorted((one, other) =>
          one.worth === other.worth ? one.ranked.candidate.id - other.ranked.candidate.id : one.worth - other.worth,
        )
        .map(({ ranked }) => ranked);
    const byCost = by(({ usdPerMillionOutputTokens }) => usdPerMillionOutputTokens);
    const cheapest = byCost[0]?.best.usdPerMillionOutputTokens;
    const losers = [...this.#lost].map(([id, lost]): Loser => ({ candidate: candidates[id]!, ...lost }));
    for (const { id, best } of this.#short.values()) {
      if (best === undefined || trials.has(id) || this.#lost.has(id)) continue;
      const cost = best.usdPerMillionOutputTokens;
      const lost: Lost =
        cost === undefined
          ? { loss: "unpriced", why: "no price in the catalog" }
          : { loss: "beaten", why: `$${cost.toFixed(3)} a million tokens, the best $${(cheapest ?? 0).toFixed(3)}` };
      losers.push({ candidate: candidates[id]!, ...lost });
    }
    const losses = { impossible: 0, roofline: 0, bound: 0, objective: 0, beaten: 0, unpriced: 0 };
    for (const { loss } of losers) losses[loss] += 1;
    return {
      candidates: candidates.length,
      simulated: new Set([...this.#asked].map((one) => one.split("/")[0])).size,
      isComplete,
      byCost,
      byEnergy: by(({ joulesPerOutputToken }) => joulesPerOutputToken).filter(
        ({ best }) => best.joulesPerOutputToken !== undefined,
      ),
      front: frontOf(this.#points),
      losers: losers.toSorted((one, other) => one.candidate.id - other.candidate.id),
      losses,
    };
  }

  /** Dollars a million output tokens at best; infinite where nobody says what an hour costs. */
  #costOf({ id, best }: Bound): number {
    const usdPerHour = this.#course.search.usdPerHour[this.#course.candidates[id]!.served.chip.name];
    if (usdPerHour === undefined || best === undefined) return Number.POSITIVE_INFINITY;
    return usdPerHour / (best.tokensPerSecondPerAccelerator * 3.6e-3);
  }

  /** Watts a token and second at best, were all of the chip's power drawn: for the order alone. */
  #wattsOf({ id, best }: Bound): number {
    const { tdpWatts } = this.#course.candidates[id]!.served.chip;
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
