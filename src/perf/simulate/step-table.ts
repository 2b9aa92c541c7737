/**
 * What a step of an engine takes, compiled for one deployment (chip, model, engine, split, precision): the physics hands
 * these tables to the simulator, which asks nothing else.
 *
 * A step runs `decodes` sequences by one token each and may prefill some tokens of others. Its time is
 *
 *     without prefill   decodeSeconds[decodes] + contextSeconds[decodes] · Σ context
 *     with prefill      mixedSeconds[decodes + prefill tokens] + mixedDecodeSeconds[decodes]
 *                       + mixedContextSeconds[decodes] · Σ context + Σ over chunks of prefillAttention,
 *                       and never less than mixedLeastSeconds, or what replaying graphs takes
 *
 * so that undisturbed decode steps sum in closed form: Σ context grows by `decodes` at each.
 */
export type StepTable = {
  /** Seconds of a step of decodes alone, but for reading their context; index: sequences, 0 … most. */
  readonly decodeSeconds: Float64Array;
  /** Seconds per token of context read by decodes; index: sequences. */
  readonly contextSeconds: Float64Array;
  /** Seconds of a step with prefill, but for all attention; index: tokens in the step, 0 … most in a step. */
  readonly mixedSeconds: Float64Array;
  /** Seconds of the decodes' attention in a step with prefill, but for reading their context; index: sequences. */
  readonly mixedDecodeSeconds: Float64Array;
  /** Seconds per token of context read by decodes in a step with prefill; those of the others unless given. */
  readonly mixedContextSeconds?: Float64Array;
  /** What the host takes to launch a step with prefill, which it does kernel by kernel; nothing unless given. */
  readonly mixedLeastSeconds?: number;
  /** Steps with prefill of so many tokens at the most, 0 unless given, are replayed as graphs, and take no less than this. */
  readonly capturedTokens?: number;
  readonly capturedLeastSeconds?: number;
  /**
   * What the host takes of a step that it prepares while the one before runs: of each, for each sequence that decodes, and
   * to launch one with prefill kernel by kernel, or as graphs. Unless given, steps wait for their host as told above.
   */
  readonly ahead?: {
    readonly stepSeconds: number;
    readonly sequenceSeconds: number;
    readonly launchSeconds: number;
    readonly replaySeconds: number;
  };
  /**
   * Of copies of attention over one set of experts: seconds that come to the slowest copy's, by the tokens of all of them
   * together, in a step of decodes alone and in one with prefill.
   */
  readonly together?: { readonly decodeSeconds: SecondsByTokens; readonly mixedSeconds: SecondsByTokens };
  /** Attention of a prefilled chunk. */
  readonly prefillAttention: PrefillAttention;
  /** Seconds from a request's arrival until the scheduler has it (HTTP, tokenising): fixed, and per prompt token. */
  readonly ingestSeconds: number;
  readonly ingestSecondsPerToken: number;
  /** Seconds from a step's end until its token is with the client. */
  readonly deliverSeconds: number;
};

/** Of any number of tokens. */
export type SecondsByTokens = (tokens: number) => number;

/**
 * Seconds of attention of a chunk of c tokens after p of context, by the equivalent length √(c² + 2cp) of a prompt that
 * has as many query-key pairs: `seconds[i]` at `i · strideTokens`, linear between; beyond the end by the square.
 */
export type PrefillAttention = { readonly strideTokens: number; readonly seconds: Float64Array };

/** Seconds of attention of a chunk of `tokens` after `past` tokens of context. */
export function chunkSeconds({ strideTokens, seconds }: PrefillAttention, tokens: number, past: number): number {
  const place = Math.sqrt(tokens * tokens + 2 * tokens * past) / strideTokens;
  const last = seconds.length - 1;
  if (place >= last) return seconds[last]! * (place / last) ** 2;
  const index = Math.floor(place);
  return seconds[index]! + (place - index) * (seconds[index + 1]! - seconds[index]!);
}
