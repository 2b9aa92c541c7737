/** Quarters of a year as plans name them, `2027Q2`, and their arithmetic. */

export const quarterForm = /^(\d{4})Q([1-4])$/;

/** Quarters since year 0. */
export function quarterIndex(quarter: string): number {
  const [, year, number] = quarterForm.exec(quarter) ?? [];
  if (year === undefined || number === undefined) throw new RangeError(`"${quarter}" is no quarter.`);
  return Number(year) * 4 + Number(number) - 1;
}

export function quarterName(index: number): string {
  return `${String(Math.floor(index / 4)).padStart(4, "0")}Q${(index % 4) + 1}`;
}

/** The quarter in which an instant lies (UTC). */
export function quarterAt(ms: number): number {
  const at = new Date(ms);
  return at.getUTCFullYear() * 4 + Math.floor(at.getUTCMonth() / 3);
}

export const isQuarter = (text: string): boolean => quarterForm.test(text);
