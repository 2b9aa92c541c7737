/**
 * A running Postgres as its lock file tells of it. `postmaster.pid` outlives a killed server, and its pid may by
 * then belong to somebody else: only a process that is Postgres and works in this folder counts.
 */
import { readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../stack/fault.ts";
import { type ClusterPlace, socketName } from "./cluster.ts";
import { isAlive, type ProcessIdentity, processIdentity } from "./process.ts";

export type Postmaster = {
  readonly process: ProcessIdentity;
  /** `ready` once it answers. */
  readonly status: string;
};

/** The Postgres that serves these files now. */
export function findPostmaster(files: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(files, "postmaster.pid"), "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  // Lines: pid, data directory, start, port, socket directory, address, shared memory, status.
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  const identity = processIdentity(pid);
  if (!isAlive(identity) || !worksIn(pid, files)) return undefined;
  return { process: identity, status: lines[7]?.trim() ?? "" };
}

/**
 * Takes away the lock files of a server that is gone, lest a stranger with its pid keep ours from starting. The
 * socket has one of its own, which lies in the data folder too and so outlives a power cut.
 */
export function dropStaleLocks({ files, socketFolder }: Pick<ClusterPlace, "files" | "socketFolder">): void {
  if (findPostmaster(files) !== undefined) return;
  rmSync(join(files, "postmaster.pid"), { force: true });
  rmSync(join(socketFolder, `${socketName}.lock`), { force: true });
}

/** Postgres makes its data directory its working directory. Without /proc, a living pid must do. */
function worksIn(pid: number, files: string): boolean {
  if (process.platform !== "linux") return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === files;
  } catch {
    return false;
  }
}

/** Stops it fast: open transactions are rolled back, everything committed is on disk. Waits until it has gone. */
export async function stopPostmaster(files: string, waitMs = 30_000): Promise<void> {
  const running = findPostmaster(files);
  if (running === undefined) return;
  signal(running.process.pid, "SIGINT");
  for (const endMs = Date.now() + waitMs; isAlive(running.process);) {
    if (Date.now() > endMs) {
      throw new Fault("store_unavailable", {
        message: `Postgres (process ${running.process.pid}) did not stop within ${waitMs / 1000} s.`,
        remedy: "Look at pg.log in the data folder.",
      });
    }
    await sleep(10);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
