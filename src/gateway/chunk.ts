/**
 * One chunk of an OpenAI stream, read by its bytes in a single pass: what it says of usage, its end and errors, and
 * whether it bears content. A token's chunk is a few hundred bytes, and parsing each would cost more than sending it.
 */
import { endOfValue, skipSpace, stringEnd } from "./json.ts";

/** What the last call of `readChunk` found; one for all, since nothing is kept from one chunk to the next. */
export const chunk = {
  /** Range of the `usage` key with its value; -1 without one. */
  usageKeyStart: -1,
  usageStart: -1,
  usageEnd: -1,
  hasUsage: false,
  hasChoices: false,
  /** `"choices":[]` */
  hasNoChoices: false,
  hasError: false,
  hasFinish: false,
  hasContent: false,
  hasReasoning: false,
};

const quote = 0x22;

/** Reads the object in `bytes[start, end)` into `chunk`; false when it is not one whole JSON object. */
export function readChunk(bytes: Buffer, start: number, end: number): boolean {
  chunk.usageKeyStart = -1;
  chunk.hasUsage = chunk.hasChoices = chunk.hasNoChoices = chunk.hasError = chunk.hasFinish = false;
  chunk.hasContent = chunk.hasReasoning = false;
  let hasRole = false;
  let hasEmptyContent = false;
  let depth = 0;
  let at = skipSpace(bytes, start, end);
  if (bytes[at] !== 0x7b) return false;
  while (at < end) {
    const byte = bytes[at];
    if (byte === quote) {
      const keyEnd = stringEnd(bytes, at, end);
      if (keyEnd < 0) return false;
      const colonAt = bytes[keyEnd] === 0x3a ? keyEnd : skipSpace(bytes, keyEnd, end);
      if (bytes[colonAt] !== 0x3a || colonAt >= end) {
        at = keyEnd;
        continue;
      }
      let valueStart = colonAt + 1;
      if (bytes[valueStart] === 0x20) valueStart = skipSpace(bytes, valueStart, end);
      const keyStart = at + 1;
      const length = keyEnd - keyStart - 1;
      at = valueStart;
      if (depth === 1) {
        if (length === 7 && is(bytes, keyStart, "choices")) {
          const first = skipSpace(bytes, valueStart + 1, end);
          chunk.hasNoChoices = bytes[valueStart] === 0x5b && bytes[first] === 0x5d;
          chunk.hasChoices = !chunk.hasNoChoices;
        } else if (length === 5 && is(bytes, keyStart, "usage")) {
          at = endOfValue(bytes, valueStart, end);
          if (at < 0) return false;
          chunk.usageKeyStart = keyStart - 1;
          chunk.usageStart = valueStart;
          chunk.usageEnd = at;
          chunk.hasUsage = bytes[valueStart] === 0x7b;
        } else if (length === 5 && is(bytes, keyStart, "error")) {
          chunk.hasError = bytes[valueStart] !== 0x6e;
        } else if (length === 6 && is(bytes, keyStart, "object") && is(bytes, valueStart + 1, 'error"')) {
          chunk.hasError = true;
        } else if (length === 4 && is(bytes, keyStart, "type") && is(bytes, valueStart + 1, 'error"')) {
          chunk.hasError = true;
        }
      } else if (bytes[valueStart] === quote) {
        const isEmpty = bytes[valueStart + 1] === quote;
        switch (length) {
          case 4:
            if (is(bytes, keyStart, "role")) hasRole = true;
            else if (is(bytes, keyStart, "text") || is(bytes, keyStart, "name")) {
              if (isEmpty) hasEmptyContent = true;
              else chunk.hasContent = true;
            }
            break;
          case 7:
            if (is(bytes, keyStart, "content") || is(bytes, keyStart, "refusal")) {
              if (isEmpty) hasEmptyContent = true;
              else chunk.hasContent = true;
            }
            break;
          case 9:
            if (is(bytes, keyStart, "arguments")) {
              if (!isEmpty) chunk.hasContent = true;
            } else if (is(bytes, keyStart, "reasoning") && !isEmpty) chunk.hasReasoning = true;
            break;
          case 13:
            if (is(bytes, keyStart, "finish_reason")) chunk.hasFinish = true;
            break;
          case 17:
            if (is(bytes, keyStart, "reasoning_content") && !isEmpty) chunk.hasReasoning = true;
            break;
        }
      }
      continue;
    }
    at += 1;
    if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth === 0) {
        // A token that is part of a character brings no text yet: its chunk still stands for it.
        if (hasEmptyContent && !hasRole && !chunk.hasFinish) chunk.hasContent = true;
        return skipSpace(bytes, at, end) === end;
      }
    }
  }
  return false;
}

function is(bytes: Buffer, start: number, word: string): boolean {
  for (let index = 0; index < word.length; index += 1) {
    if (bytes[start + index] !== word.charCodeAt(index)) return false;
  }
  return true;
}
