import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { MeterRecord } from "../stack/usage.ts";
import { decodeRecords, segmentHeader } from "./format.ts";
import { openMeterLog } from "./log.ts";

const root = mkdtempSync(join(tmpdir(), "tokenworks-log-"));
const mounts: string[] = [];
after(() => {
  for (const mount of mounts) spawnSync("umount", [mount]);
  rmSync(root, { recursive: true });
});

const record = (n: number): MeterRecord => ({
  kind: "checkpoint",
  id: `r${n}`,
  atMs: n,
  tokens: { input: 1, cachedInput: 0, output: n, reasoning: 0 },
  deployment: "d",
  source: "s",
});

const segments = (dir: string) => readdirSync(dir).filter((name) => name.endsWith(".log"));

/** The ids in a writer's folder, with only so many bytes of its last segment. */
function ids(dir: string, lastBytes = Infinity): string[] {
  const names = segments(dir).toSorted();
  return names.flatMap((name, index) => {
    const header = segmentHeader(dir.split("/").at(-1) ?? "", Number.parseInt(name, 10));
    const bytes = readFileSync(join(dir, name)).subarray(0, index === names.length - 1 ? lastBytes : Infinity);
    return decodeRecords(bytes, header).records.map(({ id }) => id);
  });
}

test("what was appended is there in order, and each is told of when it is durable", async () => {
  const dir = join(root, "order");
  const log = openMeterLog({ dir });
  const told: number[] = [];
  for (let n = 0; n < 500; n += 1) log.onDurable(log.append(record(n)), () => told.push(n));
  assert.deepEqual(told, []);
  await log.close();
  assert.deepEqual(told, [...told.keys()]);
  assert.deepEqual(
    ids(dir),
    told.map((n) => `r${n}`),
  );
  assert.deepEqual(log.accepting, { ok: true });
});

test("those who wait at the same time share the disk's time", async () => {
  const log = openMeterLog({ dir: join(root, "shared") });
  const groups = new Set<number>();
  await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      await log.appendDurable(record(n));
      groups.add(log.durableLsn);
    }),
  );
  assert.ok(groups.size < 20, `${groups.size} groups for 200 records`);
  await log.close();
});

test("a write returns when its bytes are on the disk: the kernel was asked for synchronous writes", async () => {
  const dir = join(root, "flags");
  const log = openMeterLog({ dir });
  if (process.platform === "linux") {
    const flags = readdirSync("/proc/self/fd").flatMap((fd) => {
      try {
        const info = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
        const { ino } = statSync(`/proc/self/fd/${fd}`);
        return ino === statSync(join(dir, "00000001.log")).ino ? [/flags:\s+(\d+)/.exec(info)?.[1] ?? ""] : [];
      } catch {
        return [];
      }
    });
    const dsync = 0o10000;
    assert.equal(flags.length, 1);
    assert.equal(Number.parseInt(flags[0] ?? "", 8) & dsync, dsync);
  }
  await log.close();
});

test("after a power cut, with nothing but the bytes whose write had ended, everything acknowledged is there", async () => {
  const dir = join(root, "power");
  const log = openMeterLog({ dir });
  const header = segmentHeader("power", 1).length;
  const acknowledged: string[] = [];
  const cuts: { bytes: number; acknowledged: number }[] = [];
  let running = 0;
  for (let n = 0; n < 3_000; n += 1) {
    running += 1;
    log.onDurable(log.append(record(n)), () => {
      running -= 1;
      acknowledged.push(`r${n}`);
      if (n % 37 === 0) cuts.push({ bytes: header + log.durableLsn, acknowledged: acknowledged.length });
    });
    if (n % 11 === 0) await sleep(0);
  }
  await log.close();
  assert.equal(running, 0);
  for (const cut of cuts) {
    assert.deepEqual(ids(dir, cut.bytes).slice(0, cut.acknowledged), acknowledged.slice(0, cut.acknowledged));
  }
});

test("a segment ends by size or by age, and the next begins", async () => {
  const bySize = openMeterLog({ dir: join(root, "size"), segmentBytes: 1_000 });
  for (let n = 0; n < 40; n += 1) await bySize.appendDurable(record(n));
  await bySize.close();
  assert.ok(segments(bySize.dir).length > 4);
  assert.equal(ids(bySize.dir).length, 40);
  const byAge = openMeterLog({ dir: join(root, "age"), segmentAgeMs: 1 });
  await byAge.appendDurable(record(1));
  await sleep(5);
  await byAge.appendDurable(record(2));
  await byAge.close();
  assert.ok(segments(byAge.dir).length >= 2);
  assert.deepEqual(ids(byAge.dir), ["r1", "r2"]);
});

test("a folder is one life of one writer's: nobody else writes to it", async () => {
  const log = openMeterLog({ dir: join(root, "mine") });
  assert.throws(() => openMeterLog({ dir: join(root, "mine") }), /ENOTEMPTY|EEXIST/);
  await log.close();
  assert.throws(() => log.append(record(1)), /closed/);
});

test("on a full disk new work is refused, what is in flight still lands, and with space again nothing is lost", async (t) => {
  const disk = join(root, "disk");
  mkdirSync(disk);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", disk]);
  if (mounted.status !== 0) {
    t.skip("mounting a small disk takes root");
    return;
  }
  mounts.push(disk);
  const dir = join(disk, "meter", "w");
  // Rotates often, so that the disk is also full when a segment is to be begun.
  const log = openMeterLog({ dir, freeBytesMin: 512 * 1024, segmentBytes: 200_000 });
  await log.appendDurable(record(0));
  fill(join(disk, "filler"));
  while (log.accepting.ok) await sleep(20);
  assert.match(log.accepting.ok ? "" : log.accepting.reason, /almost full/);
  // A reserve of a mebibyte, and what was in flight fits into it.
  for (let n = 1; n <= 3_000; n += 1) log.append(record(n));
  await log.durable(log.append(record(3_001)));
  // Then more than there is room for.
  fill(join(disk, "filler2"));
  let isDurable = false;
  for (let n = 3_002; n <= 12_000; n += 1) log.append(record(n));
  const last = log.append(record(12_001));
  log.onDurable(last, () => (isDurable = true));
  while (log.accepting.ok || !/is full/.test(log.accepting.reason)) await sleep(20);
  assert.equal(isDurable, false);
  rmSync(join(disk, "filler"));
  await log.durable(last);
  while (!log.accepting.ok) await sleep(20);
  await log.close();
  assert.deepEqual(
    ids(dir),
    Array.from({ length: 12_002 }, (_, n) => `r${n}`),
  );
});

test("a segment that a full disk kept from beginning begins when there is space, though nothing more is written", async (t) => {
  const disk = join(root, "small");
  mkdirSync(disk);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", disk]).status !== 0) {
    t.skip("mounting a small disk takes root");
    return;
  }
  mounts.push(disk);
  const log = openMeterLog({ dir: join(disk, "meter", "w"), freeBytesMin: 0, segmentAgeMs: 200 });
  await log.appendDurable(record(0));
  while (readdirSync(log.dir).includes("reserve") === false) await sleep(20);
  fill(join(disk, "filler"));
  await sleep(250);
  await log.appendDurable(record(1));
  assert.match(log.accepting.ok ? "" : log.accepting.reason, /is full/);
  assert.deepEqual(segments(log.dir), ["00000001.log"]);
  rmSync(join(disk, "filler"));
  while (!log.accepting.ok) await sleep(20);
  await log.appendDurable(record(2));
  await log.close();
  assert.deepEqual(ids(log.dir), ["r0", "r1", "r2"]);
});

/** Writes until there is no space. */
function fill(path: string): void {
  for (let bytes = 1 << 20; bytes >= 4096; bytes /= 2) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(bytes, "x"), { flag: "a" });
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
    }
  }
}
