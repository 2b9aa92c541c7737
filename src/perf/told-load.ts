/** A load as a benchmark's file tells it: how many clients or requests a second, how many requests, and how long they are. */
import type { Served } from "./deployment.ts";
import { RandomStream } from "./simulate/random.ts";
import { type Lengths, poissonArrivals, type Workload } from "./simulate/workload.ts";

export type ToldLoad = {
  /** Clients, each of which asks again when it has its answer; of a rate, how many requests may be under way at once. */
  readonly concurrency?: number;
  /** Requests come by themselves, at random; as clients ask when absent. */
  readonly requestsPerSecond?: number;
  readonly requests?: number;
  /** Means, in tokens, and how far lengths are from them; as good as equal where nobody says. */
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly promptDeviation?: number;
  readonly outputDeviation?: number;
  /** Each request's lengths, in their order. */
  readonly sent?: Sent;
};

/** When each came, too, in seconds from the first, where that is known. */
export type Sent = Lengths & { readonly seconds?: Float64Array };

/** What a replica of so many is asked, an even share of it. */
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
    // An even share of what came is not when it came.
    if (seconds !== undefined && replicas === 1) return { type: "open", seconds: seconds.subarray(0, count) };
    return poissonArrivals(count, rate / replicas);
  };
  return {
    arrivals: arrivalsOf(lengths, promptTokens.length),
    promptTokens,
    outputTokens,
  };
}

/** Of a rate without a number of requests. */
const openSeconds = 300;
const openLeast = 10;
/** A day's log tells no more than its first hours. */
const requestsMost = 20_000;

/**
 * Evenly around the mean. Equal lengths are within 2.5 % of it but on SGLang, as a load of a single user's is
 * (`singleUsersLoad`): others drift out of step.
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
