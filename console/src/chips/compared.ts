/** The chips that are compared: named by the address, told apart by colour, stroke and mark. Pure. */
import type { Chip } from "./shapes.ts";

export const comparedMin = 2;
export const comparedMax = 4;

/** Shown until somebody chooses: two generations, two makers. */
const comparedAtFirst = ["h200", "gb300", "mi355x"];

/** The names in an address's `compare`, of chips that exist, each once. */
export function comparedOf(text: string | null, chips: readonly Chip[]): readonly string[] {
  const names = text === null ? comparedAtFirst : text.split(",");
  return [...new Set(names)].filter((name) => chips.some((chip) => chip.name === name)).slice(0, comparedMax);
}

/** For the first, the second … that is compared: the later ones thinner, so that they do not cover what they meet. Okabe and Ito, "Color Universal Design" (2008). */
export const looks = [
  { color: "#0072b2", stroke: "solid", symbol: "circle", size: 15, width: 5 },
  { color: "#d55e00", stroke: "dashed", symbol: "rect", size: 12, width: 3.5 },
  { color: "#009e73", stroke: "dotted", symbol: "triangle", size: 11, width: 2.5 },
  { color: "#cc79a7", stroke: [10, 4, 2, 4], symbol: "diamond", size: 10, width: 2 },
] as const;

export function lookOf(index: number): (typeof looks)[number] {
  return looks[index] ?? looks[0];
}
