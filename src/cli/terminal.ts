/**
 * Text for terminals: colours only where somebody sees them, tables that line up, bars. Pure but for asking
 * whether a stream is a terminal.
 */
import { stripVTControlCharacters, styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];
type Stream = NodeJS.WriteStream;

/** Honours NO_COLOR and FORCE_COLOR, and colours nothing that goes to a file or a pipe. */
function paint(style: Style, text: string, stream: Stream): string {
  return styleText(style, text, { stream, validateStream: true });
}

export const bold = (text: string, stream: Stream = process.stdout) => paint("bold", text, stream);
export const dim = (text: string, stream: Stream = process.stdout) => paint("dim", text, stream);
export const red = (text: string, stream: Stream = process.stdout) => paint("red", text, stream);
export const green = (text: string, stream: Stream = process.stdout) => paint("green", text, stream);
export const yellow = (text: string, stream: Stream = process.stdout) => paint("yellow", text, stream);
export const cyan = (text: string, stream: Stream = process.stdout) => paint("cyan", text, stream);

/** How many columns a text takes: letters of East Asia take two, marks on letters none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(stripVTControlCharacters(text))) {
    width += wide.test(segment) ? 2 : 1;
  }
  return width;
}

const segmenter = new Intl.Segmenter();
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Three digits that count; a dash for what there is none of, such as the gaps of an answer of one token. */
export function number(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (value >= 999.5) return Math.round(value).toLocaleString("en");
  return value.toPrecision(3);
}

export type Column = { readonly title: string; readonly align?: "left" | "right" };

/** Rows under titles, each column as wide as its widest cell. A line never ends in spaces. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], stream?: Stream): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[index] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) => pad(cells[index] ?? "", widths[index] ?? 0, align ?? "left"))
      .join("  ")
      .trimEnd();
  const titles = line(columns.map(({ title }) => title));
  return [dim(titles, stream), ...rows.map(line)].join("\n");
}

export function pad(text: string, width: number, align: "left" | "right"): string {
  const spaces = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "left" ? text + spaces : spaces + text;
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of `share` (0 to 1) of a width, to an eighth of a column. */
export function bar(share: number, width: number): string {
  const parts = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  return "█".repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? "");
}

/** Bytes as people read them: `4.9 MB`. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${value.toFixed(step === 0 || value >= 100 ? 0 : 1)} ${units[step] ?? "B"}`;
}

/** An instant in local time, to the second. */
export function instantText(iso: string): string {
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
