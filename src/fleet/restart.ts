/** When a process that died is started again: at once the first time, then ever later while it keeps dying. */

/** How often and when a process was last started; `nowMs` and these are on one clock. */
export type RestartHistory = {
  /** Deaths in a row, each within `steadyAfterMs` of its start. */
  readonly earlyDeaths: number;
  readonly startedAtMs: number;
};

/** A process that lived this long is steady: its next death counts as the first. */
export const steadyAfterMs = 10_000;

const firstDelayMs = 50;
const longestDelayMs = 15_000;

/** The history after a death at `nowMs`. */
export function afterDeath(history: RestartHistory, nowMs: number): RestartHistory {
  const lived = nowMs - history.startedAtMs;
  return { ...history, earlyDeaths: lived >= steadyAfterMs ? 1 : history.earlyDeaths + 1 };
}

/** Milliseconds to wait before the next start: 0, then doubling from 50 ms to 15 s. */
export function restartDelayMs(history: RestartHistory): number {
  if (history.earlyDeaths <= 1) return 0;
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (history.earlyDeaths - 2));
}
