/** A rank's scheduler as plain.ts has it: lists of jobs, gone through one by one at every step. */
import { chunkSeconds, type StepTable } from "../step-table.ts";
import { blocksBesides, type Pool } from "../deployment.ts";
import { type Policy, policyOf } from "../rank/policy.ts";
import { type Job, PlainKv } from "./plain-kv.ts";

export class PlainRank {
  readonly kv: PlainKv;
  waiting: Job[] = [];
  running: Job[] = [];
  preemptions = 0;
  isReleased = true;
  /** Who was taken up at the last scheduling with a prompt that was computed elsewhere. */
  readonly taken: Job[] = [];
  private readonly table: StepTable;
  private readonly policy: Policy;
  private readonly pool: Pool;
  private readonly prefillsOnly: boolean;
  private step: { decodes: Job[]; prompts: { job: Job; tokens: number; after: number }[] } = {
    decodes: [],
    prompts: [],
  };
  /** A static batch's size and context, its finished jobs included. */
  private padded: Job[] = [];
  private isFull = false;
  private expectedShare = 0.7;
  private decodeSteps = 0;
  private isHolding = false;
  private heldSteps = 0;
  private deafSteps = 0;

  constructor(pool: Pool, unitTokens: number, prefillsOnly: boolean) {
    this.pool = pool;
    this.table = pool.table;
    this.policy = policyOf(pool.scheduler, pool.kvBlocks);
    this.prefillsOnly = prefillsOnly;
    this.kv = new PlainKv(pool.kvBlocks, pool.blockTokens, unitTokens, pool.prefixCache ?? false);
  }

  isReady(): boolean {
    return this.waiting.length > 0 && this.running.length < this.policy.maxSequences;
  }

  present(): number {
    return this.waiting.length + this.running.length;
  }

  /** Tokens of the scheduled step: of decodes, those of finished jobs in a static batch too, and of prompts. */
  tokens(): { readonly decodes: number; readonly prompts: number } {
    const { decodes, prompts } = this.step;
    const read = this.policy.mixing === "batch" && decodes.length > 0 ? this.padded : decodes;
    return { decodes: read.length, prompts: prompts.reduce((sum, { tokens }) => sum + tokens, 0) };
  }

  /** Seconds of the next step; 0 where there is nothing to do. */
  schedule(): number {
    this.step = { decodes: [], prompts: [] };
    this.isHolding = false;
    if (this.present() === 0) return 0;
    const { mixing, maxStepTokens } = this.policy;
    const partial = this.running.find((job) => !job.isDecoding);
    if (mixing === "batch") {
      if (this.running.length === 0) this.admit(maxStepTokens);
      if (this.step.prompts.length === 0) this.step.decodes = this.running.filter((job) => job.isDecoding);
    } else if (mixing === "mixed") {
      let preempted = this.startDecodes();
      let budget = maxStepTokens - this.step.decodes.length;
      if (partial && this.running.includes(partial)) {
        const tokens = Math.min(partial.prompt + partial.generated - partial.computed, budget);
        if (tokens > 0 && !this.kv.take(partial, partial.computed + tokens, 0)) {
          this.preempt(partial);
          preempted = true;
        } else if (tokens > 0) {
          this.step.prompts.push({ job: partial, tokens, after: partial.computed });
          budget -= tokens;
        }
      }
      this.isHolding = this.holds(budget);
      if (!preempted && !this.isHolding) this.admit(budget);
    } else {
      let budget = maxStepTokens;
      if (partial) {
        const tokens = Math.min(partial.prompt + partial.generated - partial.computed, budget);
        if (!this.kv.take(partial, partial.computed + tokens, 0)) throw new Error("A chunk found no blocks.");
        this.step.prompts.push({ job: partial, tokens, after: partial.computed });
        budget -= tokens;
      }
      const isDeaf = this.deafSteps > 0 && this.running.some((job) => job.isDecoding);
      if (!isDeaf || this.step.prompts.length > 0) this.admit(budget);
      if (this.step.prompts.length === 0) this.startDecodes();
    }
    return this.price();
  }

  /** The step is over; who has finished. */
  commit(end: number): Job[] {
    const finished: Job[] = [];
    const isPrompt = this.step.prompts.length > 0;
    if (isPrompt) this.deafSteps = this.policy.alternates ? this.policy.receiveSteps : 0;
    else if (this.step.decodes.length === 0) this.deafSteps = 0;
    else this.deafSteps = this.deafSteps === 0 ? this.policy.receiveSteps - 1 : this.deafSteps - 1;
    if (this.step.prompts.length > 0) this.heldSteps = 0;
    else if (this.isHolding || this.policy.waitsFromPrompts) this.heldSteps++;
    for (const job of this.step.decodes) {
      job.computed++;
      job.generated++;
      job.last = end;
      if (job.generated === job.output) finished.push(job);
    }
    if (this.step.decodes.length > 0) this.decodeSteps++;
    for (const { job, tokens, after } of this.step.prompts) {
      job.computed = after + tokens;
      if (job.computed < job.prompt + job.generated) continue;
      if (job.generated++ === 0) job.first = end;
      job.last = end;
      if (job.generated === job.output || this.prefillsOnly) finished.push(job);
      else {
        job.isDecoding = true;
        if (this.policy.mixing === "batch") this.padded.push(job);
      }
    }
    for (const job of finished) {
      this.running = this.running.filter((other) => other !== job);
      this.kv.release(job, false);
      job.isDecoding = false;
      this.isFull = false;
    }
    if (this.running.length === 0) this.padded = [];
    return finished;
  }

  private holds(budget: number): boolean {
    const { waitSteps, waitTokens, waitSequences, chunked } = this.policy;
    const { decodes, prompts } = this.step;
    const first = this.waiting[0];
    if (!this.isReady() || first === undefined || first.computed > 0) return false;
    if (decodes.length === 0 || prompts.length > 0) return false;
    if (!this.isReleased) return true;
    if (this.heldSteps >= waitSteps || this.running.length < waitSequences) return false;
    let tokens = 0;
    for (const job of this.waiting) {
      const known = job.prompt + job.generated;
      if (tokens + known > budget) {
        if (chunked) tokens = budget;
        break;
      }
      tokens += known;
    }
    return tokens + decodes.length < waitTokens;
  }

  private startDecodes(): boolean {
    let preempted = false;
    const grows = this.policy.reserve !== "outcome";
    const needs = (job: Job): boolean => grows && job.isDecoding && job.computed % this.kv.blockTokens === 0;
    if (this.policy.estimates) preempted = this.retract(needs);
    for (let at = 0; at < this.running.length; at++) {
      const job = this.running[at]!;
      if (!job.isDecoding) continue;
      while (needs(job) && this.kv.free() === 0 && this.running[at] === job) {
        this.preempt(this.running.at(-1)!);
        preempted = true;
      }
      if (this.running[at] !== job) break;
      if (!this.kv.take(job, job.computed + 1, 0)) throw new Error("A decode found no block.");
      this.step.decodes.push(job);
    }
    return preempted;
  }

  private retract(needs: (job: Job) => boolean): boolean {
    let retracted = false;
    for (;;) {
      const decodes = this.running.filter((job) => job.isDecoding);
      const free = this.kv.free();
      const wants = retracted && decodes.length > 1 && free * this.kv.blockTokens < decodes.length * 20;
      if (decodes.filter(needs).length <= free && !wants) {
        const outputs = decodes.reduce((sum, job) => sum + job.output, 0);
        const made = decodes.reduce((sum, job) => sum + job.generated, 0);
        if (retracted) {
          this.expectedShare = Math.min(1, (made + 20 * decodes.length) / outputs);
          this.decodeSteps = 0;
        }
        return retracted;
      }
      const order = decodes.toReversed().toSorted((a, b) => a.generated - b.generated || b.prompt - a.prompt);
      this.preempt(order[0]!);
      retracted = true;
    }
  }

  private preempt(job: Job): void {
    this.running = this.running.filter((other) => other !== job);
    this.kv.release(job, true);
    job.computed = 0;
    job.isDecoding = false;
    this.preemptions++;
    this.isFull = false;
    if (this.policy.estimates) this.waiting.push(job);
    else this.waiting.unshift(job);
  }

  private admit(budget: number): void {
    const { policy, kv } = this;
    let left = budget;
    while (this.waiting.length > 0 && left > 0 && this.running.length < policy.maxSequences) {
      if (policy.estimates && this.isFull) return;
      const job = this.waiting[0]!;
      const known = job.prompt + job.generated;
      job.besides = blocksBesides(this.pool, job.prompt, job.output, this.prefillsOnly);
      const isTransferred = job.computed > 0;
      const cached = isTransferred ? job.computed : kv.cachedTokens(job);
      const tokens = isTransferred ? 0 : Math.min(known - cached, left);
      if (!isTransferred && !policy.chunked && tokens < known - cached) return;
      if (
        !isTransferred &&
        policy.estimates &&
        !this.fits(known - cached + job.output - job.generated + job.besides * kv.blockTokens, kv.revivable(job))
      ) {
        this.isFull = true;
        return;
      }
      const { reserve } = policy;
      job.reserved =
        reserve === "outcome" ? job.prompt + job.output - 1 : reserve === "prompt" && !isTransferred ? known : 0;
      const joins = isTransferred && policy.mixing === "mixed";
      // The token that it makes at once may need a block of its own.
      const more = joins && reserve !== "outcome" && job.computed % kv.blockTokens === 0 ? 1 : 0;
      if (!kv.take(job, cached + tokens, policy.watermarkBlocks + more)) {
        this.isFull = true;
        return;
      }
      this.waiting.shift();
      this.running.push(job);
      if (isTransferred) {
        this.taken.push(job);
        job.isDecoding = true;
        left--;
        if (joins) {
          kv.take(job, job.computed + 1, 0);
          this.step.decodes.push(job);
        }
        if (policy.mixing === "batch") this.padded.push(job);
      } else {
        this.step.prompts.push({ job, tokens, after: cached });
        left -= tokens;
      }
    }
  }

  private fits(tokens: number, revived: number): boolean {
    const share = Math.max(0.7 * 0.14, this.expectedShare - ((0.7 - 0.7 * 0.14) / 600) * this.decodeSteps);
    const decodes = this.running.filter((job) => job.isDecoding);
    const expected = share * decodes.reduce((sum, job) => sum + job.output - job.generated, 0);
    const batch = this.step.prompts.reduce((sum, { job }) => sum + job.output - job.generated, 0);
    return tokens + batch + expected <= (this.kv.free() - revived) * this.kv.blockTokens;
  }

  private price(): number {
    const { table } = this;
    const { decodes, prompts } = this.step;
    const read = this.policy.mixing === "batch" && decodes.length > 0 ? this.padded : decodes;
    const longest = this.padded.reduce((most, job) => Math.max(most, job.generated), 0);
    let context = 0;
    for (const job of read)
      context += this.policy.mixing === "batch" ? job.prompt + longest : job.prompt + job.generated;
    const count = read.length;
    if (prompts.length === 0) {
      if (count === 0) throw new Error("A rank with jobs found nothing to do.");
      return table.decodeSeconds[count]! + table.contextSeconds[count]! * context;
    }
    let tokens = count;
    let attention = 0;
    for (const prompt of prompts) {
      tokens += prompt.tokens;
      attention += chunkSeconds(table.prefillAttention, prompt.tokens, prompt.after);
    }
    const perContextToken = table.mixedContextSeconds ?? table.contextSeconds;
    const kernels =
      table.mixedSeconds[tokens]! + table.mixedDecodeSeconds[count]! + perContextToken[count]! * context + attention;
    const isCaptured = tokens <= (table.capturedTokens ?? 0);
    return Math.max((isCaptured ? table.capturedLeastSeconds : table.mixedLeastSeconds) ?? 0, kernels);
  }
}
