/**
 * The running factory on one machine: puts the processes together, keeps them alive, follows what is
 * declared, and takes them down in the order in which nothing is lost.
 */
import { type ChildProcess, fork } from "node:child_process";
import cluster from "node:cluster";
import { EventEmitter } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { desiredEngines, EngineFleet, type EngineStatus } from "../fleet/engines.ts";
import { Keeper, type ProcessStatus } from "../fleet/supervise.ts";
import { type Authority, MemoryAuthority } from "../gateway/limits/authority.ts";
import { ValkeyAuthority } from "../gateway/limits/authority-valkey.ts";
import { LimitDesk } from "../gateway/limits/channel.ts";
import { spentByWorker, spentInLedger } from "../gateway/limits/spent.ts";
import { startEmbedded } from "../store/embedded.ts";
import { ChangeListener } from "../store/notify.ts";
import type { Store } from "../store/open.ts";
import { listResources } from "../store/resources.ts";

export type FactoryOptions = {
  readonly dataDir: string;
  readonly host: string;
  /** Of the token service. */
  readonly port: number;
  /** Of the console and the control API. */
  readonly consolePort: number;
  readonly workers: number;
  readonly databaseUrl: string | undefined;
  readonly valkeyUrl: string | undefined;
  readonly version: string;
  /** Takes a line for a person when something out of the ordinary happens. */
  readonly say: (line: string) => void;
};

/** What `run/factory.json` tells the control API and the command line about the processes. */
export type FactoryStatus = {
  readonly pid: number;
  readonly version: string;
  readonly startedAt: string;
  readonly apiUrl: string;
  readonly consoleUrl: string;
  readonly processes: readonly ProcessStatus[];
  readonly engines: readonly EngineStatus[];
};

const entry = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** V8 lets its young generation grow to 32 MiB thrice over; requests are small and die young, a quarter of it will do. */
const workerMemory = ["--max-semi-space-size=8"];
const drainMs = 30_000;
const pollMs = 2_000;

export class Factory {
  readonly apiUrl: string;
  readonly consoleUrl: string;
  readonly #options: FactoryOptions;
  readonly #store: Store;
  readonly #startedAt = new Date().toISOString();
  readonly #engines: EngineFleet;
  readonly #workers: Keeper[];
  readonly #shipper: Keeper;
  readonly #api: Keeper;
  readonly #authority: Authority;
  readonly #changes = new EventEmitter();
  #listener: ChangeListener | undefined;
  #isWatching = false;
  #isStoreAway = false;
  #poll: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: FactoryOptions, store: Store) {
    this.#options = options;
    this.#store = store;
    const { host, port, consolePort, dataDir, databaseUrl, valkeyUrl } = options;
    const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
    this.apiUrl = `http://${shown}:${port}/v1`;
    this.consoleUrl = `http://${shown}:${consolePort}`;
    this.#engines = new EngineFleet(dataDir, () => this.#publish());
    const shared = { dataDir, ...(databaseUrl === undefined ? {} : { databaseUrl }) };
    const spentSince = spentInLedger(store.db);
    const desk = new LimitDesk((recall) =>
      valkeyUrl === undefined
        ? new MemoryAuthority({ spentSince, recall })
        : new ValkeyAuthority({ url: valkeyUrl, spentSince, say: options.say }),
    );
    this.#authority = desk.authority;

    // The workers take connections from one queue in the kernel: one that comes while a worker dies waits for the next.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({ exec: entry("../gateway/worker.ts"), args: [], execArgv: workerMemory });
    this.#workers = Array.from({ length: options.workers }, (_, index) =>
      this.#keep(`gateway worker ${index + 1}`, () =>
        forkWorker(desk, { TOKENWORKS_WORKER: JSON.stringify({ host, port, ...shared }) }),
      ),
    );
    this.#shipper = this.#keep("ledger shipper", () =>
      this.#forkShipper({ TOKENWORKS_SHIPPER: JSON.stringify({ ...shared, upSinceMs: Date.parse(this.#startedAt) }) }),
    );
    const api = { host, port: consolePort, apiUrl: this.apiUrl, version: options.version, ...shared };
    this.#api = this.#keep("control API", () => forkEntry("../api/main.ts", { TOKENWORKS_API: JSON.stringify(api) }));
  }

  /** Starts everything; resolves when the token service and the console answer and every engine had its first try. */
  async start(): Promise<void> {
    await Promise.all([this.#converge(), ...this.#keepers.map((keeper) => keeper.start())]);
    await this.#follow();
    this.#publish();
  }

  get #keepers(): readonly Keeper[] {
    return [...this.#workers, this.#shipper, this.#api];
  }

  get engines(): readonly EngineStatus[] {
    return this.#engines.statuses;
  }

  /** New work is refused first, then what is running ends, then the books are brought up to date. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    clearInterval(this.#poll);
    for (const keeper of this.#keepers) keeper.retire();
    await Promise.all([...this.#workers, this.#api].map((keeper) => keeper.stop()));
    await this.#engines.stop();
    await this.#shipper.stop();
    await this.#listener?.close();
    if (this.#authority instanceof ValkeyAuthority) await this.#authority.close();
    await this.#store.close();
  }

  #keep(name: string, spawn: () => ChildProcess): Keeper {
    const keeper = new Keeper({ name, spawn, ready: saysReady, stopMs: drainMs });
    keeper.on("change", () => this.#publish());
    keeper.on("death", (pid, cause) =>
      this.#options.say(`${name} (process ${pid}) died: ${cause}. Starting it again.`),
    );
    return keeper;
  }

  /** A worker whose whole log is in the ledger has spent what the ledger says: what it held of budgets is free again. */
  #forkShipper(env: Record<string, string>): ChildProcess {
    const child = forkEntry("../meter/main.ts", env);
    child.on("message", (message: { drained?: readonly string[] }) => {
      for (const worker of message.drained ?? []) void this.#reconcile(worker);
    });
    return child;
  }

  async #reconcile(worker: string): Promise<void> {
    for (;;) {
      try {
        await this.#authority.reconcileDead(worker, spentByWorker(this.#store.db, worker));
        return;
      } catch (error) {
        if (this.#stopping) return;
        this.#options.say(`What ${worker} held of budgets stays held for now: ${(error as Error).message}`);
        await sleep(pollMs);
      }
    }
  }

  async #converge(): Promise<void> {
    const resources = (await listResources(this.#store.db)).map(({ spec }) => spec);
    await this.#engines.converge(desiredEngines(resources, join(this.#options.dataDir, "models")));
  }

  /** Converges on each change that is announced; the poll brings the database back and catches what was missed. */
  async #follow(): Promise<void> {
    this.#changes.on("change", () => {
      // The database may be away: the next poll asks again.
      this.#converge().catch((error: Error) => this.#options.say(`Engines are as they were: ${error.message}`));
    });
    await this.#watchStore();
    this.#poll = setInterval(() => void this.#watchStore(), pollMs);
  }

  /** Looks after the database, one look at a time: starts it again when it has gone, and listens again. */
  async #watchStore(): Promise<void> {
    if (this.#listener?.isHearing || this.#isWatching || this.#stopping) return;
    const { databaseUrl, dataDir, say } = this.#options;
    this.#isWatching = true;
    try {
      if (databaseUrl === undefined) await startEmbedded(dataDir, { supervise: true, say });
      this.#listener = await ChangeListener.open(this.#store.connection, {
        changed: () => this.#changes.emit("change"),
        lost: () => void this.#watchStore(),
      });
      if (this.#isStoreAway) say("The database is back.");
      this.#isStoreAway = false;
      this.#changes.emit("change");
    } catch (error) {
      if (!this.#isStoreAway) say(`The database is away: ${(error as Error).message}`);
      this.#isStoreAway = true;
    } finally {
      this.#isWatching = false;
    }
  }

  #publish(): void {
    const { dataDir, version } = this.#options;
    const status: FactoryStatus = {
      pid: process.pid,
      version,
      startedAt: this.#startedAt,
      apiUrl: this.apiUrl,
      consoleUrl: this.consoleUrl,
      processes: this.#keepers.map((keeper) => keeper.status),
      engines: this.#engines.statuses,
    };
    const path = join(dataDir, "run", "factory.json");
    writeFileSync(`${path}.new`, JSON.stringify(status));
    renameSync(`${path}.new`, path);
  }
}

function forkWorker(desk: LimitDesk, env: Record<string, string>): ChildProcess {
  const child = cluster.fork(env).process;
  desk.serve(child);
  return child;
}

function forkEntry(path: string, env: Record<string, string>): ChildProcess {
  return fork(entry(path), { env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

/** A process of ours says `{ ready: true }` to its parent when it serves. */
function saysReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on("message", (message) => {
      if (typeof message === "object" && message !== null && "ready" in message && message.ready === true) resolve();
    });
  });
}
