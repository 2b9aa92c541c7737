/** What is asked of a deployment: requests with their lengths, when they come, and which prefixes they share. */
import { Fault } from "../../stack/fault.ts";
import { RandomStream } from "./random.ts";

/** Struct of arrays: a request is an index. */
export type Workload = {
  readonly arrivals: Arrivals;
  readonly promptTokens: Int32Array;
  readonly outputTokens: Int32Array;
  readonly prefix?: Prefixes;
};

export type Arrivals =
  /** When each request comes, in seconds, ascending. */
  | { readonly type: "open"; readonly seconds: Float64Array }
  /** So many clients, each of which sends the next request when it has the last token of its previous one. */
  | { readonly type: "closed"; readonly concurrency: number };

/**
 * Prompts' prefixes in units of equal length: two requests with the same unit have the same tokens up to its end. Request
 * i has `units[offsets[i]] … units[offsets[i + 1] - 1]`; the rest of its prompt is shared with nobody.
 */
export type Prefixes = {
  readonly unitTokens: number;
  readonly offsets: Int32Array;
  readonly units: Int32Array;
};

export type Lengths = { readonly promptTokens: Int32Array; readonly outputTokens: Int32Array };

/** `10 · concurrency` requests, lengths uniform in [ratio, 1] of nominal, the next sent when one has finished. */
export function closedLoop(load: {
  readonly concurrency: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** 10 for each client unless given. */
  readonly requests?: number;
  /** 0.8 unless given. */
  readonly ratio?: number;
  readonly seed?: number;
}): Workload {
  const { concurrency, requests = 10 * concurrency, ratio = 0.8, seed = 1 } = load;
  return {
    arrivals: { type: "closed", concurrency },
    promptTokens: uniformLengths(requests, load.promptTokens, ratio, new RandomStream(seed, "prompt")),
    outputTokens: uniformLengths(requests, load.outputTokens, ratio, new RandomStream(seed, "output")),
  };
}

function uniformLengths(requests: number, nominal: number, ratio: number, random: RandomStream): Int32Array {
  const least = Math.max(1, Math.floor(nominal * ratio));
  return Int32Array.from({ length: requests }, () => random.integer(least, nominal));
}

/** Arrivals of a Poisson process. */
export function poissonArrivals(requests: number, requestsPerSecond: number, seed = 1): Arrivals {
  const random = new RandomStream(seed, "arrival");
  const seconds = new Float64Array(requests);
  let now = 0;
  for (let request = 0; request < requests; request++) {
    now += random.exponential(1 / requestsPerSecond);
    seconds[request] = now;
  }
  return { type: "open", seconds };
}

/** Draws requests' lengths, prompt and output together, from those of a trace. */
export function drawLengths(trace: Lengths, requests: number, seed = 1): Lengths {
  const random = new RandomStream(seed, "lengths");
  const promptTokens = new Int32Array(requests);
  const outputTokens = new Int32Array(requests);
  for (let request = 0; request < requests; request++) {
    const drawn = random.integer(0, trace.promptTokens.length - 1);
    promptTokens[request] = trace.promptTokens[drawn]!;
    outputTokens[request] = trace.outputTokens[drawn]!;
  }
  return { promptTokens, outputTokens };
}

/**
 * Gives each request one of so many system prompts, of up to `units` units each, chosen by Zipf's law (exponent 1); a
 * request whose prompt is shorter has as much of it as fits.
 */
export function sharedSystemPrompts(
  promptTokens: Int32Array,
  shared: { readonly prompts: number; readonly units: number; readonly unitTokens: number; readonly seed?: number },
): Prefixes {
  const { prompts, units: most, unitTokens, seed = 1 } = shared;
  const random = new RandomStream(seed, "prefix");
  const lengths = Int32Array.from({ length: prompts }, () => random.integer(1, most));
  const offsets = new Int32Array(promptTokens.length + 1);
  const chosen = new Int32Array(promptTokens.length);
  for (let request = 0; request < promptTokens.length; request++) {
    const prompt = Math.min(prompts - 1, Math.floor(Math.exp(random.uniform() * Math.log(prompts + 1))) - 1);
    chosen[request] = prompt;
    const fits = Math.floor(promptTokens[request]! / unitTokens);
    offsets[request + 1] = offsets[request]! + Math.min(lengths[prompt]!, fits);
  }
  const units = new Int32Array(offsets[promptTokens.length]!);
  for (let request = 0; request < promptTokens.length; request++) {
    const first = offsets[request]!;
    for (let at = first; at < offsets[request + 1]!; at++) units[at] = chosen[request]! * most + at - first;
  }
  return { unitTokens, offsets, units };
}

/** Prompts that all begin alike: a share of each is in the cache once one has been computed. */
export function sharedPrefix(promptTokens: Int32Array, share: number, unitTokens: number): Prefixes {
  const offsets = new Int32Array(promptTokens.length + 1);
  for (let request = 0; request < promptTokens.length; request++) {
    offsets[request + 1] = offsets[request]! + Math.floor((promptTokens[request]! * share) / unitTokens);
  }
  const units = new Int32Array(offsets[promptTokens.length]!);
  for (let request = 0; request < promptTokens.length; request++) {
    const first = offsets[request]!;
    for (let at = first; at < offsets[request + 1]!; at++) units[at] = at - first;
  }
  return { unitTokens, offsets, units };
}

/**
 * Refuses what is no workload.
 *
 * @throws Fault `invalid_value` that names the field and what would be right
 */
export function checkWorkload({ arrivals, promptTokens, outputTokens, prefix }: Workload): void {
  const requests = promptTokens.length;
  if (requests === 0) refuse("promptTokens", "The workload has no request.", "Give at least one.");
  if (outputTokens.length !== requests) {
    refuse(
      "outputTokens",
      `There are ${outputTokens.length} outputs for ${requests} prompts.`,
      "Give as many of both.",
    );
  }
  for (let request = 0; request < requests; request++) {
    if (promptTokens[request]! < 1)
      refuse(`promptTokens[${request}]`, `A prompt has ${promptTokens[request]} tokens.`, "It must have one or more.");
    if (outputTokens[request]! < 1)
      refuse(`outputTokens[${request}]`, `An output has ${outputTokens[request]} tokens.`, "It must have one or more.");
  }
  if (arrivals.type === "closed") {
    const { concurrency } = arrivals;
    if (!(Number.isInteger(concurrency) && concurrency > 0)) {
      refuse("arrivals.concurrency", `The concurrency is ${concurrency}.`, "It must be a whole number of 1 or more.");
    }
  } else {
    const { seconds } = arrivals;
    if (seconds.length !== requests) {
      refuse(
        "arrivals.seconds",
        `There are ${seconds.length} arrivals for ${requests} prompts.`,
        "Give as many of both.",
      );
    }
    let before = 0;
    for (let request = 0; request < requests; request++) {
      const at = seconds[request]!;
      if (!(at >= before && at < Number.POSITIVE_INFINITY)) {
        refuse(
          `arrivals.seconds[${request}]`,
          `Request ${request} arrives at ${at} s, after one at ${before} s.`,
          "Give times of 0 or more, ascending.",
        );
      }
      before = at;
    }
  }
  if (prefix && (prefix.offsets.length !== requests + 1 || prefix.offsets[requests] !== prefix.units.length)) {
    refuse(
      "prefix.offsets",
      `The offsets do not divide ${prefix.units.length} units among ${requests} requests.`,
      "Give one more offset than requests, from 0 to the number of units.",
    );
  }
  if (prefix && prefix.units.some((unit) => unit < 0)) {
    refuse("prefix.units", "A unit is below 0.", "Number the units from 0.");
  }
}

function refuse(param: string, message: string, remedy: string): never {
  throw new Fault("invalid_value", { param, message, remedy });
}
