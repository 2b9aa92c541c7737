import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { Keeper } from "./supervise.ts";

function sleeper(script: string, stopMs = 5_000): Keeper {
  return new Keeper({
    name: "sleeper",
    spawn: () => spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] }),
    ready: async (child) => {
      assert.ok(child.stdout);
      await once(child.stdout, "data");
    },
    stopMs,
  });
}

const serves = "console.log('up'); setInterval(() => {}, 1000)";

test("a process that is killed is replaced, and its death told", async () => {
  const keeper = sleeper(serves);
  await keeper.start();
  const first = keeper.status.pid;
  assert.ok(first);
  const told = once(keeper, "death");
  process.kill(first, "SIGKILL");
  assert.deepEqual(await told, [first, "SIGKILL"]);
  while (keeper.status.state !== "ready") await once(keeper, "change");
  assert.notEqual(keeper.status.pid, first);
  assert.equal(keeper.status.restarts, 1);
  await keeper.stop();
  assert.equal(keeper.status.state, "stopped");
});

test("a process that dies before it is ready fails the start, with the cause", async () => {
  const keeper = sleeper("process.exit(7)");
  await assert.rejects(keeper.start(), /exit 7/);
  await keeper.stop();
});

test("a process that ignores SIGTERM is killed after its grace", async () => {
  const keeper = sleeper(`process.on('SIGTERM', () => {}); ${serves}`, 100);
  await keeper.start();
  await keeper.stop();
  assert.equal(keeper.status.pid, null);
});
