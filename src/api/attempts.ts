/** Failed sign-ins, by address: a few are mistakes, more are guesses and have to wait. Pure but for its memory. */
import { Fault } from "../stack/fault.ts";

const triesMax = 10;
const refillMs = 30_000;
const addressesMax = 10_000;

/** Ten tries at once, then one every thirty seconds; a success gives them all back. */
export class Attempts {
  /** Tries that are spent, and when that was so. */
  readonly #spent = new Map<string, { tries: number; atMs: number }>();

  /** @throws Fault `rate_limit_exceeded` when the address has no try left. */
  check(address: string, nowMs: number): void {
    const tries = this.#triesAt(address, nowMs);
    if (tries <= triesMax - 1) return;
    throw new Fault("rate_limit_exceeded", {
      message: "Too many failed sign-ins from here.",
      remedy: "Wait a minute and try again.",
      retryAfterSeconds: Math.max(1, Math.ceil(((tries - triesMax + 1) * refillMs) / 1000)),
    });
  }

  failed(address: string, nowMs: number): void {
    const tries = this.#triesAt(address, nowMs) + 1;
    this.#spent.delete(address);
    this.#spent.set(address, { tries, atMs: nowMs });
    // The oldest go first; who has many addresses has them anyway.
    for (const oldest of this.#spent.keys()) {
      if (this.#spent.size <= addressesMax) break;
      this.#spent.delete(oldest);
    }
  }

  succeeded(address: string): void {
    this.#spent.delete(address);
  }

  #triesAt(address: string, nowMs: number): number {
    const known = this.#spent.get(address);
    return known === undefined ? 0 : Math.max(0, known.tries - (nowMs - known.atMs) / refillMs);
  }
}
