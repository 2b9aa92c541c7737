import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "../stack/fault.ts";
import { processIdentity } from "./process.ts";
import { takeLock } from "./lock.ts";

const folder = mkdtempSync(join(tmpdir(), "tokenworks-lock-"));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, "lock");

test("a second taker is refused while the first lives, and told who holds it", () => {
  const release = takeLock(path, "The folder");
  assert.throws(
    () => takeLock(path, "The folder"),
    (error) => error instanceof Fault && error.code === "conflict" && error.message.includes(String(process.pid)),
  );
  release();
  takeLock(path, "The folder")();
  assert.equal(existsSync(path), false);
});

test("a lock outlives no holder that was killed", async () => {
  const holder = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(holder, "spawn");
  writeFileSync(path, JSON.stringify(processIdentity(holder.pid ?? 0)));
  assert.throws(() => takeLock(path, "The folder"), Fault);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  takeLock(path, "The folder")();
});

test("a pid that is used again by another process does not keep the folder locked", () => {
  writeFileSync(path, JSON.stringify({ pid: process.pid, startTicks: "1" }));
  takeLock(path, "The folder")();
});

test("an empty file in the place of the lock is nobody's", () => {
  writeFileSync(path, "");
  takeLock(path, "The folder")();
});
