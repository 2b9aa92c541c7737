import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { type PriceBook, type Resource, resource } from "../stack/resource.ts";
import { findBrokenAudit, listAudit } from "./audit.ts";
import { createKey, findKey, hashSecret, keyFault, listKeys, revokeKey } from "./keys.ts";
import { migrate } from "./migrate.ts";
import { ChangeListener, changeSequence } from "./notify.ts";
import { openStore } from "./open.ts";
import { applyResources, getResource, listResources } from "./resources.ts";
import { type ScratchStore, scratchStore } from "./scratch.ts";
import { createSession, endSession, findSession, sessionLifeMs } from "./sessions.ts";
import { FaultingClient } from "./unavailable.ts";

let scratch: ScratchStore;
before(async () => (scratch = await scratchStore()));
after(() => scratch.dispose());

const put = (spec: object) => ({ change: "put" as const, resource: resource.parse(spec) });
const tenant = (name: string, ...projects: string[]) =>
  put({ kind: "Tenant", name, projects: projects.map((project) => ({ name: project })) });

test("many machines may migrate one database at once", async () => {
  await Promise.all(Array.from({ length: 4 }, () => migrate(scratch.store)));
});

test("a database made by a later version is refused", async () => {
  const { db } = scratch.store;
  await sql`insert into kysely_migration (name, timestamp) values ('9999-later', now()::text)`.execute(db);
  await assert.rejects(migrate(scratch.store), { code: "conflict" });
  await sql`delete from kysely_migration where name = '9999-later'`.execute(db);
});

test("what is applied is read back as it was, and only a change counts as one", async () => {
  const { db } = scratch.store;
  const first = await applyResources(db, [tenant("acme", "web"), put({ kind: "Model", name: "m" })], "test");
  assert.deepEqual(first.created, ["Tenant/acme", "Model/m"]);
  const same = await applyResources(db, [tenant("acme", "web")], "test");
  assert.deepEqual(same, { sequence: first.sequence, created: [], updated: [], deleted: [] });
  const more = await applyResources(db, [tenant("acme", "web", "app")], "test");
  assert.deepEqual([more.sequence, more.updated], [first.sequence + 1, ["Tenant/acme"]]);
  assert.equal(await changeSequence(db), more.sequence);
  const stored = await getResource(db, "Tenant", "acme");
  assert.equal(stored?.generation, 2);
  assert.deepEqual(stored?.spec, tenant("acme", "web", "app").resource);
  assert.deepEqual(
    (await listResources(db, "Model")).map(({ spec }) => spec.name),
    ["m"],
  );
});

test("a change that does not fit changes nothing, and names the field", async () => {
  const { db } = scratch.store;
  const sequence = await changeSequence(db);
  const changes = [put({ kind: "Model", name: "n" }), put({ kind: "Cluster", name: "c", site: "gone" })];
  await assert.rejects(applyResources(db, changes, "test"), { code: "invalid_value", param: "Cluster/c.site" });
  assert.equal(await getResource(db, "Model", "n"), undefined);
  assert.equal(await changeSequence(db), sequence);
  const absent = [{ change: "delete" as const, kind: "Model" as const, name: "gone" }];
  await assert.rejects(applyResources(db, absent, "test"), { code: "not_found" });
});

test("prices of the past cannot be changed", async () => {
  const { db } = scratch.store;
  const book = (usd: string): Resource & PriceBook => ({
    kind: "PriceBook",
    name: "list",
    prices: [{ model: "m", from: "2026-01-01T00:00:00Z", inputUsdPerMillion: usd, outputUsdPerMillion: usd }],
  });
  await applyResources(db, [{ change: "put", resource: book("1") }], "test");
  await assert.rejects(applyResources(db, [{ change: "put", resource: book("2") }], "test"), { code: "conflict" });
  await assert.rejects(applyResources(db, [{ change: "delete", kind: "PriceBook", name: "list" }], "test"), {
    code: "conflict",
  });
});

test("of changes made at once, each is made on what the others made", async () => {
  const { db } = scratch.store;
  const names = Array.from({ length: 8 }, (_, index) => `site-${index}`);
  const site = (name: string) => put({ kind: "Site", name, electricityUsdPerKwh: "0.1" });
  const done = await Promise.all(names.map((name) => applyResources(db, [site(name)], "test")));
  assert.equal(new Set(done.map(({ sequence }) => sequence)).size, names.length);
  assert.equal((await listResources(db, "Site")).length, names.length);
});

test("a key's secret is shown once and is nowhere in the database", async () => {
  const { db } = scratch.store;
  const { id, secret } = await createKey(db, { tenant: "acme", project: "web", name: "k", role: "developer" });
  assert.match(secret, /^tw-[A-Za-z0-9_-]{43}$/);
  const [key] = (await listKeys(db)).filter((one) => one.id === id);
  assert.equal(key?.prefix, secret.slice(0, 8));
  assert.equal((await findKey(db, secret))?.id, id);
  assert.equal(await findKey(db, `${secret}x`), undefined);
  const { rows } = await sql<{ text: string }>`select api_key::text as text from api_key`.execute(db);
  assert.ok(rows.some(({ text }) => text.includes(hashSecret(secret).toString("hex"))));
  assert.ok(rows.every(({ text }) => !text.includes(secret.slice(8))));
  const nowhere = { tenant: "acme", project: "gone", name: "k", role: "developer" as const };
  await assert.rejects(createKey(db, nowhere), { code: "not_found", param: "project" });
});

test("a key that is revoked, or whose project goes, is over, and so are its sessions", async () => {
  const { db } = scratch.store;
  const make = () => createKey(db, { tenant: "acme", project: "app", name: "k", role: "admin" });
  const [one, other] = [await make(), await make()];
  const session = await createSession(db, one.id, Date.now());
  assert.equal((await findSession(db, session.token, Date.now()))?.key.id, one.id);
  await revokeKey(db, one.id, "test");
  assert.equal(await findSession(db, session.token, Date.now()), undefined);
  await applyResources(db, [tenant("acme", "web")], "test");
  const keys = (await listKeys(db)).filter(({ id }) => id === one.id || id === other.id);
  assert.deepEqual(
    keys.map((key) => keyFault(key, Date.now())?.code),
    ["key_revoked", "key_revoked"],
  );
  await assert.rejects(revokeKey(db, "no-such-key", "test"), { code: "not_found" });
});

test("a session ends when it is told to, and by itself", async () => {
  const { db } = scratch.store;
  const { id } = await createKey(db, { tenant: "acme", project: "web", name: "k", role: "admin" });
  const session = await createSession(db, id, Date.now());
  assert.equal(await findSession(db, session.token, Date.now() + sessionLifeMs + 1), undefined);
  assert.equal((await findSession(db, session.token, Date.now()))?.csrfToken, session.csrfToken);
  await endSession(db, session.token);
  assert.equal(await findSession(db, session.token, Date.now()), undefined);
});

test("every process hears of a change when it is committed, and that it hears no more when its connection broke", async () => {
  const { store } = scratch;
  const news: string[] = [];
  const told = async (count: number) => {
    for (let tries = 0; news.length < count && tries < 500; tries += 1) await sleep(10);
    return news;
  };
  const listener = await ChangeListener.open(store.connection, {
    changed: () => news.push("changed"),
    lost: () => news.push("lost"),
  });
  await applyResources(store.db, [put({ kind: "Model", name: "heard" })], "test");
  assert.deepEqual(await told(1), ["changed"]);
  assert.equal(listener.isHearing, true);
  const end = sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'LISTEN%'`;
  await end.execute(store.db);
  assert.deepEqual(await told(2), ["changed", "lost"]);
  assert.equal(listener.isHearing, false);
  await listener.close();
});

test("a connection that breaks while it is held fails its next query, and nothing else", async () => {
  const { store } = scratch;
  const client = new FaultingClient(store.connection);
  await client.connect();
  const pid = (await client.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid;
  await sql`select pg_terminate_backend(${pid}::int)`.execute(store.db);
  await sleep(100);
  await assert.rejects(client.query("select 1"), { code: "store_unavailable" });
  await client.end();
});

test("the audit log tells who did what, refuses edits, and shows one that was forced", async () => {
  const { db } = scratch.store;
  const entries = await listAudit(db, 1000);
  assert.ok(
    entries.some(({ action, subject, actor }) => `${actor} ${action} ${subject}` === "test create Tenant/acme"),
  );
  assert.equal(await findBrokenAudit(db), undefined);
  await assert.rejects(sql`update audit_log set actor = 'nobody'`.execute(db), /append-only/);
  await assert.rejects(sql`delete from audit_log`.execute(db), /append-only/);
  await assert.rejects(sql`truncate audit_log`.execute(db), /append-only/);
  await sql`alter table audit_log disable trigger append_only`.execute(db);
  await sql`update audit_log set actor = 'nobody' where sequence = 2`.execute(db);
  assert.equal(await findBrokenAudit(db), 2);
});

test("a second store on the same database sees the same factory", async () => {
  const { dataDir, databaseUrl } = scratch;
  const other = await openStore({ dataDir, databaseUrl, startEmbedded: false });
  assert.ok((await listResources(other.db, "Model")).length > 0);
  await other.close();
});
