/** A candidate simulated: at which load it still meets the objective, and what it does there. */
import { Fault } from "../../stack/fault.ts";
import { usdPerMillionTokens } from "../cost.ts";
import { acceleratorsOf } from "../deployment.ts";
import { type DisaggregatedPrediction, predictDisaggregated } from "../disaggregate.ts";
import { type Estimate, inMilliseconds, predict, type Prediction } from "../predict.ts";
import { summarize } from "../simulate/summary.ts";
import type { Workload } from "../simulate/workload.ts";
import { clientsOf, faster, firstOf, ladder } from "./load.ts";
import type { Counts } from "./pools.ts";
import type { Candidate, Objective, Search } from "./space.ts";
import type { Lost } from "./verdict.ts";

export type Point = Pick<
  Prediction,
  "ttftMs" | "tpotMs" | "tokensPerSecondPerUser" | "outputTokensPerSecondPerAccelerator" | "provenance"
> & {
  /** Clients at once; of requests that come as they like, the mean of those that are there. */
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  readonly joulesPerOutputToken?: number;
  readonly usdPerMillionOutputTokens?: number;
};

export type Trial = {
  readonly id: number;
  /** Of workers, where prompts and answers are apart. */
  readonly counts?: Counts;
  /** All that were simulated, at rising load. */
  readonly points: readonly Point[];
  /** The most tokens within the objective. */
  readonly best?: Point;
  readonly lost?: Lost;
};

export type Heat = "short" | "long";

/** Requests for each client: enough for a ranking, and for a figure. */
const perClient: Readonly<Record<Heat, number>> = { short: 2, long: 8 };
/** Of a trace, in the long heat. */
const traceRequests = 3000;
const rateSteps = 6;
/** Of a worker of either pool, which one table of its steps is compiled for. */
const maxSequences = 1024;

/**
 * @param near the concurrency at which to begin; apart, of each decode worker. Of the finalists the numbers of workers for
 *   prompts are tried besides that are one off, and further as long as it helps: bounds know of no queue.
 */
export function trialOf(search: Search, candidate: Candidate, near: number, heat: Heat): Trial {
  const { apart } = candidate;
  if (apart === undefined || heat === "short") return trialAt(search, candidate, near, heat);
  const { prefill, decodes } = apart;
  const most = Math.floor(
    (search.acceleratorsMost - decodes * acceleratorsOf(candidate.served)) / acceleratorsOf(prefill),
  );
  const at = (prefills: number, length: Heat) =>
    trialAt(search, { ...candidate, apart: { ...apart, prefills } }, near, length);
  const worth = ({ best }: Trial) => best?.outputTokensPerSecondPerAccelerator ?? 0;
  let [found, prefills] = [worth(at(apart.prefills, "short")), apart.prefills];
  for (const step of [1, -1]) {
    for (let next = prefills + step; next >= 1 && next <= most; next += step) {
      const other = worth(at(next, "short"));
      if (other <= found) break;
      [found, prefills] = [other, next];
    }
  }
  return at(prefills, "long");
}

function trialAt(search: Search, candidate: Candidate, near: number, heat: Heat): Trial {
  const points = new Map<number, Point>();
  const { load } = search;
  const { id, apart } = candidate;
  const workers = apart?.decodes ?? 1;
  const at = (each: number) => {
    const concurrency = each * workers;
    const known = points.get(concurrency) ?? pointOf(search, candidate, clientsOf(load, concurrency, perClient[heat]));
    points.set(concurrency, known);
    return known;
  };
  const of = { id, ...(apart && { counts: { prefills: apart.prefills, decodes: apart.decodes } }) };
  let best: Point | undefined;
  try {
    best = mostClients(at, search.objective, near);
    if (heat === "long" && load.type === "trace" && best !== undefined) {
      const trace = firstOf(load.workload, Math.min(traceRequests, load.workload.promptTokens.length));
      best = mostRequests(search, candidate, trace, best.requestsPerSecond);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ...of, points: [...points.values()], lost: { loss: "impossible", why: error.message } };
  }
  const tried = [...points.values()].toSorted((one, other) => one.concurrency - other.concurrency);
  if (best !== undefined) return { ...of, points: tried, best };
  const why = tried[0] === undefined ? "" : missOf(tried[0], search.objective);
  return {
    ...of,
    points: tried,
    lost: { loss: "objective", why: why || "the trace's bursts miss the objective at any rate" },
  };
}

/** What a candidate does with so many clients, apart of each decode worker; undefined where one request does not fit it. */
export function pointAt(search: Search, candidate: Candidate, concurrency: number): Point | undefined {
  try {
    const clients = concurrency * (candidate.apart?.decodes ?? 1);
    return pointOf(search, candidate, clientsOf(search.load, clients, perClient.short));
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** Up and down the ladder from where it begins, until one step holds and the next does not. */
function mostClients(at: (concurrency: number) => Point, objective: Objective, near: number): Point | undefined {
  let index = Math.max(
    0,
    ladder.findLastIndex((step) => step <= near),
  );
  const holds = (place: number) => {
    const step = ladder[place];
    return step !== undefined && missOf(at(step), objective) === "";
  };
  if (holds(index)) while (holds(index + 1)) index += 1;
  else while (index >= 0 && !holds(index)) index -= 1;
  const step = ladder[index];
  return step === undefined ? undefined : at(step);
}

/** The trace as if it came faster or slower, until nine of ten requests just meet the objective. */
function mostRequests(search: Search, candidate: Candidate, trace: Workload, near: number): Point | undefined {
  const { seconds } = trace.arrivals as { seconds: Float64Array };
  const own = trace.promptTokens.length / Math.max(1e-9, seconds.at(-1) ?? 0);
  const atRate = (requestsPerSecond: number) => pointOf(search, candidate, faster(trace, requestsPerSecond / own));
  let [low, high] = [0, near * 1.5];
  let best: Point | undefined;
  for (let step = 0; step < rateSteps; step += 1) {
    // The first try is what the clients of the ladder had: arrivals in bursts come to a little less.
    const rate = step === 0 ? near * 0.85 : (low + high) / 2;
    const point = atRate(rate);
    if (missOf(point, search.objective) === "") [low, best] = [rate, point];
    else high = rate;
  }
  return best;
}

function pointOf(search: Search, candidate: Candidate, load: Workload): Point {
  const { served } = candidate;
  const prediction = predictionOf(candidate, load);
  const { result, joulesPerOutputToken, ttftMs, tpotMs, provenance } = prediction;
  const { tokensPerSecondPerUser, outputTokensPerSecondPerAccelerator } = prediction;
  const { requestsPerSecond, e2e, ttftSeconds, tpotSeconds } = result;
  // Clients that all begin at once wait for each other as they never will again.
  const from = load.arrivals.type === "closed" ? load.arrivals.concurrency : 0;
  const usdPerHour = search.usdPerHour[served.chip.name];
  return {
    concurrency: load.arrivals.type === "closed" ? load.arrivals.concurrency : requestsPerSecond * e2e.mean,
    requestsPerSecond,
    ttftMs: estimateOf(ttftSeconds.subarray(from), ttftMs),
    tpotMs: estimateOf(tpotSeconds.subarray(from), tpotMs),
    tokensPerSecondPerUser,
    outputTokensPerSecondPerAccelerator,
    provenance,
    ...(joulesPerOutputToken !== undefined && { joulesPerOutputToken }),
    ...(usdPerHour !== undefined && {
      usdPerMillionOutputTokens: usdPerMillionTokens(usdPerHour, outputTokensPerSecondPerAccelerator),
    }),
  };
}

function predictionOf(
  { served, maxStepTokens, apart }: Candidate,
  load: Workload,
): Omit<DisaggregatedPrediction, "prefill" | "decode" | "accelerators" | "transferMs"> {
  const prefixCache = load.prefix !== undefined;
  if (apart !== undefined) {
    const pools = {
      prefill: { served: apart.prefill, replicas: apart.prefills },
      decode: { served, replicas: apart.decodes },
    };
    return predictDisaggregated(pools, load, {
      prefill: { maxStepTokens, maxSequences, prefixCache },
      decode: { maxSequences },
    });
  }
  const { power, ...prediction } = predict(served, load, { maxStepTokens, prefixCache });
  return {
    ...prediction,
    ...(power.type === "predicted" && { joulesPerOutputToken: power.joulesPerOutputToken }),
  };
}

/** Of some of the requests, with a band as wide as that of all. */
function estimateOf(seconds: Float64Array, all: Estimate): Estimate {
  const { mean, p50, p90, p99 } = inMilliseconds(summarize(seconds));
  const { low, high } = all.band;
  return { mean, p50, p90, p99, band: { low: (mean * low) / all.mean, high: (mean * high) / all.mean } };
}

/** Which of the limits nine requests of ten do not meet, and by what; empty where they meet both. */
export function missOf({ concurrency, ttftMs, tpotMs }: Point, objective: Objective): string {
  const clients = concurrency === 1 ? "with one client" : `with ${Math.round(concurrency)} clients`;
  if (tpotMs.p90 > objective.tpotMs) return `TPOT ${tpotMs.p90.toFixed(1)} ms ${clients}, ${objective.tpotMs} wanted`;
  if (ttftMs.p90 > objective.ttftMs) return `TTFT ${ttftMs.p90.toFixed(0)} ms ${clients}, ${objective.ttftMs} wanted`;
  return "";
}
