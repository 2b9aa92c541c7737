/**
 * Brings a database's tables up to date: one set of migrations for the embedded server and for any Postgres of
 * version 15 or later. Any number of machines may start at once; an advisory lock lets one do the work.
 */
import { type Migration, Migrator } from "kysely/migration";
import { Fault } from "../stack/fault.ts";
import { factoryTables } from "./migrations/0001-factory.ts";
import { ledgerTables } from "./migrations/0002-ledger.ts";
import { contractTables } from "./migrations/0003-contracts.ts";
import type { Store } from "./open.ts";

/** By name, in order; one that has been released is never edited. */
const migrations: Readonly<Record<string, Migration>> = {
  "0001-factory": factoryTables,
  "0002-ledger": ledgerTables,
  "0003-contracts": contractTables,
};

const oldestServer = 150_000;

/** @throws Fault `conflict` when the database was made by a later version of the factory, or is too old. */
export async function migrate(store: Pick<Store, "db" | "pool">): Promise<void> {
  const { rows } = await store.pool.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  if ((rows[0]?.version ?? 0) < oldestServer) {
    throw new Fault("conflict", { message: "The database is older than Postgres 15.", remedy: "Use 15 or later." });
  }
  const migrator = new Migrator({ db: store.db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof Error && error.message.includes("corrupted migrations")) {
    throw new Fault("conflict", {
      message: "The database was made by another version of Tokenworks.",
      remedy: "Run that version or a later one.",
    });
  }
  if (error instanceof Fault) throw error;
  const failed = results?.find((result) => result.status === "Error")?.migrationName;
  const reason = error instanceof Error ? error.message : String(error);
  throw new Error(`Migration ${failed ?? "of the database"} failed: ${reason}`, { cause: error });
}
