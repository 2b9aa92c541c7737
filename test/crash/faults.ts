/** What is done to a running factory: kill -9 of one of its processes, or of its database, found by what it says of itself. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const killings = ["worker", "engine", "shipper", "database"] as const;

export type Killing = (typeof killings)[number];

type Status = {
  readonly processes: readonly { readonly name: string; readonly state: string; readonly pid: number | null }[];
  readonly engines: readonly { readonly name: string; readonly state: string; readonly pid: number | null }[];
};

export function statusOf(dataDir: string): Status {
  return JSON.parse(readFileSync(join(dataDir, "run", "factory.json"), "utf8")) as Status;
}

/** Whether every process of the factory says that it is ready. */
export function isWhole(dataDir: string): boolean {
  const { processes, engines } = statusOf(dataDir);
  return [...processes, ...engines].every(({ state }) => state === "ready");
}

/** The pid to end. `random` chooses among several, from 0 up to but not including 1. */
export function victim(dataDir: string, what: Killing, random: number): number | undefined {
  if (what === "database") return postmaster(dataDir);
  const { processes, engines } = statusOf(dataDir);
  const names = { worker: "gateway worker", shipper: "ledger shipper", engine: "engine" } as const;
  const found = [...processes, ...engines].filter(({ name, pid }) => name.startsWith(names[what]) && pid !== null);
  return found[Math.floor(random * found.length)]?.pid ?? undefined;
}

export function postmaster(dataDir: string): number | undefined {
  const pid = Number(readFileSync(join(dataDir, "pg", "postmaster.pid"), "utf8").split("\n", 1)[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** A process and all that came from it, from /proc; itself last. */
export function family(pid: number): number[] {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
  return [...children.flatMap((child) => family(child)), pid];
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
