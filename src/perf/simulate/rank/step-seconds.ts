/** Reads a step's time from its table: the formulas stand in ../step-table.ts. */
import type { StepTable } from "../step-table.ts";

/**
 * Seconds of a step that prefills.
 *
 * @param context tokens that the decodes read, their own among them
 * @param chunkSeconds of the attention of the prefilled chunks
 */
export function mixedStepSeconds(
  table: StepTable,
  decodes: number,
  prefillTokens: number,
  context: number,
  chunkSeconds: number,
): number {
  const tokens = decodes + prefillTokens;
  const kernels =
    secondsAt(table.mixedSeconds, tokens) +
    table.mixedDecodeSeconds[decodes]! +
    (table.mixedContextSeconds ?? table.contextSeconds)[decodes]! * context +
    chunkSeconds;
  return Math.max(leastSeconds(table, tokens), kernels);
}

/** What the host takes to launch a step with so many tokens of prompts and decodes. */
export function leastSeconds(
  { mixedLeastSeconds = 0, capturedTokens = 0, capturedLeastSeconds = 0 }: StepTable,
  tokens: number,
): number {
  return tokens <= capturedTokens ? capturedLeastSeconds : mixedLeastSeconds;
}

/** Beyond a table's end by its last slope: of schedulers that let a step have any number of tokens. */
export function secondsAt(seconds: Float64Array, tokens: number): number {
  const last = seconds.length - 1;
  if (tokens <= last) return seconds[tokens]!;
  return seconds[last]! + (tokens - last) * (seconds[last]! - seconds[last - 1]!);
}
