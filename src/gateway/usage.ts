/**
 * Usage as a dialect reports it, turned into disjoint counts. OpenAI's `prompt_tokens` includes the cached ones and
 * `completion_tokens` the reasoning: taken apart here, never negative, and whole whatever the upstream claims.
 */
import type { TokenCounts } from "../stack/usage.ts";

/** OpenAI's usage object as disjoint counts; undefined when it is none, so that a guess is never taken for a report. */
export function countsOfOpenAi(usage: unknown): TokenCounts | undefined {
  if (!isObject(usage)) return undefined;
  const prompt = count(usage["prompt_tokens"]);
  const completion = usage["completion_tokens"] === undefined ? 0 : count(usage["completion_tokens"]);
  if (prompt === undefined || completion === undefined) return undefined;
  const cachedInput = Math.min(prompt, detail(usage["prompt_tokens_details"], "cached_tokens"));
  const reasoning = Math.min(completion, detail(usage["completion_tokens_details"], "reasoning_tokens"));
  return { input: prompt - cachedInput, cachedInput, output: completion - reasoning, reasoning };
}

/** As `countsOfOpenAi`, from the object's JSON. */
export function countsOfOpenAiJson(json: string): TokenCounts | undefined {
  try {
    return countsOfOpenAi(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** Roughly as many tokens as text of so many bytes has; used only where nobody counted, and then marked `estimate`. */
export function estimateTokens(bytes: number): number {
  return Math.ceil(bytes / 4);
}

export function tokensIn({ input, cachedInput, output, reasoning }: TokenCounts): number {
  return input + cachedInput + output + reasoning;
}

function detail(details: unknown, key: string): number {
  return isObject(details) ? (count(details[key]) ?? 0) : 0;
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
