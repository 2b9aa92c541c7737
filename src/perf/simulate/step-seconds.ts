/** Reads a step's time from its table: the formulas stand in ../step-table.ts. */
import type { StepTable } from "../step-table.ts";

/**
 * Seconds of a step that prefills, but for the attention of the prefilled chunks.
 *
 * @param context tokens that the decodes read, their own among them
 */
export function mixedStepSeconds(table: StepTable, decodes: number, prefillTokens: number, context: number): number {
  return (
    secondsAt(table.mixedSeconds, decodes + prefillTokens) +
    table.mixedDecodeSeconds[decodes]! +
    table.contextSeconds[decodes]! * context
  );
}

/** Beyond a table's end by its last slope: of schedulers that let a step have any number of tokens. */
export function secondsAt(seconds: Float64Array, tokens: number): number {
  const last = seconds.length - 1;
  if (tokens <= last) return seconds[tokens]!;
  return seconds[last]! + (tokens - last) * (seconds[last]! - seconds[last - 1]!);
}
