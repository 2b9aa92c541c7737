/**
 * A report as a plain value: what a board reads, before it is drawn. The planner's commands and routes make one of their
 * results; `pdf.ts` sets it in pages and `picture.ts` draws its pictures.
 *
 * Text is plain, and numbers come as text: whoever makes the report knows their unit and how many digits they deserve.
 */
import type { EChartsCoreOption } from "echarts/core";

export type Report = {
  readonly title: string;
  readonly subtitle?: string;
  /** The day for which it holds, `2026-11-27`; printed on every page. */
  readonly date: string;
  readonly parts: readonly Part[];
};

export type Part =
  | { readonly type: "heading"; readonly text: string }
  | { readonly type: "paragraph"; readonly text: string }
  | { readonly type: "figures"; readonly figures: readonly KeyFigure[] }
  | ({ readonly type: "table" } & Table)
  /** Up to three stand beside each other. */
  | { readonly type: "pictures"; readonly pictures: readonly Picture[] }
  /** Numbered, in small print. */
  | { readonly type: "sources"; readonly title?: string; readonly sources: readonly string[] }
  | { readonly type: "page-break" };

/** One number that should be seen first. */
export type KeyFigure = {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  /** Colours the value; neither when absent. */
  readonly tone?: "good" | "bad";
};

export type Table = {
  readonly title?: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
  /** Below a line, in bold. */
  readonly total?: readonly string[];
  readonly note?: string;
};

export type TableColumn = { readonly title: string; readonly align?: "left" | "right"; readonly isWide?: boolean };

export type Picture = {
  readonly title?: string;
  /** What ECharts draws. Colours, fonts and sizes that it leaves out are the report's. */
  readonly option: EChartsCoreOption;
  /** Height over width; 0.5 when absent. */
  readonly ratio?: number;
  readonly caption?: string;
};
