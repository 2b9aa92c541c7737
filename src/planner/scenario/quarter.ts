/** Calendar quarters: `2024Q3`. */

/** A quarter as a number that counts them, so that the next one is one more. */
export function quarterIndex(text: string): number {
  const [year = "", quarter = ""] = text.split("Q");
  return Number(year) * 4 + Number(quarter) - 1;
}

export function quarterText(index: number): string {
  return `${Math.floor(index / 4)}Q${(index % 4) + 1}`;
}

/** Whole quarters that so many months take. */
export function quartersOf(months: number): number {
  return Math.ceil(months / 3 - 1e-9);
}
