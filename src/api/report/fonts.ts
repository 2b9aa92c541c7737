/**
 * The fonts of a report. Roboto comes with pdfmake and covers Latin with nearly all its accents (Vietnamese too), Greek
 * and Cyrillic, but neither Chinese, Japanese, Korean, Arabic, Hebrew nor Indic scripts, nor arrows. For those a font is
 * named in TOKENWORKS_REPORT_FONT: a .ttf or .otf, or one of a collection, `NotoSansCJK-Regular.ttc#NotoSansCJKtc-Regular`.
 * What neither covers is set as a box, so that it is seen to be missing; right-to-left text is not turned round.
 */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fontFamily } from "./look.ts";
import type { FontFiles } from "./pdfmake.ts";

const folder = `${dirname(createRequire(import.meta.url).resolve("pdfmake/package.json"))}/fonts/Roboto`;

/** The family of the font that was named for what Roboto lacks. */
export const otherFamily = "Other";

/** @param otherFont As TOKENWORKS_REPORT_FONT names one. */
export function fonts(otherFont: string | undefined): FontFiles {
  const roboto = {
    normal: `${folder}/Roboto-Regular.ttf`,
    bold: `${folder}/Roboto-Medium.ttf`,
    italics: `${folder}/Roboto-Italic.ttf`,
    bolditalics: `${folder}/Roboto-MediumItalic.ttf`,
  };
  if (otherFont === undefined) return { [fontFamily]: roboto };
  const [file = "", member] = otherFont.split("#");
  const face = member === undefined ? file : ([file, member] as const);
  const other = { normal: face, bold: face, italics: face, bolditalics: face };
  return { [fontFamily]: roboto, [otherFamily]: other };
}

/** Files that setting a report may open. */
export function isReportFont(path: string, otherFont: string | undefined): boolean {
  return path.startsWith(`${folder}/`) || path === otherFont?.split("#")[0];
}

// Of Roboto 2's character set, as pdfmake 0.3.11 bundles it.
const beyondRoboto =
  /([^\n\t\u0020-\u017f\u018f\u0192\u01a0\u01a1\u01af\u01b0\u01f0\u01fa-\u01ff\u0218-\u021b\u02bc\u02c6\u02c7\u02c9\u02d8-\u02dd\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u0486\u0488-\u0513\u1e9e\u1ea0-\u1ef9\u2000-\u200b\u2010\u2011\u2013-\u2015\u2017-\u201e\u2020-\u2022\u2025-\u2027\u2030\u2032\u2033\u2039\u203a\u203c\u2044\u2070\u2074-\u208e\u20a3\u20a4\u20a6-\u20ac\u20b1\u20b9\u20ba\u20bc\u20bd\u2105\u2113\u2116\u2122\u2126\u215b-\u215e\u2202\u2206\u220f\u2211\u2212\u221a\u221e\u222b\u2248\u2260\u2264\u2265\u25a0\u25ca\u25cb\u25cf]+)/u;

/** A text cut where its font changes. */
export function runs(text: string): { readonly text: string; readonly isBeyond: boolean }[] {
  return text
    .normalize("NFC")
    .split(beyondRoboto)
    .map((run, index) => ({ text: run, isBeyond: index % 2 === 1 }))
    .filter((run) => run.text !== "");
}
