/** Processes of a bench: pinned to a core, watched by what /proc says of them, ended by pid. */
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const children = new Set<ChildProcess>();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    for (const child of children) child.kill("SIGKILL");
    process.exit(130);
  });
}

/** Starts a command on one core; it dies with the bench. */
export function startOn(
  core: number,
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const child = spawn("taskset", ["-c", String(core), command, ...args], { stdio: "ignore", ...options });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await once(child, "exit");
  clearTimeout(timer);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("No port could be had.");
  return address.port;
}

/** Waits until an address answers something that is not a server's failure. */
export async function answers(url: string, init: RequestInit, waitMs: number): Promise<void> {
  let last = "nothing";
  for (const endMs = Date.now() + waitMs; Date.now() < endMs; await sleep(100)) {
    last = await fetch(url, init).then(
      async (answer) => (answer.ok ? "ok" : `${answer.status} ${(await answer.text()).slice(0, 200)}`),
      (error: Error) => error.message,
    );
    if (last === "ok") return;
  }
  throw new Error(`${url} does not answer: ${last}`);
}

const ticksPerSecond = 100;

/** CPU time of processes so far, user and system together, in microseconds; whole ticks of 10 ms. */
export function cpuMicroseconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return sum + ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticksPerSecond;
  }, 0);
}

/** Memory of processes now, in MiB; shared pages count once for each. */
export function residentMiB(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return sum + Number(kib ?? 0) / 1024;
  }, 0);
}
