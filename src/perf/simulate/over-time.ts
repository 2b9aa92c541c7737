/** Queue and KV cache of several replicas over time, put together from what each sampled. */
import type { ReplicaUse } from "./result.ts";

export type Moment = {
  readonly seconds: number;
  readonly waiting: number;
  readonly running: number;
  /** Share of all blocks that requests hold. */
  readonly kvShare: number;
};

/**
 * @param kvBlocks of one rank
 * @param ranks of a replica, in all its batches
 * @param moments how many, evenly spaced to the end
 */
export function overTime(replicas: readonly ReplicaUse[], kvBlocks: number, ranks: number, moments = 200): Moment[] {
  const end = Math.max(0, ...replicas.map(({ timeline }) => timeline.seconds.at(-1) ?? 0));
  const places = replicas.map(() => 0);
  return Array.from({ length: moments }, (_, index) => {
    const seconds = (end * (index + 1)) / moments;
    let [waiting, running, used] = [0, 0, 0];
    for (const [which, { timeline }] of replicas.entries()) {
      let place = places[which]!;
      while (place + 1 < timeline.seconds.length && timeline.seconds[place + 1]! <= seconds) place += 1;
      places[which] = place;
      // Nothing is sampled before the first step has ended, or where a replica has no more to do.
      if ((timeline.seconds[place] ?? Number.POSITIVE_INFINITY) > seconds) continue;
      waiting += timeline.waiting[place]!;
      running += timeline.running[place]!;
      used += timeline.usedBlocks[place]!;
    }
    return { seconds, waiting, running, kvShare: used / (kvBlocks * ranks * replicas.length) };
  });
}
