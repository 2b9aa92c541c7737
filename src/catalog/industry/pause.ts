/** What Microsoft froze after the second quarter of 2024, and the power of its fleet before and after. Megawatts. */
import { type Readings, said } from "../readings.ts";

const cloudnews = "SemiAnalysis, https://cloudnews.tech/?p=25482";
const preview =
  "SemiAnalysis, https://newsletter.semianalysis.com/p/microsofts-ai-strategy-deconstructed (public preview)";

export const haltedBuilds: Readings = {
  what: "own building halted: Iowa, Georgia, Texas and others",
  readings: [
    said(`due in 2025 and 2026, ${cloudnews}`, "2025-04", "estimate")(1500, "MW"),
    said(
      `as pictured, without Virginia, Georgia, Arizona and other countries, ${preview}`,
      "2025-11",
      "estimate",
    )(950, "MW"),
  ],
  because: "the other leaves out sites that were halted, too",
};

export const droppedLetters: Readings = {
  what: "letters of intent to lease that were dropped",
  readings: [
    said(
      `more than, ${cloudnews}; TD Cowen says the same, https://www.sherwood.news/tech/microsoft-cancels-2-gigawatts-worth-of-data-centers-analysts-say`,
      "2025-03",
      "estimate",
    )(2000, "MW"),
  ],
  range: { low: 1500, high: 2500, source: "ours: most of them were not binding" },
};

/** The published sum, to hold the model's against. */
export const frozenInAll: Readings = {
  what: "frozen, would have stood by 2028",
  readings: [
    said(`more than, ${preview}`, "2025-11", "estimate")(3500, "MW"),
    said("1.5 of own building and 2.0 of letters of intent", "2025-04", "derived")(3500, "MW"),
  ],
};

/** Neither figure was found in a public text: labelled as what they are. */
export const fleetIn2028: Readings = {
  what: "Microsoft's fleet in 2028 as it happened",
  readings: [said("named in the case study, found in no public text", "2025-11", "assumption")(9500, "MW")],
};

export const fairwater = {
  building: {
    what: "a Fairwater: one building of GPUs and one of CPUs and storage",
    readings: [said(`300 and 48, ${preview}`, "2025-11", "estimate")(348, "MW")],
  },
  wisconsinLater: {
    what: "Wisconsin beyond its first phase",
    readings: [
      said(`a campus of more than 2 GW less its first phase, ${preview}`, "2025-11", "derived")(1652, "MW"),
      said("two buildings of more than 600, the same", "2025-11", "derived")(1200, "MW"),
    ],
    because: "the whole campus",
  },
} satisfies Record<string, Readings>;
