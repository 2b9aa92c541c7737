/** How far each assumption swings what making is worth. Pure. */
import { trackOf } from "../parts/track.ts";
import type { MakeOrBuy } from "./shapes.ts";

export function tornado({ worthUsd, sensitivity }: MakeOrBuy) {
  return trackOf(worthUsd, sensitivity, ({ lowerUsd, higherUsd }) => [lowerUsd, higherUsd]);
}
