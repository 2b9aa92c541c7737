/**
 * A rank's two queues: requests that wait, and requests that run in the order in which they started. A request is in one of them
 * at a time, so that both chain it by the same fields of `Requests`.
 */
import type { Requests } from "./requests.ts";

/** First come, first served; -1 stands for nobody. */
export class Waiting {
  head = -1;
  private tail = -1;
  private readonly next: Int32Array;

  constructor({ next }: Requests) {
    this.next = next;
  }

  append(request: number): void {
    this.next[request] = -1;
    if (this.tail < 0) this.head = request;
    else this.next[this.tail] = request;
    this.tail = request;
  }

  prepend(request: number): void {
    this.next[request] = this.head;
    this.head = request;
    if (this.tail < 0) this.tail = request;
  }

  /** Takes the first one out. */
  shift(): void {
    this.head = this.next[this.head]!;
    if (this.head < 0) this.tail = -1;
  }
}

/** In the order of starting; `last` is -1 when nobody runs. */
export class Running {
  last = -1;
  count = 0;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;

  constructor({ next, previous }: Requests) {
    this.next = next;
    this.previous = previous;
  }

  append(request: number): void {
    this.previous[request] = this.last;
    this.next[request] = -1;
    if (this.last >= 0) this.next[this.last] = request;
    this.last = request;
    this.count++;
  }

  remove(request: number): void {
    const after = this.next[request]!;
    const before = this.previous[request]!;
    if (before >= 0) this.next[before] = after;
    if (after < 0) this.last = before;
    else this.previous[after] = before;
    this.count--;
  }
}
