/**
 * Reads what a writer appends, while it appends: whole records in order, from where it left off.
 * Which segments may go is decided here too: those whose every request is in the ledger.
 */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Usage } from "../stack/usage.ts";
import { isAlive, type ProcessIdentity } from "../store/process.ts";
import { Fold } from "./fold.ts";
import { decodeRecords, recordBytesMax } from "./format.ts";

const pieceBytes = 4 * 2 ** 20;

type Segment = {
  readonly name: string;
  /** Bytes of it that were read. */
  end: number;
  /** Requests with a record in it that are not known to be in the ledger. */
  readonly waiting: Set<string>;
};

export class WriterReader {
  readonly dir: string;
  readonly #fold = new Fold();
  readonly #segments: Segment[] = [];
  #damagedBytes = 0;

  constructor(dir: string) {
    this.dir = dir;
  }

  get id(): string {
    return basename(this.dir);
  }

  /** Bytes found so far that do not check out though whole records follow them. */
  get damagedBytes(): number {
    return this.#damagedBytes;
  }

  /** Usages that became final in the next piece; `isAtEnd` when there is nothing more to read for now. */
  read(): { usages: Usage[]; isAtEnd: boolean } {
    this.#findSegments();
    for (const segment of this.#segments) {
      const { records, end, damagedBytes } = decodeRecords(
        readPiece(join(this.dir, segment.name), segment.end),
        segment.end,
      );
      if (end === 0) continue;
      segment.end += end;
      this.#damagedBytes += damagedBytes;
      for (const { id } of records) segment.waiting.add(id);
      return { usages: records.flatMap((record) => this.#fold.take(record) ?? []), isAtEnd: false };
    }
    return { usages: [], isAtEnd: true };
  }

  /** What a dead writer left open, settled from its checkpoints; to be asked once everything has been read. */
  recover(): Usage[] {
    return this.#fold.recover();
  }

  /** These are in the ledger now. Removes the segments that were read to their end and that nobody waits for. */
  posted(usages: readonly Usage[]): void {
    for (const { waiting } of this.#segments) for (const { id } of usages) waiting.delete(id);
    for (;;) {
      const [first, second] = this.#segments;
      // A segment is read to its end once the next one has been begun.
      if (first === undefined || first.waiting.size > 0 || second === undefined || second.end === 0) break;
      rmSync(join(this.dir, first.name));
      this.#segments.shift();
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
      throw error;
    }
  }

  #findSegments(): void {
    const known = new Set(this.#segments.map(({ name }) => name));
    const found = readdirSync(this.dir).filter((name) => /^\d{8}\.log$/.test(name) && !known.has(name));
    for (const name of found.toSorted()) this.#segments.push({ name, end: 0, waiting: new Set() });
  }
}

function readPiece(path: string, from: number): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Math.min(fstatSync(file).size - from, pieceBytes + recordBytesMax);
    if (bytes <= 0) return Buffer.alloc(0);
    const piece = Buffer.allocUnsafe(bytes);
    return piece.subarray(0, readSync(file, piece, 0, bytes, from));
  } finally {
    closeSync(file);
  }
}
