/**
 * What a benchmark tool's file holds: objects, from JSON, an object a line, a table whose first line names its columns, or
 * lines that each name a figure.
 */
import { Fault } from "../../stack/fault.ts";
import { CsvReader } from "../csv.ts";
import { Fields } from "./fields.ts";

/** Whether a text is no table whose first line names its columns, by how it begins. */
export function isNoTable(head: string): boolean {
  return isJson(head) || isSummary(head) || isByMetric(head);
}

/** Whether it looks like JSON. */
export function isJson(head: string): boolean {
  return /^\uFEFF?\s*[[{]/.test(head);
}

/** @throws Fault `invalid_value` that names the line that is no JSON, or the quote that is never closed */
export function objectsOfText(text: string): readonly Fields[] {
  if (isJson(text)) return objectsOfJson(text);
  if (isSummary(text)) return [objectOfSummary(text)];
  return isByMetric(text) ? [objectOfMetrics(text)] : objectsOfTable(text);
}

/** MLPerf's: `Mean latency (ns) : 12`. */
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

/** AIPerf's and GenAI-Perf's tables: a line for a metric, and a second table of those that have but one value. */
function isByMetric(text: string): boolean {
  return /^\uFEFF?"?Metric"?,/.test(text);
}

/** `Time to First Token (ms)` with `avg` and `p99` as an object of them, `time_to_first_token`, as their JSON has it. */
function objectOfMetrics(text: string): Fields {
  const reader = new CsvReader();
  const metrics: Record<string, Record<string, string>> = {};
  let head: readonly string[] = [];
  for (const { cells } of [...reader.push(text), ...reader.end()]) {
    const [name = "", ...values] = cells;
    if (name === "Metric") head = values.map((value) => (value === "Value" ? "avg" : value));
    // Telemetry has tables of its own.
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

/** A table's rows as objects by its columns. */
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

/** Undefined where it is none. Python writes NaN and Infinity, which JSON has not. */
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
