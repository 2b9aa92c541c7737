/** What a simulation says: per request, over all requests, and of the machines' time. */
import type { GapSketch } from "./rank/gaps.ts";
import type { Replica } from "./replica.ts";
import { summarize, type Summary } from "./summary.ts";
import type { Timeline } from "./timeline.ts";

export type Slo = { readonly ttftSeconds?: number; readonly tpotSeconds?: number; readonly e2eSeconds?: number };

export type Result = {
  readonly requests: number;
  /**
   * Time to first token: from a request's sending to its first token being with the client. vLLM's benchmark and AIPerf
   * mean the same; both begin when the client sends, not when it would have sent had it been free to.
   */
  readonly ttftSeconds: Float64Array;
  /**
   * Time per output token: (last − first) / (n − 1); NaN where n is 1, which the summary leaves out. vLLM's benchmark
   * calls it TPOT; AIPerf calls the same quotient inter-token latency.
   */
  readonly tpotSeconds: Float64Array;
  /** From a request's sending to its last token being with the client. */
  readonly e2eSeconds: Float64Array;
  readonly arrivalSeconds: Float64Array;
  readonly ttft: Summary;
  readonly tpot: Summary;
  readonly e2e: Summary;
  /**
   * Inter-token latency: over every single gap of all requests, so that long outputs weigh more than in TPOT, and stalls
   * show; what vLLM's benchmark calls ITL. Percentiles within half a percent.
   */
  readonly itl: Omit<Summary, "count">;
  /** From the first request's sending to the last token. */
  readonly spanSeconds: number;
  readonly requestsPerSecond: number;
  readonly outputTokensPerSecond: number;
  readonly totalTokensPerSecond: number;
  /** Of the requests that met the SLO, where one was given: their share, their rate and their output tokens' rate. */
  readonly goodput?: {
    readonly share: number;
    readonly requestsPerSecond: number;
    readonly outputTokensPerSecond: number;
  };
  /** Engine steps of all replicas. */
  readonly steps: number;
  readonly preemptions: number;
  /** Tokens of prompts (of recomputed contexts too) that were found cached, and that were computed. */
  readonly cachedTokens: number;
  readonly prefilledTokens: number;
  readonly pools: readonly PoolUse[];
  /** Of all per-request times: the same wherever and however often it is computed. */
  readonly digest: string;
};

/** What a pool's machines did, for power: of the replicas of a pool together. */
export type PoolUse = {
  readonly replicas: readonly ReplicaUse[];
};

export type ReplicaUse = {
  /** Seconds in steps with prompts, whether or not decodes were in them, and in steps of decodes alone. */
  readonly prefillSeconds: number;
  readonly decodeSeconds: number;
  readonly steps: number;
  /** Of them, those with prompts. */
  readonly prefillSteps: number;
  readonly prefilledTokens: number;
  readonly cachedTokens: number;
  readonly decodedTokens: number;
  /** Tokens of context that decodes have read, all steps together. */
  readonly contextTokens: number;
  /** Of both, those in steps with prompts. */
  readonly mixedDecodedTokens: number;
  readonly mixedContextTokens: number;
  /** Pairs of query and key in the attention of prompts. */
  readonly promptPairs: number;
  readonly preemptions: number;
  /** The most blocks of a rank that requests held at once, without those only kept in the prefix cache. */
  readonly kvBlocksMost: number;
  /** Queue and cache, sampled. */
  readonly timeline: Pick<Timeline, "seconds" | "waiting" | "running" | "usedBlocks">;
};

/** What a replica did, its ranks together. */
export function useOf(replica: Replica): ReplicaUse {
  const { ranks, timeline, prefillSeconds, decodeSeconds, steps, prefillSteps } = replica;
  const sum = (of: (rank: (typeof ranks)[number]) => number): number =>
    ranks.reduce((total, rank) => total + of(rank), 0);
  return {
    prefillSeconds,
    decodeSeconds,
    steps,
    prefillSteps,
    prefilledTokens: sum((rank) => rank.prefilledTokens),
    cachedTokens: sum((rank) => rank.cachedTokens),
    decodedTokens: sum((rank) => rank.decodedTokens),
    contextTokens: sum((rank) => rank.contextTokens),
    mixedDecodedTokens: sum((rank) => rank.mixedDecodedTokens),
    mixedContextTokens: sum((rank) => rank.mixedContextTokens),
    promptPairs: sum((rank) => rank.promptPairs),
    preemptions: sum((rank) => rank.preemptions),
    kvBlocksMost: ranks.reduce((most, { kv }) => Math.max(most, kv.blocks - kv.leastFree), 0),
    timeline: {
      seconds: timeline.seconds.slice(0, timeline.count),
      waiting: timeline.waiting.slice(0, timeline.count),
      running: timeline.running.slice(0, timeline.count),
      usedBlocks: timeline.usedBlocks.slice(0, timeline.count),
    },
  };
}

/** Times at the client, by request. */
export type ClientTimes = {
  readonly sent: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
};

/**
 * Sums a simulation up.
 *
 * @param gaps between two tokens, of all requests
 * @param slo what goodput counts; no goodput without
 */
export function resultOf(
  times: ClientTimes,
  promptTokens: Int32Array,
  outputTokens: Int32Array,
  gaps: GapSketch,
  pools: readonly PoolUse[],
  slo: Slo | undefined,
): Result {
  const { sent, first, last } = times;
  const requests = sent.length;
  const ttft = new Float64Array(requests);
  const tpot = new Float64Array(requests);
  const e2e = new Float64Array(requests);
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  let prompts = 0;
  let outputs = 0;
  let good = 0;
  let goodOutputs = 0;
  const {
    ttftSeconds: ttftMost = Infinity,
    tpotSeconds: tpotMost = Infinity,
    e2eSeconds: e2eMost = Infinity,
  } = slo ?? {};
  for (let request = 0; request < requests; request++) {
    const tokens = outputTokens[request]!;
    ttft[request] = first[request]! - sent[request]!;
    tpot[request] = tokens > 1 ? (last[request]! - first[request]!) / (tokens - 1) : Number.NaN;
    e2e[request] = last[request]! - sent[request]!;
    if (sent[request]! < start) start = sent[request]!;
    if (last[request]! > end) end = last[request]!;
    prompts += promptTokens[request]!;
    outputs += tokens;
    if (ttft[request]! <= ttftMost && !(tpot[request]! > tpotMost) && e2e[request]! <= e2eMost) {
      good++;
      goodOutputs += tokens;
    }
  }
  const span = end - start;
  const sum = (of: (use: ReplicaUse) => number): number =>
    pools.reduce((total, pool) => total + pool.replicas.reduce((inPool, use) => inPool + of(use), 0), 0);
  return {
    requests,
    ttftSeconds: ttft,
    tpotSeconds: tpot,
    e2eSeconds: e2e,
    arrivalSeconds: sent,
    ttft: summarize(ttft),
    tpot: summarize(tpot),
    e2e: summarize(e2e),
    itl: gaps.summary(),
    spanSeconds: span,
    requestsPerSecond: requests / span,
    outputTokensPerSecond: outputs / span,
    totalTokensPerSecond: (prompts + outputs) / span,
    ...(slo && {
      goodput: { share: good / requests, requestsPerSecond: good / span, outputTokensPerSecond: goodOutputs / span },
    }),
    steps: sum((use) => use.steps),
    preemptions: sum((use) => use.preemptions),
    cachedTokens: sum((use) => use.cachedTokens),
    prefilledTokens: sum((use) => use.prefilledTokens),
    pools,
    digest: digestOf(ttft, e2e),
  };
}

/** FNV-1a over the bits of the times, 32 bits at a time, in two lanes. */
function digestOf(...columns: readonly Float64Array[]): string {
  let low = 0x811c9dc5;
  let high = 0x050c5d1f;
  for (const column of columns) {
    const words = new Uint32Array(column.buffer, column.byteOffset, column.length * 2);
    for (let at = 0; at < words.length; at += 2) {
      low = Math.imul(low ^ words[at]!, 0x01000193);
      high = Math.imul(high ^ words[at + 1]!, 0x01000193);
    }
  }
  return [high, low].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
