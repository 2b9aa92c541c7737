/**
 * A store of its own for a test or a benchmark: empty, migrated, and gone without a trace when it is disposed of.
 *
 * It lives in an embedded server in a temporary folder, or, with TEST_DATABASE_URL set, in a database of its own on
 * that server.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { migrate } from "./migrate.ts";
import { openStore, type Store } from "./open.ts";

export type ScratchStore = {
  readonly store: Store;
  readonly dataDir: string;
  /** For another process that opens it. */
  readonly databaseUrl: string | undefined;
  dispose(): Promise<void>;
};

export async function scratchStore(serverUrl = process.env["TEST_DATABASE_URL"]): Promise<ScratchStore> {
  const dataDir = await mkdtemp(join(tmpdir(), "tokenworks-scratch-"));
  const database = serverUrl === undefined ? undefined : await scratchDatabase(serverUrl);
  const databaseUrl = database?.url;
  const store = await openStore({ dataDir, databaseUrl, supervise: true, say: () => {} });
  await migrate(store);
  return {
    store,
    dataDir,
    databaseUrl,
    async dispose() {
      await store.close();
      await database?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function scratchDatabase(serverUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `tokenworks_scratch_${randomBytes(6).toString("hex")}`;
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`drop database ${name} with (force)`) };
}
