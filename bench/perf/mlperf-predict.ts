/** An MLPerf run predicted: fitted on an Offline run, and then at the rate that was offered. */
import { calibrationOf } from "../../src/perf/kernels/calibration.ts";
import { familyOf } from "../../src/perf/operations/chip-families.ts";
import type { EngineCosts } from "../../src/perf/curves/fitted.ts";
import { kvRoom } from "../../src/perf/memory/kv-room.ts";
import { predict, type Prediction } from "../../src/perf/predict.ts";
import type { Router } from "../../src/perf/simulate/deployment.ts";
import type { Lengths, Workload } from "../../src/perf/loads/workload.ts";
import { mean } from "./measured.ts";
import { issuedLengthsOf, lengthsOf, promptMeanOf } from "./mlperf-lengths.ts";
import { scheduledArrivals } from "./mlperf-loadgen.ts";
import type { MlperfRun } from "./mlperf-measured.ts";

export type Offline = MlperfRun & { readonly scenario: "Offline" };
/** At a rate that was offered: in the Server or the Interactive scenario. */
export type Server = MlperfRun & { readonly scenario: "Server" | "Interactive" };

/** Of a Server run, all requests are simulated: close to saturation it takes ten minutes and more to come to rest. Of what is asked besides, these. */
const requestsBesides = 60_000;

/** The scale by which the predicted tokens a second are those measured, and how far off they were. */
export function fit(run: Offline): { before: number; scale: number } {
  const load = offlineLoad(run);
  const wanted = run.tokensPerSecond / run.replicas;
  let scale = 1;
  let before = 0;
  for (let round = 0; round < 8; round += 1) {
    const off = on(run, load, scale).outputTokensPerSecond / wanted;
    if (round === 0) before = off - 1;
    if (Math.abs(off - 1) < 0.001) break;
    scale *= off;
  }
  return { before, scale };
}

/**
 * What a Server run is fitted on: the submitter's own Offline run on the same system; where it is slower than what the
 * Server run was asked, and so says little of the machine, or where there is none, the median one of those with the chip
 * and the benchmark that are fast enough; where none is, the fastest of another chip of its family, since the scale is
 * against the datasheet; the fastest there is where none has one.
 */
export function offlineFor(run: MlperfRun, runs: readonly MlperfRun[]): Offline | undefined {
  const speed = (of: Offline) => of.tokensPerSecond / of.accelerators;
  const { chip, weights, engine } = run.served;
  const family = familyOf(chip);
  const kin = runs
    .filter((one): one is Offline => one.scenario === "Offline" && one.benchmark === run.benchmark)
    .filter(({ served }) => served.weights === weights && served.engine === engine && familyOf(served.chip) === family)
    .toSorted((one, other) => speed(one) - speed(other));
  const alike = kin.filter(({ served }) => served.chip === chip);
  const offered = run.scenario !== "Offline" ? (run.requestsPerSecond * run.outputTokens) / run.accelerators : 0;
  const own = alike.filter(({ submitter, system }) => submitter === run.submitter && system === run.system);
  // Some have two, one for each limit of accuracy.
  const same = own.find(({ path }) => path.replace("/Offline", "") === run.path.replace(`/${run.scenario}`, ""));
  const enough = alike.filter((one) => speed(one) > offered);
  const found = [same, ...own].find((one) => one !== undefined && speed(one) > offered);
  return found ?? enough[enough.length >> 1] ?? (family === "other" ? alike : kin).at(-1);
}

/** All requests of a replica at once. */
export function offlineLoad(run: Offline): Workload {
  const requests = Math.ceil(run.requests / run.replicas);
  return {
    arrivals: { type: "open", seconds: new Float64Array(requests) },
    ...lengthsOf(run.benchmark, requests, run.outputTokens, 1),
  };
}

export type AtServer = {
  readonly predicted: Prediction;
  /** Mean of what the harness makes of each request's first and last token. */
  readonly tpotMs: number;
  /** Of all replicas, and TPOT, with as many clients as were measured at once. */
  readonly tokensPerSecond: number;
  readonly tpotMsAtConcurrency: number;
  /** By how many percent TPOT grows where one percent more is offered, or the machine is one percent slower. */
  readonly sensitivity: number;
};

/** At the offered rate, to all replicas; and one of them with its share of as many clients as were measured at once. */
export function predictServer(run: Server, scale: number): AtServer {
  const lengths = issuedLengthsOf(run.benchmark, run.requests, run.outputTokens, 2);
  const offered = (requests: number, share: number): Prediction => {
    const arrivals = scheduledArrivals(run.round, requests, run.requestsPerSecond * share);
    return on(run, { arrivals, ...firstOf(lengths, requests) }, scale, run.replicas);
  };
  const fewer = Math.min(requestsBesides, run.requests);
  const intervals = run.outputTokens - (run.countsOneMore ? 0 : 1);
  const secondsEach = (run.ttftMs.mean + run.tpotMs.mean * intervals) / 1e3;
  const concurrency = Math.max(1, Math.round((run.requestsPerSecond * secondsEach) / run.replicas));
  const closed: Workload = {
    arrivals: { type: "closed", concurrency },
    ...firstOf(lengths, Math.min(fewer, 12 * concurrency)),
  };
  const atConcurrency = on(run, closed, scale);
  const predicted = offered(run.requests, 1);
  return {
    predicted,
    tpotMs: countedTpotMs(run, predicted, lengths),
    sensitivity: (offered(fewer, 1.01).tpotMs.mean / offered(fewer, 1).tpotMs.mean - 1) * 100,
    tokensPerSecond: atConcurrency.outputTokensPerSecond * run.replicas,
    tpotMsAtConcurrency: countedTpotMs(run, atConcurrency, lengths),
  };
}

/** TPOT is from the first to the last token over all but one of those that are counted. */
function countedTpotMs(run: Server, { tpotMs, result }: Prediction, { outputTokens }: Lengths): number {
  if (!run.countsOneMore) return tpotMs.mean;
  const each = result.tpotSeconds.map((seconds, request) => seconds * (1 - 1 / outputTokens[request]!));
  return mean([...each].filter((seconds) => !Number.isNaN(seconds))) * 1e3;
}

function firstOf({ promptTokens, outputTokens }: Lengths, requests: number): Lengths {
  return { promptTokens: promptTokens.slice(0, requests), outputTokens: outputTokens.slice(0, requests) };
}

export function on(run: MlperfRun, load: Workload, scale: number, replicas = 1): Prediction {
  const { served, settings } = run;
  const clockShare = Math.min(1, Math.max(leastClockShare, 1 / scale));
  const costs = costsOf(run);
  const kernelScale = (costs.kernelScale ?? 1) * scale * clockShare;
  const scaled = { ...settings, costs: { ...costs, kernelScale }, replicas, router: routerOf(run) } as const;
  return predict({ ...served, clockShare }, load, scaled);
}

/**
 * The harnesses send a request to the replica with the fewest. NVIDIA's does so in the Server scenario alone, and otherwise
 * takes them in turn (`traffic_distribution_policy` in `closed/NVIDIA/code/llmlib/config.py`).
 */
function routerOf({ served, scenario }: MlperfRun): Router {
  return served.engine === "tensorrt-llm" && scenario === "Interactive" ? "round-robin" : "least-loaded";
}

/**
 * Kernels were measured one by one; through whole models a limit of power lowers the clock, which slows arithmetic and not the
 * memory. It goes no lower than the base clock, three fifths of the boost clock that datasheets' peaks are for (0.54 on
 * A100 PCIe, 0.64 on H100 PCIe, by their product briefs): what a scale is beyond that, or below 1, is on all kernels.
 */
const leastClockShare = 0.6;

/**
 * What the engine takes besides kernels. TensorRT-LLM's six numbers are fitted to its PyTorch engine behind an HTTP server, as some
 * run here. Most are compiled engines in its C++ executor, which the harness itself calls: no Python for each sequence, and no
 * HTTP. Some ten kernels a layer start 4 µs apart, in no graph (`use_graphs` is off, but with Llama 3.1 8B, where nearly all
 * steps have prompts). Tokens are streamed, but in Offline runs (`closed/NVIDIA/code/llmlib/config.py`). These two times are
 * estimates.
 */
export function costsOf(run: MlperfRun): EngineCosts {
  const { served, isOverHttp, scenario } = run;
  const costs = calibrationOf(served.engine, served.chip);
  if (served.engine !== "tensorrt-llm" || isOverHttp) return costs;
  const isOffline = scenario === "Offline";
  return {
    ...costs,
    stepSeconds: costs.stepSeconds + (isOffline ? scheduledAtOnce(run) * scheduleSeconds : 0),
    sequenceSeconds: isOffline ? 0 : scheduleSeconds + streamSeconds,
    launchSeconds: 10 * 4e-6,
    gapSeconds: 10 * 4e-6,
    ingestSeconds: 0,
  };
}

/** To make a response of a token and to hand it over. */
const streamSeconds = 1e-6;

/**
 * Before every step the executor's two schedulers go through the requests that it has taken up, one by one, whether they run
 * or wait (`CapacityScheduler`, `MicroBatchScheduler`). Its developers measured 4.4 % of 45.11 ms for 1,536 requests
 * (NVIDIA/TensorRT-LLM, pull request 10273).
 */
const scheduleSeconds = (0.044 * 45.11e-3) / 1536;

/** In an Offline run, where all requests are there from the start: as many as the executor takes up and has blocks for. */
function scheduledAtOnce({ served, settings, benchmark, outputTokens }: MlperfRun): number {
  const fitting = kvRoom(served, 1, settings).blocks / (promptMeanOf(benchmark) + outputTokens / 2);
  return Math.min(settings.maxSequences, fitting);
}
