import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { MeterRecord } from "../stack/usage.ts";
import { decodeRecords, decodeRest, encodeRecord, recordBytesMax, segmentHeader } from "./format.ts";

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

/** A segment, where each of its records begins and where its payload ends. */
function segment(records: readonly MeterRecord[]): { bytes: Buffer; starts: number[]; ends: number[] } {
  const bytes = Buffer.alloc(64 * 1024);
  header.copy(bytes);
  const starts = [header.length];
  for (const record of records) starts.push(encodeRecord(record, bytes, starts.at(-1) ?? 0));
  const end = starts.pop() ?? 0;
  return { bytes: bytes.subarray(0, end), starts, ends: starts.map((at) => at + 8 + bytes.readUInt32LE(at)) };
}

/** As a dead writer's log is read: what is whole, then what there is beyond. */
function readAll(bytes: Buffer) {
  const { records, end } = decodeRecords(bytes, header);
  const rest = decodeRest(bytes.subarray(end), end);
  return { ...rest, records: [...records, ...rest.records] };
}

/** As JSON carries them: a lone surrogate becomes a replacement character. */
const asWritten = (records: readonly MeterRecord[]) =>
  JSON.parse(Buffer.from(JSON.stringify(records)).toString()) as MeterRecord[];

test("what was written is read, whatever it holds, and the zeros laid out behind it are nothing", () => {
  fc.assert(
    fc.property(someRecords, fc.nat(5_000), (records, zeros) => {
      const { bytes } = segment(records);
      const laidOut = Buffer.concat([bytes, Buffer.alloc(zeros)]);
      assert.deepEqual(decodeRecords(laidOut, header), { records: asWritten(records), end: bytes.length });
      assert.deepEqual(readAll(laidOut), { records: asWritten(records), end: 0, tornBytes: 0, damagedBytes: 0 });
    }),
  );
});

test("a log torn at any byte gives the records before it, and is no damage", () => {
  fc.assert(
    fc.property(someRecords, (records) => {
      const { bytes, ends } = segment(records);
      for (let cut = header.length; cut <= bytes.length; cut += 1) {
        const whole = ends.filter((end) => end <= cut).length;
        const read = readAll(Buffer.from(bytes.subarray(0, cut)));
        assert.deepEqual(read.records, asWritten(records.slice(0, whole)));
        assert.equal(read.damagedBytes, 0, `cut at ${cut}`);
      }
    }),
    { numRuns: 30 },
  );
});

test("sectors that a crash kept from the disk are no damage, and every whole record is read", () => {
  const long = fc.array(
    fc.tuple(fc.string({ maxLength: 900 }), fc.nat()).map(([text, output]) => checkpoint(text, output)),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(long, fc.nat(), (records, mask) => {
      const { bytes, starts, ends } = segment(records);
      const torn = Buffer.concat([bytes, Buffer.alloc(2_048)]);
      const isLost = (sector: number) => sector > 0 && ((mask >> (sector % 31)) & 1) === 1;
      for (let sector = 1; sector * 512 < bytes.length; sector += 1)
        if (isLost(sector)) torn.fill(0, sector * 512, (sector + 1) * 512);
      const isWhole = (at: number, end: number) => {
        for (let sector = Math.floor(at / 512); sector * 512 < end; sector += 1) if (isLost(sector)) return false;
        return true;
      };
      const whole = records.filter((_, index) => isWhole(starts[index] ?? 0, ends[index] ?? 0));
      const read = readAll(torn);
      assert.deepEqual(read.records, asWritten(whole));
      assert.equal(read.damagedBytes, 0);
      if (ends.length > 0 && !isWhole(starts[0] ?? 0, ends[0] ?? 0) && whole.length > 0) assert.ok(read.tornBytes > 0);
    }),
  );
});

test("no flipped bit goes unnoticed: every other record is read, and the flipped one is never taken for one", () => {
  const bit = fc.nat(7);
  fc.assert(
    fc.property(someRecords, bit, (records, flipped) => {
      const { bytes, starts, ends } = segment(records);
      const expected = asWritten(records);
      for (let at = 0; at < bytes.length; at += 1) {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << flipped);
        const read = readAll(damaged);
        const hit = ends.findIndex((end, index) => at >= (starts[index] ?? 0) && at < end);
        assert.deepEqual(
          read.records,
          expected.filter((_, index) => index !== hit),
          `byte ${at}`,
        );
        // The last record's length may seem to go on past the end.
        if (hit === records.length - 1) assert.ok(read.damagedBytes + read.tornBytes > 0, `byte ${at} is told`);
        else if (hit !== -1 || at < header.length) assert.ok(read.damagedBytes > 0, `byte ${at} is damage`);
      }
    }),
    { numRuns: 30 },
  );
});

test("the last record is told to be damaged when it has its full length, and torn when it has not", () => {
  const { bytes, starts, ends } = segment([checkpoint("a", 1), checkpoint("b", 2)]);
  const [from, to] = [starts[1] ?? 0, ends[1] ?? 0];
  const damaged = Buffer.from(bytes);
  damaged[to - 1] = 1;
  assert.equal(readAll(damaged).damagedBytes, to - from);
  assert.equal(readAll(bytes.subarray(0, to - 1)).tornBytes, to - 1 - from);
});

test("a segment that belongs to another writer or number is damage, and its records are read", () => {
  const { bytes } = segment([checkpoint("a", 1)]);
  assert.deepEqual(decodeRecords(bytes, segmentHeader("w2", 1)), { records: [], end: 0 });
  const rest = decodeRest(bytes, 0);
  assert.equal(rest.records.length, 1);
  assert.equal(rest.damagedBytes, header.length);
});

test("a record over the limit is refused, not cut", () => {
  const large = checkpoint("x".repeat(recordBytesMax), 1);
  assert.throws(() => encodeRecord(large, Buffer.alloc(recordBytesMax * 4), 0), /over 65536/);
});
