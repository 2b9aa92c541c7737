/** Predicted against published, by maker: tokens a second, and times. */
import { comparisons, type Panel } from "./chart.ts";
import { type Figure, kinds } from "./published-measured.ts";

export function publishedPicture(figures: readonly Figure[]): string {
  const panel = (title: string, range: Panel["range"], of: (figure: Figure) => boolean): Panel => ({
    title,
    range,
    points: figures.filter(of).map(({ vendor, measured, predicted }) => ({ group: vendor, measured, predicted })),
  });
  return comparisons([
    panel("Tokens/s", [3, 300_000], ({ kind }) => kind === kinds[0] || kind === kinds[1]),
    panel("TPOT, ms", [1, 1000], ({ kind }) => kind === "TPOT"),
    panel("TTFT and whole times, ms", [5, 300_000], ({ kind }) => kind === "TTFT" || kind === kinds[4]),
  ]);
}
