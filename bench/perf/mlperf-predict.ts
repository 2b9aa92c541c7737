/** An MLPerf run predicted on one replica: all of them are alike, and a replica's share of Poisson arrivals is Poisson. */
import { calibrationOf, type EngineCosts } from "../../src/perf/calibration.ts";
import { predict, type Prediction } from "../../src/perf/predict.ts";
import { poissonArrivals, type Workload } from "../../src/perf/simulate/workload.ts";
import { lengthsOf, type MlperfRun, schedulerOf } from "./mlperf-measured.ts";

export type Offline = MlperfRun & { readonly scenario: "Offline" };
export type Server = MlperfRun & { readonly scenario: "Server" };

/** Of ten minutes at most. */
const secondsMost = 600;

/** The scale of all kernels by which the predicted tokens a second are those measured, and how far off they were. */
export function fit(run: Offline, outputTokens: number): { before: number; scale: number } {
  const load = offlineLoad(run, outputTokens);
  const wanted = run.tokensPerSecond / run.replicas;
  let scale = 1;
  let before = 0;
  for (let round = 0; round < 6; round += 1) {
    const off = onReplica(run, load, scale).outputTokensPerSecond / wanted;
    if (round === 0) before = off - 1;
    if (Math.abs(off - 1) < 0.005) break;
    scale *= off;
  }
  return { before, scale };
}

/** All requests of a replica at once. */
export function offlineLoad(run: Offline, outputTokens: number): Workload {
  const requests = Math.ceil((run.tokensPerSecond * run.p99Seconds) / 0.99 / outputTokens / run.replicas);
  return {
    arrivals: { type: "open", seconds: new Float64Array(requests) },
    ...lengthsOf(run.benchmark, requests, outputTokens, 1),
  };
}

export type AtServer = {
  readonly predicted: Prediction;
  /** Of all replicas, and TPOT, with as many clients as were measured at once. */
  readonly tokensPerSecond: number;
  readonly tpotMsAtConcurrency: number;
};

/** At the offered rate, and the tokens a second of all replicas at the concurrency that was measured. */
export function predictServer(run: Server, scale: number): AtServer {
  const perReplica = run.requestsPerSecond / run.replicas;
  const requests = Math.min(40_000, Math.ceil(perReplica * secondsMost));
  const lengths = lengthsOf(run.benchmark, requests, run.outputTokens, 2);
  const open: Workload = { arrivals: poissonArrivals(requests, perReplica, 3), ...lengths };
  const secondsEach = (run.ttftMs.mean + run.tpotMs.mean * (run.outputTokens - 1)) / 1e3;
  const concurrency = Math.max(1, Math.round(perReplica * secondsEach));
  const some = Math.min(requests, 12 * concurrency);
  const closed: Workload = {
    arrivals: { type: "closed", concurrency },
    promptTokens: lengths.promptTokens.slice(0, some),
    outputTokens: lengths.outputTokens.slice(0, some),
  };
  const atConcurrency = onReplica(run, closed, scale);
  return {
    predicted: onReplica(run, open, scale),
    tokensPerSecond: atConcurrency.outputTokensPerSecond * run.replicas,
    tpotMsAtConcurrency: atConcurrency.tpotMs.mean,
  };
}

export function onReplica(run: MlperfRun, load: Workload, scale: number): Prediction {
  const { served } = run;
  const scheduler = schedulerOf(run);
  const maxStepTokens = "maxStepTokens" in scheduler ? Math.min(scheduler.maxStepTokens, 16_384) : 8192;
  const { maxSequences } = scheduler;
  const costs = scaled(calibrationOf(served.engine, served.chip), scale);
  return predict(served, load, { scheduler, maxStepTokens, maxSequences, costs });
}

function scaled(costs: EngineCosts, scale: number): EngineCosts {
  return { ...costs, decodeScale: costs.decodeScale * scale, prefillScale: costs.prefillScale * scale };
}
