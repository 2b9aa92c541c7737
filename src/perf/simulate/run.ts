/**
 * A deterministic discrete-event simulation of LLM serving: every engine step of every replica, exact to the block and the
 * token, at a cost of O(1) per request and undisturbed run of steps (see rank.ts, replica.ts).
 *
 * Events in time: a replica's plan ends; a request reaches a pool; a replica without a plan makes one. Of equal time, in
 * that order, so that a step holds whoever is there when it starts.
 */
import { Agenda } from "./agenda.ts";
import { type Deployment, type Pool } from "./deployment.ts";
import { checkDeployment } from "./check-deployment.ts";
import { GapSketch } from "./rank/gaps.ts";
import type { Role } from "./rank/rank.ts";
import { Replica } from "./replica.ts";
import { Requests } from "./rank/requests.ts";
import { type ClientTimes, type Result, resultOf, type Slo, useOf } from "./result.ts";
import { Dispatcher } from "./router.ts";
import { checkWorkload, type Workload } from "../loads/workload.ts";

export type Options = {
  readonly slo?: Slo;
  /** Most samples of queue and cache for each replica; 512 unless given. */
  readonly samples?: number;
};

/**
 * Runs a workload on a deployment to the last token.
 *
 * @throws Fault `invalid_value` for a workload or deployment that cannot be, or a request that could never run on it
 */
export function simulate(workload: Workload, deployment: Deployment, options: Options = {}): Result {
  checkWorkload(workload);
  checkDeployment(deployment, workload);
  const simulation = new Simulation(workload, deployment, options.samples ?? 512);
  simulation.run();
  const pools = simulation.stages.map(({ replicas }) => ({ replicas: replicas.map(useOf) }));
  const { promptTokens, outputTokens } = workload;
  return resultOf(simulation.clientTimes(), promptTokens, outputTokens, simulation.gaps, pools, options.slo);
}

/** A pool with its replicas, and the requests on their way to it. */
class Stage {
  readonly pool: Pool;
  readonly replicas: readonly Replica[];
  readonly agenda: Agenda;
  readonly dispatcher: Dispatcher;

  constructor(pool: Pool, deployment: Deployment, requests: Requests, gaps: GapSketch, role: Role, samples: number) {
    this.pool = pool;
    this.replicas = Array.from({ length: pool.replicas ?? 1 }, () => new Replica(pool, requests, gaps, role, samples));
    this.agenda = new Agenda(requests);
    this.dispatcher = new Dispatcher(deployment.router ?? "round-robin", this.replicas, requests);
  }
}

class Simulation {
  readonly gaps = new GapSketch();
  readonly stages: readonly Stage[];
  private readonly requests: Requests;
  private readonly workload: Workload;
  private readonly deployment: Deployment;
  /** The next request that a client sends. */
  private unsent = 0;

  constructor(workload: Workload, deployment: Deployment, samples: number) {
    this.workload = workload;
    this.deployment = deployment;
    this.requests = new Requests(workload);
    const { disaggregation } = deployment;
    const stage = (pool: Pool, role: Role) => new Stage(pool, deployment, this.requests, this.gaps, role, samples);
    this.stages =
      disaggregation === undefined
        ? [stage(deployment, "whole")]
        : [
            stage(deployment, "prefill"),
            stage(disaggregation.decode, disaggregation.decodeTellsFirst ? "decode from the first" : "decode"),
          ];
  }

  run(): void {
    const { arrivals } = this.workload;
    const atOnce = arrivals.type === "open" ? this.requests.count : Math.min(arrivals.concurrency, this.requests.count);
    while (this.unsent < atOnce) this.ready(this.requests.arrivalSeconds[this.unsent]!);
    this.stages[0]!.agenda.fill(atOnce);
    while (this.next());
  }

  /** When the client has sent, and has had the first and the last token. */
  clientTimes(): ClientTimes {
    const { count, arrivalSeconds, firstSeconds, lastSeconds, outputTokens } = this.requests;
    const { disaggregation, table } = this.deployment;
    const last = new Float64Array(count);
    const first = new Float64Array(count);
    for (let request = 0; request < count; request++) {
      const handedOver = disaggregation !== undefined && outputTokens[request]! > 1;
      const held = handedOver && disaggregation.decodeTellsFirst === true;
      const deliver = handedOver ? disaggregation.decode.table.deliverSeconds : table.deliverSeconds;
      first[request] = firstSeconds[request]! + (held ? deliver : table.deliverSeconds);
      last[request] = lastSeconds[request]! + deliver;
    }
    return { sent: arrivalSeconds, first, last };
  }

  /** Does what comes next; false when all is done. */
  private next(): boolean {
    let replica: Replica | undefined;
    let at = Number.POSITIVE_INFINITY;
    let of: Stage | undefined;
    let from: Stage | undefined;
    let there = Number.POSITIVE_INFINITY;
    for (const stage of this.stages) {
      const due = stage.agenda.nextSeconds();
      if (due < there) {
        there = due;
        from = stage;
      }
      for (const candidate of stage.replicas) {
        const when = candidate.nextSeconds();
        if (when < at || (when === at && candidate.isPlanned && !replica?.isPlanned && when < Infinity)) {
          at = when;
          replica = candidate;
          of = stage;
        }
      }
    }
    if (from && (there < at || (there === at && !replica?.isPlanned))) {
      const request = from.agenda.take();
      from.dispatcher.choose(request, there).enqueue(request, there);
      return true;
    }
    if (!replica || !of) return false;
    if (replica.isPlanned) {
      replica.commit();
      for (const rank of replica.ranks) {
        for (let index = 0; index < rank.finishedCount; index++) this.leave(rank.finished[index]!, of, at);
        rank.finishedCount = 0;
      }
    } else replica.plan();
    return true;
  }

  /** A request has finished at a stage: its tokens go to the client, or its blocks to the decode replicas. */
  private leave(request: number, stage: Stage, at: number): void {
    const { disaggregation } = this.deployment;
    const { promptTokens, outputTokens, readySeconds } = this.requests;
    const decodes = this.stages[1];
    if (disaggregation && stage !== decodes && outputTokens[request]! > 1) {
      readySeconds[request] = at + disaggregation.transferSeconds(promptTokens[request]!);
      decodes!.agenda.add(request);
      return;
    }
    if (this.workload.arrivals.type === "closed" && this.unsent < this.requests.count) {
      this.stages[0]!.agenda.add(this.ready(at + stage.pool.table.deliverSeconds));
    }
  }

  /** Has the next request sent, and says when it is there. */
  private ready(at: number): number {
    const { arrivalSeconds, readySeconds, promptTokens } = this.requests;
    const { ingestSeconds, ingestSecondsPerToken } = this.deployment.table;
    const request = this.unsent++;
    arrivalSeconds[request] = at;
    readySeconds[request] = at + ingestSeconds + ingestSecondsPerToken * promptTokens[request]!;
    return request;
  }
}
