/** Reads the journal as it was written, in pages, so that books of any size can be listed and exported. */
import type { Kysely } from "kysely";
import type { Database } from "../store/database.ts";

export type JournalTransaction = {
  readonly id: number;
  readonly at: string;
  readonly kind: string;
  readonly subject: string;
  /** A debit is positive, a credit negative; amounts are whole units of the currency: pico-dollars, tokens, … */
  readonly entries: readonly { readonly account: string; readonly currency: string; readonly amount: string }[];
};

export type JournalSpan = {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly kind?: string | undefined;
  /** A request's id, a source, a tenant. */
  readonly subject?: string | undefined;
};

/** The latest transactions, newest first. */
export async function latestTransactions(
  db: Kysely<Database>,
  span: JournalSpan,
  limit: number,
): Promise<JournalTransaction[]> {
  const heads = await headsOf(db, span).orderBy("id", "desc").limit(limit).execute();
  return withEntries(db, heads);
}

/** Every transaction of a span, oldest first, a page at a time. */
export async function* allTransactions(db: Kysely<Database>, span: JournalSpan): AsyncGenerator<JournalTransaction> {
  const pageSize = 500;
  for (let after = 0; ;) {
    const heads = await headsOf(db, span).where("id", ">", after).orderBy("id").limit(pageSize).execute();
    yield* await withEntries(db, heads);
    const last = heads.at(-1);
    if (last === undefined || heads.length < pageSize) return;
    after = last.id;
  }
}

function headsOf(db: Kysely<Database>, { from, to, kind, subject }: JournalSpan) {
  let query = db.selectFrom("journal").select(["id", "at", "kind", "subject"]);
  if (from !== undefined) query = query.where("at", ">=", from);
  if (to !== undefined) query = query.where("at", "<", to);
  if (kind !== undefined) query = query.where("kind", "=", kind);
  if (subject !== undefined) query = query.where("subject", "=", subject);
  return query;
}

type Head = { readonly id: number; readonly at: Date; readonly kind: string; readonly subject: string };

async function withEntries(db: Kysely<Database>, heads: readonly Head[]): Promise<JournalTransaction[]> {
  if (heads.length === 0) return [];
  const ids = heads.map(({ id }) => id);
  const rows = await db
    .selectFrom("journal_entry")
    .select(["journal_id", "account", "currency", "amount"])
    .where("journal_id", "in", ids)
    .execute();
  const entries = Map.groupBy(rows, (row) => row.journal_id);
  return heads.map(({ id, at, kind, subject }) => ({
    id,
    at: at.toISOString(),
    kind,
    subject,
    entries: (entries.get(id) ?? []).map(({ account, currency, amount }) => ({ account, currency, amount })),
  }));
}
