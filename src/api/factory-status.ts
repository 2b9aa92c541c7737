/** What the supervisor says about its processes: the file `run/factory.json`, while its writer lives. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const processStatus = z.object({
  name: z.string(),
  state: z.enum(["starting", "ready", "restarting", "stopped"]),
  pid: z.int().nullable(),
  restarts: z.int().nonnegative(),
  lastDeath: z.string().nullable(),
});

const factoryStatusFile = z.object({
  pid: z.int(),
  version: z.string(),
  startedAt: z.iso.datetime(),
  apiUrl: z.string(),
  consoleUrl: z.string(),
  processes: z.array(processStatus),
  engines: z.array(processStatus.extend({ deployment: z.string(), model: z.string() })),
});

export type RunningFactory = z.output<typeof factoryStatusFile>;

/** Undefined when no factory runs on the data folder. */
export function factoryStatus({ dataDir }: { readonly dataDir: string }): RunningFactory | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataDir, "run", "factory.json"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const status = factoryStatusFile.parse(JSON.parse(text));
  return isRunning(status.pid) ? status : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
