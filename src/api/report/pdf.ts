/**
 * A report set in pages: A4, with a line of its own at the head and foot of each page. Uses pdfmake; fonts are bundled
 * (see `fonts.ts`), and nothing is fetched.
 */
import { fonts, isReportFont, otherFamily, runs } from "./fonts.ts";
import { fontFamily, ink } from "./look.ts";
import {
  type Cell,
  type Content,
  type Definition,
  pdfmake,
  type Run,
  type Style,
  type TableLayout,
} from "./pdfmake.ts";
import { svgOf } from "./picture.ts";
import type { KeyFigure, Part, Picture, Report, Table } from "./report.ts";

const page = { width: 595.28, left: 44, right: 44, top: 56, bottom: 48 };
const textWidth = page.width - page.left - page.right;
const gap = 16;
/** Pixels of a picture per point of the page: its text is then a little smaller than the page's. */
const pixelsPerPoint = 1.4;
const figuresPerRow = 4;
const smallPrint: Style = { fontSize: 7.5, color: ink.quiet };
const caption: Style = { bold: true, margin: [0, 0, 0, 3] };

/**
 * @param otherFont A font file for text beyond Latin, Greek and Cyrillic.
 * @returns the bytes of a PDF file
 */
export async function pdfOf(
  report: Report,
  otherFont: string | undefined = process.env["TOKENWORKS_REPORT_FONT"],
): Promise<Uint8Array> {
  pdfmake.setFonts(fonts(otherFont));
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => isReportFont(path, otherFont));
  const setting: Setting = { family: otherFont === undefined ? fontFamily : otherFamily };
  return pdfmake.createPdf(definition(report, setting)).getBuffer();
}

/** What is the same for every part of one report. */
type Setting = {
  /** For what Roboto lacks. */
  readonly family: string;
};

function definition(report: Report, setting: Setting): Definition {
  const { title, subtitle, date } = report;
  const set = (text: string) => runsOf(text, setting);
  return {
    pageSize: "A4",
    pageMargins: [page.left, page.top, page.right, page.bottom],
    info: { title, subject: subtitle ?? "", creator: "Tokenworks", producer: "Tokenworks", creationDate: dayOf(date) },
    defaultStyle: { font: fontFamily, fontSize: 9.5, color: ink.text, lineHeight: 1.25 },
    header: (current: number): Content =>
      current === 1
        ? { canvas: [{ type: "rect", x: 0, y: 0, w: page.width, h: 6, color: ink.accent }] }
        : {
            columns: [{ text: set(title) }, { text: "Tokenworks", alignment: "right", width: 80 }],
            margin: [page.left, 26, page.right, 0],
            fontSize: 8,
            color: ink.quiet,
          },
    footer: (current: number, count: number): Content => ({
      columns: [{ text: date }, { text: `${current} of ${count}`, alignment: "right" }],
      margin: [page.left, 16, page.right, 0],
      fontSize: 8,
      color: ink.quiet,
    }),
    // A heading does not stay behind at the foot of a page.
    pageBreakBefore: ({ headlineLevel }, near) => headlineLevel === 1 && near.getFollowingNodesOnPage().length === 0,
    content: [
      { text: set(title), fontSize: 22, bold: true, lineHeight: 1.1 },
      ...lines(subtitle, { fontSize: 11, color: ink.quiet, margin: [0, 4, 0, 0] }, setting),
      { text: "", margin: [0, 0, 0, 10] },
      ...contents(report.parts, setting),
    ],
  };
}

/** A heading stays with what it heads, where that stays whole itself. */
function contents(parts: readonly Part[], setting: Setting): Content[] {
  const set: Content[] = [];
  for (let index = 0; index < parts.length; index += 1) {
    const [part, next] = parts.slice(index, index + 2);
    if (part === undefined) break;
    const content = partContent(part, setting);
    const after = part.type === "heading" && next !== undefined ? partContent(next, setting) : undefined;
    if (after?.unbreakable === true) {
      set.push({ stack: [content, after], unbreakable: true });
      index += 1;
    } else set.push(content);
  }
  return set;
}

function partContent(part: Part, setting: Setting): Content {
  const set = (text: string) => runsOf(text, setting);
  switch (part.type) {
    case "heading":
      return { text: set(part.text), fontSize: 13, bold: true, margin: [0, 10, 0, 5], headlineLevel: 1 };
    case "paragraph":
      return { text: set(part.text), margin: [0, 0, 0, 8] };
    case "figures":
      return figures(part.figures, setting);
    case "table":
      return table(part, setting);
    case "pictures":
      return pictures(part.pictures, setting);
    case "sources":
      return {
        stack: [
          { text: set(part.title ?? "Sources"), bold: true, margin: [0, 8, 0, 3] },
          { ol: part.sources.map((source) => ({ text: set(source) })), color: ink.quiet },
        ],
        fontSize: 7.5,
      };
    case "page-break":
      return { text: "", pageBreak: "after" };
  }
}

function figures(all: readonly KeyFigure[], setting: Setting): Content {
  const rows: Content[] = [];
  for (let first = 0; first < all.length; first += figuresPerRow) {
    const row = all.slice(first, first + figuresPerRow);
    const blank = Array.from({ length: figuresPerRow - row.length }, () => null);
    rows.push({
      columns: [...row, ...blank].map((figure) =>
        figure === null ? { text: "", width: "*" } : { width: "*", stack: tile(figure, setting) },
      ),
      columnGap: gap,
      margin: [0, 2, 0, 10],
    });
  }
  return { stack: rows, unbreakable: true };
}

function tile({ label, value, note, tone }: KeyFigure, setting: Setting): Content[] {
  const width = (textWidth - gap * (figuresPerRow - 1)) / figuresPerRow;
  return [
    { canvas: [{ type: "line", x1: 0, y1: 0, x2: width, y2: 0, lineWidth: 1.2, lineColor: ink.text }] },
    { text: runsOf(label, setting), fontSize: 8, color: ink.quiet, margin: [0, 4, 0, 0] },
    { text: runsOf(value, setting), fontSize: 17, bold: true, color: ink[tone ?? "text"], lineHeight: 1.1 },
    ...lines(note, smallPrint, setting),
  ];
}

const ruled: TableLayout = {
  hLineWidth: (line, { table: { body } }) => (line === 0 || line === body.length ? 0 : line === 1 ? 0.9 : 0.4),
  vLineWidth: () => 0,
  hLineColor: (line) => (line === 1 ? ink.text : ink.line),
  paddingLeft: (column) => (column === 0 ? 0 : 6),
  paddingRight: (column, { table: { widths } }) => (column === (widths?.length ?? 0) - 1 ? 0 : 6),
  paddingTop: () => 2.2,
  paddingBottom: () => 1.2,
};

function table({ title, columns, rows, total, note }: Table, setting: Setting): Content {
  const cells = (row: readonly string[], style: { bold?: boolean; color?: string; fillColor?: string }): Cell[] =>
    columns.map(({ align }, index) => ({
      text: runsOf(row[index] ?? "", setting),
      alignment: align ?? "left",
      // Figures do not break at their units.
      noWrap: index > 0 && (row[index] ?? "").length < 24,
      ...style,
    }));
  const wide = Math.max(
    0,
    columns.findIndex(({ isWide = false }) => isWide),
  );
  const set: Content = {
    table: {
      headerRows: 1,
      dontBreakRows: true,
      widths: columns.map((_, index) => (index === wide ? "*" : "auto")),
      body: [
        cells(
          columns.map((column) => column.title),
          { color: ink.quiet },
        ),
        ...rows.map((row) => cells(row, {})),
        ...(total === undefined ? [] : [cells(total, { bold: true, fillColor: ink.faint })]),
      ],
    },
    layout: ruled,
    fontSize: 8.5,
  };
  return {
    stack: [...lines(title, caption, setting), set, ...lines(note, { ...smallPrint, margin: [0, 3, 0, 0] }, setting)],
    margin: [0, 2, 0, 12],
    // A short table is not torn apart.
    unbreakable: rows.length <= 14,
  };
}

function pictures(all: readonly Picture[], setting: Setting): Content {
  const width = (textWidth - gap * (all.length - 1)) / all.length;
  const columns = all.map(({ title, option, ratio = 0.5, caption: below }) => ({
    width,
    stack: [
      ...lines(title, caption, setting),
      {
        svg: svgOf(option, width * pixelsPerPoint, width * ratio * pixelsPerPoint, familyOf(option, setting)),
        width,
      },
      ...lines(below, smallPrint, setting),
    ],
  }));
  return { stack: [{ columns, columnGap: gap }], margin: [0, 2, 0, 10], unbreakable: true };
}

/** A picture's text has one font: the other one as soon as any of it needs that. */
function familyOf(option: Picture["option"], { family }: Setting): string {
  return runs(JSON.stringify(option) ?? "").some(({ isBeyond }) => isBeyond) ? family : fontFamily;
}

/** A text that may be absent, as nothing or as one paragraph. */
function lines(text: string | undefined, style: Style, setting: Setting): Content[] {
  return text === undefined ? [] : [{ ...style, text: runsOf(text, setting) }];
}

function runsOf(text: string, { family }: Setting): Run[] {
  return runs(text).map((run) => ({ text: run.text, font: run.isBeyond ? family : fontFamily }));
}

function dayOf(date: string): Date {
  return new Date(`${date}T00:00:00Z`);
}
