import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { MeterRecord } from "../stack/usage.ts";
import { decodeRecords, encodeRecord, recordBytesMax, segmentHeader, wasWhole } from "./format.ts";

const header = segmentHeader("w1", 1);
const checkpoint = (model: string, output: number): MeterRecord => ({
  kind: "checkpoint",
  id: model,
  atMs: output,
  tokens: { input: 1, cachedInput: 0, output, reasoning: 0 },
  deployment: "d",
  source: "s",
});
/** Any text at all, also such as holds brackets, quotes and characters of several bytes. */
const someRecords = fc.array(
  fc.tuple(fc.string({ unit: "binary", maxLength: 30 }), fc.nat()).map(([text, output]) => checkpoint(text, output)),
  { minLength: 1, maxLength: 5 },
);

/** A segment, and where each of its records ends. */
function segment(records: readonly MeterRecord[]): { bytes: Buffer; ends: number[] } {
  const bytes = Buffer.alloc(64 * 1024);
  header.copy(bytes);
  let at = header.length;
  const ends = records.map((record) => (at = encodeRecord(record, bytes, at)));
  return { bytes: bytes.subarray(0, at), ends };
}

/** As JSON carries them: a lone surrogate becomes a replacement character. */
const asWritten = (records: readonly MeterRecord[]) =>
  JSON.parse(Buffer.from(JSON.stringify(records)).toString()) as MeterRecord[];

test("what was written is read, whatever it holds", () => {
  fc.assert(
    fc.property(someRecords, (records) => {
      const { bytes } = segment(records);
      assert.deepEqual(decodeRecords(bytes, header), {
        records: asWritten(records),
        end: bytes.length,
        damagedBytes: 0,
      });
    }),
  );
});

test("a log torn at any byte gives the records before it, and is no damage", () => {
  fc.assert(
    fc.property(someRecords, (records) => {
      const { bytes, ends } = segment(records);
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        const torn = Buffer.from(bytes.subarray(0, cut));
        const whole = ends.filter((end) => end <= cut);
        const decoded = decodeRecords(torn, header);
        assert.deepEqual(decoded.records, asWritten(records.slice(0, whole.length)));
        assert.equal(decoded.damagedBytes, 0);
        assert.equal(wasWhole(torn.subarray(decoded.end)) && cut >= header.length, false, `cut at ${cut}`);
      }
    }),
    { numRuns: 30 },
  );
});

test("no flipped bit goes unnoticed: every other record is read, and the flipped one is never taken for one", () => {
  const bit = fc.nat(7);
  fc.assert(
    fc.property(someRecords, bit, (records, flipped) => {
      const { bytes, ends } = segment(records);
      const starts = [header.length, ...ends];
      const expected = asWritten(records);
      for (let at = 0; at < bytes.length; at += 1) {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << flipped);
        const decoded = decodeRecords(damaged, header);
        const hit = ends.findIndex((end, index) => at >= (starts[index] ?? 0) && at < end);
        const rest = expected.filter((_, index) => index !== hit);
        assert.deepEqual(decoded.records, rest, `byte ${at}`);
        const isLast = hit === records.length - 1;
        if (!isLast) assert.ok(decoded.damagedBytes > 0, `byte ${at} is damage with records after it`);
        else assert.equal(decoded.end, starts[hit]);
      }
    }),
    { numRuns: 30 },
  );
});

test("the last record is told to be damaged when it has its full length, and torn when it has not", () => {
  const { bytes, ends } = segment([checkpoint("a", 1), checkpoint("b", 2)]);
  const last = Buffer.from(bytes.subarray(ends[0]));
  last[last.length - 1] = 0;
  assert.equal(wasWhole(last), true);
  assert.equal(wasWhole(last.subarray(0, -1)), false);
  assert.equal(wasWhole(Buffer.alloc(4096)), false);
});

test("a segment that belongs to another writer or number is damage, and its records are read", () => {
  const { bytes } = segment([checkpoint("a", 1)]);
  const decoded = decodeRecords(bytes, segmentHeader("w2", 1));
  assert.equal(decoded.records.length, 1);
  assert.equal(decoded.damagedBytes, header.length);
});

test("a record over the limit is refused, not cut", () => {
  const large = checkpoint("x".repeat(recordBytesMax), 1);
  assert.throws(() => encodeRecord(large, Buffer.alloc(recordBytesMax * 4), 0), /over 65536/);
});
