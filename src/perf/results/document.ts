/**
 * The objects in a benchmark tool's file. It may be JSON, JSON lines, a CSV table, a table with a line for each metric, or
 * MLPerf's summary.
 */
import { Fault } from "../../stack/fault.ts";
import { CsvReader } from "../csv.ts";
import { Fields } from "./fields.ts";

/** Whether a text is anything but a CSV table with named columns. The beginning of the text is enough. */
export function isNoTable(head: string): boolean {
  return isJson(head) || isSummary(head) || isByMetric(head);
}

/** Whether a text looks like JSON. The beginning is enough. */
export function isJson(head: string): boolean {
  return /^\uFEFF?\s*[[{]/.test(head);
}

/** @throws Fault `invalid_value` with the line that is no JSON, or with a quote that is never closed */
export function objectsOfText(text: string): readonly Fields[] {
  if (isJson(text)) return objectsOfJson(text);
  if (isSummary(text)) return [objectOfSummary(text)];
  return isByMetric(text) ? [objectOfMetrics(text)] : objectsOfTable(text);
}

/** MLPerf's summary has lines like `Mean latency (ns) : 12`. */
function isSummary(text: string): boolean {
  return /^\uFEFF?=+\s+MLPerf Results Summary/.test(text);
}

function objectOfSummary(text: string): Fields {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^\s*(.*?)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return new Fields(Object.fromEntries(lines));
}

/** AIPerf and GenAI-Perf write a line for each metric, and a second table for metrics with a single value. */
function isByMetric(text: string): boolean {
  return /^\uFEFF?"?Metric"?,/.test(text);
}

/** The line `Time to First Token (ms)` becomes `time_to_first_token` with its statistics, as in the JSON of the same tools. */
function objectOfMetrics(text: string): Fields {
  const reader = new CsvReader();
  const metrics: Record<string, Record<string, string>> = {};
  let head: readonly string[] = [];
  for (const { cells } of [...reader.push(text), ...reader.end()]) {
    const [name = "", ...values] = cells;
    if (name === "Metric") head = values.map((value) => (value === "Value" ? "avg" : value));
    // Telemetry follows as other tables.
    else if (values.length !== head.length) head = [];
    else {
      const plain = name
        .replace(/\s*\([^)]*\)$/, "")
        .toLowerCase()
        .replaceAll(/\s+/g, "_");
      metrics[plain] = Object.fromEntries(head.map((statistic, at) => [statistic, values[at] ?? ""]));
    }
  }
  return new Fields(metrics);
}

function objectsOfJson(text: string): readonly Fields[] {
  const json = text.replace(/^\uFEFF/, "").trim();
  const whole = parsed(json);
  if (whole !== undefined) return flat(whole);
  return json.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "") return [];
    const value = parsed(line);
    if (value !== undefined) return flat(value);
    throw new Fault("invalid_value", {
      message: `Line ${index + 1} is no JSON: ${line.trim().slice(0, 60)}`,
      remedy: "A file must be one JSON value, or have one on each line.",
      param: `line ${index + 1}`,
    });
  });
}

/** Each row as an object with a field for each column. */
function objectsOfTable(text: string): readonly Fields[] {
  const reader = new CsvReader();
  const [head, ...rows] = [...reader.push(text), ...reader.end()];
  return rows.map(
    ({ cells }) => new Fields(Object.fromEntries(head!.cells.map((name, at) => [name.trim(), cells[at] ?? ""]))),
  );
}

function flat(value: unknown): readonly Fields[] {
  return (Array.isArray(value) ? value : [value]).flatMap((one) => Fields.of(one) ?? []);
}

/** Undefined if the text is no JSON. Python also writes NaN and Infinity, which JSON does not know. */
function parsed(text: string): unknown {
  for (const json of [text, text.includes("NaN") || text.includes("Infinity") ? plain(text) : undefined]) {
    try {
      if (json !== undefined) return JSON.parse(json) as unknown;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

function plain(text: string): string {
  return text.replaceAll(/"(?:[^"\\]+|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) => (found[0] === '"' ? found : "null"));
}
