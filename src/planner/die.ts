/** What a packaged chip costs to make: dies from a wafer, the share of them that works, the package and its memory. */
import type { MadeChip } from "./make-or-buy-scenario.ts";

export type ChipCost = {
  readonly dieSquareMillimetres: number;
  /** Whole dies on a wafer, working or not. */
  readonly diesPerWafer: number;
  /** Share of dies that work, 0 to 1. */
  readonly dieYield: number;
  /** One that works. */
  readonly dieUsd: number;
  /** The parts of one packaged chip, by name: each with its share of the packages that fail. */
  readonly parts: readonly { readonly name: string; readonly usd: number }[];
  /** All of them, as its owner pays. */
  readonly usd: number;
};

export function chipCost({ die, package: packaged }: Pick<MadeChip, "die" | "package">): ChipCost {
  const dieSquareMillimetres = die.widthMillimetres * die.heightMillimetres;
  const dies = diesPerWafer(die);
  const works = dieYield(dieSquareMillimetres, die);
  const dieUsd = die.waferUsd / (dies * works);
  const perGood = 1 / packaged.yield;
  const made = [
    { name: "dies", usd: die.perPackage * dieUsd * perGood },
    { name: "memory", usd: packaged.memoryGigabytes * packaged.memoryUsdPerGigabyte * perGood },
    { name: "package and test", usd: (packaged.usd + packaged.testUsd) * perGood },
  ];
  const madeUsd = made.reduce((sum, { usd }) => sum + usd, 0);
  const parts = [...made, { name: "design partner", usd: madeUsd * packaged.partnerMarkup }];
  return {
    dieSquareMillimetres,
    diesPerWafer: dies,
    dieYield: works,
    dieUsd,
    parts,
    usd: parts.reduce((sum, { usd }) => sum + usd, 0),
  };
}

/**
 * Whole rectangular dies on a round wafer: π(d/2)²/S − πd/√(2S), the usable diameter d without its edge, the area S with
 * the scribe line. de Vries, "Investigation of gross die per wafer formulas", IEEE Trans. Semiconductor Manufacturing 18(1), 2005.
 */
export function diesPerWafer(die: {
  readonly waferMillimetres: number;
  readonly edgeMillimetres: number;
  readonly scribeMillimetres: number;
  readonly widthMillimetres: number;
  readonly heightMillimetres: number;
}): number {
  const diameter = die.waferMillimetres - 2 * die.edgeMillimetres;
  const area = (die.widthMillimetres + die.scribeMillimetres) * (die.heightMillimetres + die.scribeMillimetres);
  const dies = (Math.PI * (diameter / 2) ** 2) / area - (Math.PI * diameter) / Math.sqrt(2 * area);
  return Math.max(0, Math.floor(dies));
}

/**
 * Share of dies without a fatal defect, for A·D defects expected on each.
 *
 * Negative binomial: (1 + A·D/α)^−α, defects clustered by α (Stapper, IBM J. Res. Dev. 27(6), 1983); α → ∞ is Poisson's
 * e^(−A·D). Murphy: ((1 − e^(−A·D))/(A·D))² (Proc. IEEE 52, 1964).
 */
export function dieYield(
  squareMillimetres: number,
  of: Pick<MadeChip["die"], "defectsPerSquareCentimetre" | "yieldModel" | "clustering">,
): number {
  const defects = (squareMillimetres / 100) * of.defectsPerSquareCentimetre;
  if (defects === 0) return 1;
  if (of.yieldModel === "murphy") return (-Math.expm1(-defects) / defects) ** 2;
  return (1 + defects / of.clustering) ** -of.clustering;
}
