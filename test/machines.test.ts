/** Two machines on one Postgres and one Valkey: one factory, one set of limits, one set of books. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type ScratchStore, scratchStore } from "../src/store/scratch.ts";
import { type RunningFactory, run, startFactory } from "./factory.ts";

const valkey = ["valkey-server", "redis-server"].find((name) => spawnSync(name, ["--version"]).status === 0);
const skip =
  valkey === undefined ? "neither valkey-server nor redis-server is installed (Debian: redis-server)" : false;

const root = mkdtempSync(join(tmpdir(), "tokenworks-machines-"));
let server: ScratchStore;
let cache: ChildProcess | undefined;
let machines: RunningFactory[] = [];
let key = "";

before(async () => {
  if (valkey === undefined) return;
  const socket = join(root, "valkey.sock");
  cache = spawn(valkey, ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", root], { stdio: "ignore" });
  server = await scratchStore();
  while (!existsSync(socket)) await sleep(10);
  const { connection } = server.store;
  const databaseUrl = server.databaseUrl ?? `postgres://${connection.user}@localhost/postgres?host=${connection.host}`;
  const env = { DATABASE_URL: databaseUrl, VALKEY_URL: `unix://${socket}` };
  const first = await startFactory({ env });
  const second = await startFactory({ env });
  machines = [first, second];
  key = first.key;
  process.env["DATABASE_URL"] = databaseUrl;
});

after(async () => {
  delete process.env["DATABASE_URL"];
  for (const machine of machines) await machine.dispose();
  await server?.dispose();
  cache?.kill("SIGKILL");
  rmSync(root, { recursive: true });
});

const at = (index: number) => {
  const machine = machines[index % machines.length];
  assert.ok(machine);
  return machine;
};

function chat(machine: RunningFactory, secret: string): Promise<Response> {
  return fetch(`${machine.apiUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "tokenworks-tiny",
      messages: [{ role: "user", content: "What is PUE?" }],
      max_tokens: 4,
    }),
  });
}

async function newKey(...limits: string[]): Promise<{ id: string; secret: string }> {
  const { code, out, err } = await run(at(0).dataDir, "keys", "create", "--name", "two", "--json", ...limits);
  assert.equal(code, 0, err);
  return JSON.parse(out) as { id: string; secret: string };
}

/** A new key takes a moment to be known everywhere. */
async function known(secret: string): Promise<void> {
  for (const machine of machines) {
    for (let tries = 0; tries < 100; tries += 1) {
      const answer = await fetch(`${machine.apiUrl}/models`, { headers: { authorization: `Bearer ${secret}` } });
      if (answer.status === 200) break;
      await sleep(20);
    }
  }
}

test("a key that one machine made works on the other, whose first start made none", { skip }, async () => {
  assert.equal(at(1).key, "");
  assert.equal((await chat(at(1), key)).status, 200);
});

test("a limit holds over both machines together", { skip }, async () => {
  const { secret } = await newKey("--requests-per-minute", "6");
  await known(secret);
  const answers = await Promise.all(Array.from({ length: 16 }, (_, index) => chat(at(index), secret)));
  const served = answers.filter(({ status }) => status === 200).length;
  // A bucket of six that fills at one in ten seconds.
  assert.ok(served >= 5 && served <= 7, `${served} of 16 were served`);
  assert.ok(answers.every(({ status }) => status === 200 || status === 429));
});

test("a revoked key is refused on every machine within a second", { skip }, async () => {
  const { id, secret } = await newKey();
  await known(secret);
  const { code, err } = await run(at(0).dataDir, "keys", "revoke", id);
  assert.equal(code, 0, err);
  await sleep(1_000);
  for (const machine of machines) assert.equal((await chat(machine, secret)).status, 401);
});

test("the books hold what both machines served, and balance", { skip }, async () => {
  for (let tries = 0; tries < 50; tries += 1) {
    const { out } = await run(at(1).dataDir, "stack", "--json");
    const { requests } = JSON.parse(out) as { requests: { complete: number } };
    if (requests.complete >= 6) break;
    await sleep(100);
  }
  const { code, out } = await run(at(1).dataDir, "ledger", "check", "--json");
  assert.equal(code, 0, out);
});
