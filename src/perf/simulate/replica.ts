/**
 * A replica in time: its ranks, which step together, and the steps ahead as a plan. A pipeline has several batches, each with ranks of
 * its own. A plan covers all steps until anything changes. A request that comes in between cuts it at the start of the next step.
 */
import type { StepTable } from "./step-table.ts";
import { Balance } from "./balance.ts";
import { type Pool } from "./deployment.ts";
import { policyOf } from "./rank/policy.ts";
import type { GapSketch } from "./rank/gaps.ts";
import { Host } from "./host.ts";
import { Rank, type Role } from "./rank/rank.ts";
import type { Requests } from "./rank/requests.ts";
import { Timeline } from "./timeline.ts";

export class Replica {
  /** Of all batches. */
  readonly ranks: readonly Rank[];
  private readonly batches: readonly (readonly Rank[])[];
  /** Of each batch. */
  private readonly balances: readonly Balance[];
  readonly timeline: Timeline;
  private readonly table: StepTable;
  /** Start of the plan, or of the next step where there is none. */
  clock = 0;
  /** End of the plan. */
  end = 0;
  isPlanned = false;
  /** Requests that run or wait here. */
  present = 0;
  steps = 0;
  /** Seconds of steps of decodes alone, and of steps with prompts. */
  decodeSeconds = 0;
  prefillSeconds = 0;
  prefillSteps = 0;

  private readonly looksAhead: boolean;
  private readonly host: Host | undefined;
  /** Start of the step before the next, or of the next where none ran before it. */
  private lastStart = 0;
  /** Requests that came while the running step ran, and while the one before it did. The next step was decided on without them. */
  private late: number[] = [];
  private waiting: number[] = [];

  private planSteps = 0;
  private planSeconds = 0;
  private planGrowth = 0;
  /** What the host takes of each step; it has prepared the first. */
  private planHost = 0;
  private planPrefills = false;

  constructor(pool: Pool, requests: Requests, gaps: GapSketch, role: Role, samples: number) {
    const rank = () => new Rank(pool, requests, gaps, role);
    this.batches = Array.from({ length: pool.batches ?? 1 }, () => Array.from({ length: pool.ranks ?? 1 }, rank));
    this.ranks = this.batches.flat();
    const { gatherSteps, balanceSteps } = policyOf(pool.scheduler, pool.kvBlocks);
    this.balances = this.batches.map(() => new Balance(gatherSteps, balanceSteps));
    this.timeline = new Timeline(samples);
    this.table = pool.table;
    this.looksAhead = pool.looksAhead ?? false;
    const { ahead, capturedTokens } = pool.table;
    this.host = ahead && new Host(ahead, capturedTokens);
  }

  /** When something happens next of itself; infinity while it has no request. */
  nextSeconds(): number {
    if (this.isPlanned) return this.end;
    return this.present > 0 ? this.clock : Number.POSITIVE_INFINITY;
  }

  /** Hands it a request at a time, to the rank with the fewest. */
  enqueue(request: number, at: number): void {
    if (this.present === 0) {
      if (at > this.clock) this.clock = at;
      this.lastStart = this.clock;
    }
    this.present++;
    const isHeld = this.looksAhead && this.isPlanned;
    if (isHeld) this.late.push(request);
    const mayStart = isHeld || this.hand(request);
    if (mayStart && this.isPlanned && this.planSteps > 1) this.cut(at);
  }

  /** Hands a request to the rank with the fewest; says whether it might start before the scheduled steps are over. */
  private hand(request: number): boolean {
    let chosen = this.ranks[0]!;
    for (let rank = 1; rank < this.ranks.length; rank++) {
      if (this.ranks[rank]!.present < chosen.present) chosen = this.ranks[rank]!;
    }
    return chosen.enqueue(request);
  }

  /** Lays out the steps until the next at which anything changes. */
  plan(): void {
    let steps = Number.POSITIVE_INFINITY;
    let seconds = 0;
    let growth = 0;
    let prefills = false;
    for (const [index, batch] of this.batches.entries()) {
      steps = Math.min(steps, this.balances[index]!.decide(batch));
      this.schedule(batch);
    }
    for (const rank of this.ranks) {
      if (rank.steps === 0) continue;
      if (rank.steps < steps) steps = rank.steps;
      if (rank.prefillTokens > 0) prefills = true;
      if (rank.seconds > seconds || (rank.seconds === seconds && rank.growthSeconds > growth)) {
        seconds = rank.seconds;
        growth = rank.growthSeconds;
      }
    }
    if (this.ranks.length > 1 && steps > 1) steps = this.slowestStays(steps, seconds, growth);
    if (this.waiting.length > 0) steps = 1;
    if (this.host !== undefined) {
      this.planHost = this.hostSeconds(this.host);
      const ready = this.host.prepare(this.lastStart, this.planHost) - this.clock;
      if (ready > seconds || this.planHost > seconds) steps = 1;
      seconds = Math.max(seconds, ready);
    }
    this.planSteps = steps;
    this.planSeconds = seconds;
    this.planGrowth = growth;
    this.planPrefills = prefills;
    this.end = this.clock + this.secondsOf(steps);
    this.isPlanned = true;
  }

  /** Decides on the next step of a batch's ranks, with what they do together by the tokens of all of them. */
  private schedule(ranks: readonly Rank[]): void {
    let tokens = 0;
    let prefills = false;
    for (const rank of ranks) {
      rank.schedule();
      if (rank.steps === 0) continue;
      tokens += rank.stepTokens;
      if (rank.prefillTokens > 0) prefills = true;
    }
    const { together } = this.table;
    if (together === undefined) return;
    const seconds = prefills ? together.mixedSeconds(tokens) : together.decodeSeconds(tokens);
    for (const rank of ranks) rank.seconds += seconds;
  }

  /** What the host takes of the scheduled step. */
  private hostSeconds(host: Host): number {
    let most = 0;
    for (const rank of this.ranks) {
      if (rank.steps === 0) continue;
      const decodes = rank.stepTokens - rank.prefillTokens;
      most = Math.max(most, host.secondsOf(decodes, rank.prefillTokens));
    }
    return most;
  }

  /** Carries the plan out. */
  commit(): void {
    this.prepareNext(this.planSteps - 1);
    this.carryOut(this.planSteps, this.end);
    this.isPlanned = false;
    this.handLate();
    let present = this.waiting.length;
    for (const rank of this.ranks) present += rank.present;
    this.present = present;
  }

  /** Hands over who came before the last step started: the next decision is about them. The others wait for one more. */
  private handLate(): void {
    if (!this.looksAhead) return;
    for (const request of this.waiting) this.hand(request);
    this.waiting = this.late;
    this.late = [];
    if (this.ranks.some((rank) => rank.present > 0)) return;
    for (const request of this.waiting) this.hand(request);
    this.waiting = [];
  }

  /** Carries out those steps of the plan that are over by a time, so that its blocks stand as they do then. */
  settle(at: number): void {
    if (!this.isPlanned || this.planSteps < 2) return;
    let steps = Math.min(this.planSteps - 1, this.stepsUntil(at));
    if (this.clock + this.secondsOf(steps) > at) steps--;
    if (steps < 1) return;
    this.prepareNext(steps);
    this.carryOut(steps, this.clock + this.secondsOf(steps));
    this.planSteps -= steps;
    this.planSeconds += steps * this.planGrowth;
    for (const rank of this.ranks) rank.resume();
  }

  /** Has the host prepare so many of the planned steps after the first. */
  private prepareNext(steps: number): void {
    if (steps > 0) this.host?.prepare(this.clock + this.secondsOf(steps - 1), this.planHost, steps);
  }

  private carryOut(steps: number, end: number): void {
    for (const rank of this.ranks) {
      if (rank.steps > 0) rank.commit(steps, this.clock, end, this.planSeconds, this.planGrowth);
    }
    for (const balance of this.balances) balance.carryOut(steps);
    this.steps += steps;
    this.lastStart = this.clock + this.secondsOf(steps - 1);
    if (this.planPrefills) {
      this.prefillSeconds += end - this.clock;
      this.prefillSteps += steps;
    } else this.decodeSeconds += end - this.clock;
    this.clock = end;
    if (end >= this.timeline.nextSeconds) this.timeline.sample(end, this.ranks);
  }

  /** Ends the plan at the first step that ends at a time or after it. */
  private cut(at: number): void {
    const steps = this.stepsUntil(at);
    if (steps >= this.planSteps) return;
    this.planSteps = steps;
    this.end = this.clock + this.secondsOf(steps);
  }

  /** The least number of planned steps, one at least, that end at a time or after it. */
  private stepsUntil(at: number): number {
    const gap = at - this.clock;
    const half = this.planGrowth / 2;
    const linear = this.planSeconds - half;
    let steps = half > 0 ? (Math.sqrt(linear * linear + 4 * half * gap) - linear) / (2 * half) : gap / linear;
    steps = Math.max(1, Math.min(this.planSteps, Math.ceil(steps)));
    while (steps > 1 && this.clock + this.secondsOf(steps - 1) >= at) steps--;
    while (steps < this.planSteps && this.clock + this.secondsOf(steps) < at) steps++;
    return steps;
  }

  private secondsOf(steps: number): number {
    return steps * this.planSeconds + (this.planGrowth * (steps * (steps - 1))) / 2;
  }

  /** For how many steps the rank that is slowest at the first remains so. */
  private slowestStays(steps: number, seconds: number, growth: number): number {
    let most = steps;
    for (const rank of this.ranks) {
      if (rank.steps === 0 || rank.growthSeconds <= growth) continue;
      const overtaken = Math.floor((seconds - rank.seconds) / (rank.growthSeconds - growth));
      most = Math.min(most, overtaken + 1);
    }
    return most;
  }
}
