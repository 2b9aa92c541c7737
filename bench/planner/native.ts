/** HiGHS's own build, for comparison: its Python module, by PYTHON or python3 on the PATH. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const python = process.env["PYTHON"] ?? "python3";

export type Native = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly objective: number;
  readonly version: string;
};

/** What it took to solve a relaxation; or why it was not tried. */
export function solveNatively(mps: Uint8Array, solver: "ipm" | "simplex"): Native | string {
  const folder = mkdtempSync(join(tmpdir(), "tokenworks-bench-"));
  try {
    const file = join(folder, "model.mps");
    writeFileSync(file, mps);
    const script = fileURLToPath(new URL("native.py", import.meta.url));
    const { status, stdout, stderr, error } = spawnSync(python, [script, file, solver], { encoding: "utf8" });
    if (error !== undefined) return `${python} cannot be run (${error.message})`;
    const reason = stderr.trim().split("\n").at(-1) ?? "";
    return status === 0 ? (JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as Native) : `${python}: ${reason}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
