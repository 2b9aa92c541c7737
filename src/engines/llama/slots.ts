/**
 * The sequences of the context as slots: a request takes a free one, preferably one that already holds the beginning
 * of its prompt, or waits its turn. The line is bounded, and who leaves it is forgotten.
 */
import { Fault } from "../../stack/fault.ts";

export type Slot<S> = { readonly sequence: S; usedAt: number };

/** How many tokens a sequence holds, and how many of them, from the first on, a prompt begins with. */
export type Overlap = { readonly held: number; readonly shared: number };

type Waiting<S> = { readonly tokens: readonly number[]; readonly take: (slot: Slot<S>) => void };

export class Slots<S> {
  readonly #free: Slot<S>[];
  readonly #line: Waiting<S>[] = [];
  readonly #lineMax: number;
  readonly #overlap: (sequence: S, tokens: readonly number[]) => Overlap;
  #turn = 0;

  constructor(sequences: readonly S[], lineMax: number, overlap: (sequence: S, tokens: readonly number[]) => Overlap) {
    this.#free = sequences.map((sequence) => ({ sequence, usedAt: 0 }));
    this.#lineMax = lineMax;
    this.#overlap = overlap;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** @throws Fault `overloaded` when the line is full; the signal's reason when it aborts while waiting */
  take(tokens: readonly number[], signal: AbortSignal): Promise<Slot<S>> {
    signal.throwIfAborted();
    if (this.#free.length > 0) return Promise.resolve(this.#pick(tokens));
    if (this.#line.length >= this.#lineMax) {
      throw new Fault("overloaded", {
        message: `${this.#line.length} requests are waiting for the engine already.`,
        remedy: "Try again in a second.",
        retryAfterSeconds: 1,
      });
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting<S> = {
        tokens,
        take: (slot) => {
          signal.removeEventListener("abort", leave);
          resolve(slot);
        },
      };
      const leave = () => {
        this.#line.splice(this.#line.indexOf(waiting), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#line.push(waiting);
    });
  }

  give(slot: Slot<S>): void {
    slot.usedAt = this.#turn += 1;
    this.#free.push(slot);
    const next = this.#line.shift();
    if (next !== undefined) next.take(this.#pick(next.tokens));
  }

  #pick(tokens: readonly number[]): Slot<S> {
    const [first, ...others] = this.#free;
    if (first === undefined) throw new Error("A slot was picked where none is free.");
    const rank = (slot: Slot<S>) => ({ slot, worth: this.#worth(slot, tokens) });
    const { slot: best } = others.map(rank).reduce((one, other) => {
      if (one.worth !== other.worth) return one.worth > other.worth ? one : other;
      return one.slot.usedAt <= other.slot.usedAt ? one : other;
    }, rank(first));
    this.#free.splice(this.#free.indexOf(best), 1);
    return best;
  }

  /**
   * What a slot's tokens are worth to a prompt: those that it shares, when they are much of the prompt or of what the
   * slot holds. A few words that many prompts begin with are not worth another conversation's tokens.
   */
  #worth({ sequence }: Slot<S>, tokens: readonly number[]): number {
    const { shared, held } = this.#overlap(sequence, tokens);
    return shared * 2 >= Math.min(tokens.length, held) ? shared : 0;
  }
}
