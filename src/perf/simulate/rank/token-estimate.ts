/**
 * SGLang's estimate of the tokens that running requests will still take: a share of their remaining outputs that decays
 * with each decode step from 0.7 to 0.098 over 600 of them, and is set anew when requests had to be retracted
 * (`new_token_ratio` in its scheduler).
 */
import type { Decodes } from "./decodes.ts";
import type { KvPool } from "./kv.ts";

/** Steps for which SGLang makes room when it retracts (`SGLANG_RETRACT_DECODE_STEPS`). */
export const RETRACT_STEPS = 20;
const FIRST_SHARE = 0.7;
const LEAST_SHARE = 0.14 * FIRST_SHARE;
const DECAY_STEPS = 600;

export class TokenEstimate {
  private from = FIRST_SHARE;
  private steps = 0;

  /** Whether so many more tokens fit beside the cached ones just looked up and what is expected of the running. */
  fits(kv: KvPool, decodes: Decodes, tokens: number): boolean {
    return tokens + this.share() * decodes.remaining <= (kv.free - kv.revivable) * kv.blockTokens;
  }

  decay(steps: number): void {
    this.steps += steps;
  }

  /** After a retraction: the share of their outputs that those who remain have made, and will in some steps more. */
  reset({ outputs, remaining, count }: Decodes): void {
    this.from = Math.min(1, (outputs - remaining + RETRACT_STEPS * count) / outputs);
    this.steps = 0;
  }

  private share(): number {
    const decay = ((FIRST_SHARE - LEAST_SHARE) / DECAY_STEPS) * this.steps;
    return Math.max(LEAST_SHARE, this.from - decay);
  }
}
