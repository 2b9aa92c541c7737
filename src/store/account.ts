/**
 * The system account under which Postgres runs. It refuses to be root, so a factory started by root gives it
 * an unprivileged account of this machine, by number: no tool beyond /etc/passwd is asked.
 */
import { chmodSync, chownSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Fault } from "../stack/fault.ts";

export type SystemAccount = { readonly name: string; readonly uid: number; readonly gid: number };

/** In order of preference. */
const unprivileged = ["tokenworks", "postgres", "nobody"];

/** Null when we are not root and Postgres simply runs as we do. */
export function accountForPostgres(passwdFile = "/etc/passwd"): SystemAccount | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync(passwdFile, "utf8").split("\n").flatMap(parsePasswdLine);
  for (const name of unprivileged) {
    const account = accounts.find((candidate) => candidate.name === name && candidate.uid !== 0);
    if (account !== undefined) return account;
  }
  throw new Fault("store_unavailable", {
    message: `Postgres does not run as root, and this machine has no account named ${unprivileged.join(", ")}.`,
    remedy: "Add one with `useradd --system tokenworks`, run as another user, or set DATABASE_URL.",
  });
}

function parsePasswdLine(line: string): SystemAccount[] {
  const [name, , uid, gid] = line.split(":");
  if (name === undefined || uid === undefined || gid === undefined) return [];
  return [{ name, uid: Number(uid), gid: Number(gid) }];
}

/** Whether the account may walk to a path: every folder above it, and it too when it is one, lets the account in. */
export function canReach(account: SystemAccount, path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid, gid, isFolder } = modeOf(at);
    const bits = uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode;
    if (isFolder && (bits & 0o1) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Lets the account pass through a folder of ours that is closed to it, by its group and for passing only; false when
 * it cannot be reached even so, since a folder above is closed too.
 */
export function letThrough(account: SystemAccount, folder: string): boolean {
  if (canReach(account, folder)) return true;
  const { uid, mode } = modeOf(folder);
  if (uid !== process.getuid?.() || !canReach(account, dirname(folder))) return false;
  chownSync(folder, uid, account.gid);
  chmodSync(folder, (mode & 0o707) | 0o010);
  return true;
}

function modeOf(path: string) {
  const found = statSync(path);
  return { mode: found.mode, uid: found.uid, gid: found.gid, isFolder: found.isDirectory() };
}
