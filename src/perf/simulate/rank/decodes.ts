/**
 * The requests that decode on a rank, as sums: all advance by one token at a step, so their number, the context that they
 * read and the blocks that they will need follow without looking at any of them. Who leaves at which step stands in a
 * ring calendar, indexed by the number of the decode step.
 */
import type { Requests } from "./requests.ts";

export class Decodes {
  count = 0;
  /** Tokens that the next step reads, each request's own among them. */
  context = 0;
  /** Output tokens that they have still to make. */
  remaining = 0;
  /** All output tokens of theirs, those made among them. */
  outputs = 0;
  /** Decode steps done. */
  step = 0;
  /** Of those who decode, how many need a block at a decode step, by the step's remainder by the block size. */
  private readonly needs: Int32Array;
  private readonly blockTokens: number;
  private readonly requests: Requests;
  private readonly dueHead: Int32Array;
  private readonly dueTail: Int32Array;
  private readonly mask: number;
  /** No one leaves before this step. */
  private nextDue = 0;

  constructor(requests: Requests, blockTokens: number) {
    this.requests = requests;
    this.blockTokens = blockTokens;
    this.needs = new Int32Array(blockTokens);
    const size = 2 ** Math.ceil(Math.log2(requests.longestOutput + 1));
    this.mask = size - 1;
    this.dueHead = new Int32Array(size).fill(-1);
    this.dueTail = new Int32Array(size).fill(-1);
  }

  /** Blocks that the next step takes, where they are not reserved. */
  needOfNext(): number {
    return this.needs[this.step % this.blockTokens]!;
  }

  /** Blocks that the steps after the next take, until `steps` are done. */
  needAfterNext(steps: number): number {
    const whole = Math.floor((steps - 1) / this.blockTokens);
    let blocks = whole * this.count;
    const end = this.step + steps;
    for (let step = this.step + 1 + whole * this.blockTokens; step < end; step++) {
      blocks += this.needs[step % this.blockTokens]!;
    }
    return blocks;
  }

  /** How many of `steps` can be done when the first has its blocks and so many are free. */
  stepsWithin(steps: number, free: number): number {
    const whole = Math.floor(free / this.count);
    let most = 1 + whole * this.blockTokens;
    if (steps <= most) return steps;
    let left = free - whole * this.count;
    for (; most < steps; most++) {
      left -= this.needs[(this.step + most) % this.blockTokens]!;
      if (left < 0) return most;
    }
    return steps;
  }

  /** Steps until the first of them leaves. */
  stepsToNextDue(): number {
    if (this.nextDue <= this.step) this.nextDue = this.step + 1;
    while (this.dueHead[this.nextDue & this.mask]! < 0) this.nextDue++;
    return this.nextDue - this.step;
  }

  advance(steps: number): void {
    this.step += steps;
    this.context += steps * this.count;
    this.remaining -= steps * this.count;
  }

  /** The first of those who leave at the step just done; the next by `requests.dueNext`. */
  takeDue(): number {
    const at = this.step & this.mask;
    const first = this.dueHead[at]!;
    this.dueHead[at] = -1;
    this.dueTail[at] = -1;
    return first;
  }

  join(request: number): void {
    const { computed, generated, outputTokens, joined } = this.requests;
    const tokens = computed[request]!;
    const remaining = outputTokens[request]! - generated[request]!;
    joined[request] = this.step;
    this.count++;
    this.context += tokens + 1;
    this.remaining += remaining;
    this.outputs += outputTokens[request]!;
    this.needs[this.phase(this.step, tokens)]!++;
    const due = this.step + remaining;
    if (this.count === 1 || due < this.nextDue) this.nextDue = due;
    this.enter(request, due & this.mask);
  }

  /**
   * Puts one among those who leave together: in the order in which they started, as engines go through them, which is
   * seldom another than that in which they join.
   */
  private enter(request: number, at: number): void {
    const { started, dueNext, duePrevious } = this.requests;
    let before = this.dueTail[at]!;
    let after = -1;
    while (before >= 0 && started[before]! > started[request]!) {
      after = before;
      before = duePrevious[before]!;
    }
    duePrevious[request] = before;
    dueNext[request] = after;
    if (before < 0) this.dueHead[at] = request;
    else dueNext[before] = request;
    if (after < 0) this.dueTail[at] = request;
    else duePrevious[after] = request;
  }

  /** Takes one who has finished out of the sums; the calendar no longer has it. */
  leave(request: number): void {
    const { computed, joined, outputTokens } = this.requests;
    const tokens = computed[request]!;
    const at = joined[request]!;
    this.count--;
    this.outputs -= outputTokens[request]!;
    this.context -= tokens + 1 + this.step - at;
    this.needs[this.phase(at, tokens)]!--;
    joined[request] = -1;
  }

  /** Takes one out before its time, and notes how far it has come. */
  withdraw(request: number): void {
    const { computed, generated, outputTokens, joined, dueNext, duePrevious } = this.requests;
    const done = this.step - joined[request]!;
    const remaining = outputTokens[request]! - generated[request]!;
    const at = (joined[request]! + remaining) & this.mask;
    const after = dueNext[request]!;
    const before = duePrevious[request]!;
    if (before < 0) this.dueHead[at] = after;
    else dueNext[before] = after;
    if (after < 0) this.dueTail[at] = before;
    else duePrevious[after] = before;
    this.leave(request);
    this.remaining -= remaining - done;
    computed[request]! += done;
    generated[request]! += done;
  }

  /** Empties the batch of a static scheduler, whose finished requests have stayed in the sums. */
  clear(): void {
    this.count = 0;
    this.context = 0;
    this.remaining = 0;
    this.outputs = 0;
    this.needs.fill(0);
  }

  /** The remainder of the steps at which a request needs a block that joined at a step with so many tokens computed. */
  private phase(step: number, tokens: number): number {
    const behind = (step - tokens) % this.blockTokens;
    return behind < 0 ? behind + this.blockTokens : behind;
  }
}
