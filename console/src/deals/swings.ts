/** How far each assumption swings what a deal is worth. Pure. */
import { trackOf } from "../parts/track.ts";
import type { DealEvaluation } from "./shapes.ts";

export function swingsOf({ npvUsd, tornado }: Pick<DealEvaluation, "npvUsd" | "tornado">, most: number) {
  return trackOf(npvUsd, tornado.slice(0, most), ({ npvLowUsd, npvHighUsd }) => [npvLowUsd, npvHighUsd]);
}
