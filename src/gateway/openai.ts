/**
 * OpenAI's dialect on the wire. Same dialect in and out, so bodies pass untouched but for the fields spliced here:
 * the upstream's own name of the model, usage in every stream (or a stream could not be billed), and the model's
 * limit on output where the request names none (or the hold could be exceeded).
 */
import { isAscii, isUtf8 } from "node:buffer";
import { Fault } from "../stack/fault.ts";
import { checkFields, checkInput, isObject, type Json } from "./check.ts";
import type { Answer, Ask, Dialect, Endpoint, Target } from "./dialect.ts";
import { errorEvent, errorJson } from "./errors.ts";
import { depthMax, fieldsOf } from "./json.ts";
import { applyEdits, type Edit, setField, setNested } from "./splice.ts";
import { countsOfOpenAiJson } from "./usage.ts";

export const openai: Dialect = {
  upstreamPath: {
    "chat.completions": "/chat/completions",
    completions: "/completions",
    embeddings: "/embeddings",
  },
  parse,
  upstreamBody,
  readAnswer,
  readUsage: countsOfOpenAiJson,
  refusal,
  inBandMessage,
  errorJson,
  errorEvent,
  streamEnd: "data: [DONE]\n\n",
};

/** Fields that the gateway acts on: of two of a kind, an upstream might take the other. */
const decisive = new Set([
  "model",
  "stream",
  "stream_options",
  "max_tokens",
  "max_completion_tokens",
  "n",
  "best_of",
  "messages",
  "prompt",
  "input",
  "user",
]);

const inputFields: Readonly<Record<Endpoint, ReadonlySet<string>>> = {
  "chat.completions": new Set(["messages", "tools", "functions", "response_format"]),
  completions: new Set(["prompt", "suffix"]),
  embeddings: new Set(["input"]),
};

function parse(endpoint: Endpoint, bytes: Buffer): Ask {
  const body = parseJson(bytes);
  checkFields(body);
  const hasMedia = checkInput(endpoint, body);
  const fields = fieldsOf(bytes);
  if (fields === undefined) {
    throw new Fault("invalid_json", { message: `The body nests deeper than ${depthMax} levels.` });
  }
  let inputBytes = 0;
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index]!;
    if (inputFields[endpoint].has(field.key)) inputBytes += field.valueEnd - field.valueStart;
    if (decisive.has(field.key) && fields.findIndex(({ key }) => key === field.key) !== index) {
      throw new Fault("invalid_request", { message: `"${field.key}" stands twice in the body.`, param: field.key });
    }
  }
  const options = body["stream_options"];
  const maxOutputField = body["max_completion_tokens"] == null ? "max_tokens" : "max_completion_tokens";
  return {
    endpoint,
    model: String(body["model"]),
    streamed: body["stream"] === true && endpoint !== "embeddings",
    wantsUsage: isObject(options) && options["include_usage"] === true,
    choices: Math.max(number(body["n"]) ?? 1, number(body["best_of"]) ?? 1) * promptsOf(endpoint, body),
    maxOutput: endpoint === "embeddings" ? 0 : number(body[maxOutputField]),
    maxOutputField,
    inputBytes,
    hasMedia,
    body: bytes,
    fields,
  };
}

/** Each prompt of a list is answered by itself. */
function promptsOf(endpoint: Endpoint, body: Json): number {
  const prompt = body["prompt"];
  if (endpoint !== "completions" || !Array.isArray(prompt)) return 1;
  return typeof prompt[0] === "number" ? 1 : prompt.length;
}

function parseJson(bytes: Buffer): Json {
  if (bytes.length === 0) throw new Fault("invalid_json", { message: "The body is empty; send a JSON object." });
  const isPlain = isAscii(bytes);
  if (!isPlain && !isUtf8(bytes)) throw new Fault("invalid_json", { message: "The body is not valid UTF-8." });
  let body: unknown;
  try {
    body = JSON.parse(isPlain ? bytes.toString("latin1") : bytes.toString("utf8"));
  } catch (error) {
    // The parser quotes what it found; a prompt has no place in an error message.
    const where = /at position \d+/.exec((error as Error).message)?.[0] ?? "before its end";
    throw new Fault("invalid_json", { message: `The body is not valid JSON (${where}).` });
  }
  if (!isObject(body)) throw new Fault("invalid_json", { message: "The body must be a JSON object." });
  return body;
}

function upstreamBody(ask: Ask, target: Target): Buffer {
  const { body, fields } = ask;
  const edits: Edit[] = [];
  if (target.upstreamModel !== ask.model) {
    edits.push(setField(body, fields, "model", JSON.stringify(target.upstreamModel)));
  }
  if (ask.streamed && !ask.wantsUsage) edits.push(setNested(body, fields, "stream_options", "include_usage", "true"));
  if (ask.maxOutput === undefined && target.maxOutput !== undefined) {
    const field = ask.endpoint === "chat.completions" ? "max_completion_tokens" : "max_tokens";
    edits.push(setField(body, fields, field, String(target.maxOutput)));
  }
  return applyEdits(body, edits);
}

function readAnswer(endpoint: Endpoint, bytes: Buffer): Answer {
  const fields = fieldsOf(bytes);
  if (fields === undefined) return { ok: false, defect: "answered with something other than a JSON object" };
  let tokens;
  let result = bytes.subarray(0, 0);
  let hasResult = false;
  for (const { key, valueStart, valueEnd } of fields) {
    if (key === "usage") tokens = countsOfOpenAiJson(bytes.toString("utf8", valueStart, valueEnd));
    else if (key === (endpoint === "embeddings" ? "data" : "choices")) {
      hasResult = bytes[valueStart] === 0x5b;
      if (endpoint !== "embeddings") result = bytes.subarray(valueStart, valueEnd);
    } else if (key === "error" && bytes.toString("latin1", valueStart, valueEnd) !== "null") {
      return { ok: false, defect: "answered 200 with an error in its body" };
    }
  }
  if (!hasResult) return { ok: false, defect: "answered 200 without a result" };
  return { ok: true, tokens, outputBytes: () => textBytes(result) };
}

/** What a model has written: `content` and its like, without the names and brackets around it. */
function textBytes(choices: Buffer): number {
  if (choices.length === 0) return 0;
  let bytes = 0;
  try {
    JSON.parse(choices.toString("utf8"), (key, value: unknown) => {
      if (typeof value === "string" && written.has(key)) bytes += Buffer.byteLength(value);
    });
  } catch {
    return choices.length;
  }
  return bytes;
}

const written = new Set(["content", "text", "refusal", "reasoning", "reasoning_content", "name", "arguments"]);

function refusal(status: number, bytes: Buffer): Buffer | undefined {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isObject(body)) return undefined;
  if (isObject(body["error"]) && typeof body["error"]["message"] === "string") return bytes;
  const message = [body["message"], body["detail"], body["error"]].find((one) => typeof one === "string");
  if (typeof message !== "string") return undefined;
  const param = typeof body["param"] === "string" ? { param: body["param"] } : {};
  return Buffer.from(errorJson(new Fault("invalid_request", { message, status, ...param })));
}

function inBandMessage(json: string): string {
  const body: unknown = JSON.parse(json);
  const error = isObject(body) ? (isObject(body["error"]) ? body["error"] : body) : {};
  const message = error["message"] ?? (isObject(body) ? body["error"] : undefined);
  return typeof message === "string" ? message : "The upstream reported an error without words.";
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
