/** Spans of time as people write them: `15m`, `24h`, `7d`. */
import { Fault } from "../stack/fault.ts";

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const longestMs = 3660 * unitMs.d;

/** @throws Fault `invalid_value` with examples. */
export function spanMs(text: string): number {
  const match = /^(\d{1,6})([smhdw])$/.exec(text);
  const ms = match === null ? 0 : Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
  if (ms > 0 && ms <= longestMs) return ms;
  throw new Fault("invalid_value", {
    message: `"${text}" is not a span of time.`,
    remedy: 'Write a number and a unit, such as "15m", "24h" or "7d"; at most ten years.',
    param: "window",
  });
}

/** A span that ends now, or the one between two instants. */
export function spanBetween(
  ask: { readonly window?: string | undefined; readonly from?: string | undefined; readonly to?: string | undefined },
  nowMs: number,
  usual = "1h",
): { from: Date; to: Date } {
  const to = ask.to === undefined ? nowMs : Date.parse(ask.to);
  const from = ask.from === undefined ? to - spanMs(ask.window ?? usual) : Date.parse(ask.from);
  if (!(from < to)) {
    throw new Fault("invalid_value", {
      message: "A span ends after it begins: `from` must be before `to`.",
      param: "from",
    });
  }
  return { from: new Date(from), to: new Date(to) };
}
