/**
 * Accrual and close of every source up to now, in whole minutes, or five seconds while it is in use: what it costs is booked as time passes, also for
 * the time in which the factory was down (accelerators cost money when they are off), and what nobody drew ends as
 * idle.
 *
 * Each source has one chain of periods without a gap or an overlap, so that any number of machines may call this as
 * often as they like. A period is at most an hour. Idle power is booked only for time in which the factory ran.
 */
import type pg from "pg";
import type { Contract } from "../stack/contract.ts";
import { listResources } from "../store/resources.ts";
import type { Store } from "../store/open.ts";
import { accountsOf } from "./accounts.ts";
import { closePeriod, type Period, type Pools } from "./close.ts";
import { deliverHours, deliveryAccounts } from "./contracts/deliver.ts";
import type { SourceCosts } from "./cost.ts";
import { currentBooks } from "./current.ts";
import { type AccountName, currencies, ofLayer, quantity, type Transaction } from "./journal.ts";
import { ensureAccounts, inTransaction, lockLedger, reserveNumbers, writeJournal } from "./write.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** While a source is in use it is closed this often, so that what was idle beside the use shows at once. */
const activeGrainMs = 5_000;

/** A shorter break than this between two runs of the factory counts as up: accelerators stay on over a restart. */
const restartMs = 5 * minuteMs;

export type Accrued = { readonly periods: number };

/** @param upSinceMs when the factory began to run; the start of this process when absent. */
export async function accrueUpTo(store: Store, nowMs: number, upSinceMs = performance.timeOrigin): Promise<Accrued> {
  const books = await currentBooks(store);
  const made = (await listResources(store.db, "Source")).map(({ spec, createdAt }) => ({
    costs: books.capacity.get(spec.name),
    fromMs: Math.floor(Date.parse(createdAt) / minuteMs) * minuteMs,
  }));
  const sources = made.flatMap(({ costs, fromMs }) => (costs === undefined ? [] : [{ costs, fromMs }]));
  if (sources.length === 0) return { periods: 0 };
  // An hour's close of full pools touches every account that any close can.
  const specimen = { fromMs: 0, toMs: hourMs, up: true };
  const full = { chips: 1n, infrastructure: 1n, acceleratorMs: 1n };
  await ensureAccounts(
    store,
    sources.map(({ costs }) => closePeriod(costs, specimen, full)),
  );
  const contracts = books.contracts.filter(({ accelerators }) => accelerators !== undefined);
  await accountsOf(store.pool).ensure([
    ...sources.flatMap(({ costs }) => poolAccounts(costs.source)),
    ...contracts.flatMap(deliveryAccounts),
  ]);

  const due = async (client: pg.Pool | pg.PoolClient) => {
    const { rows } = await client.query<{ source: string; to_at: Date }>(
      "select source, max(to_at) as to_at from accrual group by source",
    );
    const drawn = await drawnSources(client, store, sources);
    const accruedTo = new Map(rows.map(({ source, to_at }) => [source, to_at.getTime()]));
    return sources.flatMap(({ costs, fromMs }) => {
      // One that was removed and made again costs nothing for the time between.
      const sinceMs = Math.max(accruedTo.get(costs.source) ?? 0, fromMs);
      const periods = periodsBetween(sinceMs, nowMs, upSinceMs, drawn.has(costs.source) ? activeGrainMs : minuteMs);
      return periods.length === 0 ? [] : [{ costs, periods }];
    });
  };
  if ((await due(store.pool)).length === 0) return { periods: 0 };
  return inTransaction(store, async (client) => {
    await lockLedger(client, "alone");
    const written: { source: string; period: Period; transaction: Transaction }[] = [];
    for (const { costs, periods } of await due(client)) {
      let pools = await readPools(client, store, costs);
      for (const period of periods) {
        const transactions = closeOf(costs, period, pools, contracts);
        written.push(...transactions.map((transaction) => ({ source: costs.source, period, transaction })));
        pools = { chips: 0n, infrastructure: 0n, acceleratorMs: 0n };
      }
    }
    if (written.length === 0) return { periods: 0 };
    const ids = await reserveNumbers(client, written.length);
    const numbered = written.map((one, index) => ({ id: ids[index] ?? 0, ...one }));
    await writeJournal(client, store, numbered);
    const closes = numbered.filter(({ transaction }) => transaction.kind === "accrual");
    await client.query(
      `insert into accrual (source, from_at, to_at, up, journal_id)
        select * from unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::boolean[], $5::bigint[])`,
      [
        closes.map(({ source }) => source),
        closes.map(({ period }) => new Date(period.fromMs).toISOString()),
        closes.map(({ period }) => new Date(period.toMs).toISOString()),
        closes.map(({ period }) => period.up),
        closes.map(({ id }) => id),
      ],
    );
    return { periods: closes.length };
  });
}

/** What is delivered of a source in a period under contracts, then its close. */
function closeOf(costs: SourceCosts, period: Period, pools: Pools, contracts: readonly Contract[]): Transaction[] {
  const delivered: Transaction[] = [];
  let left = pools;
  for (const one of contracts) {
    const delivery = deliverHours(one, costs, period, left);
    if (delivery === undefined) continue;
    delivered.push(delivery.transaction);
    left = delivery.pools;
  }
  return [...delivered, closePeriod(costs, period, left)];
}

/** The whole grains of time from one instant to another, cut at full hours and where the factory came up. */
export function periodsBetween(fromMs: number, nowMs: number, upSinceMs: number, grainMs = minuteMs): Period[] {
  const endMs = Math.floor(nowMs / grainMs) * grainMs;
  const cameUpMs = Math.floor(upSinceMs / minuteMs) * minuteMs;
  const upFromMs = cameUpMs - fromMs > restartMs ? cameUpMs : fromMs;
  const periods: Period[] = [];
  for (let atMs = fromMs; atMs < endMs;) {
    const up = atMs >= upFromMs;
    const nextHourMs = (Math.floor(atMs / hourMs) + 1) * hourMs;
    const toMs = Math.min(endMs, nextHourMs, up ? Infinity : upFromMs);
    periods.push({ fromMs: atMs, toMs, up });
    atMs = toMs;
  }
  return periods;
}

function poolAccounts(source: string): [chips: AccountName, infrastructure: AccountName, capacity: AccountName] {
  return [
    ofLayer("chips", "pool", source),
    ofLayer("infrastructure", "pool", source),
    quantity("capacity", "pool", source),
  ];
}

/** Sources of which something was drawn since their last close. */
async function drawnSources(
  client: pg.Pool | pg.PoolClient,
  store: Store,
  sources: readonly { readonly costs: SourceCosts }[],
): Promise<Set<string>> {
  const accounts = accountsOf(store.pool);
  const pools = new Map(sources.map(({ costs }) => [accounts.numberOf(poolAccounts(costs.source)[2]), costs.source]));
  const { rows } = await client.query<{ account: number }>(
    "select account from account_balance where account = any ($1) and amount <> 0",
    [[...pools.keys()]],
  );
  return new Set(rows.flatMap(({ account }) => pools.get(account) ?? []));
}

async function readPools(client: pg.PoolClient, store: Store, costs: SourceCosts): Promise<Pools> {
  const accounts = accountsOf(store.pool);
  const [chips, infrastructure, capacity] = poolAccounts(costs.source).map((name) => accounts.numberOf(name));
  const { rows } = await client.query<{ account: number; currency: number; amount: string }>(
    "select account, currency, amount from account_balance where account = any ($1)",
    [[chips, infrastructure, capacity]],
  );
  const balance = (account: number | undefined, currency: number) =>
    BigInt(rows.find((row) => row.account === account && row.currency === currency)?.amount ?? 0);
  return {
    chips: balance(chips, currencies.usd),
    infrastructure: balance(infrastructure, currencies.usd),
    acceleratorMs: balance(capacity, currencies["accelerator-ms"]),
  };
}
