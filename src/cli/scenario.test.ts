import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const tokenworks = fileURLToPath(new URL("../../bin/tokenworks.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tokenworks-scenario-"));
after(() => rmSync(folder, { recursive: true }));

function scenario(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [tokenworks, "scenario", ...args], {
    encoding: "utf8",
  });
  return { status, out: stdout, err: stderr };
}

test("the Microsoft case says what was frozen, what went, what the pause cost and what decides it", () => {
  const { status, out } = scenario("run", "microsoft-2023-2025", "--draws", "20");
  assert.equal(status, 0);
  assert.match(out, /3\.50 GW frozen/);
  assert.match(out, /openai-2025 .*\$322\.4 bn for 3\.50 GW .*declined/);
  assert.match(out, /gross profit +\$153\.7 bn/);
  assert.match(out, /what decides it/);
});

test("without draws the pause has no range", () => {
  const { status, out } = scenario("run", "oracle", "--draws", "0");
  assert.equal(status, 0);
  assert.match(out, /^gross profit +\$136\.6 bn *$/m);
  assert.doesNotMatch(out, /p10|draws/);
});

test("what is printed for a copy runs as the case does", () => {
  const file = join(folder, "copy.yaml");
  writeFileSync(file, scenario("show", "oracle").out);
  const copied = JSON.parse(scenario("run", file, "--json", "--draws", "10").out) as object;
  assert.deepEqual(copied, JSON.parse(scenario("run", "oracle", "--json", "--draws", "10").out));
});

test("the stack's chain is printed to read, and says how to change it", () => {
  assert.match(scenario("show", "token-factory-stack").out, /^# To read: .*scenario run token-factory-stack --set/);
});

test("the CSV has a row for every quarter of every strategy", () => {
  const lines = scenario("run", "oracle", "--csv", "--draws", "0").out.trimEnd().split("\r\n");
  assert.equal(lines.length, 1 + 3 * 48);
  assert.match(lines[0] ?? "", /^scenario,strategy,quarter,base_mw,build_mw,/);
  assert.ok(lines.every((line) => line.split(",").length === (lines[0] ?? "").split(",").length));
});

test("the report is a PDF file", () => {
  const file = join(folder, "pause.pdf");
  assert.equal(scenario("run", "microsoft-2023-2025", "--draws", "10", "--report", file).status, 0);
  assert.equal(readFileSync(file).subarray(0, 5).toString(), "%PDF-");
});

test("the audit lists every input with its source, and fails with the line when one has none", () => {
  const audit = scenario("audit", "microsoft-2023-2025");
  assert.match(audit.out, /inputs\.itCapital += +38,000,000 +USD\/MW +estimate +2026 .*https:/);
  assert.match(audit.out, /inputs, each with its source, date and confidence/);
  const file = join(folder, "sourceless.yaml");
  writeFileSync(
    file,
    scenario("show", "oracle").out.replace(/^ +source: ours, for a company of the best credit\n/m, ""),
  );
  const { status, err } = scenario("audit", file);
  assert.equal(status, 2);
  assert.match(err, /sourceless\.yaml:\d+:\d+: inputs\.costOfCapital\.readings\[0\]\.source: This is missing/);
});

test("wrong use is told in one clear line: names, files, options of the stack alone", () => {
  for (const [args, said] of [
    [["run", "orcale"], /no scenario "orcale".*Nearest: oracle/],
    [["run", "./none.yaml"], /none\.yaml cannot be read \(ENOENT\)/],
    [["run", "oracle", "--set", "lease=1"], /--set is for token-factory-stack only/],
    [["run", "token-factory-stack", "--set", "leese=1"], /no input "leese"/],
    [["run", "oracle", "--draws", "1", "--report", "/nowhere/oracle.pdf"], /oracle\.pdf cannot be written \(ENOENT\)/],
    [["run", "oracle", "--draws", "x"], /whole number from 0 to 100000/],
  ] as const) {
    const { status, err } = scenario(...args);
    assert.equal(status, 2, args.join(" "));
    assert.match(err, said);
  }
});

test("the stack's chain follows what is set, beside what it was", () => {
  const { out } = scenario("run", "token-factory-stack", "--chip", "h200", "--set", "lease=140,utilisation=0.6");
  assert.match(out, /lease 130 → 140, utilisation 0\.75 → 0\.6/);
  assert.match(out, /platform .* 16\.2 % +−4\.7 %/);
});
