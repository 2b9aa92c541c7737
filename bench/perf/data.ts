/** What the benches against measured sets share: the message where a set is absent, their folder, and their figures. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Says which public source a missing set comes from, and ends with exit code 2. */
export function absent(path: string, source: string): never {
  console.error(`${path} is not there. It comes from ${source}; --data names its folder.`);
  process.exit(2);
}

/** Writes a file to bench/perf/out/. */
export function keep(name: string, text: string): void {
  const out = fileURLToPath(new URL("out/", import.meta.url));
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, name), text);
}

export function csvOf(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  return `${[names, ...rows.map((row) => names.map((name) => row[name] ?? ""))].map((cells) => cells.join(",")).join("\n")}\n`;
}

/** `PASS`, or `MISS` with how many times the target it is. */
export function verdictOf(value: number, most: number): string {
  return value <= most ? "PASS" : `MISS (${(value / most).toFixed(1)} × the target)`;
}
