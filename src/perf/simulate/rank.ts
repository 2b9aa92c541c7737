/**
 * A rank's scheduler: who runs, who waits, and what the next step holds. Every scheduler is the same few moves (make room
 * for the decodes, go on with the chunked prompt, admit), in an order and under limits that its policy names.
 *
 * A step costs O(1) however many decode, and O(1) more for each request that starts, ends or is preempted at it.
 */
import { chunkSeconds, type StepTable } from "../step-table.ts";
import { Decodes } from "./decodes.ts";
import { type Pool } from "./deployment.ts";
import { type Policy, policyOf } from "./policy.ts";
import type { GapSketch } from "./gaps.ts";
import { KvPool } from "./kv.ts";
import type { Requests } from "./requests.ts";
import { Stalls } from "./stalls.ts";
import { mixedStepSeconds } from "./step-seconds.ts";
import { RETRACT_STEPS, TokenEstimate } from "./token-estimate.ts";

/** What a rank does of a request: all of it, the prompt and first token alone, or the rest, with or without telling of the first. */
export type Role = "whole" | "prefill" | "decode" | "decode from the first";

export class Rank {
  /** The next step, as scheduled: how many such steps may follow each other undisturbed; 0 when there is nothing to do. */
  steps = 0;
  /** Seconds of the first of them, and by how many each takes longer than the one before. */
  seconds = 0;
  growthSeconds = 0;
  /** Tokens of prompts in it. */
  prefillTokens = 0;
  /** Tokens in it, of prompts and decodes. */
  stepTokens = 0;
  /** Whether prompts may go without those of other ranks. */
  isReleased = true;
  /** Requests that run or wait here. */
  present = 0;
  running = 0;
  preemptions = 0;
  cachedTokens = 0;
  prefilledTokens = 0;
  decodedTokens = 0;
  contextTokens = 0;
  /** Of both, those in steps that prefilled too; and how many query-key pairs the attention of prompts had. */
  mixedDecodedTokens = 0;
  mixedContextTokens = 0;
  promptPairs = 0;
  /** Who has finished here at the last commit. */
  readonly finished: Int32Array;
  finishedCount = 0;
  readonly kv: KvPool;
  readonly decodes: Decodes;

  private readonly requests: Requests;
  private readonly table: StepTable;
  private readonly policy: Policy;
  private readonly gaps: GapSketch;
  private readonly stalls: Stalls;
  private readonly grows: boolean;
  private readonly role: Role;
  private readonly estimate = new TokenEstimate();
  /** How often a request has started here. */
  private starts = 0;
  private runTail = -1;
  private waitHead = -1;
  private waitTail = -1;
  /** The running request whose prompt is not done; the last of the running. */
  private partial = -1;
  /** Whether the first of the waiting cannot start before something has changed. */
  private blocked = false;
  /**
   * Whether growing decodes might unblock it: they take blocks one by one, but of its cached prefix whole units, so that
   * it may come to want less.
   */
  private mayUnblock = false;
  /** Whether the scheduled step runs the decodes. */
  private runsDecodes = false;
  /** Requests whose prompts are in the scheduled step, and the output tokens that they have still to make. */
  private readonly batch: Int32Array;
  private batchSize = 0;
  private batchOutputs = 0;
  /** Requests that the scheduled step takes up whose prompts were computed elsewhere. */
  private readonly taken: Int32Array;
  private takenCount = 0;
  private attentionSeconds = 0;
  /** Whether the scheduled step leaves prompts waiting for others, and for how many steps they have been left. */
  private isHolding = false;
  private heldSteps = 0;
  /** Steps of decodes until it looks for requests again. */
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
    this.batch = new Int32Array(this.policy.maxSequences + 1);
    this.taken = new Int32Array(role === "decode from the first" ? this.policy.maxSequences : 0);
    this.stalls = new Stalls(requests, gaps, this.policy);
    this.finished = new Int32Array(this.policy.maxSequences + 1);
  }

  /** Whether it has a prompt that waits, and a place for it. */
  get isReady(): boolean {
    return this.waitHead >= 0 && this.running < this.policy.maxSequences;
  }

  /** Puts a request at the end of the waiting; says whether it might start before the scheduled steps are over. */
  enqueue(request: number): boolean {
    const alone = this.waitHead < 0;
    this.present++;
    this.append(request);
    const { waitSteps, balanceSteps, maxSequences } = this.policy;
    return balanceSteps > 0 || ((alone || waitSteps > 0) && this.running < maxSequences);
  }

  /** Decides on the next step: its first one's blocks are taken, its time stands in `steps`, `seconds`, `growthSeconds`. */
  schedule(): void {
    this.prefillTokens = 0;
    this.batchSize = 0;
    this.batchOutputs = 0;
    this.attentionSeconds = 0;
    this.runsDecodes = false;
    this.steps = 0;
    this.isHolding = false;
    if (this.present === 0) {
      this.deafSteps = 0;
      return;
    }
    const { mixing, maxStepTokens } = this.policy;
    let preempted = false;
    if (mixing === "mixed") {
      preempted = this.startDecodes();
      let budget = maxStepTokens - this.decodes.count;
      if (this.partial >= 0) {
        const left = this.continuePartial(budget);
        if (left < 0) {
          this.preempt(this.partial);
          preempted = true;
        } else budget = left;
      }
      this.isHolding = this.holds(budget);
      if (!preempted && !this.isHolding) this.admit(budget);
    } else if (mixing === "prompts-first") {
      const budget = this.partial >= 0 ? this.continuePartial(maxStepTokens) : maxStepTokens;
      this.isHolding = this.deafSteps > 0 && this.decodes.count > 0 && this.batchSize === 0 && this.waitHead >= 0;
      if (!this.isHolding) this.admit(budget);
      if (this.batchSize === 0) preempted = this.startDecodes();
    } else {
      if (this.running === 0) this.admit(maxStepTokens);
      this.runsDecodes = this.batchSize === 0;
    }
    this.price(preempted);
  }

  /** Carries out so many of the scheduled steps, the first of which takes `seconds`, each next `growthSeconds` more. */
  commit(steps: number, start: number, end: number, seconds: number, growthSeconds: number): void {
    this.finishedCount = 0;
    if (this.takenCount > 0) this.tellFirst(start);
    if (this.isHolding) this.heldSteps += steps;
    else if (this.batchSize > 0) this.heldSteps = 0;
    if (this.runsDecodes) this.commitDecodes(steps, start, end, seconds, growthSeconds);
    const { receiveSteps, alternates } = this.policy;
    if (this.batchSize > 0) this.deafSteps = alternates ? receiveSteps : 0;
    else this.deafSteps = (this.deafSteps + (receiveSteps - 1) * steps) % receiveSteps;
    if (this.batchSize > 0) this.commitPrompts(end);
  }

  /** After a part of the scheduled steps was carried out: the blocks of the next are taken. */
  resume(): void {
    if (this.runsDecodes && this.grows) this.kv.grow(this.decodes.needOfNext());
  }

  /** First tokens of the requests that were taken up. */
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
    if (this.prefillTokens > 0) {
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

  /** Those in the decodes' sums who have not finished: all, but in a static batch. */
  private liveDecodes(): number {
    return Math.min(this.decodes.count, this.running);
  }

  private commitPrompts(end: number): void {
    const { computed, generated, promptTokens, outputTokens, firstSeconds, lastSeconds } = this.requests;
    this.prefilledTokens += this.prefillTokens;
    for (let at = 0; at < this.batchSize; at++) {
      const request = this.batch[at]!;
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
    this.unlink(request);
    this.kv.release(request, computed, false);
    this.present--;
    this.blocked = false;
    this.finished[this.finishedCount++] = request;
  }

  /** Takes the blocks of the next decode step, preempting where they lack; says whether any was. */
  private startDecodes(): boolean {
    const { decodes, kv } = this;
    let preempted = false;
    if (this.grows) {
      let grown = 0;
      while (decodes.needOfNext() - grown > kv.free || (preempted && this.wantsMoreRoom())) {
        if (this.policy.estimates) this.preempt(this.leastDone());
        else {
          // Who started first has its block, and what was cached there is gone, before the last finds none.
          grown += kv.free;
          kv.grow(kv.free);
          this.preempt(this.runTail);
        }
        preempted = true;
      }
      kv.grow(decodes.needOfNext() - grown);
      if (preempted && this.policy.estimates) this.estimate.reset(decodes);
    }
    this.runsDecodes = decodes.count > 0;
    return preempted;
  }

  /** SGLang retracts, once it must, until those who remain have room for some steps. */
  private wantsMoreRoom(): boolean {
    const { decodes, kv, policy } = this;
    return policy.estimates && decodes.count > 1 && kv.free * kv.blockTokens < decodes.count * RETRACT_STEPS;
  }

  /** Goes on with the chunked prompt; the budget that is left, or -1 where it finds no blocks. */
  private continuePartial(budget: number): number {
    const { computed, promptTokens, generated } = this.requests;
    const request = this.partial;
    const done = computed[request]!;
    const left = promptTokens[request]! + generated[request]! - done;
    const tokens = Math.min(left, budget);
    if (tokens === 0) return 0;
    if (!this.kv.extend(request, done + tokens)) return -1;
    if (tokens === left) this.partial = -1;
    this.addChunk(request, tokens, done);
    return budget - tokens;
  }

  /** Whether prompts that have a place wait for more of their kind, so as to share a step. */
  private holds(budget: number): boolean {
    const { waitSteps, waitTokens, chunked } = this.policy;
    const { computed, promptTokens, generated, next } = this.requests;
    if (!this.isReady || this.decodes.count === 0) return false;
    if (this.batchSize > 0 || computed[this.waitHead]! > 0) return false;
    if (!this.isReleased) return true;
    if (this.heldSteps >= waitSteps) return false;
    let tokens = 0;
    for (let request = this.waitHead; request >= 0 && tokens < budget; request = next[request]!) {
      const known = promptTokens[request]! + generated[request]!;
      if (!chunked && tokens + known > budget) break;
      tokens = Math.min(budget, tokens + known);
    }
    return tokens + this.decodes.count < waitTokens;
  }

  /** Starts waiting requests, first come first served, while sequences, tokens and blocks last. */
  private admit(budget: number): void {
    const { maxSequences, chunked, reserve, watermarkBlocks, estimates } = this.policy;
    const { computed, promptTokens, outputTokens, generated } = this.requests;
    let left = budget;
    while (this.waitHead >= 0 && !this.blocked && left > 0 && this.running < maxSequences) {
      const request = this.waitHead;
      const known = promptTokens[request]! + generated[request]!;
      const remaining = outputTokens[request]! - generated[request]!;
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
      const fits =
        (chunked || tokens === known - cached) &&
        (!estimates ||
          this.estimate.fits(
            this.kv,
            this.decodes,
            known - cached + remaining + this.batchOutputs + this.kv.besides(request) * this.kv.blockTokens,
          )) &&
        this.kv.admit(
          request,
          cached + tokens,
          reserve === "outcome"
            ? promptTokens[request]! + outputTokens[request]! - 1
            : reserve === "prompt"
              ? known
              : 0,
          watermarkBlocks,
        );
      if (!fits) {
        this.blocked = true;
        this.mayUnblock = !estimates && this.kv.unitBlocks > 1 && this.kv.revivable > 0;
        return;
      }
      this.start(request);
      this.cachedTokens += cached;
      if (tokens < known - cached) this.partial = request;
      this.addChunk(request, tokens, cached);
      left -= tokens;
    }
  }

  /** Starts a request that came with the blocks of its prompt: it decodes from the next decode step on. */
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

  /** Moves the first of the waiting to the running. */
  private start(request: number): void {
    this.waitHead = this.requests.next[request]!;
    if (this.waitHead < 0) this.waitTail = -1;
    this.requests.started[request] = this.starts++;
    this.link(request);
  }

  private addChunk(request: number, tokens: number, after: number): void {
    this.requests.computed[request] = after + tokens;
    this.batchOutputs += this.requests.outputTokens[request]! - this.requests.generated[request]!;
    this.batch[this.batchSize++] = request;
    this.prefillTokens += tokens;
    this.promptPairs += tokens * (after + (tokens + 1) / 2);
    this.attentionSeconds += chunkSeconds(this.table.prefillAttention, tokens, after);
  }

  private price(preempted: boolean): void {
    const { table, decodes, prefillTokens } = this;
    const count = this.runsDecodes ? decodes.count : 0;
    this.stepTokens = count + prefillTokens;
    if (prefillTokens > 0) {
      const context = this.runsDecodes ? decodes.context : 0;
      this.seconds = mixedStepSeconds(table, count, prefillTokens, context, this.attentionSeconds);
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
        // Until the next of the waits is over.
        for (const most of [this.policy.waitSteps, this.heldSteps + this.deafSteps]) {
          if (most > this.heldSteps) this.steps = Math.min(this.steps, most - this.heldSteps);
        }
      }
      if (this.grows && this.steps > 1) this.steps = decodes.stepsWithin(this.steps, this.kv.free);
    } else throw new Error("A rank with requests found nothing to do.");
  }

  /** Takes a running request's blocks away; it waits, before all others, to be computed anew. */
  private preempt(request: number): void {
    const { computed, joined, lastSeconds } = this.requests;
    if (joined[request]! >= 0) {
      if (joined[request]! < this.decodes.step) lastSeconds[request] = this.stalls.lastDecodeEnd;
      this.decodes.withdraw(request);
    }
    if (request === this.partial) this.partial = -1;
    this.unlink(request);
    this.kv.release(request, computed[request]!, true);
    computed[request] = 0;
    this.preemptions++;
    this.blocked = false;
    if (this.policy.estimates) this.append(request);
    else this.prepend(request);
  }

  /** SGLang's choice of whom to retract: the fewest output tokens, of those the longest prompt, of those the last. */
  private leastDone(): number {
    const { generated, joined, promptTokens, previous } = this.requests;
    let chosen = this.runTail;
    let least = Number.POSITIVE_INFINITY;
    for (let request = this.runTail; request >= 0; request = previous[request]!) {
      const done = generated[request]! + this.decodes.step - joined[request]!;
      if (done < least || (done === least && promptTokens[request]! > promptTokens[chosen]!)) {
        chosen = request;
        least = done;
      }
    }
    return chosen;
  }

  private link(request: number): void {
    const { next, previous } = this.requests;
    previous[request] = this.runTail;
    next[request] = -1;
    if (this.runTail >= 0) next[this.runTail] = request;
    this.runTail = request;
    this.running++;
  }

  private unlink(request: number): void {
    const { next, previous } = this.requests;
    const after = next[request]!;
    const before = previous[request]!;
    if (before >= 0) next[before] = after;
    if (after < 0) this.runTail = before;
    else previous[after] = before;
    this.running--;
  }

  private append(request: number): void {
    const { next } = this.requests;
    next[request] = -1;
    if (this.waitTail < 0) this.waitHead = request;
    else next[this.waitTail] = request;
    this.waitTail = request;
  }

  private prepend(request: number): void {
    this.requests.next[request] = this.waitHead;
    this.waitHead = request;
    if (this.waitTail < 0) this.waitTail = request;
  }
}
