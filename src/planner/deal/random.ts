/**
 * Random numbers that a seed replays: sfc32 (Doty-Humphrey, PractRand), started afresh for each draw, so that a draw is
 * the same whatever came before it and however many follow.
 */

export type Random = () => number;

/** Numbers from 0 up to but without 1, of one draw. */
export function randomOf(seed: number, draw: number): Random {
  let [a, b, c, counter] = [mix(seed), mix(seed ^ 0x9e3779b9), mix(draw ^ 0x85ebca6b), 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warm = 0; warm < 12; warm += 1) next();
  return next;
}

/** MurmurHash3's finaliser. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** A triangular draw: from `low` to `high`, most likely `mode`. */
export function triangular(uniform: number, low: number, mode: number, high: number): number {
  const width = high - low;
  if (width <= 0) return mode;
  const before = (mode - low) / width;
  return uniform < before
    ? low + Math.sqrt(uniform * width * (mode - low))
    : high - Math.sqrt((1 - uniform) * width * (high - mode));
}

/** Years until something happens that has a chance of `perYear` in each year; Infinity when it has none. */
export function yearsUntil(uniform: number, perYear: number): number {
  if (perYear >= 1) return 0;
  return perYear <= 0 ? Infinity : Math.log1p(-uniform) / Math.log1p(-perYear);
}
