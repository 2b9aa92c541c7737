/** The same requests for every candidate, so that they differ by what they are and not by what they were asked. */
import { inferenceXLoad } from "../inferencex.ts";
import { RandomStream } from "../simulate/random.ts";
import type { Workload } from "../simulate/workload.ts";
import type { Load } from "./space.ts";
import { sum } from "../statistics.ts";

/** Clients at once that are tried. */
export const ladder = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024] as const;

/**
 * The steps of the ladder that there are, and what is worth the most of all that meets the objective: of the steps, and of
 * what lies between the last that does and the next.
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
 * So many clients that ask again when they have their answer. Given lengths are those of `perf estimate`, so that a
 * deployment has the same figures there; the fewer for each client, the fewer of the same requests.
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

/** What was drawn of a load by concurrency: every candidate is asked the same. */
const drawn = new WeakMap<Load, Map<number, Workload>>();

/** A trace's first requests; begun anew, later, where it has fewer. */
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
  // What a trace that is begun anew shares with itself is not what its users would have shared.
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

/** As if a trace's requests came so much faster. */
export function faster(trace: Workload, factor: number): Workload {
  const { arrivals } = trace;
  if (arrivals.type === "closed") return trace;
  return { ...trace, arrivals: { type: "open", seconds: arrivals.seconds.map((at) => at / factor) } };
}

/** Requests a second; undefined where none come after the first. */
export function rateOf({ arrivals, promptTokens }: Workload): number | undefined {
  const last = arrivals.type === "open" ? (arrivals.seconds.at(-1) ?? 0) : 0;
  return last > 0 ? promptTokens.length / last : undefined;
}

export type LoadMeans = {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** The prompt that nine of ten do not exceed. */
  readonly promptTokensP90: number;
  /** Of the prompts' tokens, the share that a cache of any size would have had. */
  readonly sharedShare: number;
};

export function meansOf(load: Load): LoadMeans {
  if (load.type === "lengths") {
    const { promptTokens, outputTokens } = load;
    // Uniform from 80 % of nominal to all of it.
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
