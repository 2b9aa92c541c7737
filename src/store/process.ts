/**
 * Who holds a file in the data folder: a process, known by its pid and the instant it started, since the
 * system uses a pid again.
 */
import { readFileSync } from "node:fs";

export type ProcessIdentity = {
  readonly pid: number;
  /** Clock ticks from boot to its start, from /proc; null where there is no /proc. */
  readonly startTicks: string | null;
};

/** The identity of a process that lives now. */
export function processIdentity(pid: number): ProcessIdentity {
  return { pid, startTicks: startTicks(pid) };
}

/** Whether that very process is still there; without /proc, whether any process has its pid. */
export function isAlive(identity: ProcessIdentity): boolean {
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return identity.startTicks === null || startTicks(identity.pid) === identity.startTicks;
}

/** Field 22 of /proc/PID/stat (proc(5)); the command in field 2 may hold spaces and brackets. A zombie has ended. */
function startTicks(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? null : (fields[19] ?? null);
}
