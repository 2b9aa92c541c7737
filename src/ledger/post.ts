/**
 * Posts usage into the ledger: each request once, rated, with one balanced transaction over all layers.
 *
 * Promise: however often, in whatever order and batches the same usages are posted, by however many shippers, the
 * books are the same. A batch is one transaction of the database; an event whose id is there already is skipped.
 */
import type pg from "pg";
import type { Store } from "../store/open.ts";
import type { Usage } from "../stack/usage.ts";
import { currentBooks } from "./current.ts";
import { type Rated, rateUsage } from "./rate.ts";
import { addSpend } from "./spend.ts";
import {
  addRatedTotals,
  arrayOf,
  arrayOfLines,
  ensureAccounts,
  inTransaction,
  lines,
  lockLedger,
  writeJournal,
} from "./write.ts";

export type Posted = {
  readonly posted: number;
  readonly duplicates: number;
  /** Of those posted, how many no price held for: `reRate` bills them when one does. */
  readonly unpriced: number;
};

/** Told of each batch, with how many requests were posted. */
export const ledgerChannel = "ledger";

/**
 * @throws Fault `store_unavailable` when the database is away (nothing was posted; try again), `invalid_value` when
 * an event is no usage.
 */
export async function postUsage(store: Store, usages: readonly Usage[]): Promise<Posted> {
  const events = new Map(usages.map((usage) => [usage.id, usage]));
  if (events.size === 0) return { posted: 0, duplicates: 0, unpriced: 0 };
  const books = await currentBooks(store);
  const rated = [...events.values()].map((usage) => rateUsage(usage, books));
  await ensureAccounts(
    store,
    rated.map(({ transaction }) => transaction),
  );
  const fresh = await inTransaction(store, async (client) => {
    await lockLedger(client, "shared");
    const numbers = await insertUsage(client, rated);
    const fresh = rated.filter(({ usage }) => numbers.has(usage.id));
    if (fresh.length === 0) return fresh;
    await writeJournal(
      client,
      store,
      fresh.map(({ usage, transaction }) => ({ id: numbers.get(usage.id) ?? 0, transaction })),
    );
    await addRatedTotals(client, fresh);
    await addSpend(
      client,
      fresh.map(({ usage, charge }) => ({ usage, charge: charge ?? 0n, requests: 1 })),
    );
    await client.query("select pg_notify($1, $2)", [ledgerChannel, String(fresh.length)]);
    return fresh;
  });
  return {
    posted: fresh.length,
    duplicates: usages.length - fresh.length,
    unpriced: fresh.filter(({ charge }) => charge === undefined).length,
  };
}

/** The journal's number of each usage that was not there yet. */
async function insertUsage(client: pg.PoolClient, rated: readonly Rated[]): Promise<Map<string, number>> {
  const { rows } = await client.query<{ id: string; journal_id: number }>({
    name: "usage",
    text: `insert into usage (${usageColumns.map(([name]) => name).join(", ")}, journal_id)
      select ${usageColumns.map(([name, type]) => `${name}::${type}`).join(", ")}, nextval('journal_id_seq')
      from unnest(${usageColumns.map(([, type], index) => arrayParameter(index + 1, type)).join(", ")})
        as u (${usageColumns.map(([name]) => name).join(", ")})
      order by 1
      on conflict (id) do nothing
      returning id, journal_id`,
    values: usageColumns.map(([, type, valueOf]) => {
      const values = rated.map(valueOf);
      return type === "text" ? values : type === "jsonb" ? lines(values) : arrayOf(values);
    }),
  });
  return new Map(rows.map(({ id, journal_id }) => [id, journal_id]));
}

/** Facts come as lines, the rest as arrays. */
function arrayParameter(number: number, type: string): string {
  return type === "jsonb" ? arrayOfLines(number) : `$${number}::${type}[]`;
}

/** The table's columns, their types, and what each says of a request. */
const usageColumns: readonly (readonly [name: string, type: string, (rated: Rated) => string | number | undefined])[] =
  [
    ["id", "uuid", ({ usage }) => usage.id],
    ["started_at", "timestamptz", ({ usage }) => new Date(usage.startedAtMs).toISOString()],
    ["ended_at", "timestamptz", ({ usage }) => new Date(usage.endedAtMs).toISOString()],
    ["tenant", "text", ({ usage }) => usage.tenant],
    ["project", "text", ({ usage }) => usage.project],
    ["key_id", "text", ({ usage }) => usage.keyId],
    ["model", "text", ({ usage }) => usage.model],
    ["source", "text", ({ usage }) => usage.source],
    ["outcome", "text", ({ usage }) => usage.outcome],
    ["input", "bigint", ({ usage }) => usage.tokens.input],
    ["cached_input", "bigint", ({ usage }) => usage.tokens.cachedInput],
    ["output", "bigint", ({ usage }) => usage.tokens.output],
    ["reasoning", "bigint", ({ usage }) => usage.tokens.reasoning],
    ["accelerator_ms", "bigint", ({ work }) => work.acceleratorMs?.toString()],
    ["accelerator_provenance", "text", ({ work }) => work.acceleratorProvenance],
    ["millijoules", "bigint", ({ work }) => work.millijoules?.toString()],
    ["energy_provenance", "text", ({ work }) => work.energyProvenance],
    ["charge", "numeric", ({ charge }) => charge?.toString()],
    ["cost", "numeric", ({ cost }) => cost?.toString()],
    ["facts", "jsonb", ({ usage }) => JSON.stringify(usage)],
  ];
