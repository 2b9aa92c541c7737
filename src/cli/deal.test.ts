import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { DealEvaluation } from "../planner/deal/evaluate.ts";
import type { Portfolio } from "../planner/deal/portfolio.ts";
import { usd } from "../stack/money.ts";

const bin = fileURLToPath(new URL("../../bin/tokenworks.mjs", import.meta.url));
const examples = fileURLToPath(new URL("../../docs/examples/deals", import.meta.url));
const iren = join(examples, "iren-microsoft.yaml");
const source = readFileSync(iren, "utf8");
const folder = mkdtempSync(join(tmpdir(), "deals-"));
after(() => rmSync(folder, { recursive: true }));

async function run(args: readonly string[], input = ""): Promise<{ code: unknown; out: string; err: string }> {
  const child = spawn(process.execPath, [bin, "deal", ...args], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(input);
  const closed = once(child, "close");
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [unknown];
  return { code, out, err };
}

test("every example reads and is worked out; the published terms come back as they were announced", async () => {
  const files = readdirSync(examples).map((name) => join(examples, name));
  const { code, out, err } = await run(["portfolio", ...files, "--json"]);
  assert.equal(code, 0, err);
  const { deals, customers } = JSON.parse(out) as Portfolio;
  const value = (name: string) => deals.find((deal) => deal.name === name)?.totalUsd;
  assert.equal(value("iren-microsoft"), "9700000000");
  assert.equal(value("nebius-microsoft"), "17400000000");
  assert.equal(value("oracle-openai"), "420000000000");
  const microsoft = customers.find(({ counterparty }) => counterparty === "Microsoft");
  assert.equal(usd(microsoft?.committedUsd ?? "0"), usd("27100000000"));
});

test("a deal is told in words, in numbers that agree, as CSV that adds up, and in pages", async () => {
  const { code, out, err } = await run(["evaluate", iren, "--draws", "200"]);
  assert.equal(code, 0, err);
  const one = JSON.parse((await run(["evaluate", iren, "--draws", "200", "--json"])).out) as DealEvaluation;
  assert.match(out, /contract value\s+\$9\.70 bn\s+\$2\.181 an hour, \$9\.7 M per MW of IT and year/);
  assert.ok(out.includes(`gross margin            ${((one.grossMargin ?? 0) * 100).toFixed(1)} %`));
  assert.match(out, /others say/);
  const csv = (await run(["evaluate", iren, "--draws", "1", "--csv"])).out.trim().split("\n");
  const cash = csv[0]?.split(",").indexOf("cashUsd") ?? -1;
  const total = csv.slice(1).reduce((sum, row) => sum + Number(row.split(",")[cash]), 0);
  assert.ok(Math.abs(total - (one.months.runningCashUsd.at(-1) ?? 0)) < 1);
  const file = join(folder, "deal.pdf");
  const reported = await run(["evaluate", iren, "--draws", "50", "--report", file]);
  assert.equal(reported.code, 0, reported.err);
  assert.equal(readFileSync(file).subarray(0, 5).toString(), "%PDF-");
});

test("an accelerator that the catalog does not have is told with the nearest names; an alias is none", async () => {
  const told = await run(
    ["evaluate", "-", "--draws", "1"],
    source.replace("accelerator: gb300", "accelerator: gb3000"),
  );
  assert.equal(told.code, 0, told.err);
  assert.match(told.out, /The catalog has no gb3000 \(nearest: gb300, .*Every figure here is the file's own/);
  const alias = source.replace("accelerator: gb300", "accelerator: GB300-NVL72");
  const { out } = await run(["evaluate", "-", "--draws", "1", "--json"], alias);
  assert.equal((JSON.parse(out) as DealEvaluation).nearestListed, undefined);
});

test("deals stand side by side, and a portfolio's obligations by customer", async () => {
  const seller = join(examples, "long-tail-seller.yaml");
  const compared = await run(["compare", iren, seller, "--draws", "20"]);
  assert.match(compared.out, /^ +iren-microsoft +long-tail-seller$/m);
  assert.match(compared.out, /^chance of a loss /m);
  const { out } = await run(["portfolio", examples]);
  assert.match(out, /^OpenAI +\$420 bn +91\.0 %/m);
  assert.match(out, /^2030Q4 /m);
  const csv = (await run(["portfolio", examples, "--csv"])).out;
  assert.match(csv, /^quarter,OpenAI,Microsoft,Meta,A start-up,closingUsd,recognisedUsd,herfindahl$/m);
});

test("a deal of one accelerator has power, too", async () => {
  const file = join(examples, "long-tail-seller.yaml");
  const one = readFileSync(file, "utf8").replace("accelerators: 64", "accelerators: 1");
  assert.match((await run(["evaluate", "-", "--draws", "20"], one)).out, /1 × h100, 0\.00128 MW of IT/);
});

test("a mistake in a file is wrong use, told with its line", async () => {
  const { code, out, err } = await run(["evaluate", "-"], source.replace('from: "2026', 'from: "2066'));
  assert.equal(code, 2);
  assert.equal(out, "");
  assert.match(
    err,
    /^error: standard input:\d+:\d+: capacity\.tranches\[0\]\.delivered: It is delivered before the contract/,
  );
});

test("files that are not there, one deal to compare and two of one name are wrong use", async () => {
  const missing = await run(["evaluate", "nowhere.yaml"]);
  assert.equal(missing.code, 2);
  assert.match(missing.err, /nowhere\.yaml cannot be read \(ENOENT\)/);
  assert.match((await run(["compare", iren])).err, /One deal has nothing beside it/);
  assert.match((await run(["portfolio", iren, iren])).err, /Two deals are named "iren-microsoft"/);
});
