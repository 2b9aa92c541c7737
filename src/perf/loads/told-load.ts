/** The load in a benchmark tool's file: clients or a rate, the number of requests, and their lengths. */
import type { Served } from "../deployment.ts";
import { RandomStream } from "./random.ts";
import { type Lengths, poissonArrivals, type Workload } from "./workload.ts";

export type ToldLoad = {
  /** Clients, each of which asks again when it has its answer. With a rate: the limit of requests under way. */
  readonly concurrency?: number;
  /** The rate of random arrivals. Absent if clients ask again and again. */
  readonly requestsPerSecond?: number;
  readonly requests?: number;
  /** Mean lengths in tokens, and their standard deviations. Without a deviation lengths are nearly equal. */
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly promptDeviation?: number;
  readonly outputDeviation?: number;
  /** The single requests, if they are known. */
  readonly sent?: Sent;
};

/** The lengths of each request, and its arrival in seconds after the first, if that is known. */
export type Sent = Lengths & { readonly seconds?: Float64Array };

/** The load of one of several replicas: an even share. */
export function toldWorkload(served: Served, load: ToldLoad, replicas = 1): Workload {
  const { requestsPerSecond: rate, concurrency = 1 } = load;
  const clients = Math.max(1, Math.round(concurrency / replicas));
  const usual = rate === undefined ? 10 * clients : (openSeconds * rate) / replicas;
  const asked = load.requests === undefined ? Math.max(openLeast, usual) : load.requests / replicas;
  const requests = Math.min(requestsMost, Math.max(1, Math.round(asked)));
  const lengths: Sent = load.sent ?? drawn(served, load, requests);
  const promptTokens = lengths.promptTokens.subarray(0, requests);
  const outputTokens = lengths.outputTokens.subarray(0, requests);
  const arrivalsOf = ({ seconds }: Sent, count: number): Workload["arrivals"] => {
    if (rate === undefined) return { type: "closed", concurrency: Math.min(clients, count) };
    // Which of the requests a replica gets is not known.
    if (seconds !== undefined && replicas === 1) return { type: "open", seconds: seconds.subarray(0, count) };
    return poissonArrivals(count, rate / replicas);
  };
  return {
    arrivals: arrivalsOf(lengths, promptTokens.length),
    promptTokens,
    outputTokens,
  };
}

/** How long a rate lasts if the number of requests is not known. */
const openSeconds = 300;
const openLeast = 10;
/** More requests change the figures little. */
const requestsMost = 20_000;

/**
 * Lengths uniform around the mean. Without a deviation they lie within 2.5 % of it, as in `singleUsersLoad`: requests of equal
 * length drift out of step on all engines but SGLang.
 */
function drawn({ engine }: Served, load: ToldLoad, requests: number): Lengths {
  const usual = engine === "sglang" ? 0 : 0.025 / Math.sqrt(3);
  const of = (mean: number, deviation: number | undefined, name: string) => {
    const random = new RandomStream(1, name);
    const width = Math.min(mean - 1, Math.round(Math.sqrt(3) * (deviation ?? mean * usual)));
    return Int32Array.from({ length: requests }, () => random.integer(mean - width, mean + width));
  };
  return {
    promptTokens: of(load.promptTokens, load.promptDeviation, "prompt"),
    outputTokens: of(load.outputTokens, load.outputDeviation, "output"),
  };
}
