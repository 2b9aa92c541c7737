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
  const padded = (seconds: Float64Array, of: number): Float64Array =>
    seconds.map((value, count) => {
      const batch = batches.find((most) => most * of >= count);
      const isPadded = count > 0 && batch !== undefined && batch * of < seconds.length;
      return isPadded ? seconds[batch * of]! : value;
    });
  const { decodeSeconds, together } = table;
  return {
    ...table,
    decodeSeconds: padded(decodeSeconds, 1),
    ...(together && { together: { ...together, decodeSeconds: padded(together.decodeSeconds, ranks) } }),
  };
}
