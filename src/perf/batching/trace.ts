/**
 * Traces of what was asked: Azure's (Splitwise, ISCA 2024: `TIMESTAMP,ContextTokens,GeneratedTokens`), Mooncake's
 * (JSON lines with `timestamp` in ms, `input_length`, `output_length`), and our own
 * (`arrival_seconds,prompt_tokens,output_tokens`). Text in, a workload out.
 */
import { Fault } from "../../stack/fault.ts";
import type { Workload } from "./workload.ts";

type Entry = { readonly seconds: number; readonly prompt: number; readonly output: number };

/** @throws Fault `invalid_value` that names the line, the field and what would be right */
export function parseTrace(text: string): Workload {
  const lines = text.split(/\r?\n/);
  while (lines.at(-1)?.trim() === "") lines.pop();
  if (lines.length === 0) refuse(1, "file", "is empty", "Give a CSV with a head, or JSON lines.");
  const entries = lines[0]?.startsWith("{") ? fromJson(lines) : fromCsv(lines);
  if (entries.length === 0) refuse(1, "file", "has a head and no requests", "Give at least one line.");
  const start = entries[0]?.seconds ?? 0;
  for (const [index, { seconds }] of entries.entries()) {
    const before = entries[index - 1]?.seconds ?? start;
    if (seconds < before) {
      refuse(
        index + (lines[0]?.startsWith("{") ? 1 : 2),
        "time",
        `goes back by ${(before - seconds).toFixed(3)} s`,
        "Sort the requests by arrival.",
      );
    }
  }
  return {
    promptTokens: Int32Array.from(entries, ({ prompt }) => prompt),
    outputTokens: Int32Array.from(entries, ({ output }) => output),
    arrivals: { type: "open", seconds: Float64Array.from(entries, ({ seconds }) => seconds - start) },
  };
}

const heads = {
  azure: ["TIMESTAMP", "ContextTokens", "GeneratedTokens"],
  own: ["arrival_seconds", "prompt_tokens", "output_tokens"],
} as const;

function fromCsv([head = "", ...lines]: readonly string[]): Entry[] {
  const names = head.split(",").map((name) => name.trim());
  const form = (["azure", "own"] as const).find((one) => heads[one].every((name) => names.includes(name)));
  if (form === undefined) {
    return refuse(1, "head", `is ${head.slice(0, 80)}`, `Wanted: ${heads.own.join(",")} or ${heads.azure.join(",")}.`);
  }
  const [time, prompt, output] = heads[form].map((name) => names.indexOf(name)) as [number, number, number];
  return lines.map((line, index) => {
    const cells = line.split(",");
    const at = index + 2;
    const seconds =
      form === "own" ? Number(cells[time] || Number.NaN) : Date.parse(`${cells[time]?.replace(" ", "T")}Z`) / 1e3;
    return entry(at, seconds, cells[prompt], cells[output], heads[form]);
  });
}

function fromJson(lines: readonly string[]): Entry[] {
  return lines.map((line, index) => {
    let row: Record<string, unknown> = {};
    try {
      row = JSON.parse(line) as Record<string, unknown>;
    } catch (error) {
      refuse(index + 1, "line", `is no JSON: ${(error as Error).message}`, "Give one object to a line.");
    }
    const names = ["timestamp", "input_length", "output_length"] as const;
    const [time, prompt, output] = names.map((name) => (row[name] === undefined ? undefined : String(row[name])));
    return entry(index + 1, Number(time ?? Number.NaN) / 1e3, prompt, output, names);
  });
}

function entry(
  line: number,
  seconds: number,
  prompt: string | undefined,
  output: string | undefined,
  names: readonly string[],
): Entry {
  if (!Number.isFinite(seconds) || seconds < 0) {
    refuse(line, names[0] ?? "", "is no time from 0 on", "Give seconds, or a date and time as Azure's trace has it.");
  }
  return { seconds, prompt: tokens(line, names[1] ?? "", prompt), output: tokens(line, names[2] ?? "", output) };
}

function tokens(line: number, field: string, text: string | undefined): number {
  const value = Number(text === undefined || text.trim() === "" ? Number.NaN : text);
  if (Number.isInteger(value) && value >= 1 && value <= 2 ** 31 - 1) return value;
  return refuse(line, field, `is ${text ?? "missing"}`, "Give a whole number of tokens from 1.");
}

function refuse(line: number, field: string, what: string, remedy: string): never {
  throw new Fault("invalid_value", { message: `Line ${line}: ${field} ${what}.`, remedy, param: field });
}
