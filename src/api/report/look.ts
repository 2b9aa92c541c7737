/** How reports look: one set of colours and sizes for pages and pictures, on white paper. */

/** Told apart with any colour vision: Okabe and Ito, "Color Universal Design" (2008), in the order that series take them. */
export const seriesColors = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8d96a5", "#4a59d0"];

export const ink = {
  text: "#1f2530",
  quiet: "#5c6573",
  line: "#d9dde4",
  faint: "#f4f5f8",
  accent: "#4a59d0",
  good: "#00734f",
  bad: "#b3361f",
} as const;

/** The family that is bundled; see `fonts.ts` for what it covers. */
export const fontFamily = "Roboto";
