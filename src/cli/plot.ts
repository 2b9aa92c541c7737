/** A picture of points and lines for a terminal, in Braille dots: two columns and four rows to a letter. */
import { cyan, dim, green, pad, red, widthOf, yellow } from "./terminal.ts";

export type Series = {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Joined by lines, rather than points alone. */
  readonly isLine?: boolean;
};

export type Plot = {
  readonly series: readonly Series[];
  readonly x: Axis;
  readonly y: Axis;
  /** In letters, without the axes; less where the terminal is narrower. */
  readonly width: number;
  readonly height: number;
};

export type Axis = { readonly title: string; readonly log?: boolean; readonly from?: number };

const paints = [cyan, yellow, green, red] as const;
/** For who sees no colours. */
const letters = ["•", "×", "+", "o"] as const;
/** Bits of a Braille letter, by column and row. */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** A label before the axis, and the axis. */
const gutterMost = 8;
const widthLeast = 16;

/** Empty where no series has a point that is a number. */
export function plot({ series, x, y, width: wanted, height }: Plot): string {
  const { columns = Number.POSITIVE_INFINITY } = process.stdout;
  const width = Math.max(Math.min(wanted, columns - gutterMost), Math.min(wanted, widthLeast));
  const all = series.flatMap(({ points }) => points).filter(([one, other]) => fits(one, x) && fits(other, y));
  if (all.length === 0) return "";
  const across = scaleOf(
    all.map(([one]) => one),
    x,
    width * 2,
  );
  const up = scaleOf(
    all.map(([, other]) => other),
    y,
    height * 4,
  );
  const cells = Array.from({ length: height }, () => new Uint8Array(width));
  const owner = Array.from({ length: height }, () => new Int8Array(width).fill(-1));
  for (const [index, { points, isLine = false }] of series.entries()) {
    const placed = points
      .filter(([one, other]) => fits(one, x) && fits(other, y))
      .map(([one, other]) => [across.place(one), height * 4 - 1 - up.place(other)] as const);
    const dot = (column: number, row: number) => {
      const [line, letter] = [row >> 2, column >> 1];
      const bit = dots[(column & 1) as 0 | 1][(row & 3) as 0 | 1 | 2 | 3];
      if (cells[line] === undefined || cells[line][letter] === undefined) return;
      cells[line][letter] |= bit;
      owner[line]![letter] = index;
    };
    for (const [at, [column, row]] of placed.entries()) {
      const before = isLine ? placed[at - 1] : undefined;
      const [fromColumn, fromRow] = before ?? [column, row];
      const steps = Math.max(1, Math.abs(column - fromColumn), Math.abs(row - fromRow));
      for (let step = 0; step <= steps; step += 1) {
        const along = step / steps;
        dot(Math.round(fromColumn + (column - fromColumn) * along), Math.round(fromRow + (row - fromRow) * along));
      }
    }
  }
  const labels = cells.map((_, line) => (line === 0 ? up.most : line === height - 1 ? up.least : ""));
  const gutter = Math.max(...labels.map(widthOf));
  const lines = cells.map((row, line) => {
    const drawn = [...row].map((bits, column) => {
      if (bits === 0) return " ";
      const paint = paints[owner[line]![column]! % paints.length]!;
      return paint(String.fromCodePoint(0x2800 + bits));
    });
    return `${dim(`${pad(labels[line] ?? "", gutter, "right")} │`)}${drawn.join("")}`.trimEnd();
  });
  const foot = `${across.least}${pad(across.most, Math.max(1, width - widthOf(across.least)), "right")}`;
  const legend =
    series.length < 2
      ? []
      : [
          `${" ".repeat(gutter + 2)}${series.map(({ name }, index) => paints[index % paints.length]!(`${letters[index % letters.length]} ${name}`)).join("   ")}`,
        ];
  return [
    dim(`${" ".repeat(gutter)}  ${y.title}`),
    ...lines,
    dim(`${" ".repeat(gutter)} └${"─".repeat(width)}`),
    dim(`${" ".repeat(gutter)}  ${foot}  ${x.title}`),
    ...legend,
  ].join("\n");
}

function fits(value: number, { log = false }: Axis): boolean {
  return Number.isFinite(value) && (!log || value > 0);
}

function scaleOf(values: readonly number[], { log = false, from }: Axis, steps: number) {
  const least = Math.min(...values, ...(from === undefined ? [] : [from]));
  const most = Math.max(...values);
  const of = (value: number) => (log ? Math.log(value) : value);
  const span = of(most) - of(least) || 1;
  return {
    place: (value: number) => Math.round(((of(value) - of(least)) / span) * (steps - 1)),
    least: shown(least),
    most: shown(most),
  };
}

function shown(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}
