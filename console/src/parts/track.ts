/** Places on the track of a tornado: what is planned, and nothing, have a place on it too. Pure. */

export type Placed<Swing> = Swing & {
  /** Places of the swing's two ends, as shares of the track's width. */
  readonly lower: number;
  readonly higher: number;
};

export type Track<Swing> = {
  readonly swings: readonly Placed<Swing>[];
  readonly planned: number;
  /** Where nothing is gained or lost, when that is on the track. */
  readonly zero: number | undefined;
};

export function trackOf<Swing extends object>(
  planned: number,
  swings: readonly Swing[],
  endsOf: (swing: Swing) => readonly [lower: number, higher: number],
): Track<Swing> {
  const all = [planned, ...swings.flatMap(endsOf)];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const place = (amount: number) => (most > least ? (amount - least) / (most - least) : 0.5);
  return {
    swings: swings.map((swing) => {
      const [lower, higher] = endsOf(swing);
      return { ...swing, lower: place(lower), higher: place(higher) };
    }),
    planned: place(planned),
    zero: least <= 0 && most >= 0 ? place(0) : undefined,
  };
}
