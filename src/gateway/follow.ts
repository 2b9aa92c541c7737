/**
 * Keeps a worker's snapshot up to date: told of changes by the store (LISTEN), asking by itself twice a second in case
 * the news got lost, and writing each snapshot to disk, so that a worker can start while the database is away.
 *
 * Promise: a change that is committed is in force within a second on every worker that reaches the database.
 */
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Resource } from "../stack/resource.ts";
import { ChangeListener, changeSequence } from "../store/notify.ts";
import { openStore, type Store } from "../store/open.ts";
import type { KeyRecord, SnapshotData } from "./snapshot.ts";

export type FollowOptions = {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly onChange: (data: SnapshotData) => void;
  readonly say: (line: string) => void;
};

export type Follower = {
  /** Its connection to the store, while there is one. */
  readonly store: Store | undefined;
  close(): Promise<void>;
};

const pollMs = 500;

/** Resolves with the first snapshot in force: the store's, or else the one on disk; waits when there is neither. */
export async function followStore(options: FollowOptions): Promise<Follower> {
  const follower = new StoreFollower(options);
  await follower.start();
  return follower;
}

class StoreFollower implements Follower {
  readonly #options: FollowOptions;
  readonly #path: string;
  #store: Store | undefined;
  #listener: ChangeListener | undefined;
  #epoch = -1;
  #isBusy = false;
  #isStale = false;
  #isAway = false;
  #isClosed = false;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#path = join(options.dataDir, "snapshot.json");
  }

  get store(): Store | undefined {
    return this.#store;
  }

  async start(): Promise<void> {
    await this.refresh();
    this.#poll = setInterval(() => void this.refresh(), pollMs);
    if (this.#epoch >= 0) return;
    const kept = this.#kept();
    if (kept !== undefined) {
      this.#options.onChange(kept);
      return;
    }
    while (this.#epoch < 0 && !this.#isClosed) await sleep(100);
  }

  /** Asks the store whether anything has changed, and takes it over; one at a time. */
  async refresh(): Promise<void> {
    this.#isStale = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#isStale && !this.#isClosed) {
        this.#isStale = false;
        await this.#look();
      }
      if (this.#isAway) this.#options.say("The database is back.");
      this.#isAway = false;
    } catch (error) {
      // The snapshot at hand stays in force; the next poll asks again, by a connection of its own.
      if (!this.#isAway && !this.#isClosed) this.#options.say(`The database is away: ${(error as Error).message}`);
      this.#isAway = true;
      await this.#disconnect();
    } finally {
      this.#isBusy = false;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#poll);
    await this.#disconnect();
  }

  async #look(): Promise<void> {
    const { dataDir, databaseUrl } = this.#options;
    this.#store ??= await openStore({ dataDir, databaseUrl, startEmbedded: false, connectionsMax: 1 });
    if (!this.#listener?.isHearing) {
      this.#listener = await ChangeListener.open(this.#store.connection, { changed: () => void this.refresh() });
    }
    if ((await changeSequence(this.#store.db)) === this.#epoch) return;
    const data = await readSnapshot(this.#store);
    if (this.#isClosed) return;
    this.#options.onChange(data);
    this.#epoch = data.epoch;
    this.#keep(data);
  }

  async #disconnect(): Promise<void> {
    const [listener, store] = [this.#listener, this.#store];
    this.#listener = undefined;
    this.#store = undefined;
    await Promise.allSettled([listener?.close(), store?.close()]);
  }

  #kept(): SnapshotData | undefined {
    try {
      return JSON.parse(readFileSync(this.#path, "utf8")) as SnapshotData;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        this.#options.say(`${this.#path}: ${(error as Error).message}`);
      return undefined;
    }
  }

  #keep(data: SnapshotData): void {
    const fresh = `${this.#path}.${process.pid}`;
    try {
      writeFileSync(fresh, JSON.stringify(data), { mode: 0o600 });
      renameSync(fresh, this.#path);
    } catch (error) {
      // Nothing depends on it but a start without the database.
      this.#options.say(`The snapshot could not be kept on disk: ${(error as Error).message}`);
    }
  }
}

/** How long the hash of a key that no longer opens anything is kept, so that its refusal can say why. */
const endedKeyMs = 24 * 3_600_000;

/** Everything as of one instant. */
export async function readSnapshot(store: Store): Promise<SnapshotData> {
  return store.db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (tx) => {
      const { change_sequence } = await tx.selectFrom("factory").select("change_sequence").executeTakeFirstOrThrow();
      const since = new Date(Date.now() - endedKeyMs);
      const keys = await tx
        .selectFrom("api_key")
        .select(["id", "hash", "tenant", "project", "role", "limits", "expires_at", "revoked_at"])
        .where((key) => key.or([key("revoked_at", "is", null), key("revoked_at", ">", since)]))
        .where((key) => key.or([key("expires_at", "is", null), key("expires_at", ">", since)]))
        .execute();
      const resources = await tx.selectFrom("resource").select(["spec", "created_at"]).orderBy("name").execute();
      return {
        epoch: change_sequence,
        keys: keys.map((key): KeyRecord => ({
          id: key.id,
          hash: key.hash.toString("hex"),
          tenant: key.tenant,
          project: key.project,
          role: key.role,
          limits: key.limits ?? {},
          expiresAtMs: key.expires_at?.getTime() ?? null,
          revokedAtMs: key.revoked_at?.getTime() ?? null,
        })),
        resources: resources.map(({ spec }): Resource => spec),
        modelsSinceMs: Object.fromEntries(
          resources.flatMap(({ spec, created_at }) =>
            spec.kind === "Model" ? [[spec.name, created_at.getTime()] as const] : [],
          ),
        ),
      };
    });
}

/** Follows a snapshot in a file in place of the store, for tests, benchmarks and a gateway without a database. */
export async function followFile(path: string, options: Pick<FollowOptions, "onChange" | "say">): Promise<Follower> {
  let seen = "";
  const look = () => {
    const { mtimeMs, size, ino } = statSync(path);
    const version = `${mtimeMs} ${size} ${ino}`;
    if (version === seen) return;
    seen = version;
    options.onChange(JSON.parse(readFileSync(path, "utf8")) as SnapshotData);
  };
  look();
  const poll = setInterval(() => {
    try {
      look();
    } catch (error) {
      options.say(`${path}: ${(error as Error).message}`);
    }
  }, 100);
  poll.unref();
  return Promise.resolve({ store: undefined, close: () => Promise.resolve(clearInterval(poll)) });
}
