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
  const kernels =
    secondsAt(table.mixedSeconds, decodes + prefillTokens) +
    table.mixedDecodeSeconds[decodes]! +
    table.contextSeconds[decodes]! * context +
    chunkSeconds;
  return Math.max(table.mixedLeastSeconds ?? 0, kernels);
}

/** Beyond a table's end by its last slope: of schedulers that let a step have any number of tokens. */
export function secondsAt(seconds: Float64Array, tokens: number): number {
  const last = seconds.length - 1;
  if (tokens <= last) return seconds[tokens]!;
  return seconds[last]! + (tokens - last) * (seconds[last]! - seconds[last - 1]!);
}
