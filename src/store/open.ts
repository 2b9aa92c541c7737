/**
 * Opens the store: the server that DATABASE_URL names, or the embedded one of a data folder, which is found
 * running or started for as long as it is needed. Whoever is the last to close turns off the light.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { Fault } from "../stack/fault.ts";
import type { Database } from "./database.ts";
import { type Embedded, type EmbeddedOptions, findEmbedded, startEmbedded } from "./embedded.ts";
import { FaultingClient } from "./unavailable.ts";

export type Store = {
  readonly kind: "embedded" | "external";
  readonly db: Kysely<Database>;
  readonly pool: pg.Pool;
  /** The embedded server, for who supervises it. */
  readonly embedded: Embedded | undefined;
  /** For a connection of one's own, such as one that listens. */
  readonly connection: pg.ClientConfig;
  close(): Promise<void>;
};

export type StoreOptions = EmbeddedOptions & {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** False: connect only to an embedded server that somebody else runs. */
  readonly startEmbedded?: boolean;
  readonly connectionsMax?: number;
};

export const applicationName = "tokenworks";

/** @throws Fault `store_unavailable` when there is no server to connect to. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const embedded = options.databaseUrl === undefined ? await embeddedFor(options) : undefined;
  const connection: pg.ClientConfig = {
    ...(embedded?.connection ?? { connectionString: options.databaseUrl }),
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    types: { getTypeParser },
  };
  const pool = new pg.Pool({
    ...connection,
    max: options.connectionsMax ?? 8,
    allowExitOnIdle: true,
    Client: FaultingClient,
  });
  // An idle connection that breaks is replaced by the next query, which tells its caller if it cannot be.
  pool.on("error", () => {});
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  try {
    await pool.query("select 1");
  } catch (error) {
    await disconnect(db, pool);
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    kind: embedded === undefined ? "external" : "embedded",
    db,
    pool,
    embedded,
    connection,
    close: () => (closing ??= close(db, pool, embedded, options.supervise ?? false)),
  };
}

async function embeddedFor(options: StoreOptions): Promise<Embedded> {
  if (options.startEmbedded !== false) return startEmbedded(options.dataDir, options);
  const found = findEmbedded(options.dataDir);
  if (found !== undefined) return found;
  throw new Fault("store_unavailable", {
    message: `No database runs in ${options.dataDir}.`,
    remedy: "Start the factory with `npm start`.",
    retryAfterSeconds: 1,
  });
}

/** Stops an embedded server that we supervise; one that nobody does is stopped by the last one to leave. */
async function close(db: Kysely<Database>, pool: pg.Pool, embedded: Embedded | undefined, supervises: boolean) {
  const stops = embedded !== undefined && (supervises || (!embedded.isSupervised() && (await isAlone(pool))));
  await disconnect(db, pool);
  if (stops) await embedded.stop();
}

/** Kysely ends the pool only once it has used it. */
async function disconnect(db: Kysely<Database>, pool: pg.Pool): Promise<void> {
  await db.destroy();
  if (!pool.ended) await pool.end();
}

/** Whether nobody else is connected, nor stays connected for a moment: one that has just left takes that long. */
async function isAlone(pool: pg.Pool): Promise<boolean> {
  const others = `select count(*)::int as n from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()`;
  try {
    for (let tries = 0; tries < 10; tries += 1) {
      const { rows } = await pool.query<{ n: number }>(others);
      if ((rows[0]?.n ?? 0) <= pool.totalCount - 1) return true;
      await sleep(30);
    }
    return false;
  } catch (error) {
    // It has gone already: there is nothing to stop.
    if (error instanceof Fault && error.code === "store_unavailable") return false;
    throw error;
  }
}

/** 64-bit integers are counts here and fit a number; one that does not is a defect to be loud about. */
function getTypeParser(oid: number, format?: "text" | "binary"): unknown {
  if (format !== "binary" && oid === pg.types.builtins.INT8) return safeInteger;
  return pg.types.getTypeParser(oid, format as "text");
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a count.`);
  return value;
}
