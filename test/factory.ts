/** A factory of its own for an end-to-end test: started as a user would, in a folder of its own, on free ports. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const tokenworks = fileURLToPath(new URL("../bin/tokenworks.mjs", import.meta.url));

export type RunningFactory = {
  readonly apiUrl: string;
  readonly consoleUrl: string;
  /** The first key, an administrator's; empty when the folder had keys already. */
  readonly key: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** What it has written to standard error so far. */
  readonly errors: () => string;
  /** Stops it politely and answers its exit code; the folder stays. */
  readonly stop: () => Promise<number | null>;
  /** Stops it and removes its folder. */
  readonly dispose: () => Promise<void>;
};

export async function startFactory(
  options: {
    readonly dataDir?: string;
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<RunningFactory> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "tokenworks-"));
  const args = ["up", "--json", "--data", dataDir, "--port", "0", "--console-port", "0", ...(options.args ?? [])];
  const child = spawn(process.execPath, [tokenworks, ...args], {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const exited = once(child, "exit");
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), "line").then(([text]) => String(text)),
    exited.then(([code]) => Promise.reject(new Error(`The factory ended with ${code} before it was ready: ${errors}`))),
  ]);
  const { apiUrl, consoleUrl, key } = JSON.parse(line) as { apiUrl: string; consoleUrl: string; key: string | null };
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await exited;
    return child.exitCode;
  };
  return {
    apiUrl,
    consoleUrl,
    key: key ?? "",
    dataDir,
    process: child,
    errors: () => errors,
    stop,
    dispose: async () => {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs a command of the command line on a factory's folder, and answers what it printed and its exit code. */
export async function run(dataDir: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [tokenworks, ...args, "--data", dataDir], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? -1, out, err };
}
