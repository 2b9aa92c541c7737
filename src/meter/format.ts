/**
 * The meter log's bytes: a segment is a header and records; a record is its length (u32, little-endian), the
 * CRC-32 of its payload (u32) and the payload, a meter record as UTF-8 JSON.
 *
 * Bytes that do not check out are never taken for a record. At the end they are a torn tail, which a crash
 * leaves, or one that is being written; with whole records after them they are damage, and reported as such.
 */
import { crc32 } from "node:zlib";
import type { MeterRecord } from "../stack/usage.ts";

/** Says what the file is, in which version, and where it belongs. */
export function segmentHeader(writer: string, segment: number): Buffer {
  return Buffer.from(`tokenworks meter 1 ${writer} ${segment}\n`, "utf8");
}

export const recordHeadBytes = 8;
/** No record of ours comes near it; a longer length is damage. */
export const recordBytesMax = 64 * 1024;

export function segmentName(segment: number): string {
  return `${String(segment).padStart(8, "0")}.log`;
}

/** Writes a record at `offset` and answers where it ends, or -1 when it might not fit. */
export function encodeRecord(record: MeterRecord, into: Buffer, offset: number): number {
  const json = JSON.stringify(record);
  if (json.length > recordBytesMax) throw new RangeError(`A meter record is over ${recordBytesMax} bytes.`);
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (into.length - offset < recordHeadBytes + json.length * 3) return -1;
  const start = offset + recordHeadBytes;
  const bytes = into.write(json, start, "utf8");
  if (bytes > recordBytesMax) throw new RangeError(`A meter record of ${bytes} bytes is over ${recordBytesMax}.`);
  into.writeUInt32LE(bytes, offset);
  into.writeUInt32LE(crc32(into.subarray(start, start + bytes)), offset + 4);
  return start + bytes;
}

export type Decoded = {
  readonly records: readonly MeterRecord[];
  /** Where reading goes on: everything before was read, or is damage. */
  readonly end: number;
  /** Bytes among them that do not check out and have whole records after them. */
  readonly damagedBytes: number;
};

/**
 * Reads the whole records of a piece of a segment that begins at a record.
 *
 * @param header what the piece begins with instead, when it is the segment's first.
 */
export function decodeRecords(bytes: Buffer, header?: Buffer): Decoded {
  const records: MeterRecord[] = [];
  let damagedBytes = 0;
  let at = 0;
  if (header !== undefined) {
    if (bytes.length < header.length) return { records, end: 0, damagedBytes };
    if (bytes.subarray(0, header.length).equals(header)) at = header.length;
  }
  while (at < bytes.length) {
    const end = recordEnd(bytes, at);
    if (end !== undefined) {
      records.push(JSON.parse(bytes.toString("utf8", at + recordHeadBytes, end)) as MeterRecord);
      at = end;
      continue;
    }
    const next = nextRecord(bytes, at + 1);
    if (next === undefined) break;
    damagedBytes += next - at;
    at = next;
  }
  return { records, end: at, damagedBytes };
}

/** Where the record at `at` ends, if it is whole and checks out. */
function recordEnd(bytes: Buffer, at: number): number | undefined {
  if (at + recordHeadBytes > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  const end = at + recordHeadBytes + length;
  if (length === 0 || length > recordBytesMax || end > bytes.length) return undefined;
  return crc32(bytes.subarray(at + recordHeadBytes, end)) === bytes.readUInt32LE(at + 4) ? end : undefined;
}

/**
 * Whether the end of a dead writer's log, where no whole record begins, was whole once. A crash leaves a record short,
 * or zeros; one of its full length that does not check out was changed after it was written.
 */
export function wasWhole(tail: Buffer): boolean {
  if (tail.length < recordHeadBytes) return false;
  const length = tail.readUInt32LE(0);
  return length > recordBytesMax || (length > 0 && recordHeadBytes + length <= tail.length);
}

function nextRecord(bytes: Buffer, from: number): number | undefined {
  for (let at = from; at + recordHeadBytes < bytes.length; at += 1) if (recordEnd(bytes, at) !== undefined) return at;
  return undefined;
}
