import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { sql } from "kysely";
import { contract } from "../../stack/contract.ts";
import { formatUsd, pico, usd } from "../../stack/money.ts";
import type { Usage } from "../../stack/usage.ts";
import { applyResources } from "../../store/resources.ts";
import { type ScratchStore, scratchStore } from "../../store/scratch.ts";
import { accrueUpTo } from "../accrue.ts";
import { anyUsage, exampleFactory } from "../arbitrary.ts";
import { checkLedger } from "../check.ts";
import { postUsage } from "../post.ts";
import { stackReport } from "../report.ts";
import { knownContracts, readBooked, settleContracts } from "./book.ts";
import type { ContractEvent } from "./settle.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The usages at random begin here. */
const startMs = Date.parse("2026-03-01T00:00:00Z");
const seed = 20_270_101;
const usages: readonly Usage[] = [
  ...new Map(fc.sample(anyUsage, { numRuns: 300, seed }).map((usage) => [usage.id, usage])).values(),
];

/** Amounts as large as the sample, so that less is taken than is owed however many usages it has. */
function dollars(perUsage: number): string {
  return (perUsage * usages.length).toFixed(2);
}

const tokens = contract.parse({
  kind: "Contract",
  name: "acme-tokens",
  counterparty: "Acme",
  role: "seller",
  tenant: "acme",
  from: "2026-03-01",
  to: "2026-04-30",
  totalUsd: dollars(0.2),
  tokens: [
    {
      model: "priced",
      inputUsdPerMillion: "0.7",
      outputUsdPerMillion: "2.5",
      committedMillions: { input: 1, output: 100 },
    },
    { model: "unpriced", inputUsdPerMillion: "0.1", outputUsdPerMillion: "0.2" },
  ],
  takeOrPay: { period: "month", floorUsd: dollars(0.07) },
  prepayment: { usd: dollars(0.1) },
});
const hours = contract.parse({
  kind: "Contract",
  name: "friend-rack",
  counterparty: "Friend",
  role: "seller",
  tenant: "friend",
  from: "2026-03-01",
  to: "2026-03-02",
  totalUsd: "240",
  accelerators: { source: "leased", count: 2, usdPerAcceleratorHour: "2.50" },
});
const bought = contract.parse({
  kind: "Contract",
  name: "provider-2026",
  counterparty: "Provider",
  role: "buyer",
  source: "provider",
  from: "2026-03-01",
  to: "2026-03-31",
  totalUsd: dollars(0.17),
  takeOrPay: true,
});

let scratch: ScratchStore;
before(async () => {
  scratch = await scratchStore();
  const resources = [...exampleFactory, tokens, hours, bought];
  await applyResources(
    scratch.store.db,
    resources.map((resource) => ({ change: "put" as const, resource })),
    "test",
  );
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

/** Dollars booked of an event of a contract, and what it did to the open amount. */
async function booked(name: string, event?: ContractEvent, currency = "usd") {
  const known = (await knownContracts(scratch.store)).find(({ contract }) => contract.name === name);
  const rows = await readBooked(scratch.store.pool, known?.uid ?? "");
  const found = rows.filter((one) => one.currency === currency && (event === undefined || one.event === event));
  return {
    amount: found.reduce((sum, one) => sum + one.amount, 0n),
    open: found.reduce((sum, one) => sum + one.open, 0n),
  };
}

test("signing posts the total contract value as what is open, in money and in quantities, before anything is delivered", async () => {
  const { store } = scratch;
  await settleContracts(store, startMs + 1000);
  assert.equal((await booked("acme-tokens")).open, usd(tokens.totalUsd));
  assert.equal((await booked("acme-tokens", "signed", "token.output")).open, 100_000_000n);
  assert.equal((await booked("friend-rack", "signed", "accelerator-ms")).open, 2n * 48n * BigInt(hourMs));
  assert.equal((await booked("provider-2026")).open, usd(bought.totalUsd));
  assert.equal((await booked("acme-tokens", "prepaid")).amount, usd(dollars(0.1)));
  await assertBooksHold();
});

test("usage of the tenant is billed at the contract's price and draws on it once, however many settle at once", async () => {
  const { store } = scratch;
  for (let from = 0; from < usages.length; from += 50) {
    const batch = usages.slice(from, from + 50);
    await Promise.all([postUsage(store, batch), postUsage(store, batch)]);
    const nowMs = startMs + 3 * hourMs + from * 2000;
    await accrueUpTo(store, nowMs, startMs);
    await Promise.all([1, 2, 3].map(() => settleContracts(store, nowMs)));
  }
  const mine = usages.filter(
    ({ tenant, model, outcome }) => tenant === "acme" && model !== "free" && outcome !== "failed",
  );
  const charge = mine.reduce((sum, { model, tokens: { input, cachedInput, output, reasoning } }) => {
    const [perInput, perOutput] = model === "priced" ? [700_000, 2_500_000] : [100_000, 200_000];
    return sum + BigInt((input + cachedInput) * perInput + (output + reasoning) * perOutput);
  }, 0n);
  const nowMs = startMs + 6 * hourMs;
  await settleContracts(store, nowMs);
  assert.ok(mine.length > 20);
  assert.equal((await booked("acme-tokens", "delivered")).amount, charge);
  const { rows } = await sql<{ charge: string }>`
    select sum(charge)::text as charge from usage
    where tenant = 'acme' and model in ('priced', 'unpriced')`.execute(store.db);
  assert.equal(rows[0]?.charge, charge.toString());
  const input = mine.reduce((sum, { tokens }) => sum + BigInt(tokens.input), 0n);
  const drawn = await booked("acme-tokens", "delivered", "token.input");
  assert.equal(drawn.amount, input);
  assert.equal(drawn.open, -1_000_000n, "no more is drawn than was committed");
  await assertBooksHold();
});

test("accelerators under contract are sold every hour, at cost to infrastructure and never idle", async () => {
  const { store } = scratch;
  const nowMs = startMs + 12 * hourMs;
  await accrueUpTo(store, nowMs, startMs);
  await settleContracts(store, nowMs);
  assert.equal(formatUsd(pico((await booked("friend-rack", "delivered")).amount)), "60");
  const ms = (await booked("friend-rack", "delivered", "accelerator-ms")).amount;
  assert.equal(ms, 24n * BigInt(hourMs));
  const span = { from: new Date(startMs + 8 * hourMs), to: new Date(nowMs) };
  const report = await stackReport(store.db, span);
  const infrastructure = report.layers.find(({ layer }) => layer === "infrastructure");
  assert.equal(infrastructure?.revenue.external, "20");
  // One of three leased accelerators is left to idle, beside the rented one; the owned two are reserved.
  const idle = report.capacity.idleAcceleratorHours.value ?? 0;
  assert.equal(idle, 4 * (1 + 1 + 2));
  assert.deepEqual(report.bySource.map(({ name }) => name).toSorted(), ["leased", "own", "rented"]);
  await assertBooksHold();
});

test("what a source billed draws a buyer's commitment, and what was not taken is unused at its end", async () => {
  const { store } = scratch;
  const { rows } = await sql<{ cost: string }>`
    select coalesce(-sum(amount), 0)::text as cost from journal_entry where account = 'outside/upstream/provider'`.execute(
    store.db,
  );
  const cost = BigInt(rows[0]?.cost ?? 0);
  assert.ok(cost > 0n);
  assert.equal((await booked("provider-2026", "delivered")).amount, cost);
  await settleContracts(store, Date.parse("2026-04-01T02:00:00Z"));
  assert.equal((await booked("provider-2026", "shortfall")).amount, usd(bought.totalUsd) - cost);
  assert.equal((await booked("provider-2026")).open, 0n);
  const span = { from: new Date("2026-03-31T00:00:00Z"), to: new Date("2026-04-01T00:00:00Z") };
  const platform = (await stackReport(store.db, span)).layers.find(({ layer }) => layer === "platform");
  assert.equal(platform?.idle, formatUsd(pico(usd(bought.totalUsd) - cost)));
  await assertBooksHold();
});

test("what arrives late takes a shortfall back by a new entry", async () => {
  const { store } = scratch;
  const floor = usd(dollars(0.07));
  const before = (await booked("acme-tokens", "delivered")).amount;
  const short = (await booked("acme-tokens", "shortfall")).amount;
  assert.equal(short, floor - before);
  const late: Usage = {
    ...(usages[0] as Usage),
    id: "01900000-0000-7000-8000-000000000001",
    tenant: "acme",
    model: "priced",
    outcome: "complete",
    tokens: { input: 0, cachedInput: 0, output: 1_000_000, reasoning: 0 },
    startedAtMs: startMs + 20 * dayMs,
    endedAtMs: startMs + 20 * dayMs + 1000,
  };
  await postUsage(store, [late]);
  await settleContracts(store, Date.parse("2026-04-02T02:00:00Z"));
  assert.equal((await booked("acme-tokens", "delivered")).amount, before + 2_500_000n * 1_000_000n);
  assert.equal((await booked("acme-tokens", "shortfall")).amount, short - 2_500_000n * 1_000_000n);
  await assertBooksHold();
});

test("a contract that ends has nothing open, its prepayment is credited or kept, and a deleted one is cancelled", async () => {
  const { store } = scratch;
  const next = contract.parse({ ...tokens, name: "next", from: "2026-06-01", to: "2026-12-31", prepayment: undefined });
  await applyResources(store.db, [{ change: "put", resource: next }], "test", Date.parse("2026-04-02T03:00:00Z"));
  await settleContracts(store, Date.parse("2026-05-02T00:00:00Z"));
  for (const name of ["acme-tokens", "friend-rack"]) assert.equal((await booked(name)).open, 0n, name);
  const spent = (await booked("acme-tokens", "credited")).amount + (await booked("acme-tokens", "breakage")).amount;
  assert.equal(spent, usd(dollars(0.1)));
  assert.equal((await booked("next")).open, usd(tokens.totalUsd));
  await applyResources(
    store.db,
    [{ change: "delete", kind: "Contract", name: "next" }],
    "test",
    Date.parse("2026-05-02T01:00:00Z"),
  );
  await settleContracts(store, Date.parse("2026-05-02T01:00:00Z"));
  assert.equal((await booked("next", "cancelled")).amount, usd(tokens.totalUsd));
  assert.equal((await booked("next")).open, 0n);
  await assertBooksHold();
});

test("a name may be used again: the contract that had it keeps its own, and the new one begins at nothing", async () => {
  const { store } = scratch;
  const nowMs = Date.parse("2026-05-02T02:00:00Z");
  const again = contract.parse({ ...tokens, from: "2026-05-03", to: "2026-05-31", prepayment: undefined });
  const change = (resource: typeof again | undefined) =>
    resource === undefined
      ? { change: "delete" as const, kind: "Contract" as const, name: "acme-tokens" }
      : { change: "put" as const, resource };
  const before = await booked("acme-tokens", "delivered");
  await applyResources(store.db, [change(undefined)], "test", nowMs);
  await settleContracts(store, nowMs);
  await applyResources(store.db, [change(again)], "test", nowMs);
  await sql`update resource set created_at = ${new Date(nowMs)} where name = 'acme-tokens'`.execute(store.db);
  await settleContracts(store, nowMs + 20_000);
  const usage: Usage = {
    ...(usages[0] as Usage),
    id: "01900000-0000-7000-8000-000000000002",
    tenant: "acme",
    model: "priced",
    outcome: "complete",
    tokens: { input: 0, cachedInput: 0, output: 1000, reasoning: 0 },
    startedAtMs: Date.parse("2026-05-04T00:00:00Z"),
    endedAtMs: Date.parse("2026-05-04T00:00:01Z"),
  };
  await postUsage(store, [usage]);
  await settleContracts(store, Date.parse("2026-05-04T03:00:00Z"));
  const [old, renewed] = (await knownContracts(store)).filter(({ contract: { name } }) => name === "acme-tokens");
  const delivered = async (uid = "") =>
    (await readBooked(store.pool, uid))
      .filter(({ event, currency }) => event === "delivered" && currency === "usd")
      .reduce((sum, { amount }) => sum + amount, 0n);
  assert.equal(await delivered(old?.uid), before.amount);
  assert.equal(await delivered(renewed?.uid), 2_500_000n * 1000n);
  await assertBooksHold();
});
