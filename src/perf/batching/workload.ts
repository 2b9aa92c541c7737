/** What is asked of a deployment: when each request arrives, how long its prompt is, and how long its answer. */
import { Fault } from "../../stack/fault.ts";

export type Workload = {
  readonly promptTokens: Int32Array;
  readonly outputTokens: Int32Array;
  readonly arrivals:
    | { readonly type: "open"; readonly seconds: Float64Array }
    /** So many clients, each of which asks again when it has its answer. */
    | { readonly type: "closed"; readonly concurrency: number };
};

export type Lengths = {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Lengths are uniform from this share of the nominal ones to all of it; 1 for fixed ones. */
  readonly ratio: number;
};

/** A number in [0, 1) at each call; the same ones for the same seed, on every machine. */
export type Random = () => number;

/** SplitMix32, Steele et al. 2014, "Fast splittable pseudorandom number generators". */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** `concurrency` clients who send `requests` in all, each as soon as the one before is answered (InferenceX, AIPerf). */
export function closedLoop(concurrency: number, requests: number, lengths: Lengths, seed = 1): Workload {
  positive("concurrency", concurrency);
  return { ...drawn(lengths, requests, seed), arrivals: { type: "closed", concurrency } };
}

/** Requests that arrive by themselves: exponential gaps of mean 1 / `perSecond`. */
export function poisson(perSecond: number, requests: number, lengths: Lengths, seed = 1): Workload {
  positive("perSecond", perSecond);
  const random = randomFrom(seed ^ 0x5bf03635);
  let now = 0;
  const seconds = Float64Array.from({ length: requests }, () => (now += -Math.log(1 - random()) / perSecond));
  return { ...drawn(lengths, requests, seed), arrivals: { type: "open", seconds } };
}

function drawn({ promptTokens, outputTokens, ratio }: Lengths, requests: number, seed: number) {
  positive("requests", requests);
  positive("promptTokens", promptTokens);
  positive("outputTokens", outputTokens);
  const length = (nominal: number, random: Random) => {
    const least = Math.max(1, Math.floor(nominal * ratio));
    return least + Math.floor(random() * (nominal - least + 1));
  };
  const [prompts, outputs] = [randomFrom(seed), randomFrom(seed ^ 0x2545f491)];
  return {
    promptTokens: Int32Array.from({ length: requests }, () => length(promptTokens, prompts)),
    outputTokens: Int32Array.from({ length: requests }, () => length(outputTokens, outputs)),
  };
}

function positive(param: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new Fault("invalid_value", {
    message: `${param} is ${value}.`,
    remedy: "Give a number above 0.",
    param,
  });
}
