/** Tables that are linear between their knots. */

/** Between which two knots a value lies: that of `index` and the next, `rest` of the way (0 to 1). Outside it is at the edge. */
export type Place = { readonly index: number; readonly rest: number };

/** @param knots ascending, two or more */
export function placeAmong(knots: readonly number[], value: number): Place {
  const last = knots.length - 1;
  const inside = Math.min(Math.max(value, knots[0]!), knots[last]!);
  let index = 0;
  while (index < last - 1 && inside > knots[index + 1]!) index += 1;
  return { index, rest: (inside - knots[index]!) / (knots[index + 1]! - knots[index]!) };
}
