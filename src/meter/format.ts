/**
 * The meter log's bytes: a segment is a header and records; a record is its length (u32, little-endian), the
 * CRC-32 of its payload (u32), the payload, a meter record as UTF-8 JSON, and zeros up to a multiple of eight.
 *
 * A segment is laid out with zeros ahead of what is written. So bytes that do not check out, and are never taken for a
 * record, are one of three: being written just now; torn, when a crash kept some of a record's sectors from the disk,
 * which are zeros still; or damage, when they were whole once.
 */
import { crc32 } from "node:zlib";
import type { MeterRecord } from "../stack/usage.ts";

/** A record's head never lies across two sectors. */
const alignment = 8;
/** What a disk writes whole or not at all. */
const sectorBytes = 512;

/** Says what the file is, in which version, and where it belongs. */
export function segmentHeader(writer: string, segment: number): Buffer {
  const line = `tokenworks meter 1 ${writer} ${segment}`;
  return Buffer.from(`${line.padEnd(aligned(Buffer.byteLength(line) + 1) - 1)}\n`, "utf8");
}

export const recordHeadBytes = 8;
/** No record of ours comes near it; a longer length is damage. */
export const recordBytesMax = 64 * 1024;

export function segmentName(segment: number): string {
  return `${String(segment).padStart(8, "0")}.log`;
}

/** Writes a record at `offset` and answers where the next begins, or -1 when it might not fit. */
export function encodeRecord(record: MeterRecord, into: Buffer, offset: number): number {
  const json = JSON.stringify(record);
  if (json.length > recordBytesMax) throw new RangeError(`A meter record is over ${recordBytesMax} bytes.`);
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (into.length - offset < recordHeadBytes + json.length * 3 + alignment) return -1;
  const start = offset + recordHeadBytes;
  const bytes = into.write(json, start, "utf8");
  if (bytes > recordBytesMax) throw new RangeError(`A meter record of ${bytes} bytes is over ${recordBytesMax}.`);
  into.writeUInt32LE(bytes, offset);
  into.writeUInt32LE(crc32(into.subarray(start, start + bytes)), offset + 4);
  const next = aligned(start + bytes);
  into.fill(0, start + bytes, next);
  return next;
}

export type Decoded = {
  readonly records: readonly MeterRecord[];
  /** Where reading goes on. */
  readonly end: number;
};

/**
 * Reads the whole records that a piece of a segment begins with, up to what is none: the end, for now.
 *
 * @param header what the piece begins with instead, when it is the segment's first.
 */
export function decodeRecords(bytes: Buffer, header?: Buffer): Decoded {
  const records: MeterRecord[] = [];
  let at = 0;
  if (header !== undefined && bytes.subarray(0, header.length).equals(header)) at = header.length;
  for (;;) {
    const end = recordEnd(bytes, at);
    if (end === undefined) return { records, end: at };
    records.push(JSON.parse(bytes.toString("utf8", at + recordHeadBytes, end)) as MeterRecord);
    at = aligned(end);
  }
}

export type Rest = Decoded & {
  /** Bytes of records of which a crash kept a part from the disk. */
  readonly tornBytes: number;
  /** Bytes that were whole once and do not check out. */
  readonly damagedBytes: number;
};

/** Reads on where no whole record begins: tells what the bytes up to the next one are, or to the end, and reads it. */
export function decodeRest(bytes: Buffer, offset: number): Rest {
  const records: MeterRecord[] = [];
  let [at, tornBytes, damagedBytes] = [0, 0, 0];
  while (at < bytes.length) {
    const next = nextRecord(bytes, at);
    const gapBytes = (next ?? contentEnd(bytes, at)) - at;
    if (isTorn(bytes, at, next, offset)) tornBytes += gapBytes;
    else damagedBytes += gapBytes;
    if (next === undefined) return { records, end: at, tornBytes, damagedBytes };
    const decoded = decodeRecords(bytes.subarray(next));
    records.push(...decoded.records);
    at = next + decoded.end;
  }
  return { records, end: at, tornBytes, damagedBytes };
}

/** Where the payload of the record at `at` ends, if it is whole and checks out. */
function recordEnd(bytes: Buffer, at: number): number | undefined {
  if (at + recordHeadBytes > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  const end = at + recordHeadBytes + length;
  if (length === 0 || length > recordBytesMax || end > bytes.length) return undefined;
  return crc32(bytes.subarray(at + recordHeadBytes, end)) === bytes.readUInt32LE(at + 4) ? end : undefined;
}

/**
 * Whether what does not check out from `at` lacks a part: a sector of it is zeros, or it is cut off by the file's end.
 *
 * @param next where the next whole record begins, if one does.
 */
function isTorn(bytes: Buffer, at: number, next: number | undefined, offset: number): boolean {
  let to = next;
  if (to === undefined) {
    const length = bytes.length - at < recordHeadBytes ? Infinity : bytes.readUInt32LE(at);
    to = aligned(at + recordHeadBytes + length);
    if (to > bytes.length) return length === Infinity || length <= recordBytesMax;
  }
  for (let from = at; from < to;) {
    const sectorEnd = Math.min(from + sectorBytes - ((offset + from) % sectorBytes), to);
    if (bytes.subarray(from, sectorEnd).every((byte) => byte === 0)) return true;
    from = sectorEnd;
  }
  return false;
}

/** Where the next whole record begins. */
function nextRecord(bytes: Buffer, from: number): number | undefined {
  for (let at = from; at + recordHeadBytes < bytes.length; at += alignment) {
    if (recordEnd(bytes, at) !== undefined) return at;
  }
  return undefined;
}

/** Where the zeros begin that follow all else. */
function contentEnd(bytes: Buffer, from: number): number {
  let end = bytes.length;
  while (end > from && bytes[end - 1] === 0) end -= 1;
  return end;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
