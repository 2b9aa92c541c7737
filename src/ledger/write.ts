/**
 * Writes transactions to the journal and keeps every sum of it, in one transaction of the database: the balances,
 * and the totals by minute and by hour.
 */
import type pg from "pg";
import type { Store } from "../store/open.ts";
import { accountsOf } from "./accounts.ts";
import { currencies, type Entry, type Transaction } from "./journal.ts";
import { type UsageTotal, usageTotals } from "./totals.ts";
import type { Rated } from "./rate.ts";

/** Minutes of each sum that is kept. */
export const grains = [1, 60] as const;
const minuteMs = 60_000;

export type Numbered = { readonly id: number; readonly transaction: Transaction };

/** Names of all accounts of these transactions are made sure of before a database transaction begins. */
export function ensureAccounts(store: Store, transactions: readonly Transaction[]): Promise<void> {
  return accountsOf(store.pool).ensure(transactions.flatMap(({ entries }) => entries.map(({ account }) => account)));
}

/**
 * Posting shares this lock and a close holds it alone, so that whatever a close found in the pools was posted
 * before it, and its number is the later one.
 */
export async function lockLedger(client: pg.PoolClient, mode: "shared" | "alone"): Promise<void> {
  const lock = mode === "shared" ? "pg_advisory_xact_lock_shared" : "pg_advisory_xact_lock";
  await client.query(`select ${lock}(hashtext('tokenworks ledger'))`);
}

/** An array of values that need no quotes, as the database reads it. */
export function arrayOf(values: readonly (string | number | bigint | undefined)[]): string {
  return `{${values.map((value) => value ?? "NULL").join(",")}}`;
}

/**
 * Values that an array would have to quote, one a line (JSON and numbers have no line breaks of their own): the
 * database reads those twenty times as fast as quoted elements.
 */
export function lines(values: readonly (string | number | undefined)[]): string {
  return values.join("\n");
}

/** The parameter that takes such lines, as an array of texts. */
export function arrayOfLines(number: number): string {
  return `string_to_array($${number}, E'\\n')`;
}

export async function inTransaction<T>(store: Store, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await store.pool.connect();
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    // A connection that cannot even roll back is not given to the next.
    await client.query("rollback").then(
      () => client.release(),
      (failure: Error) => client.release(failure),
    );
    throw error;
  }
}

/** Numbers for transactions that are to be written. */
export async function reserveNumbers(client: pg.PoolClient, count: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    "select nextval('journal_id_seq') as id from generate_series(1, $1::int)",
    [count],
  );
  return rows.map(({ id }) => id);
}

export async function writeJournal(client: pg.PoolClient, store: Store, batch: readonly Numbered[]): Promise<void> {
  const written = batch.filter(({ transaction }) => transaction.entries.length > 0);
  if (written.length === 0) return;
  const accounts = accountsOf(store.pool);
  const columns = { account: [] as string[], currency: [] as string[], amount: [] as string[] };
  for (const { transaction } of written) {
    const entries = sortedByCurrency(transaction.entries);
    columns.account.push(arrayOf(entries.map(({ account }) => accounts.numberOf(account))));
    columns.currency.push(arrayOf(entries.map(({ currency }) => currencies[currency])));
    columns.amount.push(arrayOf(entries.map(({ amount }) => amount)));
  }
  await client.query({
    name: "journal",
    text: `insert into journal (id, at, kind, subject, account, currency, amount)
      select id, at, kind, subject, account::int[], currency::smallint[], amount::numeric[]
      from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], ${[5, 6, 7]
        .map((number) => arrayOfLines(number))
        .join(", ")}) as u (id, at, kind, subject, account, currency, amount)`,
    values: [
      arrayOf(written.map(({ id }) => id)),
      arrayOf(written.map(({ transaction }) => new Date(transaction.atMs).toISOString())),
      written.map(({ transaction }) => transaction.kind),
      written.map(({ transaction }) => transaction.subject),
      lines(columns.account),
      lines(columns.currency),
      lines(columns.amount),
    ],
  });
  await addAccountTotals(
    client,
    store,
    written.map(({ transaction }) => transaction),
  );
}

/** The constraint of the table reads entries in this order. */
function sortedByCurrency(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((one, other) => currencies[one.currency] - currencies[other.currency]);
}

type Sum = { readonly minute: number; readonly account: number; readonly currency: number; amount: bigint };

async function addAccountTotals(
  client: pg.PoolClient,
  store: Store,
  transactions: readonly Transaction[],
): Promise<void> {
  const accounts = accountsOf(store.pool);
  const sums = new Map<string, Sum>();
  for (const { atMs, entries } of transactions) {
    const minute = Math.floor(atMs / minuteMs);
    for (const entry of entries) {
      const account = accounts.numberOf(entry.account);
      const currency = currencies[entry.currency];
      const key = `${minute} ${account} ${currency}`;
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, { minute, account, currency, amount: entry.amount });
      else sum.amount += entry.amount;
    }
  }
  // Rows are locked in one order by everybody, lest two wait for each other.
  const rows = [...sums.values()].toSorted(
    (one, other) => one.minute - other.minute || one.account - other.account || one.currency - other.currency,
  );
  const values = [
    rows.map(({ minute }) => new Date(minute * minuteMs).toISOString()),
    rows.map(({ account }) => account),
    rows.map(({ currency }) => currency),
    rows.map(({ amount }) => amount.toString()),
  ];
  await client.query({
    name: "account_total",
    text: `insert into account_total as total (grain_minutes, at, account, currency, amount)
      select grain, to_timestamp(floor(extract(epoch from at) / (60 * grain)) * 60 * grain) as bucket, account, currency,
        sum(amount)
      from unnest(array[${grains.join(", ")}]::smallint[]) as grain,
        unnest($1::timestamptz[], $2::int[], $3::smallint[], $4::numeric[]) as u (at, account, currency, amount)
      group by grain, bucket, account, currency order by grain, bucket, account, currency
      on conflict (grain_minutes, at, account, currency) do update set amount = total.amount + excluded.amount`,
    values,
  });
  await client.query({
    name: "account_balance",
    text: `insert into account_balance as balance (account, currency, amount)
      select account, currency, sum(amount) from unnest($1::int[], $2::smallint[], $3::numeric[])
        as u (account, currency, amount)
      group by account, currency order by account, currency
      on conflict (account, currency) do update set amount = balance.amount + excluded.amount`,
    values: values.slice(1),
  });
}

/** Requests in the columns of `usage_total`, after its key. */
const usageColumns = [
  ["complete", "complete"],
  ["partial", "partial"],
  ["failed", "failed"],
  ["unpriced", "unpriced"],
  ["uncosted", "uncosted"],
  ["input", "input"],
  ["cached_input", "cachedInput"],
  ["output", "output"],
  ["reasoning", "reasoning"],
  ["charge", "charge"],
  ["cost", "cost"],
  ["accelerator_ms", "acceleratorMs"],
  ["accelerator_modelled", "acceleratorModelled"],
  ["accelerator_unknown", "acceleratorUnknown"],
  ["millijoules", "millijoules"],
  ["energy_modelled", "energyModelled"],
  ["energy_unknown", "energyUnknown"],
  ["energy_tokens", "energyTokens"],
] as const;

export async function addRatedTotals(client: pg.PoolClient, rated: readonly Rated[]): Promise<void> {
  const minutes = new Map<number, Rated[]>();
  for (const one of rated) {
    const minute = Math.floor(one.usage.endedAtMs / minuteMs);
    const group = minutes.get(minute);
    if (group === undefined) minutes.set(minute, [one]);
    else group.push(one);
  }
  await addUsageTotals(
    client,
    [...minutes].flatMap(([minute, group]) => usageTotals(group).map((total) => ({ atMs: minute * minuteMs, total }))),
  );
}

export async function addUsageTotals(
  client: pg.PoolClient,
  rows: readonly { readonly atMs: number; readonly total: UsageTotal }[],
): Promise<void> {
  const names = usageColumns.map(([column]) => column);
  await client.query({
    name: "usage_total",
    text: `insert into usage_total as total (grain_minutes, at, tenant, model, source, ${names.join(", ")})
      select grain, to_timestamp(floor(extract(epoch from at) / (60 * grain)) * 60 * grain) as bucket, tenant, model,
        source, ${names.map((name) => `sum(${name})`).join(", ")}
      from unnest(array[${grains.join(", ")}]::smallint[]) as grain,
        unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[],
          ${names.map((_, index) => `$${index + 5}::numeric[]`).join(", ")})
          as u (at, tenant, model, source, ${names.join(", ")})
      group by grain, bucket, tenant, model, source order by grain, bucket, tenant, model, source
      on conflict (grain_minutes, at, tenant, model, source)
        do update set ${names.map((name) => `${name} = total.${name} + excluded.${name}`).join(", ")}`,
    values: [
      rows.map(({ atMs }) => new Date(atMs).toISOString()),
      rows.map(({ total }) => total.tenant),
      rows.map(({ total }) => total.model),
      rows.map(({ total }) => total.source),
      ...usageColumns.map(([, field]) => rows.map(({ total }) => total[field].toString())),
    ],
  });
}
