/** The blocks of a rank as plain.ts has them: maps of objects, the cache in the order of its map. */

export type Job = {
  readonly id: number;
  readonly prompt: number;
  readonly output: number;
  /** Units of its prefix that end within its prompt. */
  readonly units: readonly number[];
  /** Blocks that it takes besides those of its tokens where it is. */
  besides: number;
  generated: number;
  /** Tokens whose keys and values are there, and those for which the coming step has blocks. */
  computed: number;
  claimed: number;
  reserved: number;
  heldUnits: number;
  isDecoding: boolean;
  ready: number;
  arrival: number;
  first: number;
  last: number;
};

export class PlainKv {
  readonly blocks: number;
  readonly blockTokens: number;
  private readonly unitTokens: number;
  private readonly unitBlocks: number;
  private readonly caches: boolean;
  private used = 0;
  /** Units with the number of their holders, the cached ones with 0. */
  private readonly holders = new Map<number, number>();
  /** What nobody holds, by unit, by job that comes again, or by nobody; the least recently used first. */
  private readonly cached = new Map<number | object, number>();
  private kept = 0;

  constructor(blocks: number, blockTokens: number, unitTokens: number, caches: boolean) {
    this.blocks = blocks;
    this.blockTokens = blockTokens;
    this.unitTokens = unitTokens;
    this.unitBlocks = unitTokens / blockTokens;
    this.caches = caches;
  }

  free(): number {
    return this.blocks - this.used;
  }

  cachedTokens(job: Job): number {
    const units = this.cachedUnits(job).length;
    const run = units === job.units.length ? (this.cached.get(job) ?? 0) : 0;
    return units * this.unitTokens + run * this.blockTokens;
  }

  /** Of the blocks in which `cachedTokens` finds a job's context, those that nobody holds. */
  revivable(job: Job): number {
    const units = this.cachedUnits(job);
    const unheld = units.filter((unit) => this.holders.get(unit) === 0).length;
    return unheld * this.unitBlocks + (units.length === job.units.length ? (this.cached.get(job) ?? 0) : 0);
  }

  /** Takes blocks for a job up to so many tokens, if that leaves as many free. */
  take(job: Job, to: number, leave: number): boolean {
    const taken = this.caches ? job.units.slice(job.heldUnits, Math.floor(to / this.unitTokens)) : [];
    const heldUnits = job.heldUnits + taken.length;
    const unheld = taken.filter((unit) => !this.holders.get(unit));
    const more =
      this.own(job, to, heldUnits) - this.own(job, job.claimed, job.heldUnits) + unheld.length * this.unitBlocks;
    if (this.free() - more < leave) return false;
    this.used += more;
    for (const unit of taken) {
      this.uncache(unit);
      this.holders.set(unit, (this.holders.get(unit) ?? 0) + 1);
    }
    if (job.claimed === 0) this.uncache(job);
    job.claimed = to;
    job.heldUnits = heldUnits;
    this.evict();
    return true;
  }

  release(job: Job, comesAgain: boolean): void {
    this.used -= this.own(job, job.claimed, job.heldUnits);
    const kept = Math.floor(job.computed / this.blockTokens) - job.heldUnits * this.unitBlocks;
    if (this.caches && kept > 0 && job.heldUnits === job.units.length) this.cache(comesAgain ? job : {}, kept);
    for (const unit of job.units.slice(0, job.heldUnits).toReversed()) {
      const holders = this.holders.get(unit)! - 1;
      this.holders.set(unit, holders);
      if (holders > 0) continue;
      this.used -= this.unitBlocks;
      this.cache(unit, this.unitBlocks);
    }
    job.heldUnits = 0;
    job.claimed = 0;
  }

  /** The units of a job's prefix that are there, but for the one with its last token. */
  private cachedUnits(job: Job): readonly number[] {
    const most = Math.floor((job.prompt + job.generated - 1) / this.unitTokens);
    const absent = job.units.findIndex((unit, at) => at >= most || !this.holders.has(unit));
    return absent < 0 ? job.units : job.units.slice(0, absent);
  }

  private own(job: Job, tokens: number, heldUnits: number): number {
    if (tokens === 0) return 0;
    return Math.ceil(Math.max(job.reserved, tokens) / this.blockTokens) - heldUnits * this.unitBlocks + job.besides;
  }

  private cache(what: number | object, blocks: number): void {
    this.cached.set(what, blocks);
    this.kept += blocks;
  }

  private uncache(what: number | object): void {
    this.kept -= this.cached.get(what) ?? 0;
    this.cached.delete(what);
  }

  private evict(): void {
    for (const [oldest, blocks] of this.cached) {
      const short = this.kept - this.free();
      if (short <= 0) return;
      if (typeof oldest === "object" && blocks > short) {
        this.cached.set(oldest, blocks - short);
        this.kept -= short;
        return;
      }
      this.uncache(oldest);
      if (typeof oldest === "number") this.holders.delete(oldest);
    }
  }
}
