/**
 * Edits of a JSON object in place of re-serialising it: replace or insert a top-level value, and leave every other
 * byte as it came. The idea is that of Envoy AI Gateway, which splices `stream_options` into the raw request.
 */
import type { Field } from "./json.ts";
import { fieldsOf, skipSpace } from "./json.ts";

/** Puts `text` in place of `[start, end)`. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** Applies edits that do not overlap; without any, the bytes themselves. */
export function applyEdits(bytes: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return bytes;
  const pieces: Buffer[] = [];
  let at = 0;
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    pieces.push(bytes.subarray(at, edit.start), Buffer.from(edit.text));
    at = edit.end;
  }
  pieces.push(bytes.subarray(at));
  return Buffer.concat(pieces);
}

/** The edit that gives an object's top-level key a value, given as JSON text. `bytes[start]` opens the object. */
export function setField(bytes: Buffer, fields: readonly Field[], key: string, json: string, start = 0): Edit {
  const field = fields.findLast((one) => one.key === key);
  if (field !== undefined) return { start: field.valueStart, end: field.valueEnd, text: json };
  const inside = skipSpace(bytes, start, bytes.length) + 1;
  const text = `${JSON.stringify(key)}:${json}${fields.length === 0 ? "" : ","}`;
  return { start: inside, end: inside, text };
}

/** As `setField`, for a key of the object that another field holds: made when it is missing or null. */
export function setNested(bytes: Buffer, fields: readonly Field[], outer: string, key: string, json: string): Edit {
  const field = fields.findLast((one) => one.key === outer);
  const inner = field && fieldsOf(bytes, field.valueStart, field.valueEnd);
  if (field === undefined || inner === undefined) {
    return setField(bytes, fields, outer, `{${JSON.stringify(key)}:${json}}`);
  }
  return setField(bytes, inner, key, json, field.valueStart);
}

/** The range to cut so that a key, its value and one comma go. */
export function cutOf(bytes: Buffer, start: number, end: number, keyStart: number, valueEnd: number): [number, number] {
  let before = keyStart - 1;
  while (before > start && isSpace(bytes[before])) before -= 1;
  if (bytes[before] === 0x2c) return [before, valueEnd];
  const after = skipSpace(bytes, valueEnd, end);
  return bytes[after] === 0x2c ? [keyStart, after + 1] : [keyStart, valueEnd];
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
