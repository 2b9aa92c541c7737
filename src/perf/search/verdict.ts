/** What a search finds out about a candidate: how good it can be at best, or why it lost. */
export type Loss =
  /** It cannot be: heads do not divide, weights do not fit, or the chip lacks such arithmetic. */
  | "impossible"
  /** It misses the objective even at the datasheet's peaks. */
  | "roofline"
  /** It cannot be as good as what was found. */
  | "bound"
  /** It misses the objective when it is simulated. */
  | "objective"
  /** It was simulated, and others are better. */
  | "beaten"
  | "unpriced";

/** `usd`: dollars a million output tokens, at best or as simulated, where that is why. */
export type Lost = { readonly loss: Loss; readonly why: string; readonly usd?: number };

/** Speed of a user and of an accelerator, at best. */
export type Best = {
  readonly concurrency: number;
  readonly tokensPerSecondPerUser: number;
  readonly tokensPerSecondPerAccelerator: number;
};

export type Bound = {
  readonly id: number;
  readonly lost?: Lost;
  /** At rising concurrency, whether or not the objective is met. */
  readonly curve: readonly Best[];
  /** Where the objective is met with the most tokens. */
  readonly best?: Best;
};
