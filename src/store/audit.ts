/**
 * The audit log: who changed what, each entry hashed together with the one before it, so that an entry that is
 * edited or cut out breaks the chain for everybody to see. The table refuses updates and deletes besides.
 */
import { createHash } from "node:crypto";
import { type Kysely, sql, type Transaction } from "kysely";
import type { Database } from "./database.ts";

export type AuditEntry = {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  /** A verb: `apply`, `delete`, `create`, `revoke`, `sign-in`. */
  readonly action: string;
  /** What it was done to: `Model/tiny`, `key/…`. */
  readonly subject: string;
  readonly detail: unknown;
};

type Chained = Omit<AuditEntry, "detail"> & { readonly detail: string };

const genesis = Buffer.alloc(32);

/** SHA-256 over the previous hash and the entry as JSON of its fields in this order. */
export function hashOf(previous: Uint8Array, entry: Chained): Buffer {
  const text = JSON.stringify([entry.sequence, entry.at, entry.actor, entry.action, entry.subject, entry.detail]);
  return createHash("sha256").update(previous).update(text).digest();
}

/** Adds entries within a transaction, so that a change and its record are kept or lost together. */
export async function appendAudit(
  tx: Transaction<Database>,
  actor: string,
  entries: readonly { action: string; subject: string; detail?: unknown }[],
): Promise<void> {
  // One writer at a time: a chain has one end.
  await sql`select pg_advisory_xact_lock(hashtext('tokenworks audit_log'))`.execute(tx);
  const last = await tx.selectFrom("audit_log").selectAll().orderBy("sequence", "desc").limit(1).executeTakeFirst();
  let previous = last?.hash ?? genesis;
  let sequence = last?.sequence ?? 0;
  for (const { action, subject, detail } of entries) {
    sequence += 1;
    const entry = {
      sequence,
      at: new Date().toISOString(),
      actor,
      action,
      subject,
      detail: JSON.stringify(detail ?? {}),
    };
    const hash = hashOf(previous, entry);
    await tx
      .insertInto("audit_log")
      .values({ ...entry, at: new Date(entry.at), previous, hash })
      .execute();
    previous = hash;
  }
}

export async function listAudit(db: Kysely<Database>, limit = 100): Promise<AuditEntry[]> {
  const rows = await db.selectFrom("audit_log").selectAll().orderBy("sequence", "desc").limit(limit).execute();
  return rows.map(({ sequence, at, actor, action, subject, detail }) => ({
    sequence,
    at: at.toISOString(),
    actor,
    action,
    subject,
    detail: JSON.parse(detail) as unknown,
  }));
}

/** The first entry at which the chain is broken; undefined while it is whole. */
export async function findBrokenAudit(db: Kysely<Database>): Promise<number | undefined> {
  let previous: Buffer = genesis;
  let expected = 1;
  for (;;) {
    const rows = await db
      .selectFrom("audit_log")
      .selectAll()
      .where("sequence", ">=", expected)
      .orderBy("sequence")
      .limit(1000)
      .execute();
    for (const row of rows) {
      const hash = hashOf(previous, { ...row, at: row.at.toISOString() });
      if (row.sequence !== expected || !row.previous.equals(previous) || !row.hash.equals(hash)) return expected;
      previous = row.hash;
      expected += 1;
    }
    if (rows.length < 1000) return undefined;
  }
}
