/**
 * The KV cliff: the concurrency at which a deployment's KV cache is full, so that new requests wait for others to end. It is found
 * by simulation, since schedulers differ in what they set aside.
 */
import { predict } from "./predict.ts";
import { deploymentOf, longestPromptOf } from "./engine.ts";
import type { Settings } from "./settings.ts";
import type { Served } from "./deployment.ts";
import type { Deployment } from "./simulate/deployment.ts";
import type { Workload } from "./loads/workload.ts";

export type KvSpace = {
  /** Tokens that a replica has room for (a copy of attention, where there are several). */
  readonly tokens: number;
  /** How many requests, all as long as the longest of the load, it has room for at once. */
  readonly sequences: number;
  /** The most sequences that the engine runs at once, in all copies of attention together. */
  readonly sequencesMost: number;
};

export type KvCliff = KvSpace & {
  /** The fewest clients that fill it; absent where the engine runs out of sequences first. */
  readonly fullAt?: number;
};

/** Share of the blocks from which on a cache counts as full: sequences leave part of their last blocks empty. */
const fullShare = 0.985;
const concurrencyMost = 4096;

/** What a deployment has room for, without simulation. */
export function kvSpaceOf(
  { kvBlocks, blockTokens, sequenceBlocks, scheduler, ranks }: Deployment,
  load: Workload,
): KvSpace {
  const contextTokens = longestOf(load);
  const each = Math.ceil(contextTokens / blockTokens) + (sequenceBlocks?.(contextTokens) ?? 0);
  return {
    tokens: kvBlocks * blockTokens,
    sequences: Math.floor(kvBlocks / each),
    sequencesMost: scheduler.maxSequences * (ranks ?? 1),
  };
}

function longestOf({ promptTokens, outputTokens }: Workload): number {
  return Math.max(...promptTokens) + Math.max(...outputTokens);
}

/** @param loadOf so many clients' requests */
export function kvCliff(served: Served, loadOf: (concurrency: number) => Workload, settings: Settings): KvCliff {
  const load = loadOf(1);
  const space = kvSpaceOf(deploymentOf(served, settings, longestPromptOf(load)), load);
  const { tokens, sequences } = space;
  const ranks = served.attentionParallel;
  const most = Math.min(concurrencyMost, space.sequencesMost);
  const isFull = (concurrency: number) => {
    const { kvTokensMost, preemptions } = predict(served, loadOf(concurrency), settings);
    return preemptions > 0 || kvTokensMost >= tokens * fullShare;
  };
  // A cache that all sequences at their longest do not fill is not worth the simulation of so many.
  if (most / ranks < sequences * fullShare) return space;
  let [open, full] = [0, most + 1];
  for (let tried = Math.max(1, Math.min(most, sequences * ranks)); full - open > 1;) {
    if (isFull(tried)) full = tried;
    else open = tried;
    tried = full > most ? Math.min(most, Math.ceil(open * 1.3) + 1) : Math.floor((open + full) / 2);
    if (open === most) break;
    // Three digits of a concurrency are more than anybody plans by.
    if (full <= most && full - open <= open / 200) break;
  }
  return full > most ? space : { ...space, fullAt: full };
}
