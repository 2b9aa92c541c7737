/**
 * What a request is billed for, from what is known of it: the upstream's report where its answer is whole, and what
 * was relayed where it is not. Pure.
 */
import { type CountedBy, noTokens, type TokenCounts } from "../stack/usage.ts";
import { estimateTokens } from "./usage.ts";

export type Counted = { readonly tokens: TokenCounts; readonly countedBy: CountedBy };

export const nothingCounted: Counted = { tokens: noTokens, countedBy: "gateway" };

/** Content-bearing chunks that went to the client, by class. */
export type Chunks = { readonly output: number; readonly reasoning: number };

export type InputFacts = {
  /** As an engine of ours said in its answer's head; the cached ones are among them. */
  readonly inputTokens: number | undefined;
  readonly cachedTokens: number | undefined;
  readonly inputBytes: number;
  /** No request of this kind has more. */
  readonly inputMax: number;
};

export type Bounds = {
  readonly inputBytes: number;
  /** Of the model, and how many answers were asked for, each of which may fill it. */
  readonly contextTokens: number;
  readonly choices: number;
};

/**
 * An upstream's report of tokens, or undefined where it cannot be true, so that a broken upstream cannot bill billions.
 * A token of the input has at least one byte, except those that a chat template adds; neither input nor output is longer
 * than the context.
 */
export function believable(
  reported: TokenCounts | undefined,
  { inputBytes, contextTokens, choices }: Bounds,
): TokenCounts | undefined {
  if (reported === undefined) return undefined;
  const most = contextTokens * choices;
  const isPossible =
    reported.input + reported.cachedInput <= inputBytes + most && reported.output + reported.reasoning <= most;
  return isPossible ? reported : undefined;
}

/** Input as an engine of ours counted it, or as its bytes let one think. */
export function countInput({ inputTokens, cachedTokens, inputBytes, inputMax }: InputFacts): Counted {
  if (inputTokens === undefined) {
    return { tokens: { ...noTokens, input: Math.min(inputMax, estimateTokens(inputBytes)) }, countedBy: "estimate" };
  }
  const cachedInput = Math.min(inputTokens, cachedTokens ?? 0);
  return { tokens: { ...noTokens, input: inputTokens - cachedInput, cachedInput }, countedBy: "gateway" };
}

/**
 * What has passed of a stream, a chunk counting as a token. An upstream that reports as it goes says how many tokens
 * its chunks held, which is believed as long as every chunk of its has gone out.
 */
export function countRelayed(
  chunks: Chunks,
  isEverythingOut: boolean,
  reported: TokenCounts | undefined,
  input: InputFacts,
): Counted {
  const { output, reasoning } = chunks;
  if (reported === undefined) {
    const known = countInput(input);
    return { tokens: { ...known.tokens, output, reasoning }, countedBy: known.countedBy };
  }
  const isBelieved = isEverythingOut && output + reasoning > 0;
  return {
    tokens: {
      input: reported.input,
      cachedInput: reported.cachedInput,
      output: isBelieved ? Math.max(output, reported.output) : output,
      reasoning: isBelieved ? Math.max(reasoning, reported.reasoning) : reasoning,
    },
    countedBy: "gateway",
  };
}
