/** Requests on their way to a pool, by the time at which they are there; among equals in the order of their coming. */
import type { Requests } from "./rank/requests.ts";

/** Of each request's, on average: the steps back after which sorting is quicker. */
const passedMost = 8;

export class Agenda {
  private readonly requests: Requests;
  private readonly order: Int32Array;
  private head = 0;
  private tail = 0;

  constructor(requests: Requests) {
    this.requests = requests;
    this.order = new Int32Array(requests.count);
  }

  /** When the next is there; infinity without one. */
  nextSeconds(): number {
    return this.head < this.tail ? this.requests.readySeconds[this.order[this.head]!]! : Number.POSITIVE_INFINITY;
  }

  take(): number {
    return this.order[this.head++]!;
  }

  /**
   * Adds a request at its `readySeconds`. Mostly the latest so far: the search goes from the end.
   *
   * @returns how many it went before
   */
  add(request: number): number {
    const { order } = this;
    const { readySeconds } = this.requests;
    const ready = readySeconds[request]!;
    const end = this.tail++;
    let at = end;
    while (at > this.head && readySeconds[order[at - 1]!]! > ready) {
      order[at] = order[at - 1]!;
      at--;
    }
    order[at] = request;
    return end - at;
  }

  /** Adds the first so many requests at once: sorts them where they are far from the order of their times, as in a burst. */
  fill(count: number): void {
    let passed = 0;
    for (let request = 0; request < count; request++) {
      passed += this.add(request);
      if (passed <= passedMost * count) continue;
      const { order } = this;
      const { readySeconds } = this.requests;
      for (let one = 0; one < count; one++) order[one] = one;
      order.subarray(0, count).sort((one, other) => readySeconds[one]! - readySeconds[other]! || one - other);
      this.tail = count;
      return;
    }
  }
}
