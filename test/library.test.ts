/** The performance model as a package that another project installs: typed, and run by a Node that knows no TypeScript there. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tokenworks-library-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout;
}

test("a project that installs the package compiles the guide's example strictly, and runs it", () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const installed = join(folder, "node_modules/tokenworks");
  mkdirSync(installed, { recursive: true });
  run(tsc, "-p", join(root, "tools/tsconfig.library.json"), "--outDir", join(installed, "dist"));
  copyFileSync(join(root, "package.json"), join(installed, "package.json"));
  const [, example = ""] =
    /## As a library.*?```ts\n(.*?)```/s.exec(readFileSync(join(root, "docs/perf.md"), "utf8")) ?? [];
  writeFileSync(join(folder, "example.ts"), example);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const strict = ["--strict", "--module", "nodenext", "--target", "esnext", "--lib", "esnext,dom", "--types", ""];
  run(tsc, "example.ts", ...strict, "--exactOptionalPropertyTypes");
  const [ttftMs = 0, tpotMs = 0, usd = 0] = run("example.js").trim().split(" ").map(Number);
  assert.ok(ttftMs > tpotMs && tpotMs > 0 && usd > 0);
});
