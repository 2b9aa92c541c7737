/**
 * A gate that runners pass between two steps, and that closes while something is done that no step may overlap.
 *
 * llama.cpp's context is locked while it decodes, and node-llama-cpp keeps the lock for as long as the next step of any
 * sequence is there when one ends; so a sequence that is to be changed would wait until all others have finished.
 */

export class Gate {
  #closures = 0;
  #opening = Promise.withResolvers<void>();

  /** Does the work with the gate closed; it opens when no such work is left. */
  async closed<T>(work: () => Promise<T>): Promise<T> {
    this.#closures += 1;
    try {
      return await work();
    } finally {
      this.#closures -= 1;
      if (this.#closures === 0) {
        this.#opening.resolve();
        this.#opening = Promise.withResolvers();
      }
    }
  }

  /** Resolves when the gate is open; at once, as a rule. */
  async passed(): Promise<void> {
    while (this.#closures > 0) await this.#opening.promise;
  }
}
