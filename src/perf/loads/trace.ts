/**
 * Reads a trace's text into a workload: a table, or JSON objects, one a line or all in a list, with each request's arrival,
 * prompt and output by our names (`arrival_seconds,prompt_tokens,output_tokens`) or those of Azure's, BurstGPT's and Vidur's
 * traces, in any order and beside any others; lines with the hashes of prompts' blocks, of Mooncake (512 tokens a block,
 * milliseconds; AIPerf's inputs too) or of Alibaba's Bailian (16 tokens, seconds); or prompts as text (`prompts.ts`). Time
 * begins at the first request.
 */
import { CsvReader, type Separator, separatorOf } from "../csv.ts";
import { fromPrompts, isPrompt } from "./prompts.ts";
import { Builder, objectOf, refuse, secondsOf, shown, tokensOf, type Trace, type Untold } from "./trace-builder.ts";

/** Tokens of a block that is hashed (Qin et al., FAST 2025; alibaba-edu/qwen-bailian-usagetraces-anon). */
const UNIT_TOKENS = { mooncake: 512, bailian: 16 } as const;

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

/**
 * @param untold what the trace does not say
 * @throws Fault `invalid_value`: which line and field is wrong, and what would be right
 */
export function parseTrace(text: string, untold: Untold = {}): Trace {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  while (lines.at(-1)?.trim() === "") lines.pop();
  const head = lines[0]?.trim() ?? "";
  if (head === "") refuse(1, "head", "is empty", `It must name the columns, such as ${own}.`);
  if (head.startsWith("[")) return fromLines(linesOf(text), untold);
  return head.startsWith("{") ? fromLines(lines, untold) : fromTable(lines, untold);
}

function fromLines(lines: readonly string[], untold: Untold): Trace {
  const first = objectOf(1, lines[0] ?? "");
  if ("input_length" in first) return fromHashed(lines, untold);
  return isPrompt(first) ? fromPrompts(lines, untold) : fromObjects(lines, untold);
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

type Columns = { readonly arrival?: Column; readonly prompt: Column; readonly output?: Column };

function columnsOf(head: readonly string[], { requestsPerSecond, outputTokens }: Untold): Columns {
  const isToldOutput = outputTokens === undefined || columnsNamed(head, "output").length > 0;
  return {
    ...(requestsPerSecond === undefined && { arrival: columnOf(head, "arrival") }),
    prompt: columnOf(head, "prompt"),
    ...(isToldOutput && { output: columnOf(head, "output") }),
  };
}

function columnsNamed(head: readonly string[], wanted: keyof typeof names): Column[] {
  return head.flatMap((name, at) => {
    const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
    return names[wanted].includes(plain) ? [{ name, at }] : [];
  });
}

function columnOf(head: readonly string[], wanted: keyof typeof names): Column {
  const found = columnsNamed(head, wanted);
  if (found.length === 1) return found[0]!;
  const which = found.length === 0 ? `has no column of the ${wanted}` : `has ${found.length} columns of the ${wanted}`;
  const or = { prompt: "", arrival: " Or give --rate.", output: " Or give --answer-tokens." }[wanted];
  return refuse(1, "head", `${which}: ${shown(head.join(",").slice(0, 80))}`, `It must have ${own}.${or}`);
}

function fromTable(lines: readonly string[], untold: Untold): Trace {
  const separator = separatorOf(lines[0]!);
  const head = cellsOf(lines[0]!, separator).map((name) => name.trim());
  const { arrival, prompt, output } = columnsOf(head, untold);
  // BurstGPT's, which keeps requests that failed, with no tokens of an answer.
  const keepsFailed = output?.name === "Response tokens";
  const builder = new Builder(lines.length - 1, untold);
  let failed = 0;
  for (let index = 1; index < lines.length; index++) {
    const line = index + 1;
    const cells = cellsOf(lines[index]!, separator);
    if (cells.length !== head.length) {
      const found = lines[index] === "" ? 0 : cells.length;
      refuse(line, "columns", `are ${found}`, `There must be ${head.length}: ${head.join(separator)}.`);
    }
    const of = ({ at }: Column) => cells[at]!.trim();
    if (keepsFailed && Number(of(output)) === 0) {
      failed += 1;
      continue;
    }
    const seconds = arrival === undefined ? 0 : secondsOf(line, arrival.name, of(arrival));
    const made = output === undefined ? untold.outputTokens! : tokensOf(line, output.name, of(output));
    builder.add(line, arrival?.name ?? "", seconds, tokensOf(line, prompt.name, of(prompt)), made);
  }
  return builder.trace(failed === 0 ? [] : [`left out: ${failed.toLocaleString("en")} that failed`]);
}

function cellsOf(line: string, separator: Separator): readonly string[] {
  if (!line.includes('"')) return line.split(separator);
  const reader = new CsvReader(separator);
  const [record] = [...reader.push(line), ...reader.end()];
  return record?.cells ?? [];
}

function fromObjects(lines: readonly string[], untold: Untold): Trace {
  const head = Object.keys(objectOf(1, lines[0]!));
  const { arrival, prompt, output } = columnsOf(head, untold);
  const builder = new Builder(lines.length, untold);
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    const row = objectOf(line, text);
    const at = arrival && row[arrival.name];
    const written = typeof at === "number" || typeof at === "string" ? String(at) : "";
    const seconds = arrival === undefined ? 0 : secondsOf(line, arrival.name, written);
    const made = output === undefined ? untold.outputTokens! : tokensOf(line, output.name, row[output.name]);
    builder.add(line, arrival?.name ?? "", seconds, tokensOf(line, prompt.name, row[prompt.name]), made);
  }
  return builder.trace();
}

/** Bailian's lines tell the chat that they belong to, and seconds where the others have milliseconds. */
function fromHashed(lines: readonly string[], untold: Untold): Trace {
  const isBailian = "chat_id" in objectOf(1, lines[0]!);
  const unitTokens = isBailian ? UNIT_TOKENS.bailian : UNIT_TOKENS.mooncake;
  const builder = new Builder(lines.length, untold);
  const offsets = new Int32Array(lines.length + 1);
  const units: number[] = [];
  const known = new Map<unknown, number>();
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    const row = objectOf(line, text);
    const seconds = untold.requestsPerSecond === undefined ? clockOf(line, row["timestamp"], isBailian) : 0;
    const prompt = tokensOf(line, "input_length", row["input_length"]);
    const made = row["output_length"] ?? untold.outputTokens;
    builder.add(line, "timestamp", seconds, prompt, tokensOf(line, "output_length", made));
    const hashes: unknown = row["hash_ids"] ?? [];
    if (!Array.isArray(hashes))
      return refuse(line, "hash_ids", `is ${shown(hashes)}`, "It must be a list of the blocks' hashes.");
    // The last hash may stand for a block that is not full, which nobody shares.
    for (const hash of hashes.slice(0, Math.floor(prompt / unitTokens)) as unknown[]) {
      const unit = known.get(hash) ?? known.size;
      known.set(hash, unit);
      units.push(unit);
    }
    offsets[line] = units.length;
  }
  return builder.trace([], { unitTokens, offsets, units: Int32Array.from(units) });
}

function clockOf(line: number, value: unknown, isSeconds: boolean): number {
  const unit = isSeconds ? "seconds" : "milliseconds";
  if (typeof value === "number") return isSeconds ? value : value / 1e3;
  return refuse(line, "timestamp", `is ${shown(value)}`, `It must be a number of ${unit}. Or give --rate.`);
}
