/** `tokenworks perf estimate --points`: predicts every row of tables and benchmark tools' files, and scores measured rows. */
import { once } from "node:events";
import { createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { csvLine } from "../perf/csv.ts";
import type { RecipeName } from "../perf/estimate.ts";
import { PointColumns } from "../perf/points/points.ts";
import type { Point } from "../perf/points/point.ts";
import type { Settings } from "../perf/settings.ts";
import { type PointPrediction, predictPoint } from "../perf/points/predict-point.ts";
import type { Cells } from "../perf/results/row.ts";
import { headline, Scoreboard } from "../perf/points/scores.ts";
import { Fault } from "../stack/fault.ts";
import { exitCodes } from "./exit.ts";
import { printJson } from "./options.ts";
import { type PointsRow, type PointsTable, pointsTable } from "./points-files.ts";
import { type Compared, comparedText, scoresText, scoresTitle } from "./points-shown.ts";
import { bar, bold, dim, table, yellow } from "./terminal.ts";

export type PointsOptions = {
  readonly points: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
  /** Values for all rows that do not have their own, by column. */
  readonly given: Cells;
  /** What the engine of every row is told. */
  readonly settings: Settings;
  /** Whose settings it has besides, of all rows, whoever measured them. */
  readonly recipe?: RecipeName;
};

/** The option that gives a column for all rows. */
const optionFor: Readonly<Record<string, string>> = {
  system: "--chip",
  model_path: "--model",
  backend: "--engine",
  precision: "--precision",
  isl: "--isl",
  osl: "--osl",
  concurrency: "--concurrency",
  tp_size: "--tp",
  chip: "--chip",
  model: "--model",
};

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
  "engine_settings",
  "reason",
] as const;

type Added = Readonly<Record<(typeof added)[number], string>>;

const redrawMs = 100;

/** At most so many rows are shown one by one. */
const comparedMost = 24;
const assumedMost = 12;

export async function predictPoints(options: PointsOptions): Promise<void> {
  const { points: paths, out, given } = options;
  const found = await pointsTable(paths, given);
  const columns = columnsOf(found, paths, given);
  const partial = partialOf(out);
  const written = partial ?? out;
  const output = written === undefined ? undefined : written === "-" ? process.stdout : createWriteStream(written);
  const failed = new Promise<never>((_, reject) => {
    output?.once("error", (error: NodeJS.ErrnoException) => reject(unwritten(out, error)));
  });
  failed.catch(() => {});
  const write = async (cells: readonly string[]) => {
    if (output?.write(`${csvLine(cells, found.separator)}\n`) === false)
      await Promise.race([once(output, "drain"), failed]);
  };
  let isStopped = false;
  const stop = () => (isStopped = true);
  process.once("SIGINT", stop);
  const seen: Seen = {
    rows: 0,
    predicted: 0,
    reasons: new Map(),
    compared: [],
    assumed: new Set(),
    board: new Scoreboard(),
  };
  let lastMs = 0;
  try {
    await write(withAdded(columns, columns.names, Object.fromEntries(added.map((name) => [name, name])) as Added));
    for await (const row of found.rows) {
      const { prediction, reason } = see(seen, columns, row, options);
      await write(withAdded(columns, row.cells, cellsOf(prediction, reason)));
      if (performance.now() - lastMs < redrawMs) continue;
      lastMs = performance.now();
      drawProgress(seen.rows, row.readBytes, found.bytes);
      // Lets Ctrl-C be heard.
      await turn();
      if (isStopped) break;
    }
  } catch (error) {
    if (partial !== undefined) rmSync(partial, { force: true });
    if (error instanceof Fault && error.param !== "out") throw named(error, paths);
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
  report({ ...options, ...(kept !== undefined && { out: kept }) }, seen, found, isStopped);
  if (isStopped) process.exitCode = exitCodes.interrupted;
}

function unwritten(out: string | undefined, { code, message }: NodeJS.ErrnoException): Fault {
  return new Fault("invalid_value", { message: `${out} cannot be written (${code ?? message}).`, param: "out" });
}

type Seen = {
  rows: number;
  predicted: number;
  readonly reasons: Map<string, number>;
  readonly compared: Compared[];
  readonly assumed: Set<string>;
  readonly board: Scoreboard;
};

/** If a column is missing, the error names the option that gives it. */
function columnsOf({ type, names }: PointsTable, paths: readonly string[], given: Cells): PointColumns {
  try {
    return new PointColumns(names, given);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const missing = /lacks the columns? (.*?)\. /.exec(error.message)?.[1]?.split(/, | or /) ?? [];
    const options = missing.flatMap((name) => optionFor[name] ?? []).join(", ");
    if (type === "as it is") throw named(error, paths, options === "" ? "" : ` Or say it for all rows: ${options}.`);
    throw new Fault("invalid_value", {
      message: `${paths.join(", ")}: These results do not say ${missing.filter((name) => name in optionFor).join(", ")}.`,
      remedy: `Say it for all of them: ${options}.`,
      param: missing[0] ?? "",
    });
  }
}

function named(error: Fault, paths: readonly string[], more = ""): Fault {
  const isNamed = paths.some((path) => error.message.startsWith(path));
  return new Fault(error.code, {
    message: `${isNamed ? "" : `${paths.join(", ")}: `}${error.message}${more}`,
    ...(error.param !== undefined && { param: error.param }),
  });
}

type Told = Pick<PointsOptions, "settings" | "recipe">;

type Row = { readonly point?: Point; readonly prediction?: PointPrediction; readonly reason: string };

function see(seen: Seen, columns: PointColumns, row: PointsRow, told: Told): Row {
  const found = predictedRow(columns, row, told);
  const { point, prediction, reason } = found;
  seen.rows += 1;
  if (point === undefined || prediction === undefined) {
    seen.reasons.set(reason, (seen.reasons.get(reason) ?? 0) + 1);
    return found;
  }
  seen.predicted += 1;
  seen.board.add(point, prediction);
  if (seen.assumed.size < assumedMost) for (const one of assumedOf(point, columns, row)) seen.assumed.add(one);
  const isMeasured = headline(point, "ttft") !== undefined || headline(point, "tpot") !== undefined;
  if (isMeasured && seen.compared.length <= comparedMost) {
    const file = columns.text(row.cells, "file");
    seen.compared.push({
      name: point.id || file.replace(/\.[a-z]+(?=(:\d+)?$)/i, "") || `row ${seen.rows}`,
      point,
      prediction,
    });
  }
  return found;
}

/** What was assumed about a benchmark tool's run, with the option that says it instead. */
function assumedOf({ told, deployed }: Point, columns: PointColumns, { cells, usual = [] }: PointsRow): string[] {
  if (told === undefined || deployed.type !== "whole") return [];
  const { engine, weights, kv, tensorParallel } = deployed.served;
  const isUnsaid = (column: string) => usual.includes(column) || columns.text(cells, column) === "";
  return [
    ...(isUnsaid("backend") ? [`engine ${engine} (--engine)`] : []),
    ...(isUnsaid("tp_size") ? [`tensor parallelism ${tensorParallel} (--tp)`] : []),
    ...(isUnsaid("precision") ? [`weights ${weights} (--precision)`] : []),
    ...(isUnsaid("kvcache_quant_mode") ? [`keys and values ${kv} (--kv)`] : []),
    ...(usual.includes("concurrency") ? ["clients by how many were there on average (--concurrency)"] : []),
  ];
}

/** A row that cannot be predicted says why; the table goes on. */
function predictedRow(columns: PointColumns, { cells, line, sent, usual }: PointsRow, { settings, recipe }: Told): Row {
  if (cells.length !== columns.names.length) {
    return { reason: `Line ${line} has ${cells.length} cells, the first line ${columns.names.length}.` };
  }
  try {
    const point = columns.pointOf(cells, sent);
    const prediction = predictPoint(point, settings, recipe);
    if (prediction.ttftMs.mean > 0 && prediction.tpotMs.mean !== 0) {
      return { point, prediction, reason: prediction.beyond.join("; ") };
    }
    return {
      reason: `A defect: the prediction came to a TTFT of ${prediction.ttftMs.mean} ms. Please report the row.`,
    };
  } catch (error) {
    // Of thousands of rows one that meets a defect must not take the others with it.
    if (!(error instanceof Fault)) return { reason: `A defect: ${(error as Error).message}. Please report the row.` };
    // An option also replaces a name that the catalog does not know.
    const gives = usual === undefined ? / is empty/ : / is empty|^There is no (model|chip)/;
    const option = gives.test(error.message) ? optionFor[error.param ?? ""] : undefined;
    return { reason: `${error.message}${option === undefined ? "" : ` Or give ${option}.`}` };
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
    engine_settings: prediction.recipe === "none" ? "defaults" : prediction.recipe,
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

/** By what was read, which is a little ahead of what is predicted. */
function drawProgress(rows: number, readBytes: number, bytes: number | undefined): void {
  if (!process.stderr.isTTY) return;
  const drawn = bytes === undefined ? "" : `${bar(readBytes / bytes, 30).padEnd(30)}  `;
  process.stderr.write(`\r\u001B[2K${drawn}${rows.toLocaleString("en")} rows`);
}

function report(
  { points, out, json }: PointsOptions,
  { rows, predicted, reasons, compared, assumed, board }: Seen,
  { skipped }: PointsTable,
  isStopped: boolean,
): void {
  const scores = board.scores();
  const refused = [...reasons]
    .toSorted(([, one], [, other]) => other - one)
    .map(([reason, count]) => ({ rows: count, reason }));
  if (json) {
    const text = {
      rows,
      predicted,
      complete: !isStopped,
      out: out ?? null,
      assumed: [...assumed],
      refused,
      scores: scores ?? null,
    };
    if (out === "-") process.stderr.write(`${JSON.stringify(text, null, 2)}\n`);
    else printJson(text);
    return;
  }
  const stream = out === "-" ? process.stderr : process.stdout;
  const say = (line: string) => stream.write(`${line}\n`);
  say(
    `${bold(`${predicted.toLocaleString("en")} of ${rows.toLocaleString("en")} rows predicted`, stream)}  ${dim(`${points.map(shownPath).join(", ")}${out === undefined ? "" : ` → ${isPipe(out) ? "standard output" : out}`}`, stream)}`,
  );
  if (isStopped) say(yellow("Stopped: the table is not at its end.", stream));
  if (skipped > 0) say(dim(`${skipped} files there are no results, or summaries of others.`, stream));
  if (out === undefined) say(dim("--out FILE keeps the predictions.", stream));
  if (assumed.size > 0) say(dim(`Not said, so assumed: ${[...assumed].join(", ")}.`, stream));
  const isFew = compared.length > 0 && compared.length <= comparedMost;
  if (isFew) say(`\n${comparedText(compared, stream)}`);
  if (scores !== undefined) say(`${scoresTitle(stream)}\n${scoresText(scores, isFew, stream)}`);
  const top = refused.slice(0, 12);
  if (top.length === 0) return;
  say(`\n${bold("Not predicted", stream)}`);
  say(
    table(
      [{ title: "rows", align: "right" }, { title: "why" }],
      top.map(({ rows: count, reason }) => [String(count), reason]),
      stream,
    ),
  );
  if (refused.length > top.length)
    say(dim(`and ${refused.length - top.length} other reasons; --json tells all.`, stream));
}

function shownPath(path: string): string {
  return isPipe(path) ? "standard input" : path;
}

function isPipe(path: string): boolean {
  return path === "-";
}
