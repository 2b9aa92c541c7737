/** Requests on their way to a pool, by the time at which they are there; among equals in the order of their coming. */
import type { Requests } from "./requests.ts";

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

  /** Adds a request at its `readySeconds`. Mostly the latest so far: the search goes from the end. */
  add(request: number): void {
    const { order } = this;
    const { readySeconds } = this.requests;
    const ready = readySeconds[request]!;
    let at = this.tail++;
    while (at > this.head && readySeconds[order[at - 1]!]! > ready) {
      order[at] = order[at - 1]!;
      at--;
    }
    order[at] = request;
  }
}
