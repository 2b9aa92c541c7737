/** The prompts, and chunks of prompts, in a rank's scheduled step. */
import { chunkSeconds, type PrefillAttention } from "../step-table.ts";
import type { Requests } from "./requests.ts";

export class PromptBatch {
  /** Requests in it, and their tokens in this step. */
  size = 0;
  tokens = 0;
  /** Output tokens that these requests have still to make. */
  outputs = 0;
  /** Seconds of attention among the tokens of prompts. */
  attentionSeconds = 0;
  /** Pairs of query and key of all chunks so far, of all steps. */
  pairs = 0;
  private readonly members: Int32Array;
  private readonly requests: Requests;
  private readonly attention: PrefillAttention;

  constructor(most: number, requests: Requests, attention: PrefillAttention) {
    this.members = new Int32Array(most);
    this.requests = requests;
    this.attention = attention;
  }

  clear(): void {
    this.size = 0;
    this.tokens = 0;
    this.outputs = 0;
    this.attentionSeconds = 0;
  }

  at(index: number): number {
    return this.members[index]!;
  }

  /** Adds so many tokens of a request's context, after those that are cached or computed already. */
  add(request: number, tokens: number, after: number): void {
    const { computed, outputTokens, generated } = this.requests;
    computed[request] = after + tokens;
    this.outputs += outputTokens[request]! - generated[request]!;
    this.members[this.size++] = request;
    this.tokens += tokens;
    this.pairs += tokens * (after + (tokens + 1) / 2);
    this.attentionSeconds += chunkSeconds(this.attention, tokens, after);
  }
}
