/**
 * Tells every process of the factory, on every machine, that something changed. The news is a hint that spares
 * waiting; the truth is `change_sequence`, which a process polls in case it missed one.
 */
import { type Kysely, sql, type Transaction } from "kysely";
import type pg from "pg";
import type { Database } from "./database.ts";
import { FaultingClient } from "./unavailable.ts";

/** The channel of LISTEN and NOTIFY; the payload is the new sequence number. */
export const changeChannel = "factory";

/** Within the transaction of the change: heard if and when it commits. */
export async function announceChange(tx: Transaction<Database>): Promise<number> {
  const { change_sequence } = await tx
    .updateTable("factory")
    .set((column) => ({ change_sequence: column("change_sequence", "+", 1) }))
    .returning("change_sequence")
    .executeTakeFirstOrThrow();
  await sql`select pg_notify(${changeChannel}, ${String(change_sequence)})`.execute(tx);
  return change_sequence;
}

/** How many changes there have been. */
export async function changeSequence(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom("factory").select("change_sequence").executeTakeFirstOrThrow();
  return row.change_sequence;
}

/** A connection of its own that hears of every change. */
export class ChangeListener {
  readonly #client: FaultingClient;
  #isHearing = false;

  private constructor(client: FaultingClient) {
    this.#client = client;
  }

  /** @param lost called when the connection has broken: nothing is heard from then on */
  static async open(
    connection: pg.ClientConfig,
    { changed, lost }: { readonly changed: () => void; readonly lost?: () => void },
  ): Promise<ChangeListener> {
    const client = new FaultingClient(connection);
    const listener = new ChangeListener(client);
    client.on("notification", changed);
    client.on("end", () => {
      const wasHearing = listener.#isHearing;
      listener.#isHearing = false;
      if (wasHearing) lost?.();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${changeChannel}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    listener.#isHearing = true;
    return listener;
  }

  get isHearing(): boolean {
    return this.#isHearing;
  }

  async close(): Promise<void> {
    this.#isHearing = false;
    await this.#client.end();
  }
}
