/** Simulates a candidate: the highest load at which it still meets the objective, and what it does there. */
import { Fault } from "../../stack/fault.ts";
import { usdPerMillionTokens } from "../cost.ts";
import { acceleratorsOf } from "../deployment.ts";
import { type Estimate, inMilliseconds, type Prediction } from "../predict.ts";
import { summarize } from "../simulate/summary.ts";
import type { Workload } from "../loads/workload.ts";
import { cachesPrefixes } from "../memory/usual-limits.ts";
import { underLoad } from "../under-load.ts";
import { clientsOf, faster, firstOf, ladder, rateOf } from "./load.ts";
import type { Counts } from "./pools.ts";
import { type Candidate, machinesOf, type Objective, type Search } from "./space.ts";
import type { Lost } from "./verdict.ts";

export type Point = Pick<
  Prediction,
  "ttftMs" | "tpotMs" | "tokensPerSecondPerUser" | "outputTokensPerSecondPerAccelerator" | "provenance"
> & {
  /** Clients at once. For a trace, requests under way on average. */
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  readonly joulesPerOutputToken?: number;
  readonly usdPerMillionOutputTokens?: number;
  /** For a trace: how many of its first requests, and by which factor faster than they came. */
  readonly replayed?: { readonly requests: number; readonly speed: number };
};

export type Trial = {
  readonly id: number;
  /** Workers of each pool, where prompts and answers are apart. */
  readonly counts?: Counts;
  /** All points that were simulated, at rising load. */
  readonly points: readonly Point[];
  /** The most tokens within the objective. */
  readonly best?: Point;
  /** By which factor tokens may still grow from the best to the next step of the ladder, which misses the objective. */
  readonly reach: number;
  /** The whole trace as it came, by the fewest replicas that carry it. */
  readonly whole?: { readonly replicas: number; readonly point: Point };
  readonly lost?: Lost;
};

export type Heat = "short" | "long";

/** Requests for each client: few are enough for a ranking; the long heat has those of `perf estimate`. */
const perClient: Readonly<Record<Heat, number>> = { short: 2, long: 10 };
/** Of a trace, in the long heat. */
const traceRequests = 3000;
const rateSteps = 6;
const speedLeast = 1e-4;
/** Clients are found to one in so many. */
const clientsWithin = 20;
/** Replicas are tried one more or one fewer so often. */
const replicaSteps = 8;

/**
 * Finds the highest load of a candidate. With pools, the long heat also tries more and fewer workers for prompts as long as that
 * helps, since bounds know nothing of queues.
 *
 * @param near the concurrency to begin at; with pools, that of each decode worker
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
    const known =
      points.get(concurrency) ?? pointOf(search, candidate, clientsOf(load, concurrency, perClient[heat]), heat);
    points.set(concurrency, known);
    return known;
  };
  const of = { id, ...(apart && { counts: { prefills: apart.prefills, decodes: apart.decodes } }) };
  let most: Most | undefined;
  let whole: Trial["whole"];
  try {
    most = mostClients(at, search.objective, near, heat === "long" && load.type === "lengths");
    if (heat === "long" && load.type === "trace" && most !== undefined) {
      const best = mostRequests(search, candidate, load, most.best.requestsPerSecond);
      most = best && { best, reach: 1 };
      whole = best && wholeTrace(search, candidate, load, best);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ...of, points: [...points.values()], reach: 1, lost: { loss: "impossible", why: error.message } };
  }
  const tried = [...points.values()].toSorted((one, other) => one.concurrency - other.concurrency);
  if (most !== undefined) return { ...of, points: tried, ...most, ...(whole && { whole }) };
  const why = tried[0] === undefined ? "" : missOf(tried[0], search.objective);
  return {
    ...of,
    points: tried,
    reach: 1,
    lost: { loss: "objective", why: why || "the trace's bursts miss the objective at any rate" },
  };
}

/** What a candidate does with so many clients, apart of each decode worker; undefined where one request does not fit it. */
export function pointAt(
  search: Search,
  candidate: Candidate,
  concurrency: number,
  heat: Heat = "short",
): Point | undefined {
  try {
    const clients = concurrency * (candidate.apart?.decodes ?? 1);
    return pointOf(search, candidate, clientsOf(search.load, clients, perClient[heat]), heat);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

type Most = { readonly best: Point; readonly reach: number };

/**
 * Up and down the ladder from where it begins, until one step holds and the next does not.
 *
 * @param isFine whether to look between those two as well
 */
function mostClients(
  at: (concurrency: number) => Point,
  objective: Objective,
  near: number,
  isFine: boolean,
): Most | undefined {
  let index = Math.max(
    0,
    ladder.findLastIndex((step) => step <= near),
  );
  let best: Point | undefined;
  const holds = (concurrency: number | undefined) => {
    if (concurrency === undefined) return false;
    const point = at(concurrency);
    if (missOf(point, objective) !== "") return false;
    const { outputTokensPerSecondPerAccelerator: tokens } = point;
    if (tokens > (best?.outputTokensPerSecondPerAccelerator ?? 0)) best = point;
    return true;
  };
  // Of few requests the tenth part is chance: in the long heat one step that misses is not the end.
  const steps = isFine ? [1, 2] : [1];
  const rise = () => steps.find((step) => holds(ladder[index + step])) ?? 0;
  if (holds(ladder[index])) for (let step = rise(); step > 0; step = rise()) index += step;
  else while (index >= 0 && !holds(ladder[index])) index -= 1;
  let [low, high] = [ladder[index] ?? 0, ladder[index + 1] ?? 0];
  if (best === undefined) return undefined;
  const reach = high > 0 ? reachOf(best, at(high), objective) : 1;
  if (!isFine) return { best, reach };
  while (high - low > Math.max(1, low / clientsWithin)) {
    const middle = Math.round((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return { best, reach };
}

/** By how much tokens grow until the objective is missed, on a straight line from what meets it to what does not. */
function reachOf(meets: Point, misses: Point, objective: Objective): number {
  const until = (from: number, to: number, limit: number) => (to > limit ? (limit - from) / (to - from) : 1);
  const share = Math.min(
    until(meets.ttftMs.p90, misses.ttftMs.p90, objective.ttftMs),
    until(meets.tpotMs.p90, misses.tpotMs.p90, objective.tpotMs),
  );
  const growth = misses.outputTokensPerSecondPerAccelerator / meets.outputTokensPerSecondPerAccelerator - 1;
  return 1 + Math.max(0, growth * share);
}

type Trace = Extract<Search["load"], { readonly type: "trace" }>;

/** The trace as if it came faster or slower, until nine of ten requests just meet the objective. */
function mostRequests(search: Search, candidate: Candidate, { workload }: Trace, near: number): Point | undefined {
  const requests = Math.min(traceRequests, workload.promptTokens.length);
  const first = firstOf(workload, requests);
  const own = rateOf(first);
  const atRate = (requestsPerSecond: number) => {
    // As `perf replay --speed` is told it.
    const speed = own === undefined ? 1 : Number(Math.max(speedLeast, requestsPerSecond / own).toPrecision(4));
    return { ...pointOf(search, candidate, faster(first, speed), "long"), replayed: { requests, speed } };
  };
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

/** The fewest replicas, behind a router that takes turns, with which the whole trace meets the objective as it comes. */
function wholeTrace(search: Search, candidate: Candidate, { workload, speed }: Trace, best: Point): Trial["whole"] {
  const asItComes = faster(workload, speed);
  const own = rateOf(asItComes);
  if (own === undefined) return undefined;
  const replayed = { requests: workload.promptTokens.length, speed };
  const by = (replicas: number) => ({
    replicas,
    point: { ...pointOf(search, candidate, asItComes, "long", replicas), replayed },
  });
  const holds = ({ point }: { readonly point: Point }) => missOf(point, search.objective) === "";
  let found = by(Math.max(1, Math.ceil(own / best.requestsPerSecond)));
  if (holds(found)) {
    for (let step = 0; step < replicaSteps && found.replicas > 1; step += 1) {
      const fewer = by(found.replicas - 1);
      if (!holds(fewer)) break;
      found = fewer;
    }
    return found;
  }
  for (let step = 0; step < replicaSteps; step += 1) {
    found = by(found.replicas + 1);
    if (holds(found)) return found;
  }
  return undefined;
}

/**
 * An engine that keeps the keys of prompts finds those of preempted requests again. Where prompts share nothing and nobody is
 * preempted, that changes nothing but takes the simulator long, so it is asked for where it matters, and in the long heat.
 */
function pointOf(search: Search, candidate: Candidate, load: Workload, heat: Heat, replicas = 1): Point {
  const { served, apart, maxStepTokens } = candidate;
  const machines = machinesOf(candidate, replicas);
  const ask = (prefixCache: boolean) =>
    underLoad(machines, load, { maxStepTokens, prefixCache, ...(apart === undefined && { replicas }) });
  const isShared = load.prefix !== undefined;
  let prediction = ask(isShared);
  const isPreempted = prediction.preemptions > 0;
  if (heat === "long" && !isShared && isPreempted && cachesPrefixes(apart?.prefill ?? served)) prediction = ask(true);
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

/** Of some of the requests, with a band as wide as that of all. */
function estimateOf(seconds: Float64Array, all: Estimate): Estimate {
  const { mean, p50, p90, p99 } = inMilliseconds(summarize(seconds));
  const share = mean / all.mean;
  return { mean, p50, p90, p99, band: { low: all.band.low * share, high: all.band.high * share } };
}

/** Which of the limits nine requests of ten do not meet, and by what; empty where they meet both. */
export function missOf({ concurrency, ttftMs, tpotMs }: Point, objective: Objective): string {
  const clients = concurrency === 1 ? "with one client" : `with ${Math.round(concurrency)} clients`;
  if (tpotMs.p90 > objective.tpotMs) return `TPOT ${tpotMs.p90.toFixed(1)} ms ${clients}, limit ${objective.tpotMs} ms`;
  if (ttftMs.p90 > objective.ttftMs) return `TTFT ${ttftMs.p90.toFixed(0)} ms ${clients}, limit ${objective.ttftMs} ms`;
  return "";
}
