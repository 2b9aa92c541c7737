/**
 * Reads what a writer appends, while it appends: whole records in order, from where it left off.
 * Which segments may go is decided here too: those whose every request is in the ledger.
 */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { MeterRecord, Usage } from "../stack/usage.ts";
import { isAlive, type ProcessIdentity } from "../store/process.ts";
import { Fold } from "./fold.ts";
import { decodeRecords, decodeRest, recordBytesMax, segmentHeader } from "./format.ts";

const pieceBytes = 512 * 1024;
/** What is still no record after so long is not being written: it is damage. */
const stuckMs = 2_000;

type Segment = {
  readonly name: string;
  /** Bytes of it that were read. */
  end: number;
  /** Since when what follows them has been something that is no record. */
  stuckSinceMs: number | undefined;
  /** Nothing more will be read from it. */
  isDone: boolean;
  isDamaged: boolean;
  /** Requests with a record in it that are not known to be in the ledger. */
  readonly waiting: Set<string>;
};

export class WriterReader {
  readonly dir: string;
  readonly #fold = new Fold();
  readonly #segments: Segment[] = [];
  #damagedBytes = 0;
  #tornBytes = 0;

  constructor(dir: string) {
    this.dir = dir;
  }

  get id(): string {
    return basename(this.dir);
  }

  /** Bytes found so far that do not check out, though they were written whole. */
  get damagedBytes(): number {
    return this.#damagedBytes;
  }

  /** Bytes that a crash left of a record that was being written, once a dead writer's log was read to its end. */
  get tornBytes(): number {
    return this.#tornBytes;
  }

  /** Usages that became final in the next piece; `isAtEnd` when there is nothing more to read for now. */
  read(): { usages: Usage[]; isAtEnd: boolean } {
    this.#findSegments();
    for (const [index, segment] of this.#segments.entries()) {
      if (segment.isDone) continue;
      const path = join(this.dir, segment.name);
      const header = segment.end === 0 ? segmentHeader(this.id, Number.parseInt(segment.name, 10)) : undefined;
      const piece = readPiece(path, segment.end, pieceBytes + recordBytesMax);
      const { records, end } = decodeRecords(piece, header);
      if (end > 0) {
        segment.end += end;
        segment.stuckSinceMs = undefined;
        return { usages: this.#take(segment, records), isAtEnd: false };
      }
      // The next one was there before this one was read: it is complete.
      segment.isDone = index < this.#segments.length - 1;
      if (!segment.isDone && !isStuck(segment, piece)) continue;
      return { usages: this.#takeRest(segment), isAtEnd: false };
    }
    return { usages: [], isAtEnd: true };
  }

  /** What a dead writer left, and what it left open settled from its checkpoints; to be asked at the end. */
  recover(): Usage[] {
    const last = this.#segments.at(-1);
    let usages: Usage[] = [];
    if (last !== undefined && !last.isDone) {
      last.isDone = true;
      usages = this.#takeRest(last);
    }
    return [...usages, ...this.#signed(this.#fold.recover())];
  }

  /** These are in the ledger now. Removes the segments that were read to their end and that nobody waits for. */
  posted(usages: readonly Usage[]): void {
    for (const { waiting } of this.#segments) for (const { id } of usages) waiting.delete(id);
    // A damaged one is kept for a person to see.
    const finished = this.#segments.filter((one) => one.isDone && !one.isDamaged && one.waiting.size === 0);
    for (const segment of finished) {
      rmSync(join(this.dir, segment.name));
      this.#segments.splice(this.#segments.indexOf(segment), 1);
    }
    this.#fold.forget(usages.map(({ id }) => id));
  }

  /** Whether its process is gone, so that nothing will be appended any more. */
  isOrphan(): boolean {
    try {
      return !isAlive(JSON.parse(readFileSync(join(this.dir, "owner"), "utf8")) as ProcessIdentity);
    } catch (error) {
      // Its writer took its name off when it closed the log.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
      // A living writer's is whole: a power cut took this one's.
      if (error instanceof SyntaxError) return true;
      throw error;
    }
  }

  #signed(usages: readonly Usage[]): Usage[] {
    return usages.map((usage) => ({ ...usage, writer: this.id }));
  }

  #take(segment: Segment, records: readonly MeterRecord[]): Usage[] {
    for (const { id } of records) segment.waiting.add(id);
    return this.#signed(records.flatMap((record) => this.#fold.take(record) ?? []));
  }

  /** Takes what there is beyond what is no record. */
  #takeRest(segment: Segment): Usage[] {
    const rest = decodeRest(readPiece(join(this.dir, segment.name), segment.end), segment.end);
    segment.stuckSinceMs = undefined;
    // What its living writer has left at the end is told of when something follows it, or when the segment is done.
    if (!segment.isDone && rest.records.length === 0) return [];
    segment.end += rest.end;
    segment.isDamaged ||= rest.damagedBytes > 0;
    this.#damagedBytes += rest.damagedBytes;
    this.#tornBytes += rest.tornBytes;
    return this.#take(segment, rest.records);
  }

  #findSegments(): void {
    const known = new Set(this.#segments.map(({ name }) => name));
    const found = readdirSync(this.dir).filter((name) => /^\d{8}\.log$/.test(name) && !known.has(name));
    for (const name of found.toSorted())
      this.#segments.push({
        name,
        end: 0,
        stuckSinceMs: undefined,
        isDone: false,
        isDamaged: false,
        waiting: new Set(),
      });
  }
}

/** Whether it has been no record for longer than any takes to be written. */
function isStuck(segment: Segment, piece: Buffer): boolean {
  if (piece.length < 8 || piece.readBigUInt64LE() === 0n) return false;
  segment.stuckSinceMs ??= performance.now();
  return performance.now() - segment.stuckSinceMs > stuckMs;
}

function readPiece(path: string, from: number, bytesMax = Infinity): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Math.min(fstatSync(file).size - from, bytesMax);
    if (bytes <= 0) return Buffer.alloc(0);
    const piece = Buffer.allocUnsafe(bytes);
    return piece.subarray(0, readSync(file, piece, 0, bytes, from));
  } finally {
    closeSync(file);
  }
}
