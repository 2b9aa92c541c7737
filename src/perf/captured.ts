/**
 * Decodes are replayed as graphs, which are captured for some numbers of sequences: a batch between two of them is padded to
 * the next and takes as long as it, but for reading contexts.
 */
import type { StepTable } from "./step-table.ts";

/**
 * @param batches of one rank, ascending; a batch larger than the last is not padded
 * @param ranks that step together, all of them padded to the same
 */
export function paddedTo(table: StepTable, batches: readonly number[], ranks: number): StepTable {
  const { decodeSeconds, together } = table;
  const padded = (sequences: number, of: number): number => {
    const batch = batches.find((most) => most * of >= sequences);
    return sequences > 0 && batch !== undefined && batch < decodeSeconds.length ? batch * of : sequences;
  };
  const paddedTogether = (tokens: number) => together!.decodeSeconds(padded(tokens, ranks));
  return {
    ...table,
    decodeSeconds: decodeSeconds.map((_, sequences) => decodeSeconds[padded(sequences, 1)]!),
    ...(together && { together: { ...together, decodeSeconds: paddedTogether } }),
  };
}
