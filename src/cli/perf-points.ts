/** `tokenworks perf estimate --points table.csv`: every row predicted, and scored where it was measured. */
import { once } from "node:events";
import { createReadStream, createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { type CsvRecord, csvLine, CsvReader } from "../perf/csv.ts";
import { type Point, PointColumns } from "../perf/points.ts";
import { type PointPrediction, predictPoint } from "../perf/predict-point.ts";
import { type Group, Scoreboard } from "../perf/scores.ts";
import { Fault } from "../stack/fault.ts";
import { exitCodes } from "./exit.ts";
import { printJson } from "./options.ts";
import { checkText, decoderOf } from "./text.ts";
import { bar, bold, dim, table, yellow } from "./terminal.ts";

export type PointsOptions = { readonly points: string; readonly out?: string; readonly json?: boolean };

/** Columns that are added; of one that the table has already, the cells are replaced. */
const added = [
  "ttft_ms",
  "ttft_low_ms",
  "ttft_high_ms",
  "tpot_ms",
  "tpot_low_ms",
  "tpot_high_ms",
  "output_tokens_per_second_per_accelerator",
  "provenance",
  "reason",
] as const;

type Added = Readonly<Record<(typeof added)[number], string>>;

const redrawMs = 100;

export async function predictPoints(options: PointsOptions): Promise<void> {
  const { points: path, out } = options;
  const bytes = sizeOf(path);
  const partial = partialOf(out);
  const written = partial ?? out;
  const output = written === undefined ? undefined : written === "-" ? process.stdout : createWriteStream(written);
  const failed = new Promise<never>((_, reject) => {
    output?.once("error", (error: NodeJS.ErrnoException) => reject(unwritten(out, error)));
  });
  failed.catch(() => {});
  const write = async (cells: readonly string[]) => {
    if (output?.write(`${csvLine(cells, reader.separator)}\n`) === false)
      await Promise.race([once(output, "drain"), failed]);
  };
  const reader = new CsvReader();
  let isStopped = false;
  const stop = () => (isStopped = true);
  process.once("SIGINT", stop);
  const seen = { rows: 0, predicted: 0 };
  const reasons = new Map<string, number>();
  const board = new Scoreboard();
  let columns: PointColumns | undefined;
  let lastMs = 0;
  try {
    for await (const { record, readBytes } of recordsOf(path, reader)) {
      if (columns === undefined) {
        columns = new PointColumns(record.cells);
        await write(withAdded(columns, columns.names, Object.fromEntries(added.map((name) => [name, name])) as Added));
        continue;
      }
      const { point, prediction, reason } = predictedRow(columns, record);
      seen.rows += 1;
      if (point !== undefined && prediction !== undefined) {
        seen.predicted += 1;
        board.add(point, prediction);
      } else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      await write(withAdded(columns, record.cells, cellsOf(prediction, reason)));
      if (performance.now() - lastMs < redrawMs) continue;
      lastMs = performance.now();
      drawProgress(seen.rows, readBytes, bytes);
      // Lets Ctrl-C be heard.
      await turn();
      if (isStopped) break;
    }
    if (columns === undefined) {
      throw new Fault("invalid_value", {
        message: `${path} is empty.`,
        remedy: "Its first line names the columns.",
        param: "points",
      });
    }
  } catch (error) {
    if (partial !== undefined) rmSync(partial, { force: true });
    if (error instanceof Fault && !error.message.startsWith(path) && error.param !== "out") {
      throw new Fault(error.code, { message: `${path}: ${error.message}`, ...(error.param && { param: error.param }) });
    }
    throw error;
  } finally {
    process.removeListener("SIGINT", stop);
    if (process.stderr.isTTY) process.stderr.write("\r\u001B[2K");
    if (output !== undefined && output !== process.stdout) output.end();
  }
  if (output !== undefined && output !== process.stdout) await Promise.race([once(output, "close"), failed]);
  if (partial !== undefined && out !== undefined && !isStopped) {
    try {
      renameSync(partial, out);
    } catch (error) {
      throw unwritten(out, error as NodeJS.ErrnoException);
    }
  }
  const kept = isStopped ? written : out;
  report({ ...options, ...(kept !== undefined && { out: kept }) }, seen, reasons, board, isStopped);
  if (isStopped) process.exitCode = exitCodes.interrupted;
}

function unwritten(out: string | undefined, { code, message }: NodeJS.ErrnoException): Fault {
  return new Fault("invalid_value", { message: `${out} cannot be written (${code ?? message}).`, param: "out" });
}

type Row = { readonly point?: Point; readonly prediction?: PointPrediction; readonly reason: string };

/** A row that cannot be predicted says why; the table goes on. */
function predictedRow(columns: PointColumns, { cells, line }: CsvRecord): Row {
  if (cells.length !== columns.names.length) {
    return { reason: `Line ${line} has ${cells.length} cells, the first line ${columns.names.length}.` };
  }
  try {
    const point = columns.pointOf(cells);
    const prediction = predictPoint(point);
    if (prediction.ttftMs.mean > 0 && prediction.tpotMs.mean !== 0) {
      return { point, prediction, reason: prediction.beyond.join("; ") };
    }
    return {
      reason: `A defect: the prediction came to a TTFT of ${prediction.ttftMs.mean} ms. Please report the row.`,
    };
  } catch (error) {
    // Of thousands of rows one that meets a defect must not take the others with it.
    const { message } = error as Error;
    return { reason: error instanceof Fault ? message : `A defect: ${message}. Please report the row.` };
  }
}

function cellsOf(prediction: PointPrediction | undefined, reason: string): Added {
  const blank = Object.fromEntries(added.map((name) => [name, ""])) as Added;
  if (prediction === undefined) return { ...blank, reason };
  const { ttftMs, tpotMs, outputTokensPerSecondPerAccelerator: perAccelerator, provenance } = prediction;
  const text = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(6))) : "");
  return {
    ttft_ms: text(ttftMs.mean),
    ttft_low_ms: text(ttftMs.band.low),
    ttft_high_ms: text(ttftMs.band.high),
    tpot_ms: text(tpotMs.mean),
    tpot_low_ms: text(tpotMs.band.low),
    tpot_high_ms: text(tpotMs.band.high),
    output_tokens_per_second_per_accelerator: text(perAccelerator),
    provenance,
    reason: [prediction.assumed, reason === "" ? undefined : `beyond what was measured: ${reason}`]
      .filter((one) => one !== undefined)
      .join("; "),
  };
}

function withAdded(columns: PointColumns, cells: readonly string[], more: Added): string[] {
  const line = [...cells];
  while (line.length < columns.names.length) line.push("");
  for (const name of added) {
    const at = columns.indexOf(name);
    if (at === undefined) line.push(more[name]);
    else line[at] = more[name];
  }
  return line;
}

/**
 * A table is written beside its place and moved there when it is whole, so that what stood there, which may be the very table
 * that is read, is never left in pieces. Devices and pipes are written as they are.
 */
function partialOf(out: string | undefined): string | undefined {
  if (out === undefined || out === "-") return undefined;
  const found = statSync(out, { throwIfNoEntry: false });
  return found === undefined || found.isFile() ? `${out}.partial` : undefined;
}

async function* recordsOf(path: string, reader: CsvReader): AsyncGenerator<{ record: CsvRecord; readBytes: number }> {
  const input = path === "-" ? process.stdin : createReadStream(path);
  let decoder = new TextDecoder();
  let readBytes = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    if (readBytes === 0) decoder = decoderOf(chunk);
    readBytes += chunk.length;
    const text = decoder.decode(chunk, { stream: true });
    checkText(text, path);
    for (const record of reader.push(text)) yield { record, readBytes };
  }
  for (const record of reader.push(decoder.decode())) yield { record, readBytes };
  for (const record of reader.end()) yield { record, readBytes };
}

function sizeOf(path: string): number | undefined {
  if (path === "-") return undefined;
  try {
    const found = statSync(path);
    if (found.isFile()) return found.size;
    throw Object.assign(new Error("a folder"), { code: "EISDIR" });
  } catch (error) {
    throw new Fault("invalid_value", {
      message: `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`,
      remedy: "Name a CSV table with the columns of measured_e2e.csv.",
      param: "points",
    });
  }
}

/** By what was read, which is a little ahead of what is predicted. */
function drawProgress(rows: number, readBytes: number, bytes: number | undefined): void {
  if (!process.stderr.isTTY) return;
  const drawn = bytes === undefined ? "" : `${bar(readBytes / bytes, 30).padEnd(30)}  `;
  process.stderr.write(`\r\u001B[2K${drawn}${rows.toLocaleString("en")} rows`);
}

function report(
  { points, out, json }: PointsOptions,
  seen: { readonly rows: number; readonly predicted: number },
  reasons: ReadonlyMap<string, number>,
  board: Scoreboard,
  isStopped: boolean,
): void {
  const scores = board.scores();
  const refused = [...reasons]
    .toSorted(([, one], [, other]) => other - one)
    .map(([reason, rows]) => ({ rows, reason }));
  if (json) {
    const text = { ...seen, complete: !isStopped, out: out ?? null, refused, scores: scores ?? null };
    if (out === "-") process.stderr.write(`${JSON.stringify(text, null, 2)}\n`);
    else printJson(text);
    return;
  }
  const stream = out === "-" ? process.stderr : process.stdout;
  const say = (line: string) => stream.write(`${line}\n`);
  say(
    `${bold(`${seen.predicted.toLocaleString("en")} of ${seen.rows.toLocaleString("en")} rows predicted`, stream)}  ${dim(`${isPipe(points) ? "standard input" : points}${out === undefined ? "" : ` → ${isPipe(out) ? "standard output" : out}`}`, stream)}`,
  );
  if (isStopped) say(yellow("Stopped: the table is not at its end.", stream));
  if (out === undefined) say(dim("--out FILE keeps the predictions.", stream));
  if (scores !== undefined) {
    say(
      `\n${bold("Held against what was measured", stream)}  ${dim("% off; bias above 0 is predicted too slow", stream)}`,
    );
    const rows: string[][] = [];
    for (const [what, groups] of Object.entries(scores.by)) {
      for (const [index, group] of groups.entries()) rows.push([index === 0 ? what : "", ...scoreCells(group)]);
    }
    rows.push(["", ...scoreCells(scores.all)]);
    const right = { align: "right" as const };
    const titles = ["rows", "TPOT mean", "median", "bias", "in band", "TTFT mean", "median", "bias", "in band"];
    say(table([{ title: "" }, { title: "" }, ...titles.map((title) => ({ title, ...right }))], rows, stream));
  }
  const top = refused.slice(0, 12);
  if (top.length === 0) return;
  say(`\n${bold("Not predicted", stream)}`);
  say(
    table(
      [{ title: "rows", align: "right" }, { title: "why" }],
      top.map(({ rows, reason }) => [String(rows), reason]),
      stream,
    ),
  );
  if (refused.length > top.length)
    say(dim(`and ${refused.length - top.length} other reasons; --json tells all.`, stream));
}

function isPipe(path: string): boolean {
  return path === "-";
}

function scoreCells({ name, ttft, tpot }: Group): string[] {
  const percent = (share: number | undefined) => (share === undefined ? "–" : (share * 100).toFixed(1));
  return [
    name,
    String(Math.max(ttft?.rows ?? 0, tpot?.rows ?? 0)),
    ...[tpot, ttft].flatMap((score) => [score?.mean, score?.median, score?.bias, score?.withinBand].map(percent)),
  ];
}
