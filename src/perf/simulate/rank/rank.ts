/**
 * A rank's scheduler: who runs, who waits, and what the next step holds. Every scheduler makes the same few moves: it makes room
 * for the decodes, goes on with the prompt that is under way in chunks, and admits. Its policy names their order and limits.
 *
 * A step costs O(1), however many requests decode, and O(1) more for each request that starts, ends or is preempted.
 */
import type { StepTable } from "../step-table.ts";
import { Decodes } from "./decodes.ts";
import type { Pool } from "../deployment.ts";
import { type Policy, policyOf } from "./policy.ts";
import type { GapSketch } from "./gaps.ts";
import { KvPool } from "./kv.ts";
import { PromptBatch } from "./prompt-batch.ts";
import { Running, Waiting } from "./queues.ts";
import type { Requests } from "./requests.ts";
import { Stalls } from "./stalls.ts";
import { mixedStepSeconds } from "./step-seconds.ts";
import { RETRACT_STEPS, TokenEstimate } from "./token-estimate.ts";

/** What a rank does for a request. */
export type Role =
  | "whole"
  /** The prompt and the first token. */
  | "prefill"
  /** All tokens but the first. */
  | "decode"
  /** The same; the client also gets the first token from here. */
  | "decode from the first";

export class Rank {
  /** As scheduled: how many steps like the next may follow each other undisturbed. 0 when there is nothing to do. */
  steps = 0;
  /** Seconds of the first of them, and how many more each takes than the one before. */
  seconds = 0;
  growthSeconds = 0;
  /** Tokens of prompts and decodes in a step. */
  stepTokens = 0;
  /** Whether prompts may go without waiting for those of other ranks (balance.ts). */
  isReleased = true;
  /** Requests that run or wait here. */
  present = 0;
  preemptions = 0;
  /** Tokens of prompts that were found cached, and that were computed. */
  cachedTokens = 0;
  prefilledTokens = 0;
  /** Tokens that decodes made, and tokens of context that they read. */
  decodedTokens = 0;
  contextTokens = 0;
  /** Of both, those in steps with prompts. */
  mixedDecodedTokens = 0;
  mixedContextTokens = 0;
  /** Requests that finished here at the last commit. */
  readonly finished: Int32Array;
  finishedCount = 0;
  readonly kv: KvPool;
  readonly decodes: Decodes;

  private readonly requests: Requests;
  private readonly table: StepTable;
  private readonly policy: Policy;
  private readonly gaps: GapSketch;
  private readonly stalls: Stalls;
  /** Whether decodes take blocks as they grow. */
  private readonly grows: boolean;
  private readonly role: Role;
  private readonly estimate = new TokenEstimate();
  /** How many requests have started here. */
  private starts = 0;
  /** The running request whose prompt is not done, -1 without one. It is the last that started. */
  private partial = -1;
  /** Whether the first waiting request cannot start before something has changed. */
  private blocked = false;
  /**
   * Whether growing decodes might unblock it. They take its cached prefix by whole units, though they need single blocks, so
   * that it may come to need less.
   */
  private mayUnblock = false;
  /** Whether the scheduled step runs the decodes. */
  private runsDecodes = false;
  private readonly waiting: Waiting;
  private readonly active: Running;
  private readonly batch: PromptBatch;
  /** Requests of the scheduled step whose prompts were computed elsewhere, and whose first token the client gets from here. */
  private readonly taken: Int32Array;
  private takenCount = 0;
  /** Whether the scheduled step makes prompts wait for others, and for how many steps they have waited. */
  private isHolding = false;
  private heldSteps = 0;
  /** Steps of decodes until the rank looks for requests again. */
  private deafSteps = 0;

  constructor(pool: Pool, requests: Requests, gaps: GapSketch, role: Role) {
    this.requests = requests;
    this.table = pool.table;
    this.policy = policyOf(pool.scheduler, pool.kvBlocks);
    this.gaps = gaps;
    this.role = role;
    this.grows = this.policy.reserve !== "outcome";
    this.kv = new KvPool(pool, requests, role === "prefill");
    this.decodes = new Decodes(requests, pool.blockTokens);
    this.waiting = new Waiting(requests);
    this.active = new Running(requests);
    const most = Math.min(this.policy.maxSequences, requests.count) + 1;
    this.batch = new PromptBatch(most, requests, pool.table.prefillAttention);
    this.taken = new Int32Array(role === "decode from the first" ? most : 0);
    this.stalls = new Stalls(requests, gaps, this.policy);
    this.finished = new Int32Array(most);
  }

  /** Requests that run here. */
  get running(): number {
    return this.active.count;
  }

  /** Whether a prompt waits, and there is a place for it. */
  get isReady(): boolean {
    return this.waiting.head >= 0 && this.running < this.policy.maxSequences;
  }

  /** Tokens of prompts in the scheduled step. */
  get prefillTokens(): number {
    return this.batch.tokens;
  }

  /** Pairs of query and key that the attention of prompts has had. */
  get promptPairs(): number {
    return this.batch.pairs;
  }

  /**
   * Puts a request at the end of the waiting ones.
   *
   * @returns whether it might start before the scheduled steps are over
   */
  enqueue(request: number): boolean {
    const alone = this.waiting.head < 0;
    this.present++;
    this.waiting.append(request);
    const { waitSteps, balanceSteps, maxSequences } = this.policy;
    return balanceSteps > 0 || ((alone || waitSteps > 0) && this.running < maxSequences);
  }

  /** Decides on the next steps: takes the blocks of the first, and sets `steps`, `seconds` and `growthSeconds`. */
  schedule(): void {
    this.batch.clear();
    this.runsDecodes = false;
    this.steps = 0;
    this.isHolding = false;
    if (this.present === 0) {
      this.deafSteps = 0;
      return;
    }
    switch (this.policy.mixing) {
      case "mixed":
        return this.price(this.fillMixed());
      case "prompts-first":
        return this.price(this.fillPromptsFirst());
      case "batch":
        return this.price(this.fillBatch());
    }
  }

  /** Decodes and prompts in one step. Like the next two, it says whether any request was preempted. */
  private fillMixed(): boolean {
    let preempted = this.startDecodes();
    let budget = this.policy.maxStepTokens - this.decodes.count;
    if (this.partial >= 0) {
      const left = this.continuePartial(budget);
      if (left < 0) {
        this.preempt(this.partial);
        preempted = true;
      } else budget = left;
    }
    this.isHolding = this.holds(budget);
    if (!preempted && !this.isHolding) this.admit(budget);
    return preempted;
  }

  /** Prompts while there are any, else decodes. */
  private fillPromptsFirst(): boolean {
    const { maxStepTokens } = this.policy;
    const budget = this.partial >= 0 ? this.continuePartial(maxStepTokens) : maxStepTokens;
    this.isHolding = this.deafSteps > 0 && this.decodes.count > 0 && this.batch.size === 0 && this.waiting.head >= 0;
    if (!this.isHolding) this.admit(budget);
    return this.batch.size === 0 && this.startDecodes();
  }

  /** A batch that is filled once, then decodes to its end. */
  private fillBatch(): boolean {
    if (this.running === 0) this.admit(this.policy.maxStepTokens);
    this.runsDecodes = this.batch.size === 0;
    return false;
  }

  /** Carries out `steps` of the scheduled steps. The first takes `seconds`, and each next one `growthSeconds` more. */
  commit(steps: number, start: number, end: number, seconds: number, growthSeconds: number): void {
    this.finishedCount = 0;
    if (this.takenCount > 0) this.tellFirst(start);
    if (this.batch.size > 0 && !this.isHolding) this.heldSteps = 0;
    else if (this.isHolding || this.policy.waitsFromPrompts) this.heldSteps += steps;
    if (this.runsDecodes) this.commitDecodes(steps, start, end, seconds, growthSeconds);
    const { receiveSteps, alternates } = this.policy;
    if (this.batch.size > 0) this.deafSteps = alternates ? receiveSteps : 0;
    else this.deafSteps = (this.deafSteps + (receiveSteps - 1) * steps) % receiveSteps;
    if (this.batch.size > 0) this.commitPrompts(end);
  }

  /** After some of the scheduled steps were carried out: takes the blocks of the next. */
  resume(): void {
    if (this.runsDecodes && this.grows) this.kv.grow(this.decodes.needOfNext());
  }

  /** Notes the first tokens of requests whose prompts were computed elsewhere. */
  private tellFirst(at: number): void {
    const { firstSeconds, lastSeconds } = this.requests;
    for (let index = 0; index < this.takenCount; index++) {
      firstSeconds[this.taken[index]!] = at;
      lastSeconds[this.taken[index]!] = at;
    }
    this.takenCount = 0;
  }

  private commitDecodes(steps: number, start: number, end: number, seconds: number, growthSeconds: number): void {
    const { decodes } = this;
    const count = decodes.count;
    if (this.grows && steps > 1) this.kv.grow(decodes.needAfterNext(steps));
    const decoded = this.running === count ? count * steps : this.liveDecodes() * steps;
    const context = decodes.context * steps + (count * steps * (steps - 1)) / 2;
    this.decodedTokens += decoded;
    this.contextTokens += context;
    if (this.batch.tokens > 0) {
      this.mixedDecodedTokens += decoded;
      this.mixedContextTokens += context;
    }
    this.stalls.record(steps, start, end, seconds, growthSeconds, this.liveDecodes(), decodes.step);
    decodes.advance(steps);
    const { dueNext } = this.requests;
    for (let request = decodes.takeDue(); request >= 0; request = dueNext[request]!) {
      if (this.policy.mixing !== "batch") decodes.leave(request);
      this.finish(request, end, this.requests.promptTokens[request]! + this.requests.outputTokens[request]! - 1);
    }
    if (this.policy.mixing === "batch" && this.running === 0) decodes.clear();
    this.estimate.decay(steps);
  }

  /** Decodes that have not finished. In a static batch the finished ones stay among the decodes. */
  private liveDecodes(): number {
    return Math.min(this.decodes.count, this.running);
  }

  private commitPrompts(end: number): void {
    const { computed, generated, promptTokens, outputTokens, firstSeconds, lastSeconds } = this.requests;
    this.prefilledTokens += this.batch.tokens;
    for (let at = 0; at < this.batch.size; at++) {
      const request = this.batch.at(at);
      const known = promptTokens[request]! + generated[request]!;
      if (computed[request]! < known) continue;
      if (generated[request]!++ === 0) firstSeconds[request] = end;
      else this.gaps.add(end - lastSeconds[request]!, 1);
      if (generated[request] === outputTokens[request] || this.role === "prefill") this.finish(request, end, known);
      else {
        lastSeconds[request] = end;
        this.decodes.join(request);
        if (this.policy.mixing !== "mixed") this.stalls.add(request);
      }
    }
    if (!this.policy.estimates) this.blocked = false;
  }

  private finish(request: number, end: number, computed: number): void {
    this.requests.lastSeconds[request] = end;
    this.active.remove(request);
    this.kv.release(request, computed, false);
    this.present--;
    this.blocked = false;
    this.finished[this.finishedCount++] = request;
  }

  /** Takes the blocks of the next decode step. Preempts where they are missing, and says whether it did. */
  private startDecodes(): boolean {
    const { decodes, kv } = this;
    let preempted = false;
    if (this.grows) {
      let grown = 0;
      while (decodes.needOfNext() - grown > kv.free || (preempted && this.wantsMoreRoom())) {
        if (this.policy.estimates) this.preempt(this.leastDone());
        else {
          // The first that started take the blocks that are left, and what was cached there is gone, before the last finds none.
          grown += kv.free;
          kv.grow(kv.free);
          this.preempt(this.active.last);
        }
        preempted = true;
      }
      kv.grow(decodes.needOfNext() - grown);
      if (preempted && this.policy.estimates) this.estimate.reset(decodes);
    }
    this.runsDecodes = decodes.count > 0;
    return preempted;
  }

  /** SGLang, once it must retract, goes on until the others have room for some steps. */
  private wantsMoreRoom(): boolean {
    const { decodes, kv, policy } = this;
    return policy.estimates && decodes.count > 1 && kv.free * kv.blockTokens < decodes.count * RETRACT_STEPS;
  }

  /**
   * Goes on with the prompt that is under way.
   *
   * @returns the budget that is left, or -1 where it finds no blocks
   */
  private continuePartial(budget: number): number {
    const { computed, promptTokens, generated } = this.requests;
    const request = this.partial;
    const done = computed[request]!;
    const left = promptTokens[request]! + generated[request]! - done;
    const tokens = Math.min(left, budget);
    if (tokens === 0) return 0;
    if (!this.kv.extend(request, done + tokens)) return -1;
    if (tokens === left) this.partial = -1;
    this.batch.add(request, tokens, done);
    return budget - tokens;
  }

  /** Whether prompts that could start wait for more prompts, to share a step with them. */
  private holds(budget: number): boolean {
    const { waitSteps, waitTokens, waitSequences, chunked } = this.policy;
    const { computed, promptTokens, generated, next } = this.requests;
    if (!this.isReady || this.decodes.count === 0) return false;
    if (this.batch.size > 0 || computed[this.waiting.head]! > 0) return false;
    if (!this.isReleased) return true;
    if (this.heldSteps >= waitSteps || this.running < waitSequences) return false;
    let tokens = 0;
    for (let request = this.waiting.head; request >= 0 && tokens < budget; request = next[request]!) {
      const known = promptTokens[request]! + generated[request]!;
      if (!chunked && tokens + known > budget) break;
      tokens = Math.min(budget, tokens + known);
    }
    return tokens + this.decodes.count < waitTokens;
  }

  /** Starts waiting requests, first come, first served, while sequences, tokens and blocks last. */
  private admit(budget: number): void {
    const { maxSequences, estimates } = this.policy;
    const { computed, promptTokens, generated } = this.requests;
    let left = budget;
    while (this.waiting.head >= 0 && !this.blocked && left > 0 && this.running < maxSequences) {
      const request = this.waiting.head;
      const known = promptTokens[request]! + generated[request]!;
      if (computed[request]! > 0) {
        if (!this.admitTransferred(request)) {
          this.blocked = true;
          this.mayUnblock = false;
          return;
        }
        left--;
        continue;
      }
      const cached = this.kv.cachedTokens(request, known);
      const tokens = Math.min(known - cached, left);
      if (!this.takesBlocks(request, known, cached, tokens)) {
        this.blocked = true;
        this.mayUnblock = !estimates && this.kv.unitBlocks > 1 && this.kv.revivable > 0;
        return;
      }
      this.start(request);
      this.cachedTokens += cached;
      if (tokens < known - cached) this.partial = request;
      this.batch.add(request, tokens, cached);
      left -= tokens;
    }
  }

  /** Takes the blocks of a request's next `tokens` tokens, if its scheduler finds that it fits. */
  private takesBlocks(request: number, known: number, cached: number, tokens: number): boolean {
    const { chunked, estimates, watermarkBlocks } = this.policy;
    const { outputTokens, generated } = this.requests;
    const { kv } = this;
    if (!chunked && tokens < known - cached) return false;
    if (estimates) {
      const remaining = outputTokens[request]! - generated[request]!;
      const wanted = known - cached + remaining + this.batch.outputs + kv.besides(request) * kv.blockTokens;
      if (!this.estimate.fits(kv, this.decodes, wanted)) return false;
    }
    return kv.admit(request, cached + tokens, this.reservedTokens(request, known), watermarkBlocks);
  }

  /** Tokens for which a request has blocks from its start on. */
  private reservedTokens(request: number, known: number): number {
    switch (this.policy.reserve) {
      case "outcome":
        return this.requests.promptTokens[request]! + this.requests.outputTokens[request]! - 1;
      case "prompt":
        return known;
      case "chunk":
        return 0;
    }
  }

  /** Starts a request that came with the blocks of its prompt. It decodes from the next decode step on. */
  private admitTransferred(request: number): boolean {
    const { computed, promptTokens, outputTokens } = this.requests;
    const tokens = computed[request]!;
    const atOnce = this.grows && this.policy.mixing === "mixed" && tokens % this.kv.blockTokens === 0;
    const reserved = this.grows ? 0 : promptTokens[request]! + outputTokens[request]! - 1;
    const leave = this.policy.watermarkBlocks + (atOnce ? 1 : 0);
    if (!this.kv.admit(request, tokens, reserved, leave)) return false;
    if (atOnce) this.kv.grow(1);
    this.start(request);
    this.decodes.join(request);
    this.stalls.add(request);
    if (this.role === "decode from the first") this.taken[this.takenCount++] = request;
    this.runsDecodes ||= this.policy.mixing === "mixed";
    return true;
  }

  /** Moves the first waiting request to the running ones. */
  private start(request: number): void {
    this.waiting.shift();
    this.requests.started[request] = this.starts++;
    this.active.append(request);
  }

  /** Sets how long the scheduled steps take, and how many may follow each other. */
  private price(preempted: boolean): void {
    const { table, decodes } = this;
    const { tokens: prefillTokens, attentionSeconds } = this.batch;
    const count = this.runsDecodes ? decodes.count : 0;
    this.stepTokens = count + prefillTokens;
    if (prefillTokens > 0) {
      const context = this.runsDecodes ? decodes.context : 0;
      this.seconds = mixedStepSeconds(table, count, prefillTokens, context, attentionSeconds);
      this.growthSeconds = 0;
      this.steps = 1;
    } else if (count > 0) {
      const slope = table.contextSeconds[count]!;
      this.seconds = table.decodeSeconds[count]! + slope * decodes.context;
      this.growthSeconds = slope * count;
      const mayChange = preempted || (this.blocked && this.mayUnblock);
      if (mayChange) this.blocked = false;
      this.steps = mayChange ? 1 : decodes.stepsToNextDue();
      if (this.isHolding) {
        // Until the shortest of the waits is over.
        for (const most of [this.policy.waitSteps, this.heldSteps + this.deafSteps]) {
          if (most > this.heldSteps) this.steps = Math.min(this.steps, most - this.heldSteps);
        }
      }
      if (this.grows && this.steps > 1) this.steps = decodes.stepsWithin(this.steps, this.kv.free);
    } else throw new Error("A rank with requests found nothing to do.");
  }

  /** Takes a running request's blocks away. It waits to be computed anew: before all others, in SGLang after them. */
  private preempt(request: number): void {
    const { computed, joined, lastSeconds } = this.requests;
    if (joined[request]! >= 0) {
      if (joined[request]! < this.decodes.step) lastSeconds[request] = this.stalls.lastDecodeEnd;
      this.decodes.withdraw(request);
    }
    if (request === this.partial) this.partial = -1;
    this.active.remove(request);
    this.kv.release(request, computed[request]!, true);
    computed[request] = 0;
    this.preemptions++;
    this.blocked = false;
    if (this.policy.estimates) this.waiting.append(request);
    else this.waiting.prepend(request);
  }

  /** SGLang's choice of whom to retract: the fewest output tokens, then the longest prompt, then the last that started. */
  private leastDone(): number {
    const { generated, joined, promptTokens, previous } = this.requests;
    let chosen = this.active.last;
    let least = Number.POSITIVE_INFINITY;
    for (let request = this.active.last; request >= 0; request = previous[request]!) {
      const done = generated[request]! + this.decodes.step - joined[request]!;
      if (done < least || (done === least && promptTokens[request]! > promptTokens[chosen]!)) {
        chosen = request;
        least = done;
      }
    }
    return chosen;
  }
}
