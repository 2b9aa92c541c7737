/**
 * The meter's log: the append-only file, made durable in groups, that a gateway worker writes usage to.
 *
 * Promise: a record whose position is durable survives `kill -9` and a power cut. One write is in flight at a
 * time, synced by the same system call (O_DSYNC); whatever is appended meanwhile goes with the next, so that all who
 * wait share its cost. Zeros are laid out ahead of the writing: a write into them changes no metadata, and its sync is
 * several times as quick.
 */
import {
  close,
  closeSync,
  constants,
  fsyncSync,
  ftruncate,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  write,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { processIdentity } from "../store/process.ts";
import type { MeterRecord } from "../stack/usage.ts";
import { encodeRecord, recordBytesMax, segmentHeader, segmentName } from "./format.ts";

/** A position in the log: bytes appended since it was opened, up to and with the record. */
export type Lsn = number;

export type Accepting = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export type MeterLogOptions = {
  /** The writer's own folder. */
  readonly dir: string;
  readonly segmentBytes?: number;
  /** A segment that is older takes no further group. */
  readonly segmentAgeMs?: number;
  /** Records waiting for the disk, at most; beyond it new work is refused. */
  readonly backlogBytesMax?: number;
  /** Free space under which new work is refused. */
  readonly freeBytesMin?: number;
};

const defaults = {
  segmentBytes: 64 * 2 ** 20,
  segmentAgeMs: 600_000,
  backlogBytesMax: 64 * 2 ** 20,
  freeBytesMin: 32 * 2 ** 20,
};
const arenaBytes = 1 << 20;
const zeros = Buffer.alloc(1 << 20);
/** What nobody waits for is on its way to the disk after so long. */
const lazyMs = 10;
const reserveBytes = 1 << 20;
const retryMs = 200;
const spaceCheckMs = 1_000;

/** Opens a log of its own for one writer: a folder that nobody has written before. */
export function openMeterLog(options: MeterLogOptions): MeterLog {
  return new MeterLog(options);
}

type Waiter = { readonly lsn: Lsn; readonly done: () => void };

export class MeterLog {
  readonly dir: string;
  readonly #options: typeof defaults;
  #file = -1;
  #segment = 0;
  #segmentAt = 0;
  #segmentSinceMs = 0;
  /** Up to where the segment is laid out, and where zeros are being written just now. */
  #laidOut = 0;
  #layingFrom: number | null = null;
  /** A group that would run into zeros which are being written. */
  #held: (() => void) | null = null;
  #filling: Buffer = Buffer.allocUnsafe(arenaBytes);
  #filled = 0;
  /** Full arenas behind the one in flight; empty unless the disk is slow or full. */
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #spare: Buffer | null = Buffer.allocUnsafe(arenaBytes);
  #appended: Lsn = 0;
  #durable: Lsn = 0;
  readonly #waiters: Waiter[] = [];
  #firstWaiter = 0;
  #isFlushing = false;
  #isScheduled = false;
  #lazyTimer: NodeJS.Timeout | null = null;
  #trouble: string | null = null;
  #low: string | null = null;
  #hasReserve = false;
  #closed = false;
  readonly #spaceTimer: NodeJS.Timeout;

  constructor(options: MeterLogOptions) {
    const { dir, ...rest } = options;
    this.dir = dir;
    this.#options = { ...defaults, ...rest };
    // Named when it has its owner in it: a folder without one is a dead writer's.
    mkdirSync(`${dir}.new`, { recursive: true });
    writeFileSync(join(`${dir}.new`, "owner"), JSON.stringify(processIdentity(process.pid)), { flush: true });
    renameSync(`${dir}.new`, dir);
    syncFolder(dirname(dir));
    syncFolder(dirname(dirname(dir)));
    this.#nextSegment();
    this.#checkSpace();
    this.#layOut();
    this.#spaceTimer = setInterval(() => this.#checkSpace(), spaceCheckMs);
    this.#spaceTimer.unref();
  }

  /** Whether new work may be taken on; what was taken on before is always appended. */
  get accepting(): Accepting {
    const backlog =
      this.#queuedBytes > this.#options.backlogBytesMax ? "the disk is too slow for the meter's log" : null;
    const reason = this.#trouble ?? this.#low ?? backlog;
    return reason === null ? { ok: true } : { ok: false, reason };
  }

  get durableLsn(): Lsn {
    return this.#durable;
  }

  /** Takes a record and answers its position; it is on its way to the disk, not yet there. */
  append(record: MeterRecord): Lsn {
    if (this.#closed) throw new Error("The meter's log is closed.");
    let end = encodeRecord(record, this.#filling, this.#filled);
    if (end === -1) {
      this.#enqueue(Math.max(arenaBytes, recordBytesMax * 3 + 8));
      end = encodeRecord(record, this.#filling, this.#filled);
    }
    this.#appended += end - this.#filled;
    this.#filled = end;
    this.#lazyTimer ??= setTimeout(() => this.#flushLazily(), lazyMs);
    return this.#appended;
  }

  /** Calls back when everything up to `lsn` is durable; at once when it already is. */
  onDurable(lsn: Lsn, done: () => void): void {
    if (lsn <= this.#durable) {
      done();
      return;
    }
    this.#waiters.push({ lsn, done });
    this.#flushSoon();
  }

  durable(lsn: Lsn): Promise<void> {
    return new Promise((resolve) => this.onDurable(lsn, resolve));
  }

  appendDurable(record: MeterRecord): Promise<void> {
    return this.durable(this.append(record));
  }

  /** Writes out what is left and closes. */
  async close(): Promise<void> {
    if (this.#closed) return;
    await this.durable(this.#appended);
    this.#closed = true;
    clearInterval(this.#spaceTimer);
    if (this.#lazyTimer !== null) clearTimeout(this.#lazyTimer);
    if (this.#layingFrom !== null) await new Promise<void>((resolve) => (this.#held = resolve));
    rmSync(join(this.dir, "reserve"), { force: true });
    rmSync(join(this.dir, "owner"), { force: true });
    await new Promise<void>((resolve) => closeAt(this.#file, this.#segmentAt, resolve));
  }

  #flushSoon(): void {
    if (this.#isFlushing || this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flushLazily(): void {
    this.#lazyTimer = null;
    if (this.#filled > 0) this.#flushSoon();
  }

  #enqueue(bytes: number): void {
    if (this.#filled > 0) {
      this.#queue.push(this.#filling.subarray(0, this.#filled));
      this.#queuedBytes += this.#filled;
    }
    this.#filling = this.#spare ?? Buffer.allocUnsafe(bytes);
    this.#spare = null;
    this.#filled = 0;
  }

  #flush(): void {
    if (this.#isFlushing) return;
    if (this.#queue.length === 0) this.#enqueue(arenaBytes);
    const group = this.#queue[0];
    if (group === undefined) return;
    this.#isFlushing = true;
    if (this.#layingFrom !== null && this.#segmentAt + group.length > this.#layingFrom)
      this.#held = () => this.#writeAll(group, 0);
    else this.#writeAll(group, 0);
  }

  #layOut(): void {
    const to = Math.min(this.#laidOut + zeros.length, this.#options.segmentBytes);
    const enough = this.#laidOut - this.#segmentAt >= zeros.length / 2;
    if (this.#layingFrom !== null || this.#low !== null || enough || to <= this.#laidOut) return;
    const from = Math.max(this.#laidOut, this.#segmentAt);
    this.#layingFrom = from;
    // Where there is no space for them, groups are written without: it is they that say so.
    write(this.#file, zeros, 0, Math.max(0, to - from), from, (_error, written) => {
      this.#laidOut = from + written;
      this.#layingFrom = null;
      const held = this.#held;
      this.#held = null;
      held?.();
    });
  }

  #writeAll(group: Buffer, from: number): void {
    write(this.#file, group, from, group.length - from, this.#segmentAt + from, (error, written) => {
      if (error !== null) this.#retry(group, error);
      else if (from + written < group.length) this.#writeAll(group, from + written);
      else this.#wrote(group);
    });
  }

  #wrote(group: Buffer): void {
    this.#trouble = null;
    this.#segmentAt += group.length;
    this.#durable += group.length;
    this.#queue.shift();
    this.#queuedBytes -= group.length;
    if (group.buffer.byteLength === arenaBytes) this.#spare = Buffer.from(group.buffer);
    this.#isFlushing = false;
    const { segmentBytes, segmentAgeMs } = this.#options;
    if (this.#segmentAt >= segmentBytes || performance.now() - this.#segmentSinceMs > segmentAgeMs) this.#rotate();
    this.#layOut();
    if (this.#queue.length > 0 || this.#filled > 0) this.#flush();
    while (this.#firstWaiter < this.#waiters.length) {
      const waiter = this.#waiters[this.#firstWaiter];
      if (waiter === undefined || waiter.lsn > this.#durable) break;
      this.#firstWaiter += 1;
      waiter.done();
    }
    if (this.#firstWaiter > 1024 || this.#firstWaiter === this.#waiters.length) {
      this.#waiters.splice(0, this.#firstWaiter);
      this.#firstWaiter = 0;
    }
  }

  /** What could not be written stays in memory, and new work is refused, until it can. */
  #retry(group: Buffer, error: NodeJS.ErrnoException): void {
    this.#trouble = troubleOf(error);
    if (isFull(error)) this.#giveUpReserve();
    // A part that was written is written over; nothing after the last whole group is ever acknowledged.
    ftruncate(this.#file, this.#segmentAt, () => {
      this.#laidOut = this.#segmentAt;
      setTimeout(() => this.#writeAll(group, 0), retryMs);
    });
  }

  /** While there can be no new segment, the old one is written on. */
  #rotate(): void {
    if (this.#layingFrom !== null) return;
    try {
      this.#nextSegment();
      this.#trouble = null;
    } catch (error) {
      this.#trouble = troubleOf(error as NodeJS.ErrnoException);
      if (isFull(error as NodeJS.ErrnoException)) this.#giveUpReserve();
    }
  }

  #nextSegment(): void {
    const number = this.#segment + 1;
    const header = segmentHeader(basename(this.dir), number);
    const path = join(this.dir, segmentName(number));
    // It has its name when it is whole: to who reads, a next segment is the end of the one before.
    const fresh = `${path}.new`;
    const file = openSync(fresh, constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY | constants.O_DSYNC, 0o600);
    try {
      writeFileSync(file, header);
      renameSync(fresh, path);
      syncFolder(this.dir);
    } catch (error) {
      closeSync(file);
      rmSync(fresh, { force: true });
      throw error;
    }
    if (this.#file !== -1) closeAt(this.#file, this.#segmentAt);
    this.#file = file;
    this.#segment = number;
    this.#segmentAt = header.length;
    this.#laidOut = header.length;
    this.#segmentSinceMs = performance.now();
  }

  #giveUpReserve(): void {
    rmSync(join(this.dir, "reserve"), { force: true });
    this.#hasReserve = false;
  }

  /** Looks how much is free; where there is enough, keeps a reserve for the requests in flight when there is not. */
  #checkSpace(): void {
    const { bavail, bsize } = statfsSync(this.dir);
    const free = bavail * bsize;
    const isLow = free < this.#options.freeBytesMin;
    this.#low = isLow ? "the disk that holds the meter's log is almost full" : null;
    // A segment that could not be begun is tried again, or nothing would ever end the trouble: no new work, no groups.
    if (this.#trouble !== null && !this.#isFlushing) this.#rotate();
    if (this.#hasReserve || isLow || free < 2 * reserveBytes) return;
    try {
      writeFileSync(join(this.dir, "reserve"), Buffer.alloc(reserveBytes));
      this.#hasReserve = true;
    } catch (error) {
      // A quota is tighter than the disk.
      if (!isFull(error as NodeJS.ErrnoException)) throw error;
      this.#low = "the disk that holds the meter's log is almost full";
      this.#giveUpReserve();
    }
  }
}

function isFull(error: NodeJS.ErrnoException): boolean {
  return error.code === "ENOSPC" || error.code === "EDQUOT";
}

function troubleOf(error: NodeJS.ErrnoException): string {
  return isFull(error)
    ? "the disk that holds the meter's log is full"
    : `the meter's log cannot be written (${error.code})`;
}

/** Closes a segment without the zeros that nothing was written into. */
function closeAt(file: number, bytes: number, done: () => void = () => {}): void {
  ftruncate(file, bytes, () => close(file, () => done()));
}

/** A new file's name is durable only once its folder is. */
function syncFolder(dir: string): void {
  const folder = openSync(dir, "r");
  fsyncSync(folder);
  closeSync(folder);
}
