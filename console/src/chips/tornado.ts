/** How far each assumption swings what making is worth, and the places of its bar. Pure. */
import type { MakeOrBuy } from "./shapes.ts";

export type Swing = {
  readonly assumption: string;
  readonly lowerUsd: number;
  readonly higherUsd: number;
  /** Places of the two worths on the track, as shares of its width. */
  readonly lower: number;
  readonly higher: number;
};

/** The track of a tornado: what the plan is worth, and nothing, have a place on it too. */
export type Tornado = {
  readonly swings: readonly Swing[];
  readonly planned: number;
  readonly zero: number | undefined;
};

export function tornado({ worthUsd, sensitivity }: MakeOrBuy): Tornado {
  const worths = [worthUsd, ...sensitivity.flatMap(({ lowerUsd, higherUsd }) => [lowerUsd, higherUsd])];
  const [least, most] = [Math.min(...worths), Math.max(...worths)];
  const place = (usd: number) => (most > least ? (usd - least) / (most - least) : 0.5);
  return {
    swings: sensitivity.map((one) => ({ ...one, lower: place(one.lowerUsd), higher: place(one.higherUsd) })),
    planned: place(worthUsd),
    zero: least <= 0 && most >= 0 ? place(0) : undefined,
  };
}
