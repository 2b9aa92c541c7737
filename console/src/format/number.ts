/** Counts, spans of time and quantities, in the reader's language. */

export function count(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** Large counts in short: 50.3M, 5028萬. */
export function compact(value: number, locale: string): string {
  if (Math.abs(value) < 10_000) return count(value, locale);
  return new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 4 }).format(value);
}

/** Four digits that tell something. */
export function quantity(value: number, locale: string): string {
  if (value !== 0 && Math.abs(value) < 1e-6) return value.toExponential(2).replace("-", "−");
  const digits =
    Math.abs(value) >= 1000
      ? { maximumFractionDigits: 0 }
      : { maximumSignificantDigits: 4, minimumSignificantDigits: 1 };
  return new Intl.NumberFormat(locale, digits).format(value);
}

/** A ratio as a percentage; one that is far below −100 % only says so. */
export function percent(ratio: number, locale: string, decimals = 1): string {
  if (ratio < -9.995) return "< −999%";
  const digits = { style: "percent", minimumFractionDigits: decimals, maximumFractionDigits: decimals } as const;
  return new Intl.NumberFormat(locale, digits).format(ratio).replace("-", "−");
}

/** 0.42 ms, 312 ms, 1.53 s, 2 min 5 s, 2.28 h. */
export function span(ms: number): string {
  if (ms > 0 && ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}`;
  return `${Number((ms / 3_600_000).toPrecision(4))} h`;
}

/** A part of a whole in the unit that suits the whole: 1.17 of 13.3 min. */
export function spanOf(
  partMs: number,
  wholeMs: number,
): { readonly part: string; readonly whole: string; readonly unit: string } {
  const [unitMs, unit] = wholeMs >= 3_600_000 ? [3_600_000, "h"] : wholeMs >= 60_000 ? [60_000, "min"] : [1000, "s"];
  const text = (ms: number) => String(Number((ms / unitMs).toPrecision(3)));
  return { part: text(partMs), whole: text(wholeMs), unit };
}

/** 12.4 mJ, 0.85 J, 15.1 kJ: three digits. */
export function joules(value: number, locale: string): string {
  const [scaled, unit] =
    value === 0
      ? [0, "J"]
      : value < 0.1
        ? [value * 1000, "mJ"]
        : value < 10_000
          ? [value, "J"]
          : value < 3.6e6
            ? [value / 1000, "kJ"]
            : [value / 3.6e6, "kWh"];
  return `${new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(scaled)} ${unit}`;
}
