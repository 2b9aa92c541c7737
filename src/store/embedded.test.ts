import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Embedded, findEmbedded, startEmbedded } from "./embedded.ts";
import { openStore } from "./open.ts";
import { isAlive, processIdentity } from "./process.ts";

const isRoot = process.getuid?.() === 0;
let folder = "";
let dataDir = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tokenworks-pg-"));
  await chmod(folder, 0o755);
  dataDir = join(folder, "data");
});

after(async () => {
  await findEmbedded(dataDir)?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(server: Embedded, query: string): Promise<unknown[]> {
  const client = new pg.Client(server.connection);
  await client.connect();
  try {
    // Of several statements, the last one's answer.
    const answers = [await client.query({ text: query, rowMode: "array" })].flat();
    return answers.at(-1)?.rows.flat() ?? [];
  } finally {
    await client.end();
  }
}

/** Runs a program of ours in a process of its own, and waits until it has said that it is ready. */
async function inProcess(program: string) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: import.meta.dirname,
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

test("a data folder gets a database: durable, on a socket alone, as no root", async () => {
  const server = await startEmbedded(dataDir);
  assert.equal(server.started, true);
  const settings =
    "current_setting('fsync'), current_setting('synchronous_commit'), current_setting('listen_addresses')";
  assert.deepEqual(await ask(server, `select ${settings}`), ["on", "on", ""]);
  assert.equal((await stat(server.connection.host)).mode & 0o777, 0o700);
  assert.notEqual((await stat(join(dataDir, "pg/PG_VERSION"))).uid, 0);
  await server.stop();
  assert.equal(findEmbedded(dataDir), undefined);
});

test("two that start at once get the same server", async () => {
  const fresh = join(folder, "twice");
  const [one, other] = await Promise.all([startEmbedded(fresh), startEmbedded(fresh)]);
  assert.equal(one.pid, other.pid);
  await one.stop();
});

test("a server that a killed process left behind is used again", async () => {
  const child = await inProcess(`
    import { startEmbedded } from "./embedded.ts";
    await startEmbedded(${JSON.stringify(dataDir)});
    console.log("ready");
    process.stdin.resume();`);
  child.kill("SIGKILL");
  await once(child, "exit");
  const server = await startEmbedded(dataDir);
  assert.equal(server.started, false);
  assert.deepEqual(await ask(server, "select 1"), [1]);
  await server.stop();
});

test("a supervised server ends with its supervisor", { skip: process.platform !== "linux" }, async () => {
  const child = await inProcess(`
    import { startEmbedded } from "./embedded.ts";
    await startEmbedded(${JSON.stringify(dataDir)}, { supervise: true });
    console.log("ready");
    process.stdin.resume();`);
  const server = findEmbedded(dataDir);
  assert.equal(server?.isSupervised(), true);
  child.kill("SIGKILL");
  await once(child, "exit");
  await server?.ended;
  assert.equal(findEmbedded(dataDir), undefined);
});

test("what was committed is there after the server was killed", async () => {
  const server = await startEmbedded(dataDir);
  await ask(server, "create table kept (n int); insert into kept values (42)");
  process.kill(server.pid, "SIGKILL");
  await server.ended;
  const again = await startEmbedded(dataDir);
  assert.equal(again.started, true);
  assert.deepEqual(await ask(again, "select n from kept"), [42]);
  await again.stop();
});

test("lock files whose process is somebody else's keep nobody from starting", async () => {
  // Of the database's own account: Postgres takes only those for other servers.
  const { uid, gid } = await stat(join(dataDir, "pg/PG_VERSION"));
  const stranger = spawn("sleep", ["60"], isRoot ? { uid, gid } : {});
  const lock = `${stranger.pid}\n${join(dataDir, "pg")}\n0\n5432\n\n\n\nready\n`;
  await writeFile(join(dataDir, "pg/postmaster.pid"), lock);
  await writeFile(join(dataDir, "pg.socket/.s.PGSQL.5432.lock"), lock);
  assert.equal(findEmbedded(dataDir), undefined);
  try {
    const server = await startEmbedded(dataDir);
    assert.equal(server.started, true);
    await server.stop();
  } finally {
    stranger.kill("SIGKILL");
  }
});

test("a folder whose path is too long for a socket gets one elsewhere", async () => {
  const long = join(folder, "x".repeat(100));
  const server = await startEmbedded(long);
  assert.ok(Buffer.byteLength(join(server.connection.host, ".s.PGSQL.5432")) <= 107);
  assert.deepEqual(await ask(server, "select 1"), [1]);
  await server.stop();
  await rm(server.connection.host, { recursive: true, force: true });
});

test("the last to close an unsupervised store stops its server", async () => {
  const one = await openStore({ dataDir });
  const other = await openStore({ dataDir });
  await one.close();
  assert.equal((await other.pool.query("select 1 as n")).rows[0].n, 1);
  await other.close();
  assert.equal(findEmbedded(dataDir), undefined);
});

test("a store whose server is away says so, and works again when it is back", async () => {
  const store = await openStore({ dataDir, supervise: true });
  await store.embedded?.stop();
  await assert.rejects(store.pool.query("select 1"), { code: "store_unavailable", status: 503 });
  await assert.rejects(store.db.selectFrom("factory").selectAll().execute(), { code: "store_unavailable" });
  await startEmbedded(dataDir, { supervise: true });
  assert.equal((await store.pool.query("select 1 as n")).rows[0].n, 1);
  await store.close();
});

test("a store that nobody runs is refused to who may not start it", async () => {
  await assert.rejects(openStore({ dataDir, startEmbedded: false }), { code: "store_unavailable" });
});

test("a folder that cannot be made is one clear fault", async () => {
  const file = join(folder, "a-file");
  await writeFile(file, "");
  await assert.rejects(startEmbedded(join(file, "data")), { code: "store_unavailable" });
});

test(
  "a folder of root's closed to others lets the database's account pass, and nobody else",
  { skip: isRoot ? false : "only root changes to another account" },
  async () => {
    const closed = join(folder, "closed");
    await mkdir(closed, { mode: 0o700 });
    const server = await startEmbedded(closed);
    assert.deepEqual(await ask(server, "select 1"), [1]);
    assert.equal((await stat(closed)).mode & 0o777, 0o710);
    await server.stop();
  },
);

test(
  "under a folder that only root may enter, the files go where the account can reach them",
  { skip: isRoot ? false : "only root changes to another account" },
  async () => {
    const home = join(folder, "root");
    await mkdir(join(home, "data"), { recursive: true });
    await chmod(home, 0o700);
    const said: string[] = [];
    const server = await startEmbedded(join(home, "data"), { say: (line) => said.push(line) });
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /its files go to \/var\/lib\/tokenworks\/data-/);
    await ask(server, "create table kept (n int); insert into kept values (42)");
    await server.stop();
    const again = await startEmbedded(join(home, "data"), { say: (line) => said.push(line) });
    assert.deepEqual(await ask(again, "select n from kept"), [42]);
    assert.equal(said.length, 1);
    await again.stop();
    await rm(dirname(await readlink(join(home, "data/pg"))), { recursive: true });
  },
);

test("a stopped server's process is gone", async () => {
  const server = await startEmbedded(dataDir);
  const identity = processIdentity(server.pid);
  await server.stop();
  await sleep(0);
  assert.equal(isAlive(identity), false);
});
