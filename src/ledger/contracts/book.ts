/**
 * Settles the factory's contracts into the journal: signs what is declared, draws on it what was delivered, bills what
 * fell short, and closes what is over.
 *
 * Any number of machines may call this as often as they like: what is booked follows from what stands in the books,
 * read under the ledger's lock, and is written in one transaction of the database with its sums.
 */
import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import type { Contract } from "../../stack/contract.ts";
import type { Resource } from "../../stack/resource.ts";
import type { Store } from "../../store/open.ts";
import { listResources } from "../../store/resources.ts";
import { accountsOf } from "../accounts.ts";
import { type AccountName, currencies, type Currency, currencyOf, outside, quantity } from "../journal.ts";
import { inTransaction, lockLedger, reserveNumbers, writeJournal } from "../write.ts";
import {
  type Booked,
  contractAccounts,
  type ContractEvent,
  type ContractState,
  type Fresh,
  openDayAt,
  settle,
} from "./settle.ts";
import { dateOf, dayAt, dayMs, dayOf, endDayOf } from "./terms.ts";

/** Deliveries draw on a contract at most this often; what it says about days is booked by the day. */
const settleEveryMs = 10_000;

/** Deliveries of the last days are looked for each time, older ones once a day. */
const recentDays = 3;

/** Usage that arrives later than this draws on no contract any more. */
const lateDays = 31;

export type Settled = { readonly transactions: number };

/** A contract as the ledger knows it. */
export type KnownContract = {
  readonly uid: string;
  readonly contract: Contract;
  readonly signedDay: number;
  readonly isGone: boolean;
  readonly layer: ContractState["layer"];
  readonly settledAtMs: number;
};

export async function settleContracts(store: Store, nowMs: number): Promise<Settled> {
  await takeOn(store, nowMs);
  let transactions = 0;
  for (const known of await knownContracts(store)) {
    if (nowMs < known.settledAtMs + settleEveryMs || isDone(known, nowMs)) continue;
    transactions += await settleOne(store, known, nowMs);
  }
  return { transactions };
}

/** Nothing more can happen to it: it was settled when all that could still arrive had, or when it was cut off. */
function isDone({ contract, isGone, settledAtMs }: KnownContract, nowMs: number): boolean {
  const endDay = endDayOf(contract);
  return dayAt(settledAtMs) > endDay + lateDays || (isGone && settledAtMs > 0 && endDay > dayAt(nowMs));
}

async function settleOne(store: Store, known: KnownContract, nowMs: number): Promise<number> {
  await accountsOf(store.pool).ensure([
    ...contractAccounts(known.contract, known.layer),
    ...deliveredAccounts(known.contract),
  ]);
  // Looked at without the lock first: mostly nothing was delivered, and nothing else happens within a day.
  const isSameDay = openDayAt(known.settledAtMs) === openDayAt(nowMs) && dayAt(known.settledAtMs) === dayAt(nowMs);
  if (isSameDay && (await readFresh(store.pool, store, known, nowMs)).length === 0) return 0;
  return inTransaction(store, async (client) => {
    await lockLedger(client, "alone");
    const { contract, layer, signedDay, isGone, uid } = known;
    const fresh = await readFresh(client, store, known, nowMs);
    const booked = await readBooked(client, uid);
    const steps = settle({ contract, layer, signedDay, isGone, booked, fresh }, nowMs);
    const ids = await reserveNumbers(client, steps.length);
    await writeJournal(
      client,
      store,
      steps.map(({ transaction }, index) => ({ id: ids[index] ?? 0, transaction })),
    );
    await addTotals(
      client,
      uid,
      steps.flatMap((step) => step.booked),
    );
    // Terms that changed meanwhile are settled again: then it is no longer as it was read.
    await client.query("update contract set settled_at = $2 where uid = $1 and settled_at = $3", [
      uid,
      new Date(nowMs).toISOString(),
      new Date(known.settledAtMs).toISOString(),
    ]);
    return steps.length;
  });
}

/** Writes down what is declared, and notes what no longer is; either is settled at once. */
async function takeOn(store: Store, nowMs: number): Promise<void> {
  const declared = (await listResources(store.db, "Contract")).flatMap(({ uid, spec, createdAt }) =>
    spec.kind === "Contract" ? [{ uid, spec, createdAt }] : [],
  );
  const { rows } = await store.pool.query<{ uid: string; spec: Contract; gone_at: Date | null }>(
    "select uid, spec, gone_at from contract",
  );
  const known = new Map(rows.map((row) => [row.uid, row]));
  const changed = declared.filter(({ uid, spec }) => !isDeepStrictEqual(known.get(uid)?.spec, spec));
  const here = new Set(declared.map(({ uid }) => uid));
  const gone = rows.filter(({ uid, gone_at }) => gone_at === null && !here.has(uid)).map(({ uid }) => uid);
  if (changed.length > 0) {
    await store.pool.query(
      `insert into contract (uid, name, spec, signed_at, settled_at)
        select uid, spec ->> 'name', spec, signed_at, 'epoch'
        from unnest($1::uuid[], $2::jsonb[], $3::timestamptz[]) as u (uid, spec, signed_at)
        on conflict (uid) do update set spec = excluded.spec, settled_at = 'epoch'`,
      [
        changed.map(({ uid }) => uid),
        changed.map(({ spec }) => JSON.stringify(spec)),
        changed.map(({ createdAt }) => createdAt),
      ],
    );
  }
  if (gone.length > 0) {
    await store.pool.query("update contract set gone_at = $2, settled_at = 'epoch' where uid = any ($1)", [
      gone,
      new Date(nowMs).toISOString(),
    ]);
  }
}

export async function knownContracts(store: Store): Promise<KnownContract[]> {
  const { rows } = await store.pool.query<{
    uid: string;
    spec: Contract;
    signed_at: Date;
    gone_at: Date | null;
    settled_at: Date;
  }>("select uid, spec, signed_at, gone_at, settled_at from contract order by signed_at, name");
  const buys = rows.some(({ spec }) => spec.role === "buyer");
  const sources = buys ? (await listResources(store.db, "Source")).map(({ spec }) => spec) : [];
  return rows.map(({ uid, spec, signed_at, gone_at, settled_at }) => ({
    uid,
    contract: spec,
    signedDay: dayAt(signed_at.getTime()),
    isGone: gone_at !== null,
    layer: layerOf(spec, sources),
    settledAtMs: settled_at.getTime(),
  }));
}

/** Tokens are sold and bought by the platform, accelerators by infrastructure. */
function layerOf(one: Contract, sources: readonly Resource[]): ContractState["layer"] {
  if (one.role === "seller")
    return one.accelerators !== undefined && one.tokens === undefined ? "infrastructure" : "platform";
  const source = sources.find(({ name }) => name === one.source);
  return source?.kind === "Source" && source.type !== "upstream" ? "infrastructure" : "platform";
}

type Client = pg.Pool | pg.PoolClient;

/** What was delivered and has not drawn on the contract yet. */
async function readFresh(client: Client, store: Store, known: KnownContract, nowMs: number): Promise<Fresh[]> {
  const { contract, signedDay, uid, settledAtMs } = known;
  const isSameDay = dayAt(settledAtMs) === dayAt(nowMs);
  const firstDay = Math.max(dayOf(contract.from), signedDay);
  const sinceDay = Math.max(firstDay, dayAt(settledAtMs) - (isSameDay ? recentDays : lateDays));
  const delivered = await readDelivered(client, store, known, sinceDay);
  if (delivered.length === 0) return [];
  const { rows } = await client.query<{ day: number; currency: number; amount: string }>(
    `select day - date '1970-01-01' as day, currency, amount from contract_total
      where contract = $1 and event = 'delivered' and day >= $2::date`,
    [uid, dateOf(sinceDay)],
  );
  const booked = new Map(rows.map((row) => [`${row.day} ${currencyOf(row.currency)}`, BigInt(row.amount)]));
  return delivered
    .map((one) => ({ ...one, amount: one.amount - (booked.get(`${one.day} ${one.currency}`) ?? 0n) }))
    .filter(({ amount }) => amount !== 0n);
}

export async function readBooked(client: Client, uid: string): Promise<Booked[]> {
  const { rows } = await client.query<{
    event: ContractEvent;
    day: number;
    currency: number;
    amount: string;
    open: string;
  }>(
    `select event, day - date '1970-01-01' as day, currency, amount, open from contract_total
      where contract = $1 order by day`,
    [uid],
  );
  return rows.map(({ event, day, currency, amount, open }) => ({
    event,
    day,
    currency: currencyOf(currency),
    amount: BigInt(amount),
    open: BigInt(open),
  }));
}

/** What the journal says was delivered under a contract, by day; of a buyer, what its source billed. */
async function readDelivered(
  client: Client,
  store: Store,
  { contract: one, isGone }: KnownContract,
  sinceDay: number,
): Promise<Fresh[]> {
  const accounts = accountsOf(store.pool);
  const names = deliveredAccounts(one);
  // A request may end, and be booked, after its contract; under the name of one that is gone there may be another.
  const endDay = one.role === "buyer" || isGone ? endDayOf(one) : endDayOf(one) + lateDays;
  const { rows } = await client.query<{ day: number; currency: number; amount: string }>(
    `select floor(extract(epoch from at) / 86400)::int as day, currency, sum(amount) as amount
      from account_total where grain_minutes = 60 and at >= $1 and at < $2 and account = any ($3)
      group by 1, 2 order by 1, 2`,
    [
      new Date(sinceDay * dayMs).toISOString(),
      new Date(endDay * dayMs).toISOString(),
      names.map((name) => accounts.numberOf(name)),
    ],
  );
  return rows.map(({ day, currency, amount }) => ({
    day,
    currency: currencyOf(currency),
    // What we owe is a credit.
    amount: one.role === "buyer" ? -BigInt(amount) : BigInt(amount),
  }));
}

function deliveredAccounts({ role, name, source }: Contract): AccountName[] {
  if (role === "seller") {
    return [outside("contract", name), quantity("tokens", "contract", name), quantity("capacity", "sold", name)];
  }
  if (source === undefined) return [];
  return [outside("upstream", source), outside("rent", source), outside("lease", source)];
}

async function addTotals(client: pg.PoolClient, uid: string, booked: readonly Booked[]): Promise<void> {
  await client.query(
    `insert into contract_total as total (contract, event, day, currency, amount, open)
      select $1, event, day, currency, sum(amount), sum(open)
      from unnest($2::text[], $3::date[], $4::smallint[], $5::numeric[], $6::numeric[])
        as u (event, day, currency, amount, open)
      group by event, day, currency
      on conflict (contract, event, day, currency)
        do update set amount = total.amount + excluded.amount, open = total.open + excluded.open`,
    [
      uid,
      booked.map(({ event }) => event),
      booked.map(({ day }) => dateOf(day)),
      booked.map(({ currency }) => currencies[currency as Currency]),
      booked.map(({ amount }) => amount.toString()),
      booked.map(({ open }) => open.toString()),
    ],
  );
}
