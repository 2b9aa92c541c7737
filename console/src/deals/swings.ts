/** How far each assumption swings what a deal is worth, and the places of its bar. Pure. */
import type { DealEvaluation, Swing } from "./shapes.ts";

export type PlacedSwing = Swing & { readonly lower: number; readonly higher: number };

/** The track of the bars: what the plan is worth, and nothing, have a place on it too. */
export function swingsOf({ npvUsd, tornado }: Pick<DealEvaluation, "npvUsd" | "tornado">, most: number) {
  const shown = tornado.slice(0, most);
  const worths = [npvUsd, ...shown.flatMap(({ npvLowUsd, npvHighUsd }) => [npvLowUsd, npvHighUsd])];
  const [least, greatest] = [Math.min(...worths), Math.max(...worths)];
  const place = (usd: number) => (greatest > least ? (usd - least) / (greatest - least) : 0.5);
  return {
    swings: shown.map((one): PlacedSwing => ({ ...one, lower: place(one.npvLowUsd), higher: place(one.npvHighUsd) })),
    planned: place(npvUsd),
    zero: least <= 0 && greatest >= 0 ? place(0) : undefined,
  };
}
