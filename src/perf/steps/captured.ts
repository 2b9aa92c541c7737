/**
 * Decodes are replayed as graphs, which engines capture for some sizes of batches. A batch between two of these sizes is padded to
 * the next and takes as long as that one, except for reading contexts.
 */
import type { StepTable } from "../simulate/step-table.ts";

/**
 * The same table with padded batches.
 *
 * @param batches sizes that are captured on one rank, ascending; a larger batch is not padded
 * @param ranks that step together, and are all padded to the same size
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
