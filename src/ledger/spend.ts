/** What each key was charged on each day (UTC): the sums that budgets are held against. */
import { type Kysely, sql } from "kysely";
import type pg from "pg";
import type { RequestIdentity } from "../stack/usage.ts";
import type { Database } from "../store/database.ts";

export type Spend = {
  readonly tenant: string;
  readonly project: string;
  readonly keyId: string;
  readonly charge: bigint;
  readonly requests: number;
};

/** Everything charged on the day of an instant and since. */
export async function spendSince(db: Kysely<Database>, since: Date): Promise<Spend[]> {
  const { rows } = await sql<{ tenant: string; project: string; key_id: string; charge: string; requests: string }>`
    select tenant, project, key_id, sum(charge)::text as charge, sum(requests)::text as requests
    from spend where day >= ${dayOf(since.getTime())}::date
    group by tenant, project, key_id order by tenant, project, key_id`.execute(db);
  return rows.map(({ tenant, project, key_id, charge, requests }) => ({
    tenant,
    project,
    keyId: key_id,
    charge: BigInt(charge),
    requests: Number(requests),
  }));
}

type Spent = {
  readonly usage: RequestIdentity & { readonly endedAtMs: number };
  readonly charge: bigint;
  /** 0 for what is added to a request that was counted before. */
  readonly requests: number;
};

/** Within the transaction that posts; also notes when a key was last used. */
export async function addSpend(client: pg.PoolClient, spent: readonly Spent[]): Promise<void> {
  const sums = new Map<string, { key: readonly string[]; charge: bigint; requests: number; lastMs: number }>();
  for (const { usage, charge, requests } of spent) {
    const key = [dayOf(usage.endedAtMs), usage.tenant, usage.project, usage.keyId];
    const name = JSON.stringify(key);
    let sum = sums.get(name);
    if (sum === undefined) sums.set(name, (sum = { key, charge: 0n, requests: 0, lastMs: 0 }));
    sum.charge += charge;
    sum.requests += requests;
    sum.lastMs = Math.max(sum.lastMs, usage.startedAtMs);
  }
  const rows = [...sums.values()];
  const column = (index: number) => rows.map(({ key }) => key[index]);
  await client.query({
    name: "spend",
    text: `insert into spend as total (day, tenant, project, key_id, charge, requests)
      select * from unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::bigint[])
        as u (day, tenant, project, key_id, charge, requests)
      order by day, tenant, project, key_id
      on conflict (day, tenant, project, key_id)
        do update set charge = total.charge + excluded.charge, requests = total.requests + excluded.requests`,
    values: [
      ...[0, 1, 2, 3].map(column),
      rows.map(({ charge }) => charge.toString()),
      rows.map(({ requests }) => requests),
    ],
  });
  await client.query({
    name: "last_used",
    text: `with used as (
        select id, max(at) as at from unnest($1::text[], $2::timestamptz[]) as u (id, at) group by id
      ), key as (
        select api_key.id, used.at from api_key join used on api_key.id::text = used.id
        where last_used_at is null or last_used_at < used.at
        order by api_key.id for update of api_key
      )
      update api_key set last_used_at = key.at from key where api_key.id = key.id`,
    values: [column(3), rows.map(({ lastMs }) => new Date(lastMs).toISOString())],
  });
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
