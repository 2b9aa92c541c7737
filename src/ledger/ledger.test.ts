import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { sql } from "kysely";
import type { PriceBook } from "../stack/resource.ts";
import type { Usage } from "../stack/usage.ts";
import { startEmbedded } from "../store/embedded.ts";
import { applyResources } from "../store/resources.ts";
import { type ScratchStore, scratchStore } from "../store/scratch.ts";
import { accrueUpTo, periodsBetween } from "./accrue.ts";
import { anyUsage, exampleFactory } from "./arbitrary.ts";
import { booksOf } from "./books.ts";
import { checkLedger } from "./check.ts";
import { type Entry, parseAccount } from "./journal.ts";
import { postUsage } from "./post.ts";
import { rateUsage } from "./rate.ts";
import { getRequest, listRequests, stackReport, stackSeries } from "./report.ts";
import { reRate } from "./rerate.ts";
import { postSale } from "./sell.ts";
import { spendSince } from "./spend.ts";
import { stackStatement } from "./statement.ts";
import { accountTotals, usageTotals } from "./totals.ts";

const books = booksOf(exampleFactory);
const hourMs = 3_600_000;
const startMs = Date.parse("2026-03-01T00:00:00Z");
const seed = 20_260_301;

let scratch: ScratchStore;
before(async () => {
  scratch = await scratchStore();
  const changes = exampleFactory.map((resource) => ({ change: "put" as const, resource }));
  await applyResources(scratch.store.db, changes, "test");
  // Its sources are as old as the usages at random.
  await sql`update resource set created_at = ${new Date(startMs)}`.execute(scratch.store.db);
});
after(() => scratch.dispose());

async function assertBooksHold() {
  const { invariants } = await checkLedger(scratch.store);
  assert.deepEqual(
    invariants.filter(({ holds }) => !holds),
    [],
  );
}

/** Balances of all accounts, as text to compare by. */
async function balances(): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ key: string; amount: string }>`
    select account.name || ' ' || currency.name as key, amount from account_balance
      join account on account.id = account join currency on currency.id = currency`.execute(scratch.store.db);
  return new Map(rows.map(({ key, amount }) => [key, BigInt(amount)]));
}

function added(to: Map<string, bigint>, entries: readonly Entry[]): Map<string, bigint> {
  const sums = new Map(to);
  for (const { account, currency, amount } of entries) {
    const key = `${account} ${currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + amount);
  }
  return sums;
}

test("any batching, order and repetition of the same usages gives the same books", async () => {
  const anyBatches = fc
    .uniqueArray(anyUsage, { minLength: 1, maxLength: 20, selector: ({ id }) => id })
    .chain((usages) =>
      fc.record({
        usages: fc.constant(usages),
        // Every usage at least once, then some of them again, in batches of any size.
        batches: fc
          .tuple(fc.shuffledSubarray(usages, { minLength: usages.length }), fc.array(fc.constantFrom(...usages)))
          .chain(([all, again]) =>
            fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 40, maxLength: 40 }).map((sizes) => {
              const rest = [...all, ...again];
              return sizes.map((size) => rest.splice(0, size)).filter((batch) => batch.length > 0);
            }),
          ),
      }),
    );
  await fc.assert(
    fc.asyncProperty(anyBatches, async ({ usages, batches }) => {
      const before = await balances();
      let posted = 0;
      for (const batch of batches) posted += (await postUsage(scratch.store, batch)).posted;
      assert.equal(posted, usages.length);
      const expected = added(
        before,
        usages.flatMap((usage) => rateUsage(usage, books).transaction.entries),
      );
      assert.deepEqual(await balances(), expected);
    }),
    { numRuns: 15, seed },
  );
  await assertBooksHold();
});

test("shippers that post the same batches at once post each usage once", async () => {
  const usages = fc.sample(anyUsage, { numRuns: 200, seed });
  const unique = new Map(usages.map((usage) => [usage.id, usage]));
  const before = await balances();
  const results = await Promise.all(Array.from({ length: 4 }, () => postUsage(scratch.store, usages)));
  const fresh = results.reduce((sum, { posted }) => sum + posted, 0);
  assert.equal(fresh, unique.size);
  assert.ok(results.every(({ posted, duplicates }) => posted + duplicates === usages.length));
  const entries = [...unique.values()].flatMap((usage) => rateUsage(usage, books).transaction.entries);
  assert.deepEqual(await balances(), added(before, entries));
});

test("the database refuses a transaction that does not balance, or that cannot be read", async () => {
  const { db } = scratch.store;
  const write = (account: string, currency: string, amount: string) =>
    sql`insert into journal (at, kind, subject, account, currency, amount)
      values (now(), 'usage', 'x', ${account}::int[], ${currency}::smallint[], ${amount}::numeric[])`.execute(db);
  const refused = /violates check constraint "balanced"/;
  await assert.rejects(write("{1,2}", "{1,1}", "{5,-4}"), refused);
  await assert.rejects(write("{1,2}", "{1,2}", "{5,-5}"), refused, "each currency by itself");
  await assert.rejects(write("{1,2,1,2}", "{1,2,1,2}", "{5,3,-5,-3}"), refused, "sorted by currency");
  await assert.rejects(write("{1,2}", "{1,1}", "{5,NULL}"), refused);
  await assert.rejects(write("{1,NULL}", "{1,1}", "{5,-5}"), refused);
  await assert.rejects(write("{1}", "{1,1}", "{5,-5}"), refused);
  await assert.rejects(write("{}", "{}", "{}"), refused);
  await assert.rejects(write("{1,2}", "{NULL,NULL}", "{5,-5}"), refused);
});

test("the journal and its accounts can be added to, and nothing else", async () => {
  const { db } = scratch.store;
  for (const table of ["journal", "account"]) {
    await assert.rejects(sql.raw(`delete from ${table}`).execute(db), /append-only/);
    await assert.rejects(sql.raw(`truncate ${table} cascade`).execute(db), /append-only/);
  }
  await assert.rejects(sql`update journal set subject = 'x'`.execute(db), /append-only/);
  await assert.rejects(sql`update account set name = 'x'`.execute(db), /append-only/);
  await assert.rejects(sql`delete from usage`.execute(db), /append-only/);
});

test("accrual is the same however often and by however many it is called, and leaves every pool empty", async () => {
  const { store } = scratch;
  const until = startMs + 3 * hourMs + 90_000;
  const calls = await Promise.all([1, 2, 3].map((n) => accrueUpTo(store, until - n, startMs)));
  assert.equal(calls.filter(({ periods }) => periods > 0).length, 1);
  assert.deepEqual(await accrueUpTo(store, until, startMs), { periods: 0 });
  assert.deepEqual(
    await accrueUpTo(store, until - hourMs, startMs),
    { periods: 0 },
    "a clock set back changes nothing",
  );
  const pools = [...(await balances())].filter(([key]) => /^[a-z]+\/pool\//.test(key));
  assert.ok(pools.length >= 6);
  assert.deepEqual(
    pools.filter(([, amount]) => amount !== 0n),
    [],
  );
  await assertBooksHold();
});

test("posting and closing at the same time keep the books", async () => {
  const { store } = scratch;
  const usages = fc.sample(anyUsage, { numRuns: 300, seed: seed + 1 });
  const post = async () => {
    for (let from = 0; from < usages.length; from += 20) await postUsage(store, usages.slice(from, from + 20));
  };
  const close = async () => {
    for (let minute = 2; minute < 40; minute += 1)
      await accrueUpTo(store, startMs + 3 * hourMs + minute * 60_000, startMs);
  };
  await Promise.all([post(), close()]);
  await assertBooksHold();
});

test("a source that was removed and made again costs nothing for the time between", async () => {
  const { store, dispose } = await scratchStore();
  try {
    const [site] = exampleFactory.filter(({ kind }) => kind === "Site");
    const [leased] = exampleFactory.filter(({ name }) => name === "leased");
    assert.ok(site !== undefined && leased !== undefined);
    await applyResources(
      store.db,
      [site, leased].map((resource) => ({ change: "put", resource })),
      "test",
    );
    const madeMs = Date.now() - 62 * 60_000;
    await sql`update resource set created_at = ${new Date(madeMs)}`.execute(store.db);
    await accrueUpTo(store, madeMs + 3 * 60_000, madeMs);
    await applyResources(store.db, [{ change: "delete", kind: "Source", name: "leased" }], "test");
    await applyResources(store.db, [{ change: "put", resource: leased }], "test");
    await accrueUpTo(store, Date.now() + 2 * 60_000, madeMs);
    const { rows } = await sql<{ minutes: number }>`
      select (-sum(amount) / 3 / 60000)::int as minutes from journal_entry where account = 'capacity/contracted/leased'`.execute(
      store.db,
    );
    assert.deepEqual(rows, [{ minutes: 5 }]);
    assert.equal((await checkLedger(store)).ok, true);
  } finally {
    await dispose();
  }
});

test("time while the factory was down costs its time but no power", () => {
  const periods = periodsBetween(startMs, startMs + 3 * hourMs, startMs + 90 * 60_000);
  assert.deepEqual(
    periods.map(({ fromMs, toMs, up }) => [(fromMs - startMs) / 60_000, (toMs - startMs) / 60_000, up]),
    [
      [0, 60, false],
      [60, 90, false],
      [90, 120, true],
      [120, 180, true],
    ],
  );
  const restart = periodsBetween(startMs, startMs + 10 * 60_000, startMs + 4 * 60_000);
  assert.deepEqual(restart, [{ fromMs: startMs, toMs: startMs + 10 * 60_000, up: true }]);
});

test("a report from the database is the report from the same transactions in memory", async () => {
  const { db } = scratch.store;
  // A day that no other test posts to.
  const dayMs = 24 * hourMs;
  const usages = fc.sample(anyUsage, { numRuns: 150, seed: seed + 2 }).map((usage) => ({
    ...usage,
    startedAtMs: usage.startedAtMs - dayMs,
    endedAtMs: usage.endedAtMs - dayMs,
  }));
  await postUsage(scratch.store, usages);
  const rated = usages.map((usage) => rateUsage(usage, books));
  const within = (fromMs: number, toMs: number) => {
    const inside = rated.filter(({ usage }) => usage.endedAtMs >= fromMs && usage.endedAtMs < toMs);
    const accounts = accountTotals(inside.map(({ transaction }) => transaction));
    return stackStatement({ fromMs, toMs }, accounts, usageTotals(inside));
  };
  // Whole hours, minutes on either side of one, and minutes alone.
  for (const [from, to] of [
    [0, 180],
    [7, 131],
    [20, 47],
    [60, 120],
  ] as const) {
    const span = { fromMs: startMs - dayMs + from * 60_000, toMs: startMs - dayMs + to * 60_000 };
    const report = await stackReport(db, { from: new Date(span.fromMs), to: new Date(span.toMs) });
    assert.deepEqual(report, within(span.fromMs, span.toMs));
  }
  const from = new Date(startMs - dayMs);
  const points = await stackSeries(db, { from, to: new Date(startMs - dayMs + 3 * hourMs), stepMs: 60_000 });
  assert.equal(points.length, 180);
  const whole = within(startMs - dayMs, startMs - dayMs + 3 * hourMs);
  const tokens = whole.tokens.input + whole.tokens.cachedInput + whole.tokens.output + whole.tokens.reasoning;
  assert.equal(
    points.reduce((sum, point) => sum + point.tokens, 0),
    tokens,
  );
  const revenue = points.reduce((sum, point) => sum + Number(point.revenue), 0);
  assert.equal(revenue.toFixed(9), Number(whole.total.revenue).toFixed(9));
});

test("requests are listed latest first, and one is shown with what each layer made of it", async () => {
  const { db } = scratch.store;
  const page = await listRequests(db, { limit: 10 });
  const ends = page.map(({ at, durationMs }) => Date.parse(at) + durationMs);
  assert.deepEqual(
    ends,
    ends.toSorted((one, other) => other - one),
  );
  const next = await listRequests(db, { limit: 10, before: new Date(ends.at(-1) ?? 0) });
  assert.ok(next.every(({ id }) => !page.some((request) => request.id === id)));
  assert.ok((await listRequests(db, { limit: 5, tenant: "friend" })).every(({ tenant }) => tenant === "friend"));
  const one = (await listRequests(db, { limit: 200 })).find(
    ({ tenant, revenue }) => tenant === "acme" && Number(revenue) > 0,
  );
  const { layers = [], ...trace } = await getRequest(db, one?.id ?? "");
  assert.deepEqual(trace, one);
  const margins = layers.reduce((sum, { margin }) => sum + Number(margin), 0);
  assert.equal(margins.toFixed(9), Number(trace.margin).toFixed(9));
  await assert.rejects(getRequest(db, "00000000-0000-0000-0000-000000000000"), { code: "not_found" });
  await assert.rejects(getRequest(db, "not an id"), { code: "not_found" });
});

test("requests without a price are never sold for nothing: they wait, and are billed when there is a price", async () => {
  const { store } = scratch;
  const before = await stackReport(store.db, { from: new Date(0), to: new Date(Date.now() + hourMs) });
  const { rows } = await sql<{ n: string }>`select count(*) as n from usage where charge is null`.execute(store.db);
  const waiting = Number(rows[0]?.n);
  assert.ok(waiting > 0);
  assert.equal((await reRate(store)).rerated, 0);
  const [list] = exampleFactory.filter((one): one is PriceBook => one.kind === "PriceBook" && one.name === "list");
  const late = { model: "unpriced", from: "2026-01-01T00:00:00Z", inputUsdPerMillion: "1", outputUsdPerMillion: "1" };
  const resource = { ...(list as PriceBook), prices: [...(list as PriceBook).prices, late] };
  await applyResources(store.db, [{ change: "put", resource }], "test");
  assert.equal((await reRate(store)).rerated, waiting);
  assert.equal((await reRate(store)).rerated, 0);
  const after = await stackReport(store.db, { from: new Date(0), to: new Date(Date.now() + hourMs) });
  assert.ok(Number(after.total.revenue) > Number(before.total.revenue));
  assert.deepEqual(after.requests, before.requests);
  assert.deepEqual(after.tokens, before.tokens);
  await assertBooksHold();
});

test("what a key spent is what its requests were charged", async () => {
  const { db } = scratch.store;
  const spend = await spendSince(db, new Date(0));
  const { rows } = await sql<{ key_id: string; charge: string; n: string }>`
    select key_id, sum(charge)::text as charge, count(*)::text as n from usage group by key_id order by key_id`.execute(
    db,
  );
  for (const { key_id, charge, n } of rows) {
    const of = spend.filter(({ keyId }) => keyId === key_id);
    assert.equal(
      of.reduce((sum, one) => sum + one.charge, 0n),
      BigInt(charge),
    );
    assert.equal(
      of.reduce((sum, one) => sum + one.requests, 0),
      Number(n),
    );
  }
});

test("an application's sale is revenue from outside at its own layer", async () => {
  const { store } = scratch;
  const atMs = startMs - 48 * hourMs;
  await postSale(store, { tenant: "assistant", units: "2.5", atMs });
  const report = await stackReport(store.db, { from: new Date(atMs), to: new Date(atMs + hourMs) });
  assert.equal(report.total.revenue, "50");
  assert.equal(report.layers.find(({ layer }) => layer === "applications")?.sold.value, 2.5);
  await assert.rejects(postSale(store, { tenant: "acme", units: "1", atMs }), { code: "invalid_value" });
  await assert.rejects(postSale(store, { tenant: "gone", units: "1", atMs }), { code: "not_found" });
  await assertBooksHold();
});

test("books that were tampered with are found out", async () => {
  const { db } = scratch.store;
  const failing = async () => {
    const { invariants, ok } = await checkLedger(scratch.store);
    assert.equal(
      ok,
      invariants.every(({ holds }) => holds),
    );
    return invariants.filter(({ holds }) => !holds).map(({ name }) => name);
  };
  const tampered = async (change: string, undo: string) => {
    await sql.raw(change).execute(db);
    const found = await failing();
    await sql.raw(undo).execute(db);
    return found;
  };
  const total =
    "where grain_minutes = 1 and (at, account, currency) = (select at, account, currency from account_total order by 1, 2, 3 limit 1)";
  assert.deepEqual(
    await tampered(
      `update account_total set amount = amount + 1 ${total}`,
      `update account_total set amount = amount - 1 ${total}`,
    ),
    ["sums by minute, sums by hour and balances are those of the journal"],
  );
  const one = "where id = (select id from usage where charge > 0 and source = 'own' order by id limit 1)";
  assert.ok(
    (
      await tampered(`update usage set output = output + 1 ${one}`, `update usage set output = output - 1 ${one}`)
    ).includes("tokens metered are tokens rated: billed, unpriced or unbilled"),
  );
  assert.ok(
    (
      await tampered(`update usage set charge = charge + 1 ${one}`, `update usage set charge = charge - 1 ${one}`)
    ).includes("what requests were charged is what was sold"),
  );
  assert.ok(
    (await tampered(`update usage set cost = cost + 1 ${one}`, `update usage set cost = cost - 1 ${one}`)).includes(
      "what requests cost is what was drawn for them",
    ),
  );
  assert.deepEqual(await failing(), []);

  // A posting smuggled in past the ledger: it balances, but no request stands behind it.
  await sql`insert into journal (at, kind, subject, account, currency, amount)
    select now(), 'usage', 'smuggled', account, currency, amount from journal where kind = 'usage' limit 1`.execute(db);
  assert.ok((await failing()).includes("no request is posted twice, and each posting belongs to one request"));
});

test(
  "while the database is away nothing is posted, and afterwards everything is",
  { skip: process.env["TEST_DATABASE_URL"] !== undefined },
  async () => {
    const { store, dataDir } = scratch;
    const [usage] = fc.sample(anyUsage, { numRuns: 1, seed: seed + 3 }) as [Usage];
    await store.embedded?.stop();
    await assert.rejects(postUsage(store, [usage]), { code: "store_unavailable" });
    await startEmbedded(dataDir, { supervise: true });
    assert.deepEqual(await postUsage(store, [usage]), {
      posted: 1,
      duplicates: 0,
      unpriced: rateUsage(usage, books).charge === undefined && usage.model !== "unpriced" ? 1 : 0,
    });
  },
);

test("an account's name is read back as it was made", () => {
  assert.deepEqual(parseAccount("infrastructure/pool/site/a:1"), {
    of: "infrastructure",
    role: "pool",
    subject: "site/a:1",
  });
});
