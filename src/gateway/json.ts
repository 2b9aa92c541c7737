/**
 * JSON by its bytes: finds the top-level keys of an object and where their values lie, so that one field can be
 * read or edited while every other byte stays as it came: unknown fields and numbers too large for a double survive.
 *
 * On valid JSON the ranges are exact. Anything else is told apart only as far as structure goes (one object, its
 * strings closed, its brackets paired in number); who needs more parses.
 */

export type Field = {
  readonly key: string;
  /** Index of the key's opening quote. */
  readonly keyStart: number;
  readonly valueStart: number;
  /** One past the value's last byte. */
  readonly valueEnd: number;
};

/** Nesting deeper than this is refused: parsers further on recurse. */
export const depthMax = 256;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** The top-level fields of the object that fills `bytes[start, end)`; undefined when that is not one whole object. */
export function fieldsOf(bytes: Buffer, start = 0, end = bytes.length): Field[] | undefined {
  let at = skipSpace(bytes, start, end);
  if (at >= end || bytes[at] !== openBrace) return undefined;
  const fields: Field[] = [];
  at = skipSpace(bytes, at + 1, end);
  if (bytes[at] === closeBrace && at < end) return skipSpace(bytes, at + 1, end) === end ? fields : undefined;
  for (;;) {
    if (at >= end || bytes[at] !== quote) return undefined;
    const keyStart = at;
    at = stringEnd(bytes, keyStart, end);
    if (at < 0) return undefined;
    const key = textOf(bytes, keyStart, at);
    at = skipSpace(bytes, at, end);
    if (at >= end || bytes[at] !== colon) return undefined;
    const valueStart = skipSpace(bytes, at + 1, end);
    const valueEnd = endOfValue(bytes, valueStart, end);
    if (valueEnd < 0 || key === undefined) return undefined;
    fields.push({ key, keyStart, valueStart, valueEnd });
    at = skipSpace(bytes, valueEnd, end);
    if (at >= end) return undefined;
    if (bytes[at] === closeBrace) return skipSpace(bytes, at + 1, end) === end ? fields : undefined;
    if (bytes[at] !== comma) return undefined;
    at = skipSpace(bytes, at + 1, end);
  }
}

/** One past the value that begins at `start`; -1 when it does not end, or nests too deeply. */
export function endOfValue(bytes: Buffer, start: number, end: number): number {
  if (start >= end) return -1;
  const first = bytes[start];
  if (first === quote) return stringEnd(bytes, start, end);
  if (first !== openBrace && first !== openBracket) return literalEnd(bytes, start, end);
  let depth = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (byte === quote) {
      at = stringEnd(bytes, at, end);
      if (at < 0) return -1;
      continue;
    }
    at += 1;
    if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > depthMax) return -1;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** One past the closing quote of the string that opens at `start`; -1 when it does not close. */
export function stringEnd(bytes: Buffer, start: number, end: number): number {
  let at = start + 1;
  const near = Math.min(end, at + 32);
  while (at < near) {
    const byte = bytes[at];
    if (byte === quote) return at + 1;
    at += byte === backslash ? 2 : 1;
  }
  // A long string: let native code look for the quote, and count the backslashes before it.
  while (at < end) {
    const found = bytes.indexOf(quote, at);
    if (found < 0 || found >= end) return -1;
    let before = found - 1;
    while (before >= at && bytes[before] === backslash) before -= 1;
    at = found + 1;
    if (((found - 1 - before) & 1) === 0) return at;
  }
  return -1;
}

export function skipSpace(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    at += 1;
  }
  return at;
}

function literalEnd(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte === comma || byte === closeBrace || byte === closeBracket || byte <= 0x20) break;
    at += 1;
  }
  return at === start ? -1 : at;
}

/** The text of a string by its quotes; undefined when it is no valid JSON string. */
function textOf(bytes: Buffer, start: number, end: number): string | undefined {
  const raw = bytes.toString("utf8", start + 1, end - 1);
  if (!raw.includes("\\")) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return undefined;
  }
}
