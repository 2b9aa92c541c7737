import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { usd } from "../../stack/money.ts";
import type { Limits } from "../../stack/resource.ts";
import type { SpentSince } from "./authority.ts";
import { ValkeyAuthority } from "./authority-valkey.ts";
import { LeaseLimiter } from "./lease.ts";
import type { Grant } from "./limiter.ts";

const binary = ["valkey-server", "redis-server"].find((name) => spawnSync(name, ["--version"]).status === 0);
const skip = binary === undefined && "neither valkey-server nor redis-server is installed (Debian: redis-server)";
if (typeof skip === "string") console.log(`Skipped: ${skip}.`);

const root = mkdtempSync(join(tmpdir(), "tokenworks-valkey-"));
const servers: ChildProcess[] = [];
const authorities: ValkeyAuthority[] = [];
after(async () => {
  for (const authority of authorities) await authority.close();
  for (const server of servers) server.kill("SIGKILL");
  rmSync(root, { recursive: true });
});
let sockets = 0;

async function startServer(
  socket = join(root, `${(sockets += 1)}.sock`),
): Promise<{ socket: string; stop(): Promise<void> }> {
  const options = ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", root];
  const server = spawn(binary ?? "", options, { stdio: "ignore" });
  servers.push(server);
  while (!existsSync(socket)) await sleep(10);
  return {
    socket,
    stop: async () => {
      const exit = once(server, "exit");
      server.kill("SIGKILL");
      await exit;
      rmSync(socket, { force: true });
    },
  };
}

async function machine(url: string, spentSince?: SpentSince): Promise<ValkeyAuthority> {
  const authority = new ValkeyAuthority({ url, ...(spentSince && { spentSince }) });
  authorities.push(authority);
  await authority.ready();
  return authority;
}

/** A worker on a machine. */
async function worker(authority: ValkeyAuthority, name: string): Promise<LeaseLimiter> {
  await authority.enter(name);
  return new LeaseLimiter({
    refusalMs: 0,
    authority: { exchange: (claims) => authority.exchange(name, claims), close: () => authority.leave(name) },
  });
}

const ask = (limits: Limits, costPico = 0n) => ({
  scopes: [{ id: "tenant:t", limits }],
  tokens: 10,
  costPico,
  nowMs: Date.parse("2026-11-23T12:00:00Z"),
});
const message = (grant: Grant) => (grant.ok ? "ok" : grant.fault.message);
const budget = (amountUsd: string): Limits => ({ budget: { amountUsd, period: "month" } });

test("workers of several machines cannot overspend a budget together, and can spend all of it", { skip }, async () => {
  const { socket, stop } = await startServer();
  const machines = [await machine(socket), await machine(socket), await machine(socket)];
  const workers = await Promise.all(machines.map((one, index) => worker(one, `w${index}`)));
  // Amounts beyond what a float or 64 bits hold exactly.
  const limits = budget("900000000000.000000000025");
  const each = usd("900000000000.000000000025") / 8n;
  const grants = await Promise.all(
    [...workers, ...workers, ...workers, ...workers].map((one) => one.admit(ask(limits, each))),
  );
  assert.equal(grants.filter(({ ok }) => ok).length, 8);
  let left = usd("900000000000.000000000025") - 8n * each;
  for (const grant of grants) {
    if (!grant.ok) continue;
    grant.settle({ tokens: 10, costPico: each - 1n });
    left += 1n;
  }
  for (const one of workers) await one.close();
  const [last] = [await worker(machines[0] ?? assert.fail(), "last")];
  assert.match(message(await last.admit(ask(limits, left + 1n))), /is spent/);
  assert.equal(message(await last.admit(ask(limits, left))), "ok");
  await stop();
});

test("many at once on one small limit are admitted to the last unit, each answered", { skip }, async () => {
  const { socket, stop } = await startServer();
  const machines = await Promise.all([1, 2, 3, 4].map(() => machine(socket)));
  const workers = await Promise.all(
    machines.flatMap((one, index) => [worker(one, `a${index}`), worker(one, `b${index}`)]),
  );
  const grants = await Promise.all(
    Array.from({ length: 40 }, (_, n) => (workers[n % 8] ?? assert.fail()).admit(ask({ concurrency: 7 }))),
  );
  assert.equal(grants.filter(({ ok }) => ok).length, 7);
  await stop();
});

test(
  "while Valkey is away leases are spent, then requests are refused; when it is back, without its data, the ledger is asked",
  { skip },
  async () => {
    const first = await startServer();
    let spent = 0n;
    const authority = await machine(first.socket, async () => spent);
    const one = await worker(authority, "w");
    const limits = budget("80");
    assert.equal(message(await one.admit(ask(limits, usd("1")))), "ok");
    await first.stop();
    let admitted = 1;
    for (;;) {
      const grant = one.admit(ask(limits, usd("1")));
      if (grant instanceof Promise) {
        assert.match(message(await grant), /cannot be checked at this time/);
        break;
      }
      admitted += 1;
    }
    assert.equal(admitted, 20);
    spent = usd("70");
    const second = await startServer(first.socket);
    let answer = "";
    while (answer === "" || /cannot be checked/.test(answer)) {
      await sleep(10);
      answer = message(await one.admit(ask(limits, usd("1"))));
    }
    // It still has what it holds for the twenty in flight.
    assert.match(answer, /US\$70 is spent, US\$20 is held/);
    await second.stop();
  },
);

test(
  "a machine that is never heard of again holds no concurrency, but its part of a budget until it is reconciled",
  { skip },
  async () => {
    const { socket, stop } = await startServer();
    const lost = await machine(socket);
    const limits: Limits = { concurrency: 1, budget: { amountUsd: "1", period: "total" } };
    const victim = await worker(lost, "victim");
    assert.equal(message(await victim.admit(ask(limits, usd("0.6")))), "ok");
    const here = await machine(socket);
    const other = await worker(here, "other");
    assert.match(message(await other.admit(ask(limits, usd("0.6")))), /requests in flight/);
    await here.died("victim");
    assert.match(message(await other.admit(ask(limits, usd("0.6")))), /US\$0.6 is held/);
    await here.reconcileDead("victim", () => usd("0.25"));
    assert.equal(message(await other.admit(ask(limits, usd("0.6")))), "ok");
    await stop();
  },
);

test("a budget of which the ledger cannot be asked is refused", { skip }, async () => {
  const { socket, stop } = await startServer();
  const one = await worker(await machine(socket, async () => Promise.reject(new Error("away"))), "w");
  assert.match(message(await one.admit(ask(budget("1"), 1n))), /what is spent of its budget is not known/);
  assert.equal(message(await one.admit(ask({ concurrency: 1 }))), "ok");
  await stop();
});
