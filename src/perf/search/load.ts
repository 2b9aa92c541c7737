/** The requests of a search: every candidate is asked the same. */
import { inferenceXLoad } from "../inferencex/inferencex.ts";
import { RandomStream } from "../loads/random.ts";
import type { Workload } from "../loads/workload.ts";
import type { Load } from "./space.ts";
import { sum } from "../statistics.ts";

/** Numbers of clients that are tried. */
export const ladder = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024] as const;

/**
 * Climbs the ladder of clients.
 *
 * @param at what a candidate does with so many clients, undefined where it has no room for them
 * @returns all steps of the ladder up to there, and the best that meets the objective; it may lie between two steps
 */
export function climbed<Step>(
  at: (concurrency: number) => Step | undefined,
  meets: (step: Step) => boolean,
  worth: (step: Step) => number,
): { readonly curve: readonly Step[]; readonly best: Step | undefined } {
  const curve: Step[] = [];
  let best: Step | undefined;
  const holds = (step: Step | undefined) => {
    if (step === undefined || !meets(step)) return false;
    if (best === undefined || worth(step) > worth(best)) best = step;
    return true;
  };
  let [low, high] = [0, 0];
  for (const concurrency of ladder) {
    const step = at(concurrency);
    if (step !== undefined) curve.push(step);
    if (holds(step)) [low, high] = [concurrency, 0];
    else if (high === 0) high = concurrency;
    if (step === undefined) break;
  }
  while (low > 0 && high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(at(middle))) low = middle;
    else high = middle;
  }
  return { curve, best };
}

const leastRequests = 48;

/**
 * Requests of so many clients, each of which asks again when it has its answer. They are the first requests that `perf estimate`
 * draws for these lengths, so that a deployment has the same figures there.
 *
 * @param perClient requests of each client
 */
export function clientsOf(load: Load, concurrency: number, perClient: number): Workload {
  const requests = Math.max(leastRequests, concurrency * perClient);
  if (load.type === "trace") {
    return { ...firstOf(load.workload, requests), arrivals: { type: "closed", concurrency } };
  }
  const ofLoad = drawn.get(load) ?? new Map<number, Workload>();
  drawn.set(load, ofLoad);
  const { promptTokens, outputTokens } = load;
  const all = ofLoad.get(concurrency) ?? inferenceXLoad(promptTokens, outputTokens, concurrency);
  ofLoad.set(concurrency, all);
  return firstOf(all, Math.min(requests, all.promptTokens.length));
}

/** What was drawn for a load, by concurrency. */
const drawn = new WeakMap<Load, Map<number, Workload>>();

/** The first requests of a trace. If it has fewer, requests are drawn from it, and their arrivals begin anew after its end. */
export function firstOf(trace: Workload, requests: number): Workload {
  const { promptTokens, outputTokens, arrivals, prefix } = trace;
  const count = promptTokens.length;
  if (requests <= count) {
    return {
      promptTokens: promptTokens.subarray(0, requests),
      outputTokens: outputTokens.subarray(0, requests),
      arrivals: arrivals.type === "open" ? { type: "open", seconds: arrivals.seconds.subarray(0, requests) } : arrivals,
      ...(prefix && {
        prefix: {
          ...prefix,
          offsets: prefix.offsets.subarray(0, requests + 1),
          units: prefix.units.subarray(0, prefix.offsets[requests]),
        },
      }),
    };
  }
  // Drawn requests share no prefixes: a repeated trace would share more with itself than its users did.
  const random = new RandomStream(1, "lengths");
  const drawn = Int32Array.from({ length: requests }, () => random.integer(0, count - 1));
  const seconds = arrivals.type === "open" ? arrivals.seconds : new Float64Array(count);
  const span = (seconds[count - 1] ?? 0) * (count / Math.max(1, count - 1));
  return {
    promptTokens: drawn.map((at) => promptTokens[at]!),
    outputTokens: drawn.map((at) => outputTokens[at]!),
    arrivals: {
      type: "open",
      seconds: Float64Array.from({ length: requests }, (_, at) => seconds[at % count]! + span * Math.floor(at / count)),
    },
  };
}

/** The same trace with arrivals that are faster by a factor. */
export function faster(trace: Workload, factor: number): Workload {
  const { arrivals } = trace;
  if (arrivals.type === "closed") return trace;
  return { ...trace, arrivals: { type: "open", seconds: arrivals.seconds.map((at) => at / factor) } };
}

/** Requests a second. Undefined where all come at once. */
export function rateOf({ arrivals, promptTokens }: Workload): number | undefined {
  const last = arrivals.type === "open" ? (arrivals.seconds.at(-1) ?? 0) : 0;
  return last > 0 ? promptTokens.length / last : undefined;
}

export type LoadMeans = {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** The prompt that nine of ten do not exceed. */
  readonly promptTokensP90: number;
  /** Share of the prompts' tokens that a prefix cache without limits would have. */
  readonly sharedShare: number;
};

/** Means of a load, for bounds in closed form. */
export function meansOf(load: Load): LoadMeans {
  if (load.type === "lengths") {
    const { promptTokens, outputTokens } = load;
    // Lengths are uniform from 80 to 100 % of the nominal ones.
    return {
      promptTokens: promptTokens * 0.9,
      outputTokens: outputTokens * 0.9,
      promptTokensP90: promptTokens * 0.98,
      sharedShare: 0,
    };
  }
  const { promptTokens, outputTokens, prefix } = load.workload;
  const prompts = sum(promptTokens);
  const seen = new Set<number>();
  let shared = 0;
  for (const unit of prefix?.units ?? []) {
    if (seen.has(unit)) shared += prefix?.unitTokens ?? 0;
    seen.add(unit);
  }
  const sorted = promptTokens.toSorted();
  return {
    promptTokens: prompts / promptTokens.length,
    outputTokens: sum(outputTokens) / outputTokens.length,
    promptTokensP90: sorted[Math.floor((sorted.length - 1) * 0.9)] ?? 1,
    sharedShare: shared / prompts,
  };
}
