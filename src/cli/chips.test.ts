import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readFileSync } from "node:fs";
import { chips } from "../catalog/chips.ts";

const bin = fileURLToPath(new URL("../../bin/tokenworks.mjs", import.meta.url));
const example = fileURLToPath(new URL("../../docs/examples/make-or-buy.yaml", import.meta.url));

async function run(args: readonly string[], input = ""): Promise<{ code: unknown; out: string; err: string }> {
  const child = spawn(process.execPath, [bin, "chips", ...args], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(input);
  const closed = once(child, "close");
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [unknown];
  return { code, out, err };
}

test("the catalog is listed for people, and for programs with every figure's source", async () => {
  const { out } = await run([]);
  for (const { name } of chips) assert.match(out, new RegExp(`^${name} `, "m"));
  assert.deepEqual(JSON.parse((await run(["--json"])).out), JSON.parse(JSON.stringify(chips)));
});

test("a chip is shown by any of its names, each figure with a source, and what is not published is said", async () => {
  const { code, out } = await run(["show", "h100_sxm"]);
  assert.equal(code, 0);
  assert.match(out, /dense peak, bf16\s+989\.4\s+TFLOP\/s\s+reported\s+2023-03\s+\[1\]/);
  assert.match(out, /^\[1\] NVIDIA H100 datasheet, https:/m);
  assert.match(out, /Not published, or not found: .*fp4/);
  const shown = JSON.parse((await run(["show", "H100_SXM", "--json"])).out) as { name: string };
  assert.equal(shown.name, "h100");
});

test("an unknown chip is wrong use, and the nearest names are offered", async () => {
  const { code, out, err } = await run(["show", "gb330"]);
  assert.equal(code, 2);
  assert.equal(out, "");
  assert.match(err, /There is no chip "gb330" in the catalog\. Nearest: gb300, /);
});

test("the example compares an own chip with bought ones, in words and in numbers that agree", async () => {
  const { code, out, err } = await run(["make-or-buy", example]);
  assert.equal(code, 0, err);
  const { breakEvenChips, worthUsd } = JSON.parse((await run(["make-or-buy", example, "--json"])).out) as {
    breakEvenChips: number;
    worthUsd: number;
  };
  assert.ok(out.includes(`breaks even         ${Math.ceil(breakEvenChips).toLocaleString("en")} chips`));
  assert.equal(worthUsd < 0, /making it is worth\s+−/.test(out));
  assert.match(out, /gb300 .*\$0\.316/);
});

test("a scenario's mistakes are told with file, line and field", async () => {
  const broken = readFileSync(example, "utf8")
    .replace("slipYears: 0", "slipMonths: 6")
    .replace("widthMillimetres: 26", "widthMillimetres: 60")
    .replace("precision: fp4", "precision: fp3")
    .replace("chip: b200", "chip: b2000");
  const { code, out, err } = await run(["make-or-buy", "-"], broken);
  assert.equal(code, 2);
  assert.equal(out, "");
  assert.match(err, /standard input:\d+:\d+: workload\.precision: .*fp3/);
  assert.match(err, /standard input:\d+:\d+: merchants\[1\]\.chip: There is no chip "b2000" .* Nearest: b200/);
  assert.match(err, /standard input:\d+:\d+: own\.die\.widthMillimetres: A scanner exposes no more than 26 × 33 mm/);
  assert.match(err, /standard input:\d+:\d+: own\.slipMonths: There is no field "slipMonths" here/);
  assert.match((await run(["make-or-buy", "nowhere.yaml"])).err, /nowhere\.yaml cannot be read \(ENOENT\)/);
});

test("a full disk behind standard output is told, a reader that leaves is none", () => {
  const into = (file: string) => spawnSync("sh", ["-c", `"$0" "$1" chips --json ${file}`, process.execPath, bin]);
  const full = into("> /dev/full");
  assert.equal(full.status, 1);
  assert.match(String(full.stderr), /^error: Standard output cannot be written \(ENOSPC\)\.$/m);
  const left = into("| head -c 1 > /dev/null");
  assert.deepEqual([left.status, String(left.stderr)], [0, ""]);
});
