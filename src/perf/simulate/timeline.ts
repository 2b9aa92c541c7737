/** Queue and cache of a replica over time, in a bounded number of samples: when they are full, every other one goes. */
import type { Rank } from "./rank/rank.ts";

export class Timeline {
  /** No sample is taken before. */
  nextSeconds = 0;
  count = 0;
  readonly seconds: Float64Array;
  readonly waiting: Int32Array;
  readonly running: Int32Array;
  /** Blocks that requests hold, without those only kept in the prefix cache. */
  readonly usedBlocks: Int32Array;
  private everySeconds = 1 / 64;

  constructor(samples: number) {
    this.seconds = new Float64Array(samples);
    this.waiting = new Int32Array(samples);
    this.running = new Int32Array(samples);
    this.usedBlocks = new Int32Array(samples);
  }

  sample(now: number, ranks: readonly Rank[]): void {
    while (this.count === this.seconds.length) this.thin();
    let waiting = 0;
    let running = 0;
    let used = 0;
    for (const rank of ranks) {
      running += rank.running;
      waiting += rank.present - rank.running;
      used += rank.kv.blocks - rank.kv.free;
    }
    const at = this.count++;
    this.seconds[at] = now;
    this.waiting[at] = waiting;
    this.running[at] = running;
    this.usedBlocks[at] = used;
    this.nextSeconds = now + this.everySeconds;
  }

  private thin(): void {
    this.count >>= 1;
    for (let at = 0; at < this.count; at++) {
      const from = 2 * at + 1;
      this.seconds[at] = this.seconds[from]!;
      this.waiting[at] = this.waiting[from]!;
      this.running[at] = this.running[from]!;
      this.usedBlocks[at] = this.usedBlocks[from]!;
    }
    this.everySeconds *= 2;
  }
}
