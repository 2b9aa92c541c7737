/**
 * `npm test`: the checks (types, lint with the arrows of the house, format), then every test.
 *
 *   node tools/test.ts                  everything, with coverage
 *   node tools/test.ts src/meter        the tests under a path, without the checks
 *
 * Installs the clients that the tests drive (test/clients) the first time. A test that cannot run on
 * this machine is skipped and says why; with CI set, a skipped test fails the run.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const paths = process.argv.slice(2);
const inCi = process.env["CI"] !== undefined && process.env["CI"] !== "";

if (!existsSync("test/clients/node_modules")) {
  console.log("Installing the clients that the tests drive (test/clients) …");
  run("npm", ["install", "--prefix", "test/clients", "--no-audit", "--no-fund", "--loglevel=error"]);
}
if (paths.length === 0) run("npm", ["run", "--silent", "check"]);

const roots = paths.length === 0 ? ["src", "test", "console", "bench"] : paths;
const files = roots.flatMap((root) =>
  root.endsWith(".ts") ? [root] : globSync(`${root}/**/*.test.ts`, { exclude: (name) => name === "node_modules" }),
);
if (files.length === 0) {
  console.error(`No test lies under ${roots.join(", ")}.`);
  process.exit(2);
}

const coverage = [
  "--experimental-test-coverage",
  "--test-coverage-include=src/**/*.ts",
  "--test-coverage-exclude=**/*.test.ts",
];
const tests = spawnSync(
  process.execPath,
  [
    "--test",
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=./tools/skips.mjs",
    "--test-reporter-destination=stderr",
    `--test-concurrency=${availableParallelism()}`,
    "--test-timeout=300000",
    ...(paths.length === 0 ? coverage : []),
    ...files.toSorted(),
  ],
  { stdio: ["ignore", "inherit", "pipe"], encoding: "utf8" },
);
process.stderr.write(tests.stderr);
const skipped = tests.stderr.split("\n").filter((line) => line.startsWith("SKIPPED "));
if (inCi && skipped.length > 0) {
  console.error(`${skipped.length} skipped: CI has all that the tests need, so none may be.`);
  process.exit(1);
}
process.exit(tests.status ?? 1);

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
