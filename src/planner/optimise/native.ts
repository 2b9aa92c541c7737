/**
 * HiGHS's own build for the relaxation, when there is one: the program that HIGHS_BINARY names, or `highs` on the PATH. It
 * takes a fifth less time than WebAssembly, and gives the basis from which everything else goes on.
 *
 * Whatever goes wrong there, the relaxation is simply solved here.
 */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Basis } from "./session.ts";

const pollMs = 100;

export function nativeBinary(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env["HIGHS_BINARY"];
  const found =
    named === undefined ? (env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "highs")) : [named];
  return found.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The optimal basis of a model; undefined when the binary fails, is stopped, or finds no optimum. */
export async function solveNatively(
  binary: string,
  mps: Uint8Array,
  isStopping: () => boolean,
): Promise<Basis | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "tokenworks-highs-"));
  try {
    const [model, basis] = [join(folder, "model.mps"), join(folder, "basis.txt")];
    await writeFile(model, mps);
    const args = ["--model_file", model, "--solver", "ipm", "--write_basis_file", basis];
    const said = await run(binary, args, isStopping);
    if (said === undefined || !/Model status\s*: Optimal/.test(said)) return undefined;
    return readBasis(await readFile(basis, "utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What it says; undefined when it cannot be run, fails, or is stopped. */
function run(binary: string, args: readonly string[], isStopping: () => boolean): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(binary, args, { stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
    const watch = setInterval(() => {
      if (isStopping()) child.kill("SIGKILL");
    }, pollMs);
    const end = (text: string | undefined) => {
      clearInterval(watch);
      resolve(text);
    };
    child.once("error", () => end(undefined));
    child.once("close", (code) => end(code === 0 ? said : undefined));
  });
}

/** HiGHS's basis file: after each heading a line for each column, and for each row, its name and its status. */
export function readBasis(text: string): Basis | undefined {
  if (!text.startsWith("HiGHS_basis_file v2\nValid\n")) return undefined;
  const [, columns = "", rows = ""] = text.split(/^# (?:Columns|Rows) \d+\n/m);
  const statuses = (part: string) =>
    Int32Array.from(part.trim().split("\n"), (line) => Number(line.slice(line.lastIndexOf(" ") + 1)));
  return { colStatus: statuses(columns), rowStatus: statuses(rows) };
}
