import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { Fault } from "../stack/fault.ts";
import type { MeterRecord, Usage } from "../stack/usage.ts";
import { openMeterLog } from "./log.ts";
import { backOffMs, Shipper } from "./ship.ts";

const root = mkdtempSync(join(tmpdir(), "tokenworks-ship-"));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
const newDir = () => join(root, `meter-${(folders += 1)}`);

const identity = (id: string) => ({
  id,
  endpoint: "chat.completions" as const,
  tenant: "t",
  project: "p",
  keyId: "k",
  model: "m",
  streamed: true,
  startedAtMs: 1,
});
const open = (id: string): MeterRecord => ({ kind: "open", ...identity(id) });
const settle = (id: string): MeterRecord => ({
  kind: "settle",
  ...identity(id),
  endedAtMs: 2,
  outcome: "complete",
  status: 200,
  tokens: { input: 1, cachedInput: 0, output: 1, reasoning: 0 },
  countedBy: "engine",
  work: { acceleratorProvenance: "unavailable", energyProvenance: "unavailable" },
  tries: 1,
});

/** A ledger in memory that knows each id once, as the real one does. */
function ledger() {
  const posted = new Map<string, Usage>();
  const told: string[] = [];
  const state = { isAway: false };
  const post = async (usages: readonly Usage[]) => {
    if (state.isAway) throw new Fault("store_unavailable", { message: "away" });
    const bad = usages.find(({ id }) => id === "poison");
    if (bad !== undefined) throw new Fault("invalid_value", { message: "no usage" });
    for (const usage of usages) posted.set(usage.id, posted.get(usage.id) ?? usage);
  };
  return { posted, told, state, post, say: (line: string) => told.push(line) };
}

test("what a living writer settles is shipped, and its finished segments go", async () => {
  const dir = newDir();
  const books = ledger();
  const shipper = new Shipper({ dir, ...books });
  const log = openMeterLog({ dir: join(dir, "w1"), segmentBytes: 4_000 });
  for (let n = 0; n < 60; n += 1) {
    log.append(open(`r${n}`));
    await log.appendDurable(settle(`r${n}`));
  }
  log.append(open("unfinished"));
  await log.durable(log.append(open("unfinished")));
  assert.deepEqual(await shipper.pass(), []);
  assert.equal(books.posted.size, 60);
  const segments = readdirSync(join(dir, "w1")).filter((name) => name.endsWith(".log"));
  assert.ok(segments.length <= 2, `${segments.join(", ")} are still there`);
  await log.appendDurable(settle("unfinished"));
  await log.close();
  assert.deepEqual(await shipper.pass(), ["w1"]);
  assert.equal(books.posted.size, 61);
  assert.equal(existsSync(join(dir, "w1")), false);
});

test("while the ledger is away nothing goes, and when it is back everything arrives once", async () => {
  const dir = newDir();
  const books = ledger();
  const shipper = new Shipper({ dir, ...books });
  const log = openMeterLog({ dir: join(dir, "w1") });
  books.state.isAway = true;
  for (let n = 0; n < 10; n += 1) {
    await log.appendDurable(settle(`r${n}`));
    await assert.rejects(shipper.pass(), /away/);
  }
  await log.close();
  await assert.rejects(shipper.pass(), /away/);
  books.state.isAway = false;
  assert.deepEqual(await shipper.pass(), ["w1"]);
  assert.equal(books.posted.size, 10);
});

test("a usage that the ledger refuses is put aside whole, and keeps no other back", async () => {
  const dir = newDir();
  const books = ledger();
  const log = openMeterLog({ dir: join(dir, "w1") });
  for (const id of ["a", "poison", "b"]) log.append(settle(id));
  await log.close();
  await new Shipper({ dir, ...books }).pass();
  assert.deepEqual([...books.posted.keys()], ["a", "b"]);
  assert.match(readFileSync(join(dir, "..", "meter-refused.jsonl"), "utf8"), /"id":"poison"/);
  assert.equal(books.told.length, 1);
});

test("damage in the middle of a log is told, what follows it is shipped, and the log is kept", async () => {
  const dir = newDir();
  const books = ledger();
  const log = openMeterLog({ dir: join(dir, "w1") });
  for (const id of ["a", "b", "c"]) log.append(settle(id));
  await log.close();
  const path = join(dir, "w1", "00000001.log");
  const bytes = readFileSync(path);
  bytes[bytes.indexOf('"id":"b"')] = 0;
  writeFileSync(path, bytes);
  await new Shipper({ dir, ...books }).pass();
  assert.deepEqual([...books.posted.keys()], ["a", "c"]);
  assert.match(books.told[0] ?? "", /damaged/);
  assert.ok(existsSync(join(dir, "..", "meter-damaged", "w1", "00000001.log")));
});

const writer = `
import { openMeterLog } from ${JSON.stringify(new URL("log.ts", import.meta.url).href)};
const log = openMeterLog({ dir: process.argv[1], segmentBytes: 20_000 });
const identity = (id) => ({ id, endpoint: "chat.completions", tenant: "t", project: "p", keyId: "k", model: "m", streamed: true, startedAtMs: 1 });
let n = 0;
const one = () => {
  const id = "r" + (n += 1);
  log.append({ kind: "open", ...identity(id) });
  const settle = { kind: "settle", ...identity(id), endedAtMs: 2, outcome: "complete", status: 200, tokens: { input: 1, cachedInput: 0, output: 1, reasoning: 0 }, countedBy: "engine", work: {}, tries: 1 };
  log.onDurable(log.append(settle), () => { process.stdout.write(id + "\\n"); one(); });
};
for (let client = 0; client < 16; client += 1) one();
`;

test("kill -9 of a writer loses nothing that it acknowledged, and doubles nothing", async () => {
  for (let round = 0; round < 15; round += 1) {
    const dir = newDir();
    const books = ledger();
    const shipper = new Shipper({ dir, ...books });
    const child = spawn(process.execPath, ["--input-type=module", "-e", writer, join(dir, "w")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const acknowledged: string[] = [];
    const drained: string[] = [];
    const killAt = 40 + round * 97;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === killAt) child.kill("SIGKILL");
      if (acknowledged.length % 50 === 0) drained.push(...(await shipper.pass()));
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    drained.push(...(await shipper.pass()));
    assert.deepEqual(drained, ["w"]);
    for (const id of acknowledged) assert.equal(books.posted.get(id)?.outcome, "complete", `${id} in round ${round}`);
    for (const usage of books.posted.values()) assert.ok(["complete", "failed"].includes(usage.outcome));
  }
});

test("damage at the end of a finished segment is told, and the segment is kept", async () => {
  const dir = newDir();
  const books = ledger();
  const shipper = new Shipper({ dir, ...books });
  const log = openMeterLog({ dir: join(dir, "w1"), segmentBytes: 100 });
  for (const id of ["a", "b", "c"]) await log.appendDurable(settle(id));
  const path = join(dir, "w1", "00000001.log");
  const bytes = readFileSync(path);
  bytes[bytes.length - 3] = 0;
  writeFileSync(path, bytes);
  await shipper.pass();
  assert.deepEqual([...books.posted.keys()], ["b", "c"]);
  assert.match(books.told[0] ?? "", /damaged/);
  assert.ok(existsSync(path));
  await log.close();
  assert.deepEqual(await shipper.pass(), ["w1"]);
  assert.ok(existsSync(join(dir, "..", "meter-damaged", "w1", "00000001.log")));
});

test("a record that a crash left short is told, and nothing is kept of it", async () => {
  const dir = newDir();
  const books = ledger();
  const log = openMeterLog({ dir: join(dir, "w1") });
  for (const id of ["a", "b"]) log.append(settle(id));
  await log.close();
  const path = join(dir, "w1", "00000001.log");
  truncateSync(path, readFileSync(path).length - 13);
  assert.deepEqual(await new Shipper({ dir, ...books }).pass(), ["w1"]);
  assert.deepEqual([...books.posted.keys()], ["a"]);
  assert.match(books.told[0] ?? "", /being written when its writer died/);
  assert.equal(existsSync(join(dir, "w1")), false);
});

test("an owner that a power cut emptied is a dead writer's", async () => {
  const dir = newDir();
  const books = ledger();
  const log = openMeterLog({ dir: join(dir, "w1") });
  await log.appendDurable(settle("a"));
  writeFileSync(join(dir, "w1", "owner"), "");
  assert.deepEqual(await new Shipper({ dir, ...books }).pass(), ["w1"]);
  assert.deepEqual([...books.posted.keys()], ["a"]);
});

test("two shippers by mistake post everything, and each request once", async () => {
  const dir = newDir();
  const books = ledger();
  const shippers = [new Shipper({ dir, ...books }), new Shipper({ dir, ...books })];
  const log = openMeterLog({ dir: join(dir, "w1"), segmentBytes: 2_000 });
  for (let n = 0; n < 40; n += 1) {
    await log.appendDurable(settle(`r${n}`));
    await Promise.allSettled(shippers.map((shipper) => shipper.pass()));
  }
  await log.close();
  for (let n = 0; n < 3; n += 1) await Promise.allSettled(shippers.map((shipper) => shipper.pass()));
  assert.equal(books.posted.size, 40);
  assert.equal(existsSync(join(dir, "w1")), false);
});

test("tries are made ever more seldom while the ledger is away, at least every ten seconds", () => {
  assert.equal(backOffMs(1), 250);
  for (let failures = 1; failures < 100; failures += 1) {
    assert.ok(backOffMs(failures + 1) >= backOffMs(failures));
    assert.ok(backOffMs(failures) <= 10_000);
  }
});
