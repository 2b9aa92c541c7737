/**
 * The concurrency at which a deployment's KV cache is full, and first tokens begin to wait for somebody's last: found by
 * simulation, since schedulers differ in what they set aside.
 */
import { deploymentOf, predict, type Settings } from "./predict.ts";
import type { Served } from "./deployment.ts";
import type { Workload } from "./simulate/workload.ts";

export type KvCliff = {
  /** Tokens for which a replica has room (a copy of attention, where there are several). */
  readonly tokens: number;
  /** The most that the engine runs at once there, whatever the room. */
  readonly sequencesMost: number;
  /** The fewest clients with which all of it is taken; absent where the engine runs out of sequences first. */
  readonly fullAt?: number;
};

/** Within half a block for each of so many sequences, none is free. */
const fullShare = 0.985;
const concurrencyMost = 4096;

/** @param loadOf so many clients' requests */
export function kvCliff(served: Served, loadOf: (concurrency: number) => Workload, settings: Settings): KvCliff {
  const { kvBlocks, blockTokens, scheduler } = deploymentOf(served, settings);
  const { maxSequences: sequencesMost } = scheduler;
  const tokens = kvBlocks * blockTokens;
  const most = Math.min(concurrencyMost, sequencesMost * served.attentionParallel);
  const isFull = (concurrency: number) => {
    const { kvTokensMost, preemptions } = predict(served, loadOf(concurrency), settings);
    return preemptions > 0 || kvTokensMost >= tokens * fullShare;
  };
  // A cache that all sequences' mean contexts do not fill is not worth the simulation of so many.
  const load = loadOf(1);
  const longest = Math.max(...load.promptTokens) + Math.max(...load.outputTokens);
  if ((longest * most) / served.attentionParallel < tokens * fullShare) return { tokens, sequencesMost };
  let [open, full] = [0, most + 1];
  for (
    let tried = Math.max(1, Math.min(most, Math.floor((tokens / longest) * served.attentionParallel)));
    full - open > 1;
  ) {
    if (isFull(tried)) full = tried;
    else open = tried;
    tried = full > most ? Math.min(most, Math.ceil(open * 1.3) + 1) : Math.floor((open + full) / 2);
    if (open === most) break;
    // Three digits of a concurrency are more than anybody plans by.
    if (full <= most && full - open <= open / 200) break;
  }
  return { tokens, sequencesMost, ...(full <= most && { fullAt: full }) };
}
