/**
 * The ledger's shipper, a process: one for a machine. Ships the meter logs, lets costs accrue, settles contracts, and
 * says how far behind it is in `run/shipper.json`.
 *
 * Configuration: JSON in TOKENWORKS_SHIPPER, `{ dataDir, databaseUrl?, upSinceMs? }`.
 */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { accrueUpTo } from "../ledger/accrue.ts";
import { settleContracts } from "../ledger/contracts/book.ts";
import { postUsage } from "../ledger/post.ts";
import { reRate } from "../ledger/rerate.ts";
import { takeLock } from "../store/lock.ts";
import { openStore, type Store } from "../store/open.ts";
import { Shipper, shipUntil } from "./ship.ts";

const shipEveryMs = 250;
const accrueEveryMs = 5_000;

/** What `run/shipper.json` says. */
export type ShipperStatus = {
  readonly atMs: number;
  readonly shipped: number;
  readonly writers: number;
  /** When everything had last been shipped. */
  readonly caughtUpAtMs: number | null;
  /** Why it does not get on; null when it does. */
  readonly trouble: string | null;
};

type Config = {
  readonly dataDir: string;
  readonly databaseUrl?: string;
  /** When the factory came up; this process's start when absent. */
  readonly upSinceMs?: number;
};

async function main({ dataDir, databaseUrl, upSinceMs = Date.now() }: Config): Promise<void> {
  mkdirSync(join(dataDir, "run"), { recursive: true });
  const release = takeLock(join(dataDir, "run", "shipper.lock"), `The shipper of ${dataDir}`);
  // Requests come first: the books may be a little late.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const stop = new AbortController();
  process.once("SIGTERM", () => stop.abort());
  // Ctrl-C in a terminal reaches every process; the supervisor stops us when there is nothing left to ship.
  process.on("SIGINT", () => {});
  process.once("disconnect", () => stop.abort());

  let store: Store | undefined;
  const connected = async () => (store ??= await openStore({ dataDir, databaseUrl, startEmbedded: false }));
  const say = (line: string) => console.error(line);
  const shipper = new Shipper({
    dir: join(dataDir, "meter"),
    post: async (usages) => postUsage(await connected(), usages),
    say,
  });
  const publish = (status: Pick<ShipperStatus, "caughtUpAtMs" | "trouble">) => {
    const path = join(dataDir, "run", "shipper.json");
    const { shipped, writers } = shipper;
    const full: ShipperStatus = { atMs: Date.now(), shipped, writers: writers.length, ...status };
    writeFileSync(`${path}.new`, JSON.stringify(full));
    renameSync(`${path}.new`, path);
  };

  let accruedAtMs = 0;
  let caughtUpAtMs: number | null = null;
  let trouble: string | null = null;
  process.send?.({ ready: true });
  await shipUntil(shipper, stop.signal, {
    everyMs: shipEveryMs,
    onPass: async (drained) => {
      const nowMs = Date.now();
      if (drained.length > 0) process.send?.({ drained });
      if (nowMs - accruedAtMs >= accrueEveryMs || stop.signal.aborted) {
        await accrueUpTo(await connected(), nowMs, upSinceMs);
        // A price that was missing when a request was served bills it as soon as there is one.
        await reRate(await connected(), nowMs);
        await settleContracts(await connected(), nowMs);
        accruedAtMs = nowMs;
      }
      if (trouble !== null) say("Usage reaches the ledger again.");
      trouble = null;
      caughtUpAtMs = nowMs;
      publish({ caughtUpAtMs, trouble });
    },
    onTrouble: (error) => {
      if (trouble !== error.message) say(`Usage waits in the meter's log: ${error.message}`);
      trouble = error.message;
      publish({ caughtUpAtMs, trouble });
    },
  });
  await store?.close();
  release();
}

await main(JSON.parse(process.env["TOKENWORKS_SHIPPER"] ?? "{}") as Config);
process.exit(0);
