/** Tables of functions that are slow to compute: some values are computed, and the rest lie on lines between them. */
import { tileRows } from "./tiles.ts";

/** Makes a function that is asked at growing numbers rise: single measurements may say that more work takes less time. */
export function rising(value: (index: number) => number): (index: number) => number {
  let most = 0;
  return (index) => {
    most = Math.max(most, value(index));
    return most;
  };
}

/**
 * Values at 0 … `most`. They are computed at every number up to 16, then at ever larger steps, and are linear between. Products
 * compute whole tiles, so the last row of a tile and the first row of the next are always computed.
 */
export function tabulated(most: number, value: (index: number) => number): Float64Array {
  const table = new Float64Array(most + 1);
  table[0] = value(0);
  for (let from = 0; from < most;) {
    const to = Math.min(most, nextNode(from));
    const [before, after] = [table[from]!, value(to)];
    for (let index = from + 1; index <= to; index += 1) {
      table[index] = before + ((after - before) * (index - from)) / (to - from);
    }
    from = to;
  }
  return table;
}

function nextNode(from: number): number {
  const to = from + Math.max(1, Math.floor(from / 16));
  if (from < tileRows) return to;
  if (from % tileRows === 0) return from + 1;
  const end = Math.ceil(from / tileRows) * tileRows;
  return to <= end ? to : Math.max(end, to - (to % tileRows));
}
