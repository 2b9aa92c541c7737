/**
 * A deployment under a load, step by step as its engine schedules it: continuous batching with chunked prefill, paged
 * KV cache and preemption.
 *
 * Every decode advances each running sequence by one token. So the batch is a count and a sum of contexts, a sequence
 * is filed under the step at which it will end, and steps that nothing disturbs are taken at once: their times sum in
 * closed form. All state is typed arrays; a step costs the same however many sequences run.
 */
import { Fault } from "../../stack/fault.ts";
import type { StepTable } from "../step-table.ts";
import { chunkSeconds } from "../step-table.ts";
import type { Workload } from "./workload.ts";

/** How an engine fills a step. */
export type Scheduler = {
  /**
   * `vllm` (v1): decodes first, then prefill in chunks up to the step's tokens; when KV blocks run out, the request that
   * came last gives up its own and is computed again. `tensorrt-llm` (GUARANTEED_NO_EVICT): the same, but a request is
   * let in only when there is room for its longest answer. `sglang`: prefill goes first, without the decodes.
   */
  readonly type: "vllm" | "tensorrt-llm" | "sglang";
  readonly maxStepTokens: number;
  readonly maxSequences: number;
};

export type Deployment = {
  readonly table: StepTable;
  readonly scheduler: Scheduler;
  readonly kvBlocks: number;
  /** Tokens to a block. */
  readonly blockTokens: number;
};

/** Times in seconds from the start; index: request. */
export type Run = {
  readonly arrival: Float64Array;
  readonly firstToken: Float64Array;
  readonly lastToken: Float64Array;
  readonly endSeconds: number;
  readonly steps: number;
  readonly preemptions: number;
  /** Seconds of steps with prefill in them, and of the others. */
  readonly prefillSeconds: number;
  readonly decodeSeconds: number;
  /** Tokens prefilled, those computed again included. */
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  /** Σ over steps of the tokens of context read by decodes. */
  readonly contextTokens: number;
  readonly kvBlocksMost: number;
};

/** @throws Fault `invalid_value` when a request could never be served */
export function simulate(workload: Workload, deployment: Deployment): Run {
  return new Simulation(workload, deployment).run();
}

const none = -1;

class Simulation {
  readonly #prompt: Int32Array;
  readonly #output: Int32Array;
  readonly #isClosed: boolean;
  readonly #table: StepTable;
  readonly #scheduler: Scheduler;
  readonly #blockTokens: number;
  readonly #reserves: boolean;

  readonly #arrival: Float64Array;
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  /** Tokens of the answer that there are. */
  readonly #generated: Int32Array;
  /** Context at decode step 0, were it running then: its context at step t is base + t. */
  readonly #base: Int32Array;

  /** Requests run in the order in which they were let in: a list from old to new. */
  readonly #older: Int32Array;
  readonly #newer: Int32Array;
  #newest = none;
  /** Requests by the decode step at which they end: a ring of lists. */
  readonly #ends: Int32Array;
  readonly #endsNext: Int32Array;
  readonly #endsBefore: Int32Array;
  /** How many sequences begin a block at each phase of the step. */
  readonly #phases: Int32Array;

  #now = 0;
  #step = 0;
  #decodes = 0;
  /** Σ of contexts at the next decode step. */
  #context = 0;
  #freeBlocks: number;
  /** Of the free blocks, those that this step's decodes will begin. */
  #spokenFor = 0;
  readonly #kvBlocks: number;
  #freeBlocksLeast: number;

  #arrived = 0;
  #admitted = 0;
  readonly #preempted: number[] = [];
  /** The one request whose prompt is computed in part, and how far. */
  #partial = none;
  #partialDone = 0;
  #done = 0;

  #steps = 0;
  #preemptions = 0;
  #prefillSeconds = 0;
  #decodeSeconds = 0;
  #prefillTokens = 0;
  #decodeTokens = 0;
  #contextTokens = 0;

  constructor({ promptTokens, outputTokens, arrivals }: Workload, deployment: Deployment) {
    const { table, scheduler, kvBlocks, blockTokens } = deployment;
    const requests = promptTokens.length;
    this.#prompt = promptTokens;
    this.#output = outputTokens;
    this.#table = table;
    this.#scheduler = scheduler;
    this.#blockTokens = blockTokens;
    this.#reserves = scheduler.type === "tensorrt-llm";
    this.#kvBlocks = this.#freeBlocks = this.#freeBlocksLeast = kvBlocks;
    this.#checkFits();
    this.#isClosed = arrivals.type === "closed";
    this.#arrival = arrivals.type === "open" ? arrivals.seconds : new Float64Array(requests).fill(Infinity);
    if (arrivals.type === "closed") this.#arrival.fill(0, 0, Math.min(arrivals.concurrency, requests));
    this.#first = new Float64Array(requests);
    this.#last = new Float64Array(requests);
    this.#generated = new Int32Array(requests);
    this.#base = new Int32Array(requests);
    this.#older = new Int32Array(requests).fill(none);
    this.#newer = new Int32Array(requests).fill(none);
    let longest = 1;
    for (let index = 0; index < requests; index += 1) longest = Math.max(longest, at(outputTokens, index));
    this.#ends = new Int32Array(longest + 2).fill(none);
    this.#endsNext = new Int32Array(requests).fill(none);
    this.#endsBefore = new Int32Array(requests).fill(none);
    this.#phases = new Int32Array(blockTokens);
  }

  run(): Run {
    while (this.#done < this.#prompt.length) this.#takeStep();
    return {
      arrival: this.#arrival,
      firstToken: this.#first,
      lastToken: this.#last,
      endSeconds: this.#now,
      steps: this.#steps,
      preemptions: this.#preemptions,
      prefillSeconds: this.#prefillSeconds,
      decodeSeconds: this.#decodeSeconds,
      prefillTokens: this.#prefillTokens,
      decodeTokens: this.#decodeTokens,
      contextTokens: this.#contextTokens,
      kvBlocksMost: this.#kvBlocks - this.#freeBlocksLeast,
    };
  }

  #takeStep(): void {
    this.#arrive();
    const { type, maxStepTokens } = this.#scheduler;
    const hasPreempted = type !== "sglang" && this.#decodes > 0 && this.#makeRoom();
    const runs = type === "sglang" ? 0 : this.#decodes;
    this.#spokenFor = this.#reserves || runs === 0 ? 0 : this.#blocksIn(1);
    let tokens = runs;
    let attention = 0;
    const finished: number[] = [];
    /** Takes a chunk of a request's prompt into the step; answers whether it is whole with it. */
    const take = (request: number, done: number): boolean => {
      const length = this.#toPrefill(request);
      const chunk = Math.min(length - done, maxStepTokens - tokens);
      const blocks = this.#reserves ? 0 : this.#blocksOf(done + chunk) - this.#blocksOf(done);
      if (chunk === 0 || blocks > this.#freeBlocks - this.#spokenFor) return false;
      this.#useBlocks(blocks);
      tokens += chunk;
      attention += chunkSeconds(this.#table.prefillAttention, chunk, done);
      this.#prefillTokens += chunk;
      this.#partialDone = done + chunk;
      if (done + chunk < length) return false;
      finished.push(request);
      return true;
    };
    if (this.#partial !== none && take(this.#partial, this.#partialDone)) this.#partial = none;
    if (!hasPreempted) this.#admit(take, finished, () => maxStepTokens - tokens);
    if (tokens === runs) {
      // A partial prompt that finds no block while others run waits for them.
      const hasMadeRoom = type === "sglang" && this.#decodes > 0 && this.#makeRoom();
      // Whoever gave up its blocks may come back in the next step.
      if (this.#decodes > 0) this.#decode(hasPreempted || hasMadeRoom ? 1 : Infinity);
      else this.#wait();
      return;
    }
    this.#prefill(tokens, attention, finished);
  }

  /** Lets waiting requests in, in order, while there are tokens left in the step and blocks for their first chunk. */
  #admit(
    take: (request: number, done: number) => boolean,
    finished: readonly number[],
    tokensLeft: () => number,
  ): void {
    for (;;) {
      const request = this.#nextWaiting();
      const left = tokensLeft();
      if (this.#partial !== none || request === none || left === 0) return;
      if (!this.#mayEnter(request, finished.length, left)) return;
      this.#enter(request);
      if (!take(request, 0)) this.#partial = request;
    }
  }

  /** A step with prefill; decodes advance with it unless prefill goes alone. */
  #prefill(tokens: number, attention: number, finished: readonly number[]): void {
    const { mixedSeconds, mixedDecodeSeconds, contextSeconds } = this.#table;
    const runs = this.#scheduler.type === "sglang" ? 0 : this.#decodes;
    let seconds = at(mixedSeconds, tokens) + attention;
    if (runs > 0) seconds += at(mixedDecodeSeconds, runs) + at(contextSeconds, runs) * this.#context;
    this.#now += seconds;
    this.#prefillSeconds += seconds;
    this.#steps += 1;
    if (runs > 0) this.#advance(1);
    for (const request of finished) this.#beginDecode(request);
  }

  /** As many steps of decodes alone as nothing disturbs. */
  #decode(most: number): void {
    const count = this.#decodes;
    const { decodeSeconds, contextSeconds } = this.#table;
    const fixed = at(decodeSeconds, count);
    const perToken = at(contextSeconds, count);
    let steps = Math.min(most, this.#stepsToEnd());
    if (!this.#reserves) steps = Math.min(steps, Math.max(1, this.#stepsInBlocks(steps)));
    const next = this.#nextArrival();
    const isOpen = this.#preempted.length === 0 && this.#admitted === this.#arrived && this.#partial === none;
    if (isOpen && next < Infinity && count < this.#scheduler.maxSequences) {
      // fixed·k + perToken·(context·k + count·k(k−1)/2) ≥ gap
      const square = (perToken * count) / 2;
      const linear = fixed + perToken * this.#context - square;
      const gap = next - this.#now;
      const least = square > 0 ? (Math.sqrt(linear * linear + 4 * square * gap) - linear) / (2 * square) : gap / linear;
      steps = Math.min(steps, Math.max(1, Math.ceil(least)));
    }
    const read = this.#context * steps + (count * steps * (steps - 1)) / 2;
    const seconds = fixed * steps + perToken * read;
    this.#now += seconds;
    this.#decodeSeconds += seconds;
    this.#steps += steps;
    this.#advance(steps);
  }

  /** Lets so many decode steps pass, the last of which may end requests; the clock stands at their end. */
  #advance(steps: number): void {
    const count = this.#decodes;
    this.#contextTokens += this.#context * steps + (count * steps * (steps - 1)) / 2;
    this.#decodeTokens += count * steps;
    if (!this.#reserves) this.#useBlocks(this.#blocksIn(steps));
    this.#step += steps;
    this.#context += count * steps;
    const slot = this.#step % this.#ends.length;
    for (let request = at(this.#ends, slot); request !== none;) {
      const next = at(this.#endsNext, request);
      this.#generated[request] = at(this.#output, request);
      this.#leave(request);
      this.#finish(request);
      request = next;
    }
  }

  #beginDecode(request: number): void {
    const generated = at(this.#generated, request) + 1;
    this.#generated[request] = generated;
    if (generated === 1) this.#first[request] = this.#now + this.#table.deliverSeconds;
    const left = at(this.#output, request) - generated;
    const context = at(this.#prompt, request) + generated;
    if (left === 0) {
      this.#unlink(request);
      this.#freeBlocks += this.#held(request, context - 1);
      this.#finish(request);
      return;
    }
    this.#base[request] = context - (this.#step + 1);
    this.#decodes += 1;
    this.#context += context;
    this.#phases[this.#phaseOf(request)]! += 1;
    const slot = (this.#step + left) % this.#ends.length;
    const head = at(this.#ends, slot);
    this.#endsNext[request] = head;
    this.#endsBefore[request] = none;
    if (head !== none) this.#endsBefore[head] = request;
    this.#ends[slot] = request;
  }

  /** Takes a decoding request out of the batch and gives its blocks back. */
  #leave(request: number): void {
    const context = at(this.#base, request) + this.#step;
    const [before, next] = [at(this.#endsBefore, request), at(this.#endsNext, request)];
    const left = at(this.#output, request) - at(this.#generated, request);
    if (before === none) this.#ends[(this.#step + left) % this.#ends.length] = next;
    else this.#endsNext[before] = next;
    if (next !== none) this.#endsBefore[next] = before;
    this.#decodes -= 1;
    this.#context -= context + 1;
    this.#phases[this.#phaseOf(request)]! -= 1;
    this.#freeBlocks += this.#held(request, context);
    this.#unlink(request);
  }

  #finish(request: number): void {
    this.#last[request] = this.#now + this.#table.deliverSeconds;
    this.#done += 1;
    if (!this.#isClosed) return;
    // Whoever has an answer asks the next that nobody has asked.
    const next = this.#asked;
    if (next < this.#arrival.length) this.#arrival[next] = at(this.#last, request);
  }

  /** How many requests have an instant of arrival, in a closed loop. */
  get #asked(): number {
    let low = this.#arrived;
    while (low < this.#arrival.length && at(this.#arrival, low) < Infinity) low += 1;
    return low;
  }

  #arrive(): void {
    while (this.#nextArrival() <= this.#now) this.#arrived += 1;
  }

  /** When the next request reaches the scheduler. */
  #nextArrival(): number {
    if (this.#arrived >= this.#arrival.length) return Infinity;
    const { ingestSeconds, ingestSecondsPerToken } = this.#table;
    return at(this.#arrival, this.#arrived) + ingestSeconds + ingestSecondsPerToken * at(this.#prompt, this.#arrived);
  }

  #nextWaiting(): number {
    const preempted = this.#preempted.at(-1);
    if (preempted !== undefined) return preempted;
    return this.#admitted < this.#arrived ? this.#admitted : none;
  }

  /** Whether there is room for a request: for its longest answer where that is reserved, else for its first chunk. */
  #mayEnter(request: number, entering: number, tokensLeft: number): boolean {
    if (this.#decodes + entering >= this.#scheduler.maxSequences) return false;
    const first = Math.min(this.#toPrefill(request), tokensLeft);
    const blocks = this.#reserves ? this.#reserveOf(request) : this.#blocksOf(first);
    return this.#freeBlocks - this.#spokenFor >= blocks;
  }

  #enter(request: number): void {
    if (this.#preempted.length > 0) this.#preempted.pop();
    else this.#admitted += 1;
    if (this.#reserves) this.#useBlocks(this.#reserveOf(request));
    this.#older[request] = this.#newest;
    if (this.#newest !== none) this.#newer[this.#newest] = request;
    this.#newer[request] = none;
    this.#newest = request;
  }

  #unlink(request: number): void {
    const [older, newer] = [at(this.#older, request), at(this.#newer, request)];
    if (older !== none) this.#newer[older] = newer;
    if (newer !== none) this.#older[newer] = older;
    else this.#newest = older;
  }

  /** Before a step of decodes: while their next tokens lack blocks, the newest request gives up its own. */
  #makeRoom(): boolean {
    if (this.#reserves) return false;
    let hasPreempted = false;
    while (this.#freeBlocks < this.#blocksIn(1)) {
      const victim = this.#newest;
      if (victim === this.#partial) {
        this.#freeBlocks += this.#blocksOf(this.#partialDone);
        this.#unlink(victim);
        this.#partial = none;
      } else {
        this.#generated[victim] = at(this.#base, victim) + this.#step + 1 - at(this.#prompt, victim);
        this.#leave(victim);
      }
      this.#preempted.push(victim);
      this.#preemptions += 1;
      hasPreempted = true;
    }
    return hasPreempted;
  }

  #wait(): void {
    const next = this.#nextArrival();
    if (next === Infinity) throw new RangeError("The simulation stands still.");
    this.#now = next;
  }

  #toPrefill(request: number): number {
    return at(this.#prompt, request) + at(this.#generated, request);
  }

  #blocksOf(tokens: number): number {
    return Math.ceil(tokens / this.#blockTokens);
  }

  #reserveOf(request: number): number {
    return this.#blocksOf(at(this.#prompt, request) + at(this.#output, request));
  }

  #held(request: number, context: number): number {
    return this.#reserves ? this.#reserveOf(request) : this.#blocksOf(context);
  }

  #useBlocks(blocks: number): void {
    this.#freeBlocks -= blocks;
    if (this.#freeBlocks < this.#freeBlocksLeast) this.#freeBlocksLeast = this.#freeBlocks;
  }

  #phaseOf(request: number): number {
    const size = this.#blockTokens;
    return (((at(this.#base, request) - 1) % size) + size) % size;
  }

  /** Blocks that the decodes begin in the next steps. */
  #blocksIn(steps: number): number {
    const size = this.#blockTokens;
    let blocks = this.#decodes * Math.floor(steps / size);
    for (let step = 1; step <= steps % size; step += 1) blocks += this.#beginningAt(this.#step + step);
    return blocks;
  }

  #beginningAt(step: number): number {
    const size = this.#blockTokens;
    return at(this.#phases, (size - (step % size)) % size);
  }

  /** How many of the next steps there are blocks for. */
  #stepsInBlocks(steps: number): number {
    const size = this.#blockTokens;
    if (this.#decodes * Math.ceil(steps / size) <= this.#freeBlocks) return steps;
    const rounds = Math.min(Math.floor(this.#freeBlocks / this.#decodes), Math.floor(steps / size));
    let room = this.#freeBlocks - rounds * this.#decodes;
    let fitting = rounds * size;
    while (fitting < steps && room >= this.#beginningAt(this.#step + fitting + 1)) {
      fitting += 1;
      room -= this.#beginningAt(this.#step + fitting);
    }
    return fitting;
  }

  #stepsToEnd(): number {
    const size = this.#ends.length;
    let steps = 1;
    while (at(this.#ends, (this.#step + steps) % size) === none) steps += 1;
    return steps;
  }

  #checkFits(): void {
    const { maxStepTokens, maxSequences } = this.#scheduler;
    const { decodeSeconds, mixedSeconds } = this.#table;
    if (maxSequences >= decodeSeconds.length || maxStepTokens >= mixedSeconds.length) {
      throw new RangeError("The step table is smaller than the scheduler's steps.");
    }
    for (let request = 0; request < this.#prompt.length; request += 1) {
      const tokens = at(this.#prompt, request) + at(this.#output, request);
      if (this.#blocksOf(tokens) <= this.#kvBlocks) continue;
      const room = this.#kvBlocks * this.#blockTokens;
      throw new Fault("invalid_value", {
        message: `Request ${request + 1} has ${tokens.toLocaleString("en")} tokens with its answer; the KV cache has room for ${room.toLocaleString("en")}.`,
        remedy: "Shorten it, or give the model more accelerators or a smaller KV precision.",
        param: "promptTokens",
      });
    }
  }
}

/** Indices here are in range by construction; what is read is never undefined. */
function at(array: Int32Array | Float64Array, index: number): number {
  return array[index]!;
}
