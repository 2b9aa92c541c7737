import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import type { ShipperStatus } from "./main.ts";

const dataDir = mkdtempSync(join(tmpdir(), "tokenworks-shipper-"));
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(dataDir, { recursive: true });
});

/** Nothing listens there: the database is away. */
const databaseUrl = `postgres://nobody@localhost/none?host=${dataDir}`;

function shipper(): ChildProcess {
  const child = fork(fileURLToPath(new URL("main.ts", import.meta.url)), {
    env: { ...process.env, TOKENWORKS_SHIPPER: JSON.stringify({ dataDir, databaseUrl }) },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  children.push(child);
  return child;
}

test("one shipper to a machine: it says how it fares, refuses a second, and goes when it is asked to", async () => {
  const first = shipper();
  await once(first, "message");
  const path = join(dataDir, "run", "shipper.json");
  while (!existsSync(path)) await sleep(20);
  const status = JSON.parse(readFileSync(path, "utf8")) as ShipperStatus;
  assert.match(status.trouble ?? "", /\S/);

  const second = shipper();
  let said = "";
  second.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(second, "exit")) as [number | null];
  assert.notEqual(code, 0);
  assert.match(said, new RegExp(`in use by another Tokenworks \\(process ${first.pid}\\)`));

  first.kill("SIGTERM");
  assert.deepEqual(await once(first, "exit"), [0, null]);
  assert.equal(existsSync(join(dataDir, "run", "shipper.lock")), false);
});
