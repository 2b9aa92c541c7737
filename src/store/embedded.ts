/**
 * The embedded store: a real Postgres, its binaries from npm, run by us on a unix socket in the data folder.
 *
 * Promises: fsync is on, so what it acknowledged survives a power cut; it listens on no network address; its
 * socket's folder is closed to other users; it never runs as root. One that a killed supervisor left behind is
 * found and used again; where the system can (Linux), it stops by itself when the process that started it dies.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../stack/fault.ts";
import { accountForPostgres, letThrough, type SystemAccount } from "./account.ts";
import { type Binaries, postgresBinaries } from "./binaries.ts";
import { type ClusterPlace, findCluster, makeCluster, socketName } from "./cluster.ts";
import { initialise } from "./initdb.ts";
import { launch, startFault } from "./launch.ts";
import { findPostmaster, stopPostmaster } from "./postmaster.ts";
import { isAlive, type ProcessIdentity, processIdentity } from "./process.ts";

export type Embedded = {
  /** For `pg`: the folder stands where a host name would. */
  readonly connection: { readonly host: string; readonly user: string; readonly database: string };
  readonly pid: number;
  /** False when it was running already. */
  readonly started: boolean;
  /** Settles when the server is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** Whether a living process has said that it runs this server for others. */
  isSupervised(): boolean;
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** Takes one line for a person, when something out of the ordinary was done. */
  readonly say?: (line: string) => void;
  /** True in the process that runs the factory: the server is its to stop, and dies with it where it can. */
  readonly supervise?: boolean;
};

const startWaitMs = 60_000;

/**
 * Finds the database of a data folder running, or starts it, making it first when there is none.
 *
 * @throws Fault `store_unavailable` with the reason when it cannot be made or does not start.
 */
export async function startEmbedded(dataDir: string, options: EmbeddedOptions = {}): Promise<Embedded> {
  const say = options.say ?? ((line: string) => process.stderr.write(`${line}\n`));
  await mkdir(dataDir, { recursive: true }).catch((error: Error) => {
    throw unusable(dataDir, error);
  });
  const account = accountForPostgres();
  const binaries = await postgresBinaries(account, say);
  const place =
    findCluster(dataDir) ??
    (await makeCluster(dataDir, say).catch((error: Error) => {
      throw error instanceof Fault ? error : unusable(dataDir, error);
    }));
  refuseUnreachable(place, account);
  if (!existsSync(join(place.files, "PG_VERSION"))) await initialise(place, binaries, account);
  await refuseOtherMajor(place, binaries);

  const supervised = (server: Embedded) => {
    if (options.supervise)
      writeFileSync(place.supervisor, JSON.stringify(processIdentity(process.pid)), { mode: 0o644 });
    return server;
  };
  const endMs = Date.now() + startWaitMs;
  for (;;) {
    const running = await runningSoon(place, endMs);
    if (running !== undefined) {
      if (existsSync(join(place.socketFolder, socketName))) return supervised(embedded(place, running, false));
      // Nobody can reach it any more, for instance since its socket was cleaned away from a temporary folder.
      await stopPostmaster(place.files);
    }
    const pid = await launch(place, binaries, account, options.supervise ?? false, endMs);
    if (pid !== undefined) return supervised(embedded(place, pid, true));
    // Somebody else was faster, or processes of a killed server have yet to notice its death.
    await sleep(50);
  }
}

/** Where to connect when somebody runs it already; undefined when nobody does. */
export function findEmbedded(dataDir: string): Embedded | undefined {
  const place = findCluster(dataDir);
  const running = place && findPostmaster(place.files);
  return place && running?.status === "ready" ? embedded(place, running.process.pid, false) : undefined;
}

function embedded(place: ClusterPlace, pid: number, started: boolean): Embedded {
  const ended = async () => {
    for (let found = findPostmaster(place.files); found?.process.pid === pid; found = findPostmaster(place.files)) {
      while (isAlive(found.process)) await sleep(100, undefined, { ref: false });
    }
  };
  let ending: Promise<void> | undefined;
  return {
    connection: { host: place.socketFolder, user: "tokenworks", database: "postgres" },
    pid,
    started,
    get ended() {
      ending ??= ended();
      return ending;
    },
    isSupervised: () => hasLivingSupervisor(place),
    stop: () => stopPostmaster(place.files),
  };
}

function hasLivingSupervisor(place: ClusterPlace): boolean {
  if (!existsSync(place.supervisor)) return false;
  return isAlive(JSON.parse(readFileSync(place.supervisor, "utf8")) as ProcessIdentity);
}

function refuseUnreachable(place: ClusterPlace, account: SystemAccount | null): void {
  if (account === null || letThrough(account, dirname(place.files))) return;
  throw new Fault("store_unavailable", {
    message: `Postgres runs as "${account.name}", who can no longer reach ${dirname(place.files)}.`,
    remedy: `Let it pass: chmod a+x ${dirname(place.files)} and the folders above it.`,
  });
}

async function refuseOtherMajor(place: ClusterPlace, binaries: Binaries): Promise<void> {
  const made = (await readFile(join(place.files, "PG_VERSION"), "utf8")).trim();
  if (binaries.version.startsWith(`${made}.`)) return;
  throw new Fault("store_unavailable", {
    message: `The database in ${place.files} was made by Postgres ${made}; this is Postgres ${binaries.version}.`,
    remedy: "Dump it with the version that made it and restore it into a new data folder.",
  });
}

/** Waits out a server that is starting or stopping. */
async function runningSoon(place: ClusterPlace, endMs: number): Promise<number | undefined> {
  for (;;) {
    const found = findPostmaster(place.files);
    if (found === undefined || found.status === "ready") return found?.process.pid;
    if (Date.now() > endMs) throw await startFault(place, "it is neither ready nor gone");
    await sleep(20);
  }
}

function unusable(dataDir: string, error: Error): Fault {
  return new Fault("store_unavailable", {
    message: `The data folder ${dataDir} cannot be used: ${error.message}.`,
    remedy: "Name a folder that you may write to with --data.",
  });
}
