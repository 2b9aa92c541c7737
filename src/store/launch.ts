/** Starts the server's process, safely set, and waits until it answers. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { open, readFile, stat, truncate } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../stack/fault.ts";
import type { SystemAccount } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { type ClusterPlace, makeSocketFolder } from "./cluster.ts";
import { dropStaleLocks, findPostmaster } from "./postmaster.ts";

const logBytesMax = 16 * 1024 * 1024;

/** Sized for one machine that also runs engines; everything that touches durability is at its safe setting. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  max_connections: "100",
  shared_buffers: "128MB",
  max_wal_size: "1GB",
  checkpoint_timeout: "10min",
  io_method: "sync",
  max_parallel_workers_per_gather: "0",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  lc_messages: "C",
  log_line_prefix: "%m [%p] ",
};

/** Starts the server and waits until it answers; undefined when it should be tried again. */
export async function launch(
  place: ClusterPlace,
  binaries: Binaries,
  account: SystemAccount | null,
  diesWithUs: boolean,
  endMs: number,
): Promise<number | undefined> {
  await makeSocketFolder(place, account);
  dropStaleLocks(place);
  const logged = await stat(place.log).then(
    (found) => found.size,
    () => 0,
  );
  if (logged > logBytesMax) await truncate(place.log, 0);
  const log = await open(place.log, "a", 0o600);
  const parameters = { ...settings, unix_socket_directories: place.socketFolder };
  const args = [
    "-D",
    place.files,
    ...Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  const death = diesWithUs ? dyingWithParent() : [];
  const [command = binaries.postgres, ...rest] = [...death, binaries.postgres, ...args];
  const child = spawn(command, rest, {
    ...identityOf(account),
    cwd: place.files,
    env: serverEnvironment,
    // A group of its own: Ctrl-C in a terminal is for us, and we stop it when its clients are done.
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  // Requests come first: what the books have to do may wait.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const over: string[] = [];
  child.once("exit", (code, signal) => over.push(`it ended with ${signal ?? `code ${code}`}`));
  child.once("error", (error) => over.push(error.message));
  try {
    while (over.length === 0) {
      const found = findPostmaster(place.files);
      if (found?.process.pid === child.pid && found?.status === "ready") {
        child.unref();
        return child.pid;
      }
      if (Date.now() > endMs) throw await startFault(place, "it did not get ready in time");
      await sleep(5);
    }
    const reason = await tail(place.log, logged > logBytesMax ? 0 : logged);
    const another = /lock file ".+" already exists|still in use|is being used by/i;
    if (another.test(reason) && Date.now() < endMs) return undefined;
    throw await startFault(place, over[0] ?? "", logged);
  } finally {
    await log.close();
  }
}

/** Fast shutdown when the starter dies (prctl(2), PR_SET_PDEATHSIG); the pid stays the same. */
function dyingWithParent(): string[] {
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
  return process.platform === "linux" && setpriv !== undefined ? [setpriv, "--pdeathsig", "INT", "--"] : [];
}

export const serverEnvironment = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** For spawn: whom the process runs as. */
export function identityOf(account: SystemAccount | null) {
  return account === null ? {} : { uid: account.uid, gid: account.gid };
}

export async function startFault(place: ClusterPlace, what: string, from = 0): Promise<Fault> {
  return new Fault("store_unavailable", {
    message: `The database in ${place.files} did not start: ${what}. ${lastLines(await tail(place.log, from))}`,
    remedy: `Its log is ${place.log}.`,
  });
}

async function tail(path: string, from: number): Promise<string> {
  return readFile(path).then(
    (bytes) => bytes.subarray(from).toString(),
    () => "",
  );
}

export function lastLines(text: string): string {
  return text.trim().split("\n").slice(-3).join(" / ");
}
