/**
 * One factory to a data folder: a lock file that names its holder, and outlives no holder.
 *
 * The holder is known by its pid and the instant its process started, so that a pid used again by
 * somebody else does not keep the folder locked after a crash.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Fault } from "../stack/fault.ts";
import { isAlive, type ProcessIdentity, processIdentity } from "./process.ts";

/**
 * Takes the lock at `path`; the answer gives it back.
 *
 * @throws Fault `conflict` naming the process that holds it.
 */
export function takeLock(path: string, what: string): () => void {
  for (;;) {
    // Linked into place whole, so that nobody ever reads a lock without its holder.
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(processIdentity(process.pid)), { mode: 0o600 });
    try {
      linkSync(draft, path);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft);
    }
    const holder = readHolder(path);
    if (holder !== null && isAlive(holder)) {
      throw new Fault("conflict", {
        message: `${what} is in use by another Tokenworks (process ${holder.pid}).`,
        remedy: "Stop that one first, or name another folder with --data.",
      });
    }
    // Moved aside before it goes, so that of two that find it stale only one wins the move.
    const aside = `${path}.stale.${process.pid}`;
    try {
      renameSync(path, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    rmSync(aside, { force: true });
  }
}

function readHolder(path: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as ProcessIdentity;
  } catch (error) {
    // Gone meanwhile, or written by no lock of ours: nobody holds it.
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) return null;
    throw error;
  }
}
