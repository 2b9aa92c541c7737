/**
 * Reads a trace's text into a workload: a table, or JSON objects, one a line or all in a list, with each request's arrival, prompt and output by
 * our names (`arrival_seconds,prompt_tokens,output_tokens`) or those of Azure's, BurstGPT's and Vidur's traces, in any order
 * and beside any others; or Mooncake's lines, with the hashes of the prompt's blocks of 512 tokens. Time begins at the first
 * request.
 */
import { Fault } from "../../stack/fault.ts";
import { CsvReader, type Separator, separatorOf } from "../csv.ts";
import type { Prefixes, Workload } from "./workload.ts";

/** Tokens of a block that Mooncake's trace hashes (Qin et al., FAST 2025). */
const MOONCAKE_UNIT_TOKENS = 512;
const MOST_TOKENS = 2 ** 31 - 1;

const own = "arrival_seconds,prompt_tokens,output_tokens";
/** What a column may be called, in small letters and digits alone. Numbers are seconds; instants are told by their look. */
const names = {
  arrival: "arrivalseconds arrivedat arrivaltime arrival timestamp".split(" "),
  prompt:
    "prompttokens contexttokens requesttokens inputtokens numprefilltokens inputlength inputlen promptlength promptlen".split(
      " ",
    ),
  output:
    "outputtokens generatedtokens responsetokens completiontokens numdecodetokens outputlength outputlen expectedoutputlen".split(
      " ",
    ),
} as const;

/** @throws Fault `invalid_value`: which line and field is wrong, and what would be right */
export function parseTrace(text: string): Workload {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  while (lines.at(-1)?.trim() === "") lines.pop();
  const head = lines[0]?.trim() ?? "";
  if (head === "") refuse(1, "head", "is empty", `It must name the columns, such as ${own}.`);
  if (head.startsWith("[")) return fromLines(linesOf(text));
  return head.startsWith("{") ? fromLines(lines) : fromTable(lines);
}

function fromLines(lines: readonly string[]): Workload {
  return "input_length" in objectOf(1, lines[0] ?? "") ? fromMooncake(lines) : fromObjects(lines);
}

/** A list of objects as an object a line. */
function linesOf(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    if (Array.isArray(list)) return list.map((one) => JSON.stringify(one));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return refuse(1, "head", "begins a list that never ends", "Give an object a line, or a list of them.");
}

type Column = { readonly name: string; readonly at: number };

function columnOf(head: readonly string[], wanted: keyof typeof names): Column {
  const found = head.flatMap((name, at) => {
    const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
    return names[wanted].includes(plain) ? [{ name, at }] : [];
  });
  if (found.length === 1) return found[0]!;
  const which = found.length === 0 ? `has no column of the ${wanted}` : `has ${found.length} columns of the ${wanted}`;
  return refuse(1, "head", `${which}: ${shown(head.join(",").slice(0, 80))}`, `It must have ${own}.`);
}

function fromTable(lines: readonly string[]): Workload {
  const separator = separatorOf(lines[0]!);
  const head = cellsOf(lines[0]!, separator).map((name) => name.trim());
  const [arrival, prompt, output] = [columnOf(head, "arrival"), columnOf(head, "prompt"), columnOf(head, "output")];
  const builder = new Builder(lines.length - 1);
  for (let index = 1; index < lines.length; index++) {
    const line = index + 1;
    const cells = cellsOf(lines[index]!, separator);
    if (cells.length !== head.length) {
      const found = lines[index] === "" ? 0 : cells.length;
      refuse(line, "columns", `are ${found}`, `There must be ${head.length}: ${head.join(separator)}.`);
    }
    const of = ({ at }: Column) => cells[at]!.trim();
    const seconds = secondsOf(line, arrival.name, of(arrival));
    const [tokens, made] = [tokensOf(line, prompt.name, of(prompt)), tokensOf(line, output.name, of(output))];
    builder.add(line, arrival.name, seconds, tokens, made);
  }
  return builder.workload();
}

function cellsOf(line: string, separator: Separator): readonly string[] {
  if (!line.includes('"')) return line.split(separator);
  const reader = new CsvReader(separator);
  const [record] = [...reader.push(line), ...reader.end()];
  return record?.cells ?? [];
}

function fromObjects(lines: readonly string[]): Workload {
  const head = Object.keys(objectOf(1, lines[0]!));
  const [arrival, prompt, output] = [columnOf(head, "arrival"), columnOf(head, "prompt"), columnOf(head, "output")];
  const builder = new Builder(lines.length);
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    const row = objectOf(line, text);
    const at = row[arrival.name];
    const seconds = secondsOf(line, arrival.name, typeof at === "number" || typeof at === "string" ? String(at) : "");
    const tokens = tokensOf(line, prompt.name, row[prompt.name]);
    builder.add(line, arrival.name, seconds, tokens, tokensOf(line, output.name, row[output.name]));
  }
  return builder.workload();
}

function fromMooncake(lines: readonly string[]): Workload {
  const builder = new Builder(lines.length);
  const offsets = new Int32Array(lines.length + 1);
  const units: number[] = [];
  const known = new Map<unknown, number>();
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    const row = objectOf(line, text);
    const milliseconds = row["timestamp"];
    if (typeof milliseconds !== "number")
      refuse(line, "timestamp", `is ${shown(milliseconds)}`, "It must be a number of milliseconds.");
    const prompt = tokensOf(line, "input_length", row["input_length"]);
    builder.add(line, "timestamp", milliseconds / 1e3, prompt, tokensOf(line, "output_length", row["output_length"]));
    const hashes: unknown = row["hash_ids"] ?? [];
    if (!Array.isArray(hashes))
      return refuse(line, "hash_ids", `is ${shown(hashes)}`, "It must be a list of the blocks' hashes.");
    // The last hash may stand for a block that is not full, which nobody shares.
    for (const hash of hashes.slice(0, Math.floor(prompt / MOONCAKE_UNIT_TOKENS)) as unknown[]) {
      const unit = known.get(hash) ?? known.size;
      known.set(hash, unit);
      units.push(unit);
    }
    offsets[line] = units.length;
  }
  return builder.workload({ unitTokens: MOONCAKE_UNIT_TOKENS, offsets, units: Int32Array.from(units) });
}

class Builder {
  private readonly seconds: Float64Array;
  private readonly promptTokens: Int32Array;
  private readonly outputTokens: Int32Array;
  private count = 0;
  private start = 0;

  constructor(requests: number) {
    if (requests < 1) refuse(2, "requests", "are missing", "Give a line for each request below the columns' names.");
    this.seconds = new Float64Array(requests);
    this.promptTokens = new Int32Array(requests);
    this.outputTokens = new Int32Array(requests);
  }

  add(line: number, timeName: string, seconds: number, prompt: number, output: number): void {
    if (!(seconds >= 0 && seconds < Number.POSITIVE_INFINITY))
      refuse(line, timeName, `is ${seconds} s`, "Time begins at 0.");
    if (this.count === 0) this.start = seconds;
    const at = seconds - this.start;
    const before = this.count > 0 ? this.seconds[this.count - 1]! : 0;
    if (at < before)
      refuse(
        line,
        timeName,
        `is ${(before - at).toFixed(3)} s before the line above`,
        "Requests stand in the order of their arrival.",
      );
    this.seconds[this.count] = at;
    this.promptTokens[this.count] = prompt;
    this.outputTokens[this.count] = output;
    this.count++;
  }

  workload(prefix?: Prefixes): Workload {
    const { seconds, promptTokens, outputTokens } = this;
    return { arrivals: { type: "open", seconds }, promptTokens, outputTokens, ...(prefix && { prefix }) };
  }
}

const instant = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;
/** Seconds since 1970 in the year 5138: what is above it counts milliseconds, or less. */
const secondsMost = 1e11;

/** Seconds as a number, with a decimal point or comma, or of an instant: Azure's have seven digits of a second, more than a Date keeps. */
function secondsOf(line: number, field: string, text: string): number {
  const [, date, time, fraction = "0", zone = "Z"] = instant.exec(text) ?? [];
  const seconds =
    date === undefined
      ? Number(text === "" ? Number.NaN : text.replace(/^(\d+),(\d+)$/, "$1.$2"))
      : Date.parse(`${date}T${time}${zone}`) / 1e3 + Number(fraction);
  if (seconds > secondsMost)
    refuse(line, field, `is ${shown(text)}`, "It must be in seconds, not milliseconds or less.");
  if (Number.isFinite(seconds)) return seconds;
  return refuse(
    line,
    field,
    `is ${shown(text)}`,
    "It must be a number of seconds, like 12.5, or an instant, like 2023-11-16 18:15:46.6805900.",
  );
}

function tokensOf(line: number, field: string, value: unknown): number {
  const tokens = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof tokens === "number" && Number.isInteger(tokens) && tokens >= 1 && tokens <= MOST_TOKENS) return tokens;
  return refuse(
    line,
    field,
    `is ${shown(value)}`,
    "It must be a whole number of tokens, 1 or more; leave out requests that failed.",
  );
}

function objectOf(line: number, text: string): Record<string, unknown> {
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row === "object" && row !== null) return row as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return refuse(
    line,
    "line",
    `is ${shown(text.slice(0, 60))}`,
    'It must be an object like {"timestamp": 0, "input_length": 100, "output_length": 10}.',
  );
}

function shown(value: unknown): string {
  return value === undefined || value === "" ? "missing" : JSON.stringify(value);
}

function refuse(line: number, field: string, found: string, remedy: string): never {
  throw new Fault("invalid_value", {
    param: `line ${line}, ${field}`,
    message: `Line ${line}: ${field} ${found}.`,
    remedy,
  });
}
