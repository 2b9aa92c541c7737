/**
 * The sequences of the context as slots: a request takes a free one, preferably one that already holds the beginning
 * of its prompt, or waits its turn. The line is bounded, and who leaves it is forgotten.
 */
import { Fault } from "../../stack/fault.ts";

export type Slot<S> = { readonly sequence: S; usedAt: number };

type Waiting<S> = { readonly tokens: readonly number[]; readonly take: (slot: Slot<S>) => void };

export class Slots<S> {
  readonly #free: Slot<S>[];
  readonly #line: Waiting<S>[] = [];
  readonly #lineMax: number;
  readonly #sharedPrefix: (sequence: S, tokens: readonly number[]) => number;
  #turn = 0;

  /** @param sharedPrefix how many of the tokens a sequence already holds, from the first on */
  constructor(
    sequences: readonly S[],
    lineMax: number,
    sharedPrefix: (sequence: S, tokens: readonly number[]) => number,
  ) {
    this.#free = sequences.map((sequence) => ({ sequence, usedAt: 0 }));
    this.#lineMax = lineMax;
    this.#sharedPrefix = sharedPrefix;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** @throws Fault `overloaded` when the line is full; the signal's reason when it aborts while waiting */
  take(tokens: readonly number[], signal: AbortSignal): Promise<Slot<S>> {
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
    const ranked = this.#free
      .map((slot) => ({ slot, shared: this.#sharedPrefix(slot.sequence, tokens) }))
      .toSorted((one, other) => other.shared - one.shared || one.slot.usedAt - other.slot.usedAt);
    const [best] = ranked;
    if (best === undefined) throw new Error("A slot was picked where none is free.");
    this.#free.splice(this.#free.indexOf(best.slot), 1);
    return best.slot;
  }
}
