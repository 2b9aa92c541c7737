/**
 * The files of `--points` as one table. A single CSV table passes through row by row, whatever its length. Files of benchmark
 * tools are read whole. A folder stands for all files in it.
 */
import { createReadStream, readdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { chipNamed } from "../catalog/chips.ts";
import { modelNamed } from "../catalog/models.ts";
import { CsvReader, type Separator } from "../perf/csv.ts";
import { PointColumns } from "../perf/points/points.ts";
import { isNoTable, objectsOfText } from "../perf/results/document.ts";
import { readers, type Run, runsOf } from "../perf/results/readers.ts";
import type { Cells } from "../perf/results/row.ts";
import type { Sent } from "../perf/loads/told-load.ts";
import { Fault } from "../stack/fault.ts";
import { checkText, decoderOf } from "./text.ts";

export type PointsRow = {
  readonly cells: readonly string[];
  /** The line on which the row begins, if the file is a CSV table. */
  readonly line?: number;
  readonly sent?: Sent;
  /** Columns with a likely value, because neither the file nor the user gives one. Only rows of benchmark tools have this. */
  readonly usual?: readonly string[];
  /** Bytes of the file read so far. */
  readonly readBytes: number;
};

export type PointsTable = {
  /** Whether the rows stand like this in a file, or are made from the files of benchmark tools. */
  readonly type: "as it is" | "made";
  readonly names: readonly string[];
  readonly separator: Separator;
  readonly rows: AsyncIterable<PointsRow> | Iterable<PointsRow>;
  /** The size of the file, if it is known. */
  readonly bytes?: number;
  /** How many files in folders were left out. */
  readonly skipped: number;
};

/**
 * @param given values for all rows that do not have their own
 * @throws Fault `invalid_value` with the file that cannot be read or is of no known kind
 */
export async function pointsTable(paths: readonly string[], given: Cells): Promise<PointsTable> {
  const files = paths.flatMap(filesOf);
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    const opened = await open(only);
    if (!isTools(opened.first.text)) return streamed(opened);
    return joined([await wholeOf(opened, given)]);
  }
  const read: Read[] = [];
  for (const file of files) read.push(await wholeOf(await open(file), given));
  return joined(read);
}

type File = { readonly path: string; readonly name: string; readonly isFound: boolean };

const kinds = /\.(jsonl?|csv|tsv|txt|log)$/i;
/** Files that tools write besides their results. */
const aside = /^warmup\.json$/;

/** Files found in a folder may be anything. Files that the user names must be results. */
function filesOf(path: string): File[] {
  if (path === "-") return [{ path, name: "standard input", isFound: false }];
  if (!infoOf(path).isDirectory()) return [{ path, name: basename(path), isFound: false }];
  const found = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && kinds.test(entry.name) && !aside.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }))
    .map((one) => ({ path: one, name: relative(path, one), isFound: true }));
  if (found.length > 0) return found;
  throw new Fault("invalid_value", {
    message: `${path} has no results in it.`,
    remedy: "Name a folder with .json, .jsonl, .csv or .txt files.",
    param: "points",
  });
}

function infoOf(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw new Fault("invalid_value", {
      message: `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`,
      remedy: "Name a table of points, or a file or folder of a benchmark tool's results.",
      param: "points",
    });
  }
}

type Piece = { readonly text: string; readonly readBytes: number };

async function* piecesOf(path: string): AsyncGenerator<Piece> {
  const input = path === "-" ? process.stdin : createReadStream(path);
  let decoder = new TextDecoder();
  let readBytes = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    if (readBytes === 0) decoder = decoderOf(chunk);
    readBytes += chunk.length;
    const text = decoder.decode(chunk, { stream: true });
    checkText(text, path);
    yield { text, readBytes };
  }
  yield { text: decoder.decode(), readBytes };
}

type Opened = { readonly file: File; readonly first: Piece; readonly rest: AsyncGenerator<Piece> };

async function open(file: File): Promise<Opened> {
  const rest = piecesOf(file.path);
  return { file, first: (await rest.next()).value as Piece, rest };
}

/** Whether a benchmark tool wrote a file that begins like this. */
function isTools(head: string): boolean {
  if (isNoTable(head)) return true;
  const lines = head.split(/\r?\n/, 3).slice(0, 2).join("\n");
  return objectsOfText(lines).some((fields) => runsOf(fields)?.some(({ tool }) => tool !== "") === true);
}

async function streamed({ file, first, rest }: Opened): Promise<PointsTable> {
  const reader = new CsvReader();
  const records = recordsOf(reader, first, rest);
  const head = await records.next();
  if (head.done) {
    throw new Fault("invalid_value", {
      message: `${file.path} is empty.`,
      remedy: "Its first line names the columns.",
      param: "points",
    });
  }
  return {
    type: "as it is",
    names: head.value.cells.map((name) => name.trim()),
    separator: reader.separator,
    rows: records,
    ...(file.path !== "-" && { bytes: statSync(file.path).size }),
    skipped: 0,
  };
}

async function* recordsOf(reader: CsvReader, first: Piece, rest: AsyncGenerator<Piece>): AsyncGenerator<PointsRow> {
  let last = first;
  for (let piece: Piece | undefined = first; piece !== undefined;) {
    last = piece;
    for (const record of reader.push(piece.text)) yield { ...record, readBytes: piece.readBytes };
    const next: IteratorResult<Piece, unknown> = await rest.next();
    piece = next.done ? undefined : next.value;
  }
  for (const record of reader.end()) yield { ...record, readBytes: last.readBytes };
}

/** JavaScript cannot hold a much longer text. */
const lettersMost = 500_000_000;

/** The rows of a file. A file that was found in a folder may have none. */
type Read = { readonly file: File; readonly rows: readonly Told[]; readonly isResults: boolean };
type Told = Pick<PointsRow, "line" | "sent" | "usual"> & { readonly cells: Cells };

async function wholeOf({ file, first, rest }: Opened, given: Cells): Promise<Read> {
  let text = first.text;
  for await (const piece of rest) {
    text += piece.text;
    if (text.length < lettersMost) continue;
    throw new Fault("invalid_value", {
      message: `${file.path} is larger than ${lettersMost / 1e6} MB.`,
      remedy: "Save results without each request's details.",
      param: "points",
    });
  }
  const read = (rows: readonly Told[]) => ({ file, rows, isResults: rows.length > 0 });
  try {
    const runs = objectsOfText(text).flatMap((fields) => runsOf(fields) ?? []);
    const isTable = !isNoTable(text) && runs.every(({ tool }) => tool === "");
    if (runs.length > 0 && !isTable) return read(runs.map((run) => toldBy(run, given)));
    if (!isNoTable(text)) return read(pointsOf(text, given));
    throw new Fault("invalid_value", {
      message: "These are no results of a tool that is known.",
      remedy: `Known are ${readers.map(({ tool }) => tool).join(", ")}, and CSV tables.`,
      param: "points",
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (file.isFound) return read([]);
    throw new Fault(error.code, {
      message: `${file.path}: ${error.message}`,
      ...(error.param !== undefined && { param: error.param }),
    });
  }
}

/** The file wins over the user, and the user over the likely values. */
function toldBy({ cells, usual = {}, sent, tool }: Run, given: Cells): Told {
  const said = Object.fromEntries(
    Object.entries(cells).filter(([column, name]) => !(column in given) || isKnown(column, name)),
  );
  return {
    cells: { ...usual, ...given, ...said, ...(tool !== "" && { tool }) },
    usual: Object.keys(usual).filter((column) => !(column in given) && !(column in cells)),
    ...(sent && { sent }),
  };
}

/** A model may be served under any name. If the catalog does not know the file's name, the user's counts. */
function isKnown(column: string, name: string): boolean {
  if (column === "model_path") return modelNamed.find(name) !== undefined;
  return column !== "system" || chipNamed.find(name) !== undefined;
}

/** @throws Fault where it is no table of points */
function pointsOf(text: string, given: Cells): Told[] {
  const reader = new CsvReader();
  const [head, ...rows] = [...reader.push(text), ...reader.end()];
  const names = new PointColumns(head?.cells ?? [], given).names;
  return rows.map(({ cells, line }) => ({
    cells: Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ""])),
    line,
  }));
}

/** One table of all files, with a column for the file. A summary is left out if there are other results. */
function joined(read: readonly Read[]): PointsTable {
  const isSummary = ({ file }: Read) => file.isFound && /^summary\b/.test(basename(file.path));
  const results = read.filter(({ isResults }) => isResults);
  const own = results.filter((one) => !isSummary(one));
  const kept = own.length > 0 ? own : results;
  if (kept.length === 0) {
    throw new Fault("invalid_value", {
      message: `None of ${read.length} files has results of a tool that is known, or is a table of points.`,
      remedy: `Known are ${readers.map(({ tool }) => tool).join(", ")}.`,
      param: "points",
    });
  }
  const met = new Set<string>(["file"]);
  for (const { rows } of kept) for (const { cells } of rows) for (const name of Object.keys(cells)) met.add(name);
  const names = [...met];
  const rows = kept.flatMap(({ file, rows: told }) =>
    told.map(({ cells, ...row }, at) => {
      const name = told.length > 1 ? `${file.name}:${at + 1}` : file.name;
      return { cells: names.map((column) => (column === "file" ? name : (cells[column] ?? ""))), ...row, readBytes: 0 };
    }),
  );
  return { type: "made", names, separator: ",", rows, skipped: read.length - kept.length };
}
