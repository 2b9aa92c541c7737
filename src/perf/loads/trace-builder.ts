/** Collects the requests of a trace, reads their fields and refuses what is wrong. */
import { Fault } from "../../stack/fault.ts";
import { poissonArrivals, type Prefixes, type Workload } from "./workload.ts";

const MOST_TOKENS = 2 ** 31 - 1;

/** What the user says about a trace. */
export type Untold = {
  /** Random arrivals at this rate, in place of the trace's times. */
  readonly requestsPerSecond?: number;
  /** Tokens of an answer, if the trace does not say. */
  readonly outputTokens?: number;
};

/** A trace, with a note on everything that was estimated or left out. */
export type Trace = Workload & { readonly notes: readonly string[] };

export class Builder {
  private readonly untold: Untold;
  private readonly seconds: Float64Array;
  private readonly promptTokens: Int32Array;
  private readonly outputTokens: Int32Array;
  private count = 0;
  private start = 0;

  /** @param requests the maximum number */
  constructor(requests: number, untold: Untold = {}) {
    this.untold = untold;
    if (requests < 1) refuse(2, "requests", "are missing", "Give a line for each request below the columns' names.");
    this.seconds = new Float64Array(requests);
    this.promptTokens = new Int32Array(requests);
    this.outputTokens = new Int32Array(requests);
  }

  add(line: number, timeName: string, seconds: number, prompt: number, output: number): void {
    this.promptTokens[this.count] = prompt;
    this.outputTokens[this.count] = output;
    this.arrive(line, timeName, seconds);
    this.count++;
  }

  private arrive(line: number, timeName: string, seconds: number): void {
    if (this.untold.requestsPerSecond !== undefined) return;
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
  }

  trace(notes: readonly string[] = [], prefix?: Prefixes): Trace {
    const { count } = this;
    const { requestsPerSecond: rate } = this.untold;
    if (count === 0) refuse(1, "requests", "are none", "Give a line for each request.");
    return {
      arrivals:
        rate === undefined ? { type: "open", seconds: this.seconds.subarray(0, count) } : poissonArrivals(count, rate),
      promptTokens: this.promptTokens.subarray(0, count),
      outputTokens: this.outputTokens.subarray(0, count),
      ...(prefix && { prefix }),
      notes,
    };
  }
}

const instant = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;
/** Seconds since 1970 in the year 5138: what is above it counts milliseconds, or less. */
const secondsMost = 1e11;

/** Seconds as a number, with a decimal point or comma, or of an instant: Azure's have seven digits of a second, more than a Date keeps. */
export function secondsOf(line: number, field: string, text: string): number {
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

export function tokensOf(line: number, field: string, value: unknown): number {
  const tokens = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof tokens === "number" && Number.isInteger(tokens) && tokens >= 1 && tokens <= MOST_TOKENS) return tokens;
  return refuse(
    line,
    field,
    `is ${shown(value)}`,
    "It must be a whole number of tokens, 1 or more; leave out requests that failed.",
  );
}

/** The JSON object on a line. */
export function objectOf(line: number, text: string): Record<string, unknown> {
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

export function shown(value: unknown): string {
  return value === undefined || value === "" ? "missing" : JSON.stringify(value);
}

export function refuse(line: number, field: string, found: string, remedy: string): never {
  throw new Fault("invalid_value", {
    param: `line ${line}, ${field}`,
    message: `Line ${line}: ${field} ${found}.`,
    remedy,
  });
}
