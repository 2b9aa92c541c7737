/**
 * Sharing by processor sharing: while n requests are active at once, each is charged 1/n of what a meter that only
 * rises goes up by, be it time or energy. The shares of all add up to what it rose by while anything was active.
 *
 * Kept as one virtual meter that rises by 1/n (Demers, Keshav and Shenker 1989), so that a change costs O(1).
 */

export class ShareMeter {
  #virtual = 0;
  #busy = 0;
  #reading: number;
  readonly #startedAt = new Map<string, number>();

  constructor(reading: number) {
    this.#reading = reading;
  }

  get active(): number {
    return this.#startedAt.size;
  }

  start(id: string, reading: number): void {
    this.#advance(reading);
    if (!this.#startedAt.has(id)) this.#startedAt.set(id, this.#virtual);
  }

  /** What a request that is still active has been charged so far; 0 when it is not active. */
  share(id: string, reading: number): number {
    this.#advance(reading);
    const startedAt = this.#startedAt.get(id);
    return startedAt === undefined ? 0 : this.#virtual - startedAt;
  }

  /** Ends a request's activity and answers its share. */
  stop(id: string, reading: number): number {
    const share = this.share(id, reading);
    this.#startedAt.delete(id);
    return share;
  }

  /** What the meter rose by while at least one request was active. */
  busy(reading: number): number {
    this.#advance(reading);
    return this.#busy;
  }

  #advance(reading: number): void {
    const rise = Math.max(0, reading - this.#reading);
    this.#reading += rise;
    if (this.#startedAt.size === 0) return;
    this.#busy += rise;
    this.#virtual += rise / this.#startedAt.size;
  }
}
