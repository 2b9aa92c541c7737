/**
 * Notes the gaps between tokens of a rank's decodes. Mostly a gap is its step; it is longer after prompts that went before
 * the decodes, and for a request that has only just come to them.
 */
import type { Policy } from "./policy.ts";
import type { GapSketch } from "./gaps.ts";
import type { Requests } from "./requests.ts";

export class Stalls {
  lastDecodeEnd = 0;
  private readonly requests: Requests;
  private readonly gaps: GapSketch;
  /** Whether prompts hold up the decodes. */
  private readonly stalls: boolean;
  /** Requests whose last token is not of the last decode step. */
  private readonly fresh: Int32Array;
  private freshCount = 0;

  constructor(requests: Requests, gaps: GapSketch, policy: Policy) {
    this.requests = requests;
    this.gaps = gaps;
    this.stalls = policy.mixing !== "mixed";
    this.fresh = new Int32Array(policy.maxSequences + 1);
  }

  /** A request joins the decodes, some time after its last token. */
  add(request: number): void {
    this.fresh[this.freshCount++] = request;
  }

  /** Notes the gaps of so many decodes over the steps to come, the first of which is decode step `step`. */
  record(
    steps: number,
    start: number,
    end: number,
    seconds: number,
    growthSeconds: number,
    decodes: number,
    step: number,
  ): void {
    const { gaps } = this;
    const isStalled = this.stalls && start > this.lastDecodeEnd;
    if (this.freshCount === 0 && !isStalled) gaps.addSteps(seconds, growthSeconds, steps, decodes);
    else {
      const older = decodes - this.recordFresh(start + seconds, step);
      if (older > 0) gaps.add(isStalled ? start + seconds - this.lastDecodeEnd : seconds, older);
      if (steps > 1) gaps.addSteps(seconds + growthSeconds, growthSeconds, steps - 1, decodes);
    }
    this.lastDecodeEnd = end;
  }

  /** How many there were; one that was preempted before it decoded no longer counts. */
  private recordFresh(at: number, step: number): number {
    const { joined, lastSeconds } = this.requests;
    let recorded = 0;
    for (let index = 0; index < this.freshCount; index++) {
      const request = this.fresh[index]!;
      if (joined[request] !== step) continue;
      this.gaps.add(at - lastSeconds[request]!, 1);
      recorded++;
    }
    this.freshCount = 0;
    return recorded;
  }
}
