import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { usd } from "../../stack/money.ts";
import type { Limits } from "../../stack/resource.ts";
import { MemoryAuthority } from "./authority.ts";
import { LimitDesk } from "./channel.ts";

const dir = mkdtempSync(join(tmpdir(), "tokenworks-limits-"));
after(() => rmSync(dir, { recursive: true }));

/** A worker that admits on request, and says what came of it. */
const script = join(dir, "worker.mjs");
writeFileSync(
  script,
  `import { openLimiter } from ${JSON.stringify(new URL("open.ts", import.meta.url).href)};
  const limiter = openLimiter({ worker: process.argv[2], supervised: true });
  const grants = [];
  process.on("message", async (message) => {
    if (message.test === "admit") {
      const { limits, cost } = message;
      const ask = { scopes: [{ id: "tenant:t", limits }], tokens: 10, costPico: BigInt(cost), nowMs: Date.now() };
      const grant = await limiter.admit(ask);
      if (grant.ok) grants.push(grant);
      process.send({ outcome: grant.ok ? "ok" : grant.fault.message });
    } else if (message.test === "settle") {
      grants.shift().settle({ tokens: 10, costPico: BigInt(message.cost) });
      process.send({ outcome: "settled" });
    } else if (message.test === "close") {
      await limiter.close();
      process.disconnect();
    }
  });`,
);

const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

function worker(name: string): ChildProcess {
  const child = fork(script, [name]);
  children.push(child);
  return child;
}

async function outcome(child: ChildProcess, message: object): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const died = () => reject(new Error("the worker died"));
  const listen = (told: unknown) => {
    if (typeof told !== "object" || told === null || !("outcome" in told)) return;
    child.off("message", listen);
    child.off("exit", died);
    resolve(String(told.outcome));
  };
  child.on("message", listen);
  child.on("exit", died);
  child.send(message);
  return promise;
}

const admit = (child: ChildProcess, limits: Limits, cost = 0n) =>
  outcome(child, { test: "admit", limits, cost: String(cost) });

async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

test("workers in processes of their own share one limit to the last unit", async () => {
  const desk = new LimitDesk((recall) => new MemoryAuthority({ recall }));
  const workers = [worker("a"), worker("b")];
  for (const child of workers) desk.serve(child);
  const limits: Limits = { concurrency: 30 };
  const outcomes: string[] = [];
  for (let n = 0; n < 34; n += 1) outcomes.push(await admit(workers[n % 2] ?? assert.fail(), limits));
  assert.equal(outcomes.filter((one) => one === "ok").length, 30);
  assert.match(outcomes.at(-1) ?? "", /30 requests in flight at once/);
  for (const child of workers) child.send({ test: "close" });
  await Promise.all(workers.map(gone));
});

test(
  "a worker that is killed frees its requests in flight, but what it held of a budget only once it is reconciled",
  { timeout: 20_000 },
  async () => {
    let mourn: (worker: string) => void = () => {};
    const died = new Promise<string>((resolve) => (mourn = resolve));
    const desk = new LimitDesk((recall) => new MemoryAuthority({ recall }));
    const [victim, other] = [worker("victim"), worker("other")];
    desk.serve(victim, (name) => mourn(name));
    desk.serve(other);
    const limits: Limits = { concurrency: 2, budget: { amountUsd: "1", period: "total" } };
    assert.equal(await admit(victim, limits, usd("0.4")), "ok");
    assert.equal(await admit(victim, limits, usd("0.4")), "ok");
    assert.match(await admit(other, limits, usd("0.4")), /requests in flight/);
    victim.kill("SIGKILL");
    assert.equal(await died, "victim");
    const isHeld = /US\$0 is spent, US\$0.8 is held/;
    // A refusal stands for a moment before the supervisor is asked again.
    while (!isHeld.test(await admit(other, limits, usd("0.4")))) await sleep(5);
    await desk.authority.reconcileDead("victim", ({ kind }) => (kind === "budget" ? usd("0.1") : 0n));
    while ((await admit(other, limits, usd("0.4"))) !== "ok") await sleep(5);
    assert.equal(await admit(other, limits, usd("0.4")), "ok");
    other.send({ test: "close" });
    await gone(other);
  },
);

test("a worker that leaves has given back what it had, and what it spent is spent", async () => {
  const authority = new MemoryAuthority();
  const desk = new LimitDesk(() => authority);
  const child = worker("leaver");
  desk.serve(child, () => assert.fail("it did not die"));
  const limits: Limits = { budget: { amountUsd: "1", period: "total" } };
  assert.equal(await admit(child, limits, usd("0.4")), "ok");
  assert.equal(await outcome(child, { test: "settle", cost: String(usd("0.3")) }), "settled");
  child.send({ test: "close" });
  await gone(child);
  const [quota] = authority.quotas();
  assert.deepEqual(quota?.holdings, {});
  assert.equal(quota.spent, usd("0.3"));
});

test("a worker whose supervisor does not serve limits refuses, and says why", async () => {
  const child = worker("alone");
  assert.match(
    await admit(child, { concurrency: 2 }),
    /cannot be checked at this time: the supervisor does not answer/,
  );
  child.kill("SIGKILL");
  await gone(child);
});
