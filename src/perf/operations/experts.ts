/**
 * How long the routed experts of a layer take. Each token chooses a few experts. An expert that any token chose is read
 * whole, and multiplies the tokens that chose it: that gives a roofline.
 *
 * How far kernels are from this roofline depends on the tokens of an expert, the number of experts at work, and the size of
 * each expert's slice on the accelerator. curves/experts.ts has a small grid over these three for every chip, engine and
 * kernel. tools/perf/derive-experts.ts fits the grids to measured kernels, whose tokens were as uneven as routers make them.
 */
import type { Rates } from "./efficiency.ts";
import { placeAmong } from "./knots.ts";

/** The routed experts of a layer, and the part of them on one accelerator. */
export type ExpertShape = {
  /** Numbers in the vector that goes into an expert. */
  readonly hidden: number;
  /** Width of an expert, and of its slice on this accelerator. */
  readonly wholeWidth: number;
  readonly width: number;
  /** Matrices of an expert: 3 with a gate, else 2. */
  readonly matrices: number;
  /** Experts on this accelerator, and in all. */
  readonly local: number;
  readonly experts: number;
  /** Experts that a token chooses. */
  readonly perToken: number;
  readonly bytesPerWeight: number;
};

/** How far a kernel is from the roofline. */
export type ExpertEfficiency = {
  /** 100 · ln(time / roofline) at the knots of `expertKnots`. Slices vary fastest, tokens slowest. */
  readonly hundredths: readonly number[];
  /** By shape (see `shapeKey`): what to add for this shape, at the knots of tokens. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
};

export type DerivedExperts = ExpertEfficiency & {
  /** Version of the engine. */
  readonly version: string;
  /** Median of |predicted / measured − 1|. */
  readonly medianError: number;
  readonly rows: number;
  /** Rows that were left out: they would be faster than the hardware. */
  readonly rejected: number;
};

/** Knots, as powers of two: tokens of an expert at work, experts at work, and weights in a matrix of an expert's slice. */
export const expertKnots = {
  tokens: [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12],
  active: [0, 2, 4, 6, 8],
  slice: [18, 20, 22, 24, 26],
} as const;
const knotCounts = [expertKnots.tokens.length, expertKnots.active.length, expertKnots.slice.length] as const;

/** Least time of a kernel, an estimate. It keeps the shares of tiny kernels within reason; the grids are fitted with it. */
const launchSeconds = 2e-6;

export type ExpertWork = {
  /** Experts on this accelerator that at least one token chose (on average, so not whole), and the tokens of each. */
  readonly active: number;
  readonly tokensOfEach: number;
  readonly flops: number;
  readonly bytes: number;
};

/** The share of all experts that at least one of `tokens` tokens chooses, if each chooses `perToken` of `experts`. */
export type ChosenShare = (tokens: number, perToken: number, experts: number) => number;

/** All experts are chosen equally often. */
export const evenlyChosen: ChosenShare = (tokens, perToken, experts) => 1 - (1 - perToken / experts) ** tokens;

/**
 * How unevenly a router chooses experts: standard deviation over mean of their popularity. OLMoE was counted over 50,000
 * tokens of prose, code and mathematics (JustVugg/colibri#864). There the more popular half of a layer's experts has 75 % of
 * the choices, and the most popular quarter of all experts 52 %. With this spread it is 78 and 51 %.
 */
const popularitySpread = 0.75;

/** A router prefers some experts, so that tokens meet in them. Popularity is taken to have a gamma distribution. */
export const chosenByRouter: ChosenShare = (tokens, perToken, experts) => {
  const choices = -tokens * Math.log1p(-perToken / experts);
  const variance = popularitySpread ** 2;
  return 1 - (1 + variance * choices) ** (-1 / variance);
};

/**
 * The work of a layer's experts on the accelerator that has the most of it.
 *
 * @param tokens of all copies of attention
 * @param chosenShare how many experts they choose: `evenlyChosen` for the measured tables, `chosenByRouter` for models
 */
export function expertWork(shape: ExpertShape, tokens: number, chosenShare = chosenByRouter): ExpertWork {
  const { hidden, width, matrices, local, experts, perToken, bytesPerWeight } = shape;
  const evenly = (tokens * perToken * local) / experts;
  const choices = busiest(evenly, experts / local, local, tokens * Math.min(perToken, local));
  const active = local * chosenShare((tokens * choices) / evenly, perToken, experts);
  const weights = matrices * hidden * width;
  return {
    active,
    tokensOfEach: choices / active,
    flops: 2 * weights * choices,
    bytes: active * weights * bytesPerWeight + choices * hidden * 4,
  };
}

/**
 * Deviation over mean of how often an expert is chosen in the measured tables, whose power law of choices comes to a
 * log-uniform popularity from one token to four of five.
 */
const skew = 1.84;

/**
 * Choices that fall on the busiest accelerator, for which all others wait. The largest of `ranks` numbers is about
 * √ln(ranks) deviations above their mean. The numbers differ by chance, and by which experts each accelerator has.
 *
 * @param evenly choices of an accelerator on average
 * @param local experts of an accelerator
 * @param most choices that it can have at all
 */
function busiest(evenly: number, ranks: number, local: number, most: number): number {
  const deviation = Math.sqrt(evenly + (skew * evenly) ** 2 / local);
  return Math.min(most, evenly + Math.sqrt(Math.log(ranks)) * deviation);
}

/** The least seconds that the work could take, launch included. */
export function expertRoofline({ flops, bytes }: ExpertWork, rates: Rates): number {
  return Math.max(flops / rates.flopsPerSecond, bytes / rates.bytesPerSecond) + launchSeconds;
}

/** Seconds of a layer's routed experts on the busiest accelerator. */
export function expertSeconds(efficiency: ExpertEfficiency, rates: Rates, shape: ExpertShape, tokens: number): number {
  if (tokens === 0) return 0;
  const work = expertWork(shape, tokens);
  let hundredths = 0;
  for (const [knot, share] of knotsOf(work, shape)) hundredths += share * efficiency.hundredths[knot]!;
  const own = efficiency.shapes[shapeKey(shape)];
  if (own !== undefined) for (const [knot, share] of tokenKnotsOf(work)) hundredths += share * own[knot]!;
  return expertRoofline(work, rates) * Math.exp(Math.max(0, hundredths) / 100);
}

/** The knots of the grid around some work, each with its share. The shares add up to 1. Work outside the grid is at its edge. */
export function knotsOf(
  { active, tokensOfEach }: ExpertWork,
  { hidden, width }: ExpertShape,
): (readonly [knot: number, share: number])[] {
  const places = [
    placeAmong(expertKnots.tokens, Math.log2(tokensOfEach)),
    placeAmong(expertKnots.active, Math.log2(active)),
    placeAmong(expertKnots.slice, Math.log2(hidden * width)),
  ] as const;
  const found: [number, number][] = [];
  for (let corner = 0; corner < 8; corner += 1) {
    let knot = 0;
    let share = 1;
    for (let axis = 0; axis < places.length; axis += 1) {
      const { index, rest } = places[axis]!;
      const upper = (corner >> axis) & 1;
      knot = knot * knotCounts[axis]! + index + upper;
      share *= upper === 1 ? rest : 1 - rest;
    }
    if (share > 0) found.push([knot, share]);
  }
  return found;
}

/** The same among the knots of tokens only. */
export function tokenKnotsOf({ tokensOfEach }: ExpertWork): (readonly [knot: number, share: number])[] {
  const { index, rest } = placeAmong(expertKnots.tokens, Math.log2(tokensOfEach));
  return [
    [index, 1 - rest],
    [index + 1, rest],
  ];
}

/** Names the experts of a model, however they are split: `2048x768/8of128`. */
export function shapeKey({ hidden, wholeWidth, experts, perToken }: ExpertShape): string {
  return `${hidden}x${wholeWidth}/${perToken}of${experts}`;
}
