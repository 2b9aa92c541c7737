/**
 * Ships the meter logs of this machine into the ledger: tails every writer's folder, posts what is final in
 * batches, settles what dead writers left open, and drops what the ledger has.
 *
 * Promise: nothing is dropped before the ledger has it, and posting twice is posting once; so it may be killed,
 * and the database may be away, at any instant and for as long as it takes.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../stack/fault.ts";
import type { Usage } from "../stack/usage.ts";
import { WriterReader } from "./read.ts";

const batchMax = 1_000;

export type ShipperOptions = {
  /** The folder that holds a folder for each writer. */
  readonly dir: string;
  /** Puts a batch into the ledger, or throws and has put none of it. */
  readonly post: (usages: readonly Usage[]) => Promise<unknown>;
  /** Told what a person should know: damage, usage that the ledger refuses. */
  readonly say: (line: string) => void;
};

export class Shipper {
  readonly #options: ShipperOptions;
  readonly #readers = new Map<string, WriterReader>();
  readonly #damageTold = new Map<string, number>();
  #shipped = 0;

  constructor(options: ShipperOptions) {
    this.#options = options;
    mkdirSync(options.dir, { recursive: true });
  }

  /** Usages posted since the start, the ones that were there already included. */
  get shipped(): number {
    return this.#shipped;
  }

  /** Writers of whom something may still be to come. */
  get writers(): string[] {
    return [...this.#readers.keys()];
  }

  /**
   * Ships everything there is now; answers the writers that are gone and whose every request is in the ledger.
   *
   * After a failure the log is read again from its first segment: what was posted is recognised by the ledger.
   */
  async pass(): Promise<string[]> {
    const drained: string[] = [];
    const failures: unknown[] = [];
    for (const name of readdirSync(this.#options.dir).filter((found) => !found.endsWith(".new"))) {
      const reader = this.#readers.get(name) ?? new WriterReader(join(this.#options.dir, name));
      this.#readers.set(name, reader);
      try {
        if (await this.#ship(reader)) drained.push(name);
      } catch (error) {
        // The others' usage need not wait for this one's.
        this.#readers.delete(name);
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return drained;
  }

  async #ship(reader: WriterReader): Promise<boolean> {
    // Asked before reading: what a writer appended before it died is then sure to be read.
    const isOrphan = reader.isOrphan();
    for (;;) {
      const { usages, isAtEnd } = reader.read();
      this.#tellDamage(reader);
      await this.#post(reader, usages);
      if (isAtEnd) break;
    }
    if (!isOrphan) return false;
    await this.#post(reader, reader.recover());
    this.#tellDamage(reader);
    if (reader.tornBytes > 0) {
      this.#options.say(
        `The meter log of ${reader.id} ends in ${reader.tornBytes} bytes of a record that was being written when its writer died.`,
      );
    }
    this.#readers.delete(reader.id);
    if (reader.damagedBytes > 0) renameSync(reader.dir, this.#asideOf(reader));
    else rmSync(reader.dir, { recursive: true, force: true });
    return true;
  }

  async #post(reader: WriterReader, usages: readonly Usage[]): Promise<void> {
    for (let at = 0; at < usages.length; at += batchMax) {
      const batch = usages.slice(at, at + batchMax);
      await this.#postBatch(batch);
      reader.posted(batch);
      this.#shipped += batch.length;
    }
  }

  /** A usage that the ledger refuses keeps no other from being posted: it is put aside, whole, for a person to see. */
  async #postBatch(batch: readonly Usage[]): Promise<void> {
    try {
      await this.#options.post(batch);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "invalid_value") throw error;
      const [usage, ...others] = batch;
      if (usage !== undefined && others.length === 0) this.#putAside(usage, error);
      else for (const one of batch) await this.#postBatch([one]);
    }
  }

  #putAside(usage: Usage, fault: Fault): void {
    const aside = join(this.#options.dir, "..", "meter-refused.jsonl");
    appendFileSync(aside, `${JSON.stringify({ usage, reason: fault.message })}\n`, { flush: true });
    this.#options.say(`The ledger refuses the usage of request ${usage.id}: ${fault.message} It is kept in ${aside}.`);
  }

  #tellDamage(reader: WriterReader): void {
    const told = this.#damageTold.get(reader.id) ?? 0;
    if (reader.damagedBytes === told) return;
    this.#damageTold.set(reader.id, reader.damagedBytes);
    this.#options.say(
      `The meter log of ${reader.id} is damaged: ${reader.damagedBytes} bytes do not check out. What else it holds was read; the log is kept.`,
    );
  }

  #asideOf(reader: WriterReader): string {
    const damaged = join(this.#options.dir, "..", "meter-damaged");
    mkdirSync(damaged, { recursive: true });
    let aside = join(damaged, reader.id);
    for (let copy = 2; existsSync(aside); copy += 1) aside = join(damaged, `${reader.id}.${copy}`);
    return aside;
  }
}

/** How long to wait before the next try after `failures` in a row: from 250 ms, doubling, to 10 s. */
export function backOffMs(failures: number): number {
  return Math.min(10_000, 250 * 2 ** Math.min(failures - 1, 10));
}

/** Passes again and again until asked to stop, and once more after that. */
export async function shipUntil(
  shipper: Pick<Shipper, "pass">,
  stop: AbortSignal,
  options: {
    readonly everyMs: number;
    readonly onPass: (drained: readonly string[]) => Promise<void> | void;
    readonly onTrouble: (error: Error) => void;
  },
): Promise<void> {
  let failures = 0;
  for (;;) {
    const isLast = stop.aborted;
    try {
      await options.onPass(await shipper.pass());
      failures = 0;
    } catch (error) {
      failures += 1;
      options.onTrouble(error as Error);
    }
    if (isLast) return;
    await sleep(failures === 0 ? options.everyMs : backOffMs(failures), undefined, { signal: stop }).catch(() => {});
  }
}
