/**
 * The concurrency at which a deployment's KV cache is full, and first tokens begin to wait for somebody's last: found by
 * simulation, since schedulers differ in what they set aside.
 */
import { predict } from "./predict.ts";
import { deploymentOf, longestPromptOf } from "./engine.ts";
import type { Settings } from "./settings.ts";
import type { Served } from "./deployment.ts";
import type { Deployment } from "./simulate/deployment.ts";
import type { Workload } from "./simulate/workload.ts";

export type KvSpace = {
  /** Tokens for which a replica has room (a copy of attention, where there are several). */
  readonly tokens: number;
  /** Whole requests of the load, the longest of it, for which it has room at once, with what each keeps besides its tokens. */
  readonly sequences: number;
  /** Sequences that the engine runs at once at the most, of all copies of attention together. */
  readonly sequencesMost: number;
};

export type KvCliff = KvSpace & {
  /** The fewest clients with which all of it is taken; absent where the engine runs out of sequences first. */
  readonly fullAt?: number;
};

/** Within half a block for each of so many sequences, none is free. */
const fullShare = 0.985;
const concurrencyMost = 4096;

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
