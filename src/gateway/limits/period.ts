/** The periods of budgets: UTC days and months, and all of time. */

export type BudgetPeriod = "day" | "month" | "total";

export type Period = {
  /** Names it: `2026-11-23`, `2026-11`, `total`. */
  readonly name: string;
  readonly startMs: number;
  /** The first instant after it; null when it never ends. */
  readonly endMs: number | null;
};

const dayMs = 86_400_000;

export function periodAt(period: BudgetPeriod, atMs: number): Period {
  if (period === "total") return { name: "total", startMs: 0, endMs: null };
  const at = new Date(atMs);
  if (period === "day") {
    const startMs = Math.floor(atMs / dayMs) * dayMs;
    return { name: at.toISOString().slice(0, 10), startMs, endMs: startMs + dayMs };
  }
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  return { name: at.toISOString().slice(0, 7), startMs: Date.UTC(year, month), endMs: Date.UTC(year, month + 1) };
}
