/** What a race knows so far, and what it does next: which candidates may still win, by their bounds and by what was simulated. */
import { usdPerMillionTokens } from "../cost.ts";
import type { Answer, Course, Task } from "./course.ts";
import type { Findings, Loser, Ranked, Round, Standpoint } from "./findings.ts";
import { aheadOf, frontOf } from "./front.ts";
import { Pairs } from "./pairs.ts";
import type { PoolBound } from "./pools.ts";
import type { Point, Trial } from "./trial.ts";
import type { Best, Bound, Lost } from "./verdict.ts";

/** Trials in a round, and candidates of which points near the front are tried. */
const roundTrials = 32;
/** Step budgets of one deployment whose costs differ by less than this in a short heat both run the long one. */
const budgetsApart = 1.1;
const roundFronts = 24;
/** Points of a candidate that are tried in a round. */
const pointsMost = 4;
/** By how much a point must be ahead of the front to be worth a look. */
const frontMargin = 1.02;

type AnswerOf<Type extends Answer["type"]> = Extract<Answer, { readonly type: Type }>;

export class Standing {
  readonly #course: Course;
  /** What candidates can be at best, what was simulated of them, and who is out: by their numbers. */
  readonly #bounds = new Map<number, Bound>();
  readonly #short = new Map<number, Trial>();
  readonly #long = new Map<number, Trial>();
  readonly #lost = new Map<number, Lost>();
  readonly #pools: PoolBound[] = [];
  #pairs: Pairs;
  /** Candidates that may still win by cost and by energy, the most promising first. */
  #cheap: Bound[] = [];
  #frugal: Bound[] = [];
  /** Points of curves that may be ahead of the front. */
  #fast: { readonly id: number; readonly best: Best; readonly ahead: number }[] = [];
  /** The front of all that was simulated so far, and what came since. */
  #points: Standpoint[] = [];
  /** The front once more, by the long heat. */
  readonly #longPoints: Standpoint[] = [];
  /** What was simulated: `candidate/concurrency`. */
  readonly #asked = new Set<string>();

  constructor(course: Course) {
    this.#course = course;
    this.#pairs = new Pairs(course, []);
  }

  /** A round of tasks, with what is known before it. */
  round(tasks: readonly Task[]): Round {
    const idle = this.#pairs.idle.reduce((sum, { count }) => sum + count, 0);
    return { tasks, settled: this.#lost.size + this.#short.size + idle, findings: () => this.findings(false) };
  }

  take(answers: readonly Answer[]): void {
    for (const answer of answers) {
      switch (answer.type) {
        case "bounds":
          this.#takeBounds(answer);
          break;
        case "points":
          this.#takePoints(answer);
          break;
        case "trial":
          this.#takeTrial(answer);
      }
    }
  }

  #takeBounds({ bounds, pools }: AnswerOf<"bounds">): void {
    for (const bound of bounds) {
      if (bound.lost === undefined) this.#bounds.set(bound.id, bound);
      else this.#lost.set(bound.id, bound.lost);
    }
    this.#pools.push(...pools);
  }

  #takePoints({ id, points, asked, heat, counts }: AnswerOf<"points">): void {
    const candidate = this.#course.candidateOf(id, counts);
    for (const point of points) (heat === "long" ? this.#longPoints : this.#points).push({ candidate, point });
    if (heat === "short") for (const concurrency of asked) this.#asked.add(`${id}/${concurrency}`);
  }

  #takeTrial({ trial, heat }: AnswerOf<"trial">): void {
    const { id, counts, points, lost } = trial;
    if (lost !== undefined) this.#lost.set(id, lost);
    if (heat === "long") {
      this.#long.set(id, trial);
      return;
    }
    this.#short.set(id, trial);
    const candidate = this.#course.candidateOf(id, counts);
    for (const point of points) {
      this.#asked.add(`${id}/${point.concurrency / (counts?.decodes ?? 1)}`);
      this.#points.push({ candidate, point });
    }
  }

  /** Pools become deployments, once all bounds are known. */
  pairUp(): void {
    this.#pairs = new Pairs(this.#course, this.#pools);
    for (const bound of this.#pairs.bounds) this.#bounds.set(bound.id, bound);
    for (const [id, lost] of this.#pairs.lost) this.#lost.set(id, lost);
  }

  /**
   * What to simulate next, the most promising first. Candidates are worth it while their bound is cheaper than the last of the
   * finalists, or is ahead of the front. None when no bound is.
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
        return { type: "trial", id, near, heat: "short", ...this.#pairs.countsOf(id, near) };
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
          ...this.#pairs.countsOf(id, one),
        }));
      }),
    ];
  }

  /** Orders the candidates by what their bounds promise. */
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

  /** Dollars a million tokens of the simulated deployments, each with its best step budget, rising. */
  #costs(): number[] {
    return this.#bestOfEach([...this.#short.values()])
      .flatMap(({ best }) => best?.usdPerMillionOutputTokens ?? [])
      .toSorted((one, other) => one - other);
  }

  /** Of trials of one deployment that differ by the step budget only, the one with the most tokens. */
  #bestOfEach(trials: readonly Trial[]): Trial[] {
    const worth = ({ best }: Trial) => best?.outputTokensPerSecondPerAccelerator ?? 0;
    const byServed = Map.groupBy(trials, ({ id }) => this.#alikeOf(id));
    return [...byServed.values()].map((alike) =>
      alike.reduce((one, other) =>
        worth(other) > worth(one) || (worth(other) === worth(one) && other.id < one.id) ? other : one,
      ),
    );
  }

  /** What deployments have in common that differ by the step budget or, with pools, by the workers for prompts. */
  #alikeOf(id: number): unknown {
    const { served } = this.#course.candidateOf(id);
    return this.#pairs.has(id) ? `answers ${id % this.#course.candidates.length}` : served;
  }

  /** Candidates that were never simulated are out, because of their bounds. */
  dropTheRest(): void {
    const [cheapest = Number.NaN] = this.#costs();
    for (const bound of this.#bounds.values()) {
      if (this.#short.has(bound.id) || this.#lost.has(bound.id)) continue;
      const cost = this.#costOf(bound);
      const why = Number.isFinite(cost)
        ? `$${cost.toFixed(3)} a million tokens at best, the cheapest found is $${cheapest.toFixed(3)}`
        : "others give both a faster user and more tokens";
      this.#lost.set(bound.id, { loss: "bound", why, ...(Number.isFinite(cost) && { usd: cost }) });
    }
  }

  /** The tasks of the long heat, in rounds. */
  finals(): Task[][] {
    const all = [...this.#finalists(), ...this.#finalFront()];
    const rounds = Array.from({ length: Math.ceil(all.length / roundTrials) }, (_, at) => at * roundTrials);
    return rounds.map((from) => all.slice(from, from + roundTrials));
  }

  /** The best by each measure. Costs count as they may be between two steps of the ladder of concurrencies. */
  #finalists(): Task[] {
    const { finalists } = this.#course.search;
    const { byCost, byEnergy } = this.findings(false);
    const least = (id: number) => {
      const { best, reach } = this.#short.get(id)!;
      const { usdPerMillionOutputTokens: usd, outputTokensPerSecondPerAccelerator: tokens = 1 } = best ?? {};
      // Without a price after all that have one, and by their tokens.
      return (usd ?? Number.MAX_VALUE / Math.max(1, tokens)) / reach;
    };
    const chosen = new Set(
      [
        ...byCost
          .toSorted(({ candidate: one }, { candidate: other }) => least(one.id) - least(other.id) || one.id - other.id)
          .slice(0, finalists),
        ...byEnergy.slice(0, finalists),
      ].map(({ candidate: { id } }) => id),
    );
    // A short heat does not tell step budgets apart that are close to each other.
    const alike = new Map([...chosen].map((id) => [this.#alikeOf(id), least(id)]));
    for (const { id, best } of this.#short.values()) {
      const beside = alike.get(this.#alikeOf(id));
      if (best !== undefined && beside !== undefined && !this.#pairs.has(id) && least(id) < beside * budgetsApart)
        chosen.add(id);
    }
    return [...chosen].map((id) => {
      const { counts, best } = this.#short.get(id)!;
      const near = (best?.concurrency ?? 1) / (counts?.decodes ?? 1);
      return { type: "trial", id, near, heat: "long", ...(counts && { counts }) };
    });
  }

  /** The points of the front, with as many requests as finalists have. */
  #finalFront(): Task[] {
    return frontOf(this.#points).map(({ candidate: { id, apart }, point }): Task => {
      const concurrencies = [point.concurrency / (apart?.decodes ?? 1)];
      const counts = apart && { prefills: apart.prefills, decodes: apart.decodes };
      return { type: "points", id, concurrencies, heat: "long", ...(counts && { counts }) };
    });
  }

  /** @param isComplete whether the race was run to its end */
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
    const losers = this.#losers(new Set(standing.map(({ candidate: { id } }) => id)));
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

  /** All that lost: those that are out, workers that no deployment came of, and those that were simulated and do not stand. */
  #losers(standing: ReadonlySet<number>): Loser[] {
    const course = this.#course;
    const losers = [...this.#lost].map(([id, lost]): Loser => ({
      candidate: course.candidateOf(id, this.#short.get(id)?.counts ?? this.#pairs.countsOf(id, undefined).counts),
      count: 1,
      ...lost,
    }));
    losers.push(...this.#pairs.idle);
    // The cheapest of the short heat, as those that it beat are of that heat.
    const [cheapest = 0] = this.#costs();
    for (const { id, best, counts } of this.#short.values()) {
      if (best === undefined || standing.has(id) || this.#lost.has(id)) continue;
      const lost = beaten(best.usdPerMillionOutputTokens, cheapest);
      losers.push({ candidate: course.candidateOf(id, counts), count: 1, ...lost });
    }
    return losers;
  }

  /** Dollars a million output tokens at best; infinite where the price of an hour is unknown. */
  #costOf({ id, best }: Bound): number {
    const usdPerHour = this.#course.search.usdPerHour[this.#course.candidateOf(id).served.chip.name];
    if (usdPerHour === undefined || best === undefined) return Number.POSITIVE_INFINITY;
    return usdPerMillionTokens(usdPerHour, best.tokensPerSecondPerAccelerator);
  }

  /** Joules a token if the chip drew its TDP and were as fast as its bound: for the order only. */
  #wattsOf({ id, best }: Bound): number {
    const { tdpWatts } = this.#course.candidateOf(id).served.chip;
    return tdpWatts === undefined || best === undefined
      ? Number.MAX_VALUE
      : tdpWatts.value / best.tokensPerSecondPerAccelerator;
  }
}

/** @param cost dollars a million output tokens of a candidate, undefined where its price is unknown */
function beaten(cost: number | undefined, cheapest: number): Lost {
  if (cost === undefined) return { loss: "unpriced", why: "no price in the catalog" };
  const why = `$${cost.toFixed(3)} a million tokens in a short heat, where the best had $${cheapest.toFixed(3)}`;
  return { loss: "beaten", why };
}
