/**
 * The part of pdfmake that reports use, typed here: its published types bring in the browser's library (`lib="dom"`),
 * which would then type every server file.
 */
import { createRequire } from "node:module";

export type Style = {
  readonly font?: string;
  readonly fontSize?: number;
  readonly bold?: boolean;
  readonly color?: string;
  readonly alignment?: "left" | "right";
  readonly lineHeight?: number;
  readonly margin?: readonly [left: number, top: number, right: number, bottom: number];
  readonly width?: number | "*" | "auto";
  readonly unbreakable?: boolean;
  readonly noWrap?: boolean;
  readonly pageBreak?: "after";
};

export type Run = { readonly text: string; readonly font: string };

type Shape =
  | { readonly type: "rect"; x: number; y: number; w: number; h: number; color: string }
  | { readonly type: "line"; x1: number; y1: number; x2: number; y2: number; lineWidth: number; lineColor: string };

export type Cell = Style & { readonly text: readonly Run[]; readonly fillColor?: string };

export type Content = Style &
  (
    | { readonly text: string | readonly Run[]; readonly headlineLevel?: number }
    | { readonly stack: readonly Content[] }
    | { readonly columns: readonly Content[]; readonly columnGap?: number }
    | { readonly ol: readonly Content[] }
    | { readonly canvas: readonly Shape[] }
    | { readonly svg: string }
    | { readonly table: TableBody; readonly layout: TableLayout }
  );

type TableBody = {
  readonly headerRows: number;
  readonly dontBreakRows: boolean;
  readonly widths: readonly ("*" | "auto")[];
  readonly body: readonly (readonly Cell[])[];
};

export type TableLayout = {
  readonly hLineWidth: (line: number, of: { readonly table: TableBody }) => number;
  readonly vLineWidth: () => number;
  readonly hLineColor: (line: number) => string;
  readonly paddingLeft: (column: number) => number;
  readonly paddingRight: (column: number, of: { readonly table: TableBody }) => number;
  readonly paddingTop: () => number;
  readonly paddingBottom: () => number;
};

/** What stands near a heading, as pdfmake asks where pages break. */
type Placed = { readonly headlineLevel?: number };

export type Definition = {
  readonly pageSize: "A4";
  readonly pageMargins: readonly [left: number, top: number, right: number, bottom: number];
  readonly info: Readonly<Record<string, string | Date>>;
  readonly defaultStyle: Style;
  readonly header: (page: number) => Content;
  readonly footer: (page: number, pages: number) => Content;
  readonly pageBreakBefore: (node: Placed, near: { getFollowingNodesOnPage(): readonly Placed[] }) => boolean;
  readonly content: readonly Content[];
};

type Face = string | readonly [collection: string, name: string];

/** For each family, the files of its four faces. */
export type FontFiles = Readonly<Record<string, Readonly<Record<"normal" | "bold" | "italics" | "bolditalics", Face>>>>;

type Pdfmake = {
  setFonts(files: FontFiles): void;
  setUrlAccessPolicy(may: (url: string) => boolean): void;
  setLocalAccessPolicy(may: (path: string) => boolean): void;
  createPdf(definition: Definition): { getBuffer(): Promise<Uint8Array> };
};

// Required, not imported: see above.
export const pdfmake = createRequire(import.meta.url)("pdfmake") as Pdfmake;
