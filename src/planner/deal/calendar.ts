/** Dates as points on a line of months, so that a part of a month is a part of a month's fee. */

/**
 * Months since the year 0, a day being its part of its month: 2026-03-16 is half of March further than 2026-03-01.
 *
 * @param at Where in the day: an end is a day further.
 */
export function monthOf(date: string, at: "start" | "end" = "start"): number {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return year * 12 + (month - 1) + (day - 1 + (at === "end" ? 1 : 0)) / days;
}

/** The day on which a point of the line lies, `2026-03-16`. */
export function dateOf(point: number): string {
  const whole = Math.floor(point + 1e-9);
  const [year, month] = [Math.floor(whole / 12), whole % 12];
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(days, 1 + Math.floor((point - whole) * days + 1e-6));
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}

/** `2026-03`. */
export function monthText(month: number): string {
  return dateOf(Math.floor(month)).slice(0, 7);
}

/** `2026Q1`. */
export function quarterText(quarter: number): string {
  return `${Math.floor(quarter / 4)}Q${(quarter % 4) + 1}`;
}

/** The quarter in which a whole month lies. */
export function quarterOf(month: number): number {
  return Math.floor(month / 3);
}

/** How much of the month that begins at `month` lies between two points. */
export function overlap(month: number, from: number, to: number): number {
  return Math.max(0, Math.min(month + 1, to) - Math.max(month, from));
}
