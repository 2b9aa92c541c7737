/**
 * Checks of a request's fields, each fault naming the field by its path. What the gateway does not act on and an
 * upstream may know better (ranges, newer fields) passes.
 */
import { Fault } from "../stack/fault.ts";
import type { Endpoint } from "./dialect.ts";

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function invalid(param: string, message: string): Fault {
  return new Fault("invalid_value", { message, param });
}

/** Types of the optional fields; null counts as absent, as at OpenAI. */
const types: Readonly<Record<string, "boolean" | "number" | "string" | "object" | "array">> = {
  stream: "boolean",
  temperature: "number",
  top_p: "number",
  presence_penalty: "number",
  frequency_penalty: "number",
  seed: "number",
  user: "string",
  stream_options: "object",
  tools: "array",
  logit_bias: "object",
  response_format: "object",
};

const positive = ["max_tokens", "max_completion_tokens", "n", "best_of", "dimensions"] as const;

/** Answers that may be asked for at once, as at OpenAI. */
export const choicesMax = 128;

export function checkFields(body: Json): void {
  if (body["model"] === undefined) throw invalid("model", "You must name a model.");
  if (typeof body["model"] !== "string" || body["model"] === "") {
    throw invalid("model", `"model" must be a string, not ${nameOf(body["model"])}.`);
  }
  for (const field in types) {
    const value = body[field];
    if (value === undefined || value === null) continue;
    const wanted = types[field];
    const isRight =
      wanted === "array" ? Array.isArray(value) : wanted === "object" ? isObject(value) : typeof value === wanted;
    if (!isRight) throw invalid(field, `"${field}" must be ${article(wanted ?? "")}, not ${nameOf(value)}.`);
  }
  for (const field of positive) {
    const value = body[field];
    if (value === undefined || value === null) continue;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
      throw invalid(field, `"${field}" must be a whole number of at least 1, not ${nameOf(value)}.`);
    }
  }
  for (const field of ["n", "best_of"]) {
    const value = body[field];
    if (typeof value === "number" && value > choicesMax) {
      throw invalid(field, `"${field}" is ${value}; at most ${choicesMax} answers can be asked for at once.`);
    }
  }
  if (isObject(body["stream_options"]) && body["stream"] !== true) {
    throw invalid("stream_options", '"stream_options" is only allowed when "stream" is true.');
  }
}

/** Checks what becomes input; true when it holds more than text. */
export function checkInput(endpoint: Endpoint, body: Json): boolean {
  if (endpoint === "chat.completions") return checkMessages(body["messages"]);
  const field = endpoint === "completions" ? "prompt" : "input";
  checkTexts(field, body[field], endpoint === "completions");
  return false;
}

function checkMessages(messages: unknown): boolean {
  if (messages === undefined) throw invalid("messages", '"messages" is missing.');
  if (!Array.isArray(messages)) throw invalid("messages", `"messages" must be an array, not ${nameOf(messages)}.`);
  if (messages.length === 0) throw invalid("messages", '"messages" must hold at least one message.');
  let hasMedia = false;
  for (let index = 0; index < messages.length; index += 1) {
    const message: unknown = messages[index];
    if (!isObject(message)) throw invalid(`messages[${index}]`, `A message must be an object, not ${nameOf(message)}.`);
    const { role, content } = message;
    if (typeof role !== "string" || role === "") {
      throw invalid(`messages[${index}].role`, `A message's "role" must be a string, not ${nameOf(role)}.`);
    }
    if (typeof content === "string" || content === undefined || content === null) continue;
    if (!Array.isArray(content)) {
      const path = `messages[${index}].content`;
      throw invalid(path, `A message's "content" must be a string or an array of parts, not ${nameOf(content)}.`);
    }
    for (let at = 0; at < content.length; at += 1) {
      const part: unknown = content[at];
      if (!isObject(part) || typeof part["type"] !== "string") {
        throw invalid(`messages[${index}].content[${at}]`, 'A part of a message must be an object with a "type".');
      }
      if (part["type"] !== "text" && part["type"] !== "refusal") hasMedia = true;
    }
  }
  return hasMedia;
}

/** A text, a list of texts, tokens, or a list of lists of tokens. */
function checkTexts(field: string, value: unknown, mayBeAbsent: boolean): void {
  if (value === undefined || value === null) {
    if (mayBeAbsent) return;
    throw invalid(field, `"${field}" is missing.`);
  }
  if (typeof value === "string") {
    if (value === "" && !mayBeAbsent) throw invalid(field, `"${field}" must not be empty.`);
    return;
  }
  if (!Array.isArray(value)) {
    throw invalid(field, `"${field}" must be a string or an array, not ${nameOf(value)}.`);
  }
  if (value.length === 0) throw invalid(field, `"${field}" must not be empty.`);
  const kind = typeof value[0];
  for (let index = 0; index < value.length; index += 1) {
    const one: unknown = value[index];
    const isTokens = Array.isArray(one) && one.every((token) => typeof token === "number");
    if (typeof one !== kind || (kind !== "string" && kind !== "number" && !isTokens)) {
      throw invalid(`${field}[${index}]`, `"${field}" must hold texts, or tokens, all of one kind.`);
    }
  }
}

function nameOf(value: unknown): string {
  if (value === undefined) return "absent";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  if (typeof value === "number") return `the number ${value}`;
  return article(typeof value);
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
