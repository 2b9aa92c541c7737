/**
 * Traces with prompts as text. Their tokens are estimated.
 *
 * - ShareGPT: the first question of a conversation and its answer count, as in the benchmarks of vLLM (`ShareGPTDataset`) and
 *   SGLang (`sample_sharegpt_requests`).
 * - Custom lines of the same tools: `{"prompt": …, "output_tokens": …}`.
 * - AIPerf: `{"text": …, "timestamp": …}` in milliseconds.
 * - OpenAI's batch files: `{"body": {"messages": …, "max_tokens": …}}`.
 */
import { Builder, objectOf, refuse, secondsOf, shown, tokensOf, type Trace, type Untold } from "./trace-builder.ts";

type Row = Readonly<Record<string, unknown>>;

const prompts = ["prompt", "text", "text_input", "input", "question", "messages"] as const;
const outputs = ["output_tokens", "output_length", "output_len", "max_tokens", "max_completion_tokens"] as const;
const answers = ["completion", "response", "answer", "output"] as const;
const arrivals = ["arrival_seconds", "arrival", "arrived_at", "timestamp"] as const;

/** Whether a line has its prompt as text. */
export function isPrompt(row: Row): boolean {
  return turnsOf(row) !== undefined || promptOf(bodyOf(row)) !== undefined;
}

export function fromPrompts(lines: readonly string[], untold: Untold): Trace {
  const builder = new Builder(lines.length, untold);
  let unanswered = 0;
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    const row = objectOf(line, text);
    const turns = turnsOf(row);
    if (turns !== undefined && turns.length < 2) {
      unanswered += 1;
      continue;
    }
    const body = bodyOf(row);
    const prompt = turns?.[0] ?? promptOf(body) ?? refuse(line, "prompt", "is missing", "It must be a text.");
    const seconds = untold.requestsPerSecond === undefined ? arrivalOf(line, row) : 0;
    const made = turns === undefined ? outputTokensOf(line, body, untold) : tokensOfText(turns[1]!);
    builder.add(line, "timestamp", seconds, tokensOfText(prompt), made);
  }
  return builder.trace([
    "tokens are estimated from the text: one for four letters, or for 1.7 of East Asian scripts",
    ...(unanswered === 0 ? [] : [`left out: ${unanswered.toLocaleString("en")} without an answer`]),
  ]);
}

/** The request itself, which batch files wrap. */
function bodyOf(row: Row): Row {
  const body = row["body"];
  return typeof body === "object" && body !== null ? (body as Row) : row;
}

/** The turns of a conversation. */
function turnsOf(row: Row): readonly string[] | undefined {
  const turns = row["conversations"] ?? row["conversation"];
  if (!Array.isArray(turns)) return undefined;
  return (turns as readonly Row[]).map((turn) => textOf(turn["value"] ?? turn["content"]));
}

function promptOf(body: Row): string | undefined {
  const found = prompts.find((name) => typeof body[name] === "string" || Array.isArray(body[name]));
  return found === undefined ? undefined : textOf(body[found]);
}

/** A text, or the joined texts of messages and of their parts. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textOf).join("\n");
  if (typeof value !== "object" || value === null) return "";
  const { content, text } = value as Row;
  return textOf(content ?? text);
}

function outputTokensOf(line: number, body: Row, { outputTokens }: Untold): number {
  const named = outputs.find((name) => typeof body[name] === "number");
  if (named !== undefined) return tokensOf(line, named, body[named]);
  const told = answers.find((name) => typeof body[name] === "string");
  if (told !== undefined) return tokensOfText(textOf(body[told]));
  if (outputTokens !== undefined) return outputTokens;
  return refuse(
    line,
    "output_tokens",
    "is missing",
    "It must be a number of tokens, or an answer as text. Or give --answer-tokens.",
  );
}

/** AIPerf counts milliseconds. The others count seconds or write instants. */
function arrivalOf(line: number, row: Row): number {
  const named = arrivals.find((name) => row[name] !== undefined);
  if (named === undefined) {
    return refuse(line, "timestamp", "is missing", "It must say when the request came. Or give --rate.");
  }
  const value = row[named];
  const isMilliseconds = named === "timestamp" && typeof value === "number" && ("text" in row || "text_input" in row);
  if (isMilliseconds) return value / 1e3;
  if (typeof value === "number" || typeof value === "string") return secondsOf(line, named, String(value));
  return refuse(line, named, `is ${shown(value)}`, "It must be a number of seconds or an instant.");
}

/**
 * An estimate of the tokens in a text: one for four letters of English (OpenAI's rule of thumb) and one for 1.5 to 1.8
 * characters of Chinese (Qwen's).
 */
export function tokensOfText(text: string): number {
  const wide = text.match(eastAsian)?.length ?? 0;
  return Math.max(1, Math.round((text.length - wide) / 4 + wide / 1.7));
}

const eastAsian = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]/gu;
