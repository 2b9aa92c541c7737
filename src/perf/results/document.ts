/**
 * What a benchmark tool's file holds: objects, from JSON, an object a line, or a table whose first line names its columns.
 */
import { Fault } from "../../stack/fault.ts";
import { CsvReader } from "../csv.ts";
import { Fields } from "./fields.ts";

/** Whether a text looks like JSON, by how it begins. */
export function isJson(head: string): boolean {
  return /^\uFEFF?\s*[[{]/.test(head);
}

/** @throws Fault `invalid_value` that names the line that is no JSON, or the quote that is never closed */
export function objectsOfText(text: string): readonly Fields[] {
  return isJson(text) ? objectsOfJson(text) : objectsOfTable(text);
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
