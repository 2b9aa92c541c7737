/**
 * A worker's lease on one quota: what it may spend without asking, what its requests in flight hold, and the running
 * totals that it reports.
 */
import { type Answer, type Claim, isRate, type QuotaName } from "./quota.ts";

export class Pot {
  readonly name: QuotaName;
  limit: bigint;
  /** May be spent at once; below nothing when a request used more than it took, and then made good first. */
  free = 0n;
  /** The last thing that the authority said. */
  answer: Omit<Answer, "id" | "lease"> = { granted: 0n, available: 0n, spent: 0n, held: 0n };
  refusedAtMs = -Infinity;
  /** Made or drawn from; one that somebody waits for is not to be forgotten. */
  usedAtMs: number;
  #answeredAtMs = 0;
  #lease: string | null = null;
  #returned = 0n;
  /** As last reported. */
  #returnedBefore = 0n;
  #used = 0n;
  #held = 0n;
  #takenSinceTidy = 0n;
  readonly #dirty: Set<Pot>;

  /** @param dirty where it puts itself when the authority should hear of something. */
  constructor(name: QuotaName, limit: bigint, dirty: Set<Pot>, nowMs: number) {
    this.usedAtMs = nowMs;
    this.name = name;
    this.limit = limit;
    this.#dirty = dirty;
  }

  /** Whether it holds nothing. */
  get isEmpty(): boolean {
    return this.free === 0n && this.#held === 0n;
  }

  /** A limit that was changed is asked about anew. */
  follow(limit: bigint): void {
    if (limit === this.limit) return;
    this.limit = limit;
    this.refusedAtMs = -Infinity;
    this.giveBack();
    this.#dirty.add(this);
  }

  take(amount: bigint, nowMs: number): void {
    this.free -= amount;
    this.#takenSinceTidy += amount;
    this.usedAtMs = nowMs;
    if (!isRate(this.name.kind)) this.#held += amount;
  }

  /**
   * A rate's request used this much less than it took, or more when negative. What was taken long ago may have been
   * refilled since, so it goes back to the authority, where the bucket holds no more than it does.
   */
  refund(amount: bigint): void {
    if (amount < 0n) this.free += amount;
    if (amount <= 0n) return;
    this.#returned += amount;
    this.#dirty.add(this);
  }

  /** A request that held `amount` has ended, and has used `actual` of it up. */
  release(amount: bigint, actual: bigint): void {
    this.#held -= amount;
    this.#used += actual;
    const free = this.free + amount - actual;
    // What it used beyond its hold counts as spent; it is owed to nobody.
    this.free = free > 0n ? free : 0n;
    if (actual !== 0n) this.#dirty.add(this);
  }

  giveBack(amount = this.free): void {
    if (amount <= 0n) return;
    this.free -= amount;
    this.#returned += amount;
    this.#dirty.add(this);
  }

  /** Keeps twice what was taken since the last time. */
  giveBackIdle(): void {
    this.giveBack(this.free - 2n * this.#takenSinceTidy);
    this.#takenSinceTidy = 0n;
  }

  claim(need: bigint): Claim {
    this.#dirty.delete(this);
    this.#returnedBefore = this.#returned;
    return {
      name: this.name,
      limit: this.limit,
      lease: this.#lease,
      granted: this.answer.granted,
      returned: this.#returned,
      used: this.#used,
      kept: this.#held + (this.free > 0n ? this.free : 0n),
      need,
    };
  }

  /** Takes what was granted; true when it was less than was needed. */
  answered(claim: Claim, answer: Answer, nowMs: number): boolean {
    const granted = answer.granted - claim.granted;
    this.#lease = answer.lease;
    this.answer = answer;
    this.#answeredAtMs = nowMs;
    this.free += granted;
    const isRefused = granted < claim.need;
    if (isRefused) this.refusedAtMs = nowMs;
    return isRefused;
  }

  /** Whether the last refusal holds for this amount too. */
  wasShortOf(amount: bigint): boolean {
    return this.answer.available + (this.free > 0n ? this.free : 0n) < amount;
  }

  /** What is left of a rate, anywhere, as far as is known here. */
  left(nowMs: number): bigint {
    const elapsedMs = BigInt(Math.max(0, Math.floor(nowMs - this.#answeredAtMs)));
    const back = this.#returned - this.#returnedBefore;
    const left = this.answer.available + (this.limit * elapsedMs) / 60_000n + this.free + back;
    return left < 0n ? 0n : left > this.limit ? this.limit : left;
  }
}
