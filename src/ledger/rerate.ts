/**
 * Re-rating: requests that were booked while a price or a cost was not known are completed once it is, by
 * transactions of their own that add what was missing. Nothing that was booked is edited.
 */
import type { Store } from "../store/open.ts";
import type { Usage } from "../stack/usage.ts";
import { currentBooks } from "./current.ts";
import type { Books } from "./books.ts";
import { nowhere, rerateUsage } from "./rate.ts";
import { noUsage, type UsageTotal } from "./totals.ts";
import { addUsageTotals, ensureAccounts, inTransaction, lockLedger, reserveNumbers, writeJournal } from "./write.ts";
import { pico } from "../stack/money.ts";
import { addSpend } from "./spend.ts";

export type Rerated = {
  /** Requests that were completed now. */
  readonly rerated: number;
  /** Requests that still lack a price or a cost. */
  readonly unknown: number;
};

const batchSize = 1000;

/** Books at `nowMs` what has become known about requests of the past, priced as of when they started. */
export async function reRate(store: Store, nowMs = Date.now()): Promise<Rerated> {
  const books = await currentBooks(store);
  let rerated = 0;
  let unknown = 0;
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const batch = await rerateBatch(store, books, after, nowMs);
    if (batch.last === undefined) return { rerated, unknown };
    after = batch.last;
    rerated += batch.rerated;
    unknown += batch.unknown;
  }
}

type Row = { id: string; charge: string | null; cost: string | null; facts: Usage };

async function rerateBatch(store: Store, books: Books, after: string, nowMs: number) {
  const select = `select id, charge, cost, facts from usage
    where (charge is null or cost is null) and id > $1 order by id limit ${batchSize}`;
  const { rows: seen } = await store.pool.query<Row>(select, [after]);
  await ensureAccounts(
    store,
    seen.flatMap((row) => rerateRow(row, books, nowMs)?.transaction ?? []),
  );
  return inTransaction(store, async (client) => {
    await lockLedger(client, "shared");
    // Read again under lock: another machine may be at the same.
    const { rows } = await client.query<Row>(
      "select id, charge, cost, facts from usage where id = any ($1) and (charge is null or cost is null) for update",
      [seen.map(({ id }) => id)],
    );
    const found = rows.flatMap((row) => {
      const adjusting = rerateRow(row, books, nowMs);
      return adjusting === undefined ? [] : [{ row, ...adjusting }];
    });
    if (found.length > 0) {
      const ids = await reserveNumbers(client, found.length);
      await writeJournal(
        client,
        store,
        found.map(({ transaction }, index) => ({ id: ids[index] ?? 0, transaction })),
      );
      await client.query(
        `update usage set charge = coalesce(usage.charge, u.charge), cost = coalesce(usage.cost, u.cost)
          from unnest($1::uuid[], $2::numeric[], $3::numeric[]) as u (id, charge, cost) where usage.id = u.id`,
        [
          found.map(({ row }) => row.id),
          found.map(({ charge }) => charge?.toString() ?? null),
          found.map(({ cost }) => cost?.toString() ?? null),
        ],
      );
      await addUsageTotals(
        client,
        found.map(({ row, charge, cost }) => ({ atMs: nowMs, total: added(row, charge, cost) })),
      );
      await addSpend(
        client,
        found.map(({ row, charge }) => ({ usage: row.facts, charge: charge ?? 0n, requests: 0 })),
      );
    }
    return { rerated: found.length, unknown: seen.length - found.length, last: seen.at(-1)?.id };
  });
}

function rerateRow(row: Row, books: Books, nowMs: number) {
  const known = (amount: string | null) => (amount === null ? undefined : pico(BigInt(amount)));
  return rerateUsage(row.facts, { charge: known(row.charge), cost: known(row.cost) }, books, nowMs);
}

/** What a re-rate adds to the sums of requests; the requests themselves are counted already. */
function added({ facts }: Row, charge: bigint | undefined, cost: bigint | undefined): UsageTotal {
  const total = noUsage(facts.tenant, facts.model, facts.source ?? nowhere);
  if (charge !== undefined) {
    total.unpriced = -1;
    total.charge = charge;
  }
  if (cost !== undefined) {
    total.uncosted = -1;
    total.cost = cost;
  }
  return total;
}
