/**
 * The simulator told plainly: every step by itself, requests as objects, lists gone through from one end to the other.
 * The tests hold run.ts against it; the bench measures how much faster that is.
 */
import type { StepTable } from "../step-table.ts";
import { type Deployment, type Pool } from "../deployment.ts";
import { Host } from "../host.ts";
import { type Policy, policyOf } from "../rank/policy.ts";
import { type Job } from "./plain-kv.ts";
import { PlainRank } from "./plain-rank.ts";
import type { Workload } from "../../loads/workload.ts";

export type PlainResult = {
  readonly first: number[];
  readonly last: number[];
  readonly arrival: number[];
  readonly steps: number;
  readonly preemptions: number;
};

class PlainReplica {
  readonly batches: PlainRank[][];
  /** Of all batches. */
  readonly ranks: PlainRank[];
  readonly table: StepTable;
  private readonly policy: Policy;
  private readonly counters = new Map<readonly PlainRank[], { missed: number; gathered: number }>();
  end = 0;
  isBusy = false;
  steps = 0;
  private readonly looksAhead: boolean;
  private readonly host: Host | undefined;
  /** Start of the last step, or of the next where none ran before it. */
  private start = 0;
  /** Who came while the last step ran, and while the one before it did. */
  private late: Job[] = [];
  private waiting: Job[] = [];

  constructor(pool: Pool, unitTokens: number, prefillsOnly: boolean) {
    this.table = pool.table;
    this.policy = policyOf(pool.scheduler, pool.kvBlocks);
    this.looksAhead = pool.looksAhead ?? false;
    this.host = pool.table.ahead && new Host(pool.table.ahead, pool.table.capturedTokens);
    const rank = () => new PlainRank(pool, unitTokens, prefillsOnly);
    this.batches = Array.from({ length: pool.batches ?? 1 }, () => Array.from({ length: pool.ranks ?? 1 }, rank));
    this.ranks = this.batches.flat();
  }

  present(): number {
    const held = this.late.length + this.waiting.length;
    return this.ranks.reduce((sum, rank) => sum + rank.present(), held);
  }

  enqueue(job: Job): void {
    if (this.present() === 0) {
      this.end = Math.max(this.end, job.ready);
      this.start = this.end;
    }
    if (this.looksAhead && this.isBusy) this.late.push(job);
    else this.hand(job);
  }

  private hand(job: Job): void {
    this.ranks.reduce((best, other) => (other.present() < best.present() ? other : best)).waiting.push(job);
  }

  /** Seconds of a step of all batches, from a time on: as long as the slowest takes, and until the host is ready. */
  schedule(at: number): number {
    const seconds = Math.max(
      ...this.batches.map((ranks) => {
        this.balance(ranks);
        return Math.max(...ranks.map((rank) => rank.schedule())) + this.togetherSeconds(ranks);
      }),
    );
    const ready = this.host?.prepare(this.start, this.hostSeconds(this.host)) ?? 0;
    this.start = at;
    return Math.max(seconds, ready - at);
  }

  private hostSeconds(host: Host): number {
    const tokens = this.ranks.filter((rank) => rank.present() > 0).map((rank) => rank.tokens());
    return Math.max(...tokens.map(({ decodes, prompts }) => host.secondsOf(decodes, prompts)));
  }

  /** Carries out the step, and returns who has finished. */
  commit(at: number): Job[] {
    const finished = this.ranks.flatMap((rank) => rank.commit(at));
    for (const job of this.waiting) this.hand(job);
    this.waiting = this.late;
    this.late = [];
    if (this.ranks.every((rank) => rank.present() === 0)) for (const job of this.waiting.splice(0)) this.hand(job);
    return finished;
  }

  /** Whether a batch's ranks let their prompts go in the next step, which is counted as it will be. */
  private balance(ranks: readonly PlainRank[]): void {
    const { balanceSteps, gatherSteps } = this.policy;
    if (balanceSteps === 0) return;
    const counters = this.counters.get(ranks) ?? { missed: 0, gathered: 0 };
    this.counters.set(ranks, counters);
    const allDecode = ranks.every((rank) => rank.present() === 0 || rank.running.some((job) => job.isDecoding));
    let isReleased = !allDecode;
    if (ranks.every((rank) => rank.isReady())) {
      counters.missed = 0;
      if (allDecode && counters.gathered < gatherSteps) counters.gathered++;
      else if (allDecode) {
        counters.gathered = 0;
        isReleased = true;
      }
    } else {
      counters.missed++;
      isReleased ||= counters.missed >= balanceSteps;
      if (isReleased) counters.missed = 0;
    }
    for (const rank of ranks) rank.isReleased = isReleased;
  }

  /** What the ranks of a batch do together in the scheduled step. */
  private togetherSeconds(ranks: readonly PlainRank[]): number {
    if (this.table.together === undefined) return 0;
    let [decodes, prompts] = [0, 0];
    for (const rank of ranks) {
      decodes += rank.tokens().decodes;
      prompts += rank.tokens().prompts;
    }
    const { decodeSeconds, mixedSeconds } = this.table.together;
    return prompts > 0 ? mixedSeconds(decodes + prompts) : decodeSeconds(decodes);
  }
}

class PlainStage {
  readonly replicas: PlainReplica[];
  readonly pool: Pool;
  agenda: Job[] = [];
  private turn = 0;

  constructor(pool: Pool, unitTokens: number, prefillsOnly: boolean) {
    this.pool = pool;
    this.replicas = Array.from({ length: pool.replicas ?? 1 }, () => new PlainReplica(pool, unitTokens, prefillsOnly));
  }

  add(job: Job): void {
    const before = this.agenda.findLastIndex((other) => other.ready <= job.ready);
    this.agenda.splice(before + 1, 0, job);
  }

  route(job: Job, { router = "round-robin" }: Deployment): void {
    this.choose(job, router).enqueue(job);
  }

  private choose(job: Job, router: string): PlainReplica {
    const { replicas } = this;
    if (router === "round-robin") return replicas[this.turn++ % replicas.length]!;
    const least = replicas.reduce((best, other) => (other.present() < best.present() ? other : best));
    if (router === "least-loaded" || replicas.length === 1) return least;
    const fullest = Math.max(...replicas.map((replica) => replica.present()));
    if (fullest - least.present() > 64 && fullest > 1.5 * least.present()) return least;
    const fresh = { ...job, generated: 0 };
    const hits = replicas.map((replica) => Math.max(...replica.ranks.map((rank) => rank.kv.cachedTokens(fresh))));
    const most = Math.max(...hits);
    if (most === 0) return least;
    const best = replicas.filter((_, index) => hits[index] === most);
    return best.reduce((chosen, other) => (other.present() < chosen.present() ? other : chosen));
  }
}

/** Runs a workload step by step, to compare the simulator with. */
export function simulatePlainly(workload: Workload, deployment: Deployment): PlainResult {
  const { promptTokens, outputTokens, arrivals, prefix } = workload;
  const { table, disaggregation } = deployment;
  const unitTokens = prefix?.unitTokens ?? deployment.blockTokens;
  const stages = [new PlainStage(deployment, unitTokens, disaggregation !== undefined)];
  if (disaggregation) stages.push(new PlainStage(disaggregation.decode, unitTokens, false));
  const jobs: Job[] = Array.from(promptTokens, (prompt, id) => ({
    id,
    prompt,
    output: outputTokens[id]!,
    units: prefix
      ? Array.from(prefix.units.subarray(prefix.offsets[id]!, prefix.offsets[id + 1]!)).slice(
          0,
          Math.floor(prompt / unitTokens),
        )
      : [],
    generated: 0,
    computed: 0,
    claimed: 0,
    reserved: 0,
    heldUnits: 0,
    besides: 0,
    isDecoding: false,
    ready: 0,
    arrival: 0,
    first: 0,
    last: 0,
  }));
  let sent = 0;
  const send = (at: number): void => {
    const job = jobs[sent++]!;
    job.arrival = at;
    job.ready = at + table.ingestSeconds + table.ingestSecondsPerToken * job.prompt;
    stages[0]!.add(job);
  };
  if (arrivals.type === "open") for (const at of arrivals.seconds) send(at);
  else while (sent < Math.min(arrivals.concurrency, jobs.length)) send(0);

  for (;;) {
    const busy = stages.flatMap(({ replicas }) => replicas.filter((replica) => replica.isBusy));
    const idle = stages.flatMap(({ replicas }) =>
      replicas.filter((replica) => !replica.isBusy && replica.present() > 0),
    );
    const nextEnd = Math.min(...busy.map(({ end }) => end));
    const nextStart = Math.min(...idle.map(({ end }) => end));
    const nextReady = Math.min(...stages.map(({ agenda }) => agenda[0]?.ready ?? Infinity));
    const now = Math.min(nextEnd, nextStart, nextReady);
    if (now === Infinity) break;
    if (nextEnd === now) {
      for (const stage of stages) {
        for (const replica of stage.replicas) {
          if (!replica.isBusy || replica.end !== now) continue;
          replica.isBusy = false;
          replica.steps++;
          for (const job of replica.commit(now)) {
            if (stage !== stages[1] && disaggregation && job.generated < job.output) {
              job.ready = now + disaggregation.transferSeconds(job.prompt);
              stages[1]!.add(job);
            } else if (arrivals.type === "closed" && sent < jobs.length) send(now + stage.pool.table.deliverSeconds);
          }
        }
      }
    } else if (nextReady === now) {
      const stage = stages.find(({ agenda }) => agenda[0]?.ready === now)!;
      stage.route(stage.agenda.shift()!, deployment);
    } else {
      const replica = idle.find(({ end }) => end === now)!;
      const { ranks } = replica;
      replica.end = now + replica.schedule(now);
      replica.isBusy = true;
      for (const job of ranks.flatMap((rank) => rank.taken.splice(0))) {
        if (disaggregation?.decodeTellsFirst) job.first = job.last = now;
      }
    }
  }
  const ranks = stages.flatMap(({ replicas }) => replicas.flatMap((replica) => replica.ranks));
  return {
    first: jobs.map(({ first }) => first),
    last: jobs.map(({ last }) => last),
    arrival: jobs.map(({ arrival }) => arrival),
    steps: stages.flatMap(({ replicas }) => replicas).reduce((sum, { steps }) => sum + steps, 0),
    preemptions: ranks.reduce((sum, rank) => sum + rank.preemptions, 0),
  };
}
