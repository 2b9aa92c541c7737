/** Instants, in the reader's language and clock. */

export function timeOfDay(at: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(new Date(at));
}

export function dateAndTime(at: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(at));
}

export function dateOnly(at: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric" }).format(new Date(at));
}

/** The mark of an instant on an axis that spans so long. */
export function axisTime(at: string, spanMs: number, locale: string): string {
  const long = spanMs > 36 * 3_600_000;
  return new Intl.DateTimeFormat(
    locale,
    long
      ? { month: "numeric", day: "numeric", hour: "2-digit", hourCycle: "h23" }
      : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  ).format(new Date(at));
}

/** “3 minutes ago”, “in 3 days”. */
export function relative(at: string, nowMs: number, locale: string): string {
  const seconds = Math.round((Date.parse(at) - nowMs) / 1000);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const magnitude = Math.abs(seconds);
  if (magnitude < 60) return format.format(seconds, "second");
  if (magnitude < 3600) return format.format(Math.round(seconds / 60), "minute");
  if (magnitude < 86_400) return format.format(Math.round(seconds / 3600), "hour");
  return format.format(Math.round(seconds / 86_400), "day");
}
