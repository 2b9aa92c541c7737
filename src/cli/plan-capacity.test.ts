import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { smallDocument } from "../planner/capacity/fixture.ts";
import type { CapacityPlan } from "../planner/capacity/plan-capacity.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const example = fileURLToPath(new URL("../../docs/examples/plan-capacity.yaml", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tokenworks-plan-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function tokenworks(args: readonly string[], input = "") {
  return spawnSync(process.execPath, [main, "plan", "capacity", ...args], { encoding: "utf8", input });
}

/** The example with one thing changed, as a file. */
function changed(name: string, from: string | RegExp, to: string): string {
  const file = join(folder, name);
  const text = readFileSync(example, "utf8");
  assert.match(text, typeof from === "string" ? new RegExp(from.replaceAll(/[{}()[\]]/g, String.raw`\$&`)) : from);
  writeFileSync(file, text.replace(from, to));
  return file;
}

test("a plan is shown with what to decide, what comes of it, and how far from the best it is at most", () => {
  const [csv, report] = [join(folder, "plan.csv"), join(folder, "plan.pdf")];
  const { status, stdout, stderr } = tokenworks([example, "--gap", "0.05", "--csv", csv, "--report", report]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /present value \$1\.\d+ bn/);
  assert.match(stdout, /from the best at most/);
  assert.match(stdout, /2027Q1\s+decide\s+accept lab-anchor/);
  assert.match(stdout, /cost of one more/);
  assert.match(stderr, /linear relaxation/);
  assert.equal(readFileSync(report).subarray(0, 5).toString(), "%PDF-");
  const [titles, ...rows] = readFileSync(csv, "utf8").trim().split("\n");
  assert.equal(titles, "future,probability,quarter,measure,of,unit,value");
  assert.ok(rows.some((row) => row.startsWith("low,0.25,2027Q1,marginal cost,llama-405b interactive,USD/Mtok,")));
});

test("without demand there is nothing to decide, and it is said", () => {
  const document = { ...smallDocument, demand: [{ ...smallDocument.demand[0], teratokensPerQuarter: 0 }] };
  const { status, stdout, stderr } = tokenworks(["-"], JSON.stringify(document));
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^Nothing has to be decided\.$/m);
});

test("for programs it is JSON on the standard output and nothing else", () => {
  const { status, stdout } = tokenworks(["-", "--gap", "0.05", "--json"], readFileSync(example, "utf8"));
  assert.equal(status, 0);
  const plan = JSON.parse(stdout) as CapacityPlan;
  assert.equal(plan.quarters.length, 16);
  assert.deepEqual(plan.problems, []);
});

for (const [what, from, to, message] of [
  [
    "a missing source",
    /\n {4}source: 184[^\n]*/,
    "",
    /supply\[3\]\.source: This is missing\. Say where the figures come from.* an assumption\.$/m,
  ],
  [
    "a negative lead time",
    "leadQuarters: 7",
    "leadQuarters: -7",
    /supply\[0\]\.leadQuarters: Time runs forward.*found -7/,
  ],
  [
    "a contract that ends before it starts",
    "end: 2030Q4",
    "end: 2027Q4",
    /deals\[0\]\.end: The contract ends in 2027Q4, before it starts in 2028Q1/,
  ],
  [
    "a circle of extends",
    "    extends: neocloud-5y\n    source: Assumption, a quarter above five years",
    "    extends: neocloud-2y\n    source: Assumption",
    /supply\[5\]\.extends: It goes round in a circle: neocloud-2y → neocloud-2y/,
  ],
  [
    "a quarter that is none",
    "start: 2027Q1",
    "start: 2027Q5",
    /start: A quarter is written like 2027Q2 \(found "2027Q5"\)/,
  ],
  [
    "a name that is not there",
    "accelerator: h200",
    "accelerator: h2000",
    /sites\[0\]\.accelerators\[0\]\.accelerator: There is no "h2000" in accelerators; there is h200, gb300, vr200/,
  ],
  [
    "probabilities that do not add up",
    "probability: 0.5",
    "probability: 0.4",
    /futures: Their probabilities add up to 0\.9, not to 1/,
  ],
] as const) {
  test(`${what} is told with its file, line and field`, () => {
    const file = changed(`${what.replaceAll(" ", "-")}.yaml`, from, to);
    const { status, stderr } = tokenworks([file]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, new RegExp(`${file.replaceAll(".", String.raw`\.`)}:\\d+:\\d+: `));
    assert.match(stderr, message);
  });
}

test("a price in another currency is refused, with what to do", () => {
  const file = changed("currency.yaml", "    kind: colocation", "    kind: colocation\n    currency: EUR");
  const { status, stderr } = tokenworks([file]);
  assert.equal(status, 2);
  assert.match(stderr, /supply\[3\]\.currency: A plan counts in USD alone: convert/);
});

test("demand that no plan can serve is told as what would have to give", () => {
  const less = changed("less.yaml", "    mwPerQuarter: 20\n    minimumMw: 0", "    mwPerQuarter: 10\n    minimumMw: 0");
  const { status, stderr } = tokenworks([less, "--objective", "cost"]);
  assert.equal(status, 2);
  assert.match(stderr, /No plan keeps all limits\. The least that would have to give: .* in 2027Q1/);
});

test("when time is up the best plan so far is shown, and marked", () => {
  const { status, stdout } = tokenworks([example, "--gap", "0", "--time-limit", "2"]);
  assert.equal(status, 0);
  assert.match(stdout, /best so far: the time ran out/);
});

test("Ctrl-C shows the best plan so far, and says so in its exit code", async () => {
  const child = spawn(process.execPath, [main, "plan", "capacity", example, "--gap", "0"], { stdio: "pipe" });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => (out += String(chunk)));
  child.stderr.on("data", (chunk) => {
    err += String(chunk);
    if (/whole blocks/.test(err) && !child.killed) child.kill("SIGINT");
  });
  const [code] = (await once(child, "close")) as [number];
  assert.equal(code, 130);
  assert.match(out, /best so far/);
});

test("a plan that cannot be kept is shown all the same, and the file is named", () => {
  const { status, stdout, stderr } = tokenworks(
    ["-", "--csv", join(folder, "nowhere", "plan.csv")],
    JSON.stringify(smallDocument),
  );
  assert.equal(status, 2);
  assert.match(stdout, /present value/);
  assert.match(stderr, /error: .*plan\.csv cannot be written \(ENOENT\)\. Name another file by --csv\.\n$/);
});
