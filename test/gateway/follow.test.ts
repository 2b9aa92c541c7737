/** A worker and the store: changes are in force within a second, and a database that is away stops nobody. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Resource } from "../../src/stack/resource.ts";
import { createKey, revokeKey } from "../../src/store/keys.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { applyResources } from "../../src/store/resources.ts";
import { answersJson, Upstream } from "./upstream.ts";
import { deployment, errorOf, factory, model, TestWorker } from "./worker.ts";

const upstream = new Upstream();
const worker = new TestWorker();
const { dataDir } = worker;
let store: Store;

const source: Resource = { kind: "Source", type: "upstream", name: "up", prices: [] };

before(async () => {
  await upstream.start();
  upstream.behave = answersJson();
  store = await openStore({ dataDir });
  await migrate(store);
  const resources = factory(source, model("m"), deployment("d", "m", upstream.url));
  await applyResources(
    store.db,
    resources.map((resource) => ({ change: "put", resource })),
    "test",
  );
  await worker.startOnStore();
});
after(async () => {
  await store.close();
  await worker.stop();
  await upstream.stop();
});

const chat = (secret: string, on = worker) => on.chat({}, { authorization: `Bearer ${secret}` });

async function within(ms: number, holds: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + ms;
  while (!(await holds())) {
    assert.ok(Date.now() < until, `Not within ${ms} ms.`);
    await sleep(20);
  }
}

test("a new key opens, and a revoked one is refused, within a second", async () => {
  const { id, secret } = await createKey(store.db, { tenant: "acme", project: "main", name: "k", role: "developer" });
  await within(1_000, async () => (await chat(secret)).status === 200);
  await revokeKey(store.db, id, "test");
  await within(1_000, async () => (await chat(secret)).status === 401);
  assert.equal((await errorOf(await chat(secret))).code, "key_revoked");
});

test("a new model is served, and listed with its birthday, within a second", async () => {
  const { secret } = await createKey(store.db, { tenant: "acme", project: "main", name: "k", role: "viewer" });
  await applyResources(store.db, [{ change: "put", resource: model("spread") }], "test");
  await within(1_000, async () => (await worker.get("/v1/models/spread", secret)).status === 200);
  const { created } = (await (await worker.get("/v1/models/spread", secret)).json()) as { created: number };
  assert.ok(Math.abs(created - Date.now() / 1000) < 60);
});

test("while the database is away workers go on, and one that starts now takes the snapshot on disk", async () => {
  const { secret } = await createKey(store.db, { tenant: "acme", project: "main", name: "k", role: "developer" });
  await within(1_000, async () => (await chat(secret)).status === 200);
  assert.ok(existsSync(join(dataDir, "snapshot.json")));
  await store.embedded?.stop();
  await sleep(600);
  assert.equal((await chat(secret)).status, 200);
  const late = new TestWorker(dataDir);
  await late.startOnStore();
  assert.equal((await chat(secret, late)).status, 200);
  assert.match(late.said, /database is away/i);

  // Back again, both follow it as before.
  const again = await openStore({ dataDir });
  try {
    const fresh = await createKey(again.db, { tenant: "acme", project: "main", name: "n", role: "developer" });
    await within(
      5_000,
      async () => (await chat(fresh.secret)).status === 200 && (await chat(fresh.secret, late)).status === 200,
    );
    const workers = async () => /^tokenworks_workers (\d)$/m.exec(await (await worker.get("/metrics")).text())?.[1];
    assert.equal(await workers(), "2", "Whichever worker is asked tells of all of them.");
    assert.equal(await late.terminate(), 0);
    assert.equal(await workers(), "1");
    assert.equal(await worker.terminate(), 0);
  } finally {
    await late.stop();
    await again.close();
  }
});
