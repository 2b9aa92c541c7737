/**
 * Runs the commands of the documentation whose output is shown beside them, and says which lines they no longer print:
 *
 *   node tools/docs-examples.ts [--write]
 *
 * An example is a block that begins with `$ npx tokenworks …` or `$ tokenworks …`. A line that begins with … leaves lines
 * out; one that ends with … is cut short. How long a command took is not compared. `--write` puts in what is printed now:
 * each run of shown lines is found again by its first line, or by that line's first word.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const writes = process.argv.includes("--write");

for (const page of ["README.md", ...globSync("docs/*.md", { cwd: root })]) {
  const text = readFileSync(`${root}/${page}`, "utf8");
  const current = text.replaceAll(/^(```\n\$ (?:npx )?tokenworks (.+)\n)([^`]+)^```/gm, (_, head, command, shown) => {
    const printed = run(command.split(" "));
    const now = printedNow(shown.trimEnd().split("\n"), printed);
    const isStale = withoutTimes(now.join("\n")) !== withoutTimes(shown.trimEnd());
    console.log(`${page}: tokenworks ${command}: ${isStale ? "differs" : "as shown"}`);
    if (!isStale) return `${head}${shown}\`\`\``;
    if (!writes) process.exitCode = 1;
    return `${head}${now.join("\n")}\n\`\`\``;
  });
  if (writes && current !== text) writeFileSync(`${root}/${page}`, current);
}

function run(words: readonly string[]): string[] {
  const { stdout } = spawnSync(process.execPath, ["bin/tokenworks.mjs", ...words], { cwd: root, encoding: "utf8" });
  return stdout.split("\n").map((line) => line.trimEnd());
}

/** The same lines as they are printed now. */
function printedNow(shown: readonly string[], printed: readonly string[]): string[] {
  let at: number | undefined = 0;
  return shown.map((line) => {
    if (line.startsWith("…")) at = undefined;
    if (line.startsWith("…") || (at === undefined && line === "")) return line;
    at ??= printed.includes(line)
      ? printed.indexOf(line)
      : printed.findIndex((one) => firstWord(one) === firstWord(line));
    const now = printed[at++] ?? "";
    return line.endsWith("…") ? line : now;
  });
}

function firstWord(line: string): string {
  return line.trimStart().split(/\s/, 1)[0]!;
}

function withoutTimes(text: string): string {
  return text.replaceAll(/[\d.,]+ m?s\b/g, "… s");
}
