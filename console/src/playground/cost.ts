/** What an answer costs by its model's list price: an estimate while it runs, exact in the classes that are known. Pure. */
import { pico, type PicoUsd, usdPerMillionTokens } from "../../../src/stack/money.ts";
import type { TokenCounts } from "../../../src/stack/usage.ts";
import type { ModelPrice } from "../answers/shapes.ts";
import type { ChatUsage } from "./stream.ts";

export function costOf(tokens: TokenCounts, price: ModelPrice): PicoUsd {
  return pico(
    BigInt(tokens.input) * usdPerMillionTokens(price.inputUsdPerMillion) +
      BigInt(tokens.cachedInput) * usdPerMillionTokens(price.cachedInputUsdPerMillion) +
      BigInt(tokens.output) * usdPerMillionTokens(price.outputUsdPerMillion) +
      BigInt(tokens.reasoning) * usdPerMillionTokens(price.reasoningUsdPerMillion),
  );
}

/** OpenAI counts cached tokens among the input and reasoning among the output; ours are disjoint. */
export function tokensOf(usage: ChatUsage): TokenCounts {
  const cachedInput = Math.min(usage.prompt_tokens, usage.prompt_tokens_details?.cached_tokens ?? 0);
  const reasoning = Math.min(usage.completion_tokens, usage.completion_tokens_details?.reasoning_tokens ?? 0);
  return {
    input: usage.prompt_tokens - cachedInput,
    cachedInput,
    output: usage.completion_tokens - reasoning,
    reasoning,
  };
}
