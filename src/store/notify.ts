/**
 * Tells every process of the factory, on every machine, that something changed. The news is a hint that spares
 * waiting; the truth is `change_sequence`, which a process polls in case it missed one.
 */
import { type Kysely, sql, type Transaction } from "kysely";
import type { Database } from "./database.ts";

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
