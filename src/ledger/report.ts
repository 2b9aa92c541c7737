/** Reads the ledger for people: the stack report of a span of time, its course, and requests with their layers. */
import { type Kysely, type Selectable, sql } from "kysely";
import { type Layer, layers } from "../stack/layer.ts";
import { formatUsd, pico } from "../stack/money.ts";
import type { Figure, RequestTrace, StackReport, UsdText } from "../stack/report.ts";
import { Fault } from "../stack/fault.ts";
import type { Database } from "../store/database.ts";
import { type AccountName, currencies, currencyOf, type Entry, parseAccount } from "./journal.ts";
import { type Span, stackStatement } from "./statement.ts";
import { noUsage, type UsageTotal } from "./totals.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** A span widened to whole minutes: the grain of the sums that are kept. */
export function wholeMinutes({ fromMs, toMs }: Span): Span {
  return { fromMs: Math.floor(fromMs / minuteMs) * minuteMs, toMs: Math.ceil(toMs / minuteMs) * minuteMs };
}

/** @param span is widened to whole minutes; the report says to which. */
export async function stackReport(
  db: Kysely<Database>,
  span: { readonly from: Date; readonly to: Date },
): Promise<StackReport> {
  const minutes = wholeMinutes({ fromMs: span.from.getTime(), toMs: span.to.getTime() });
  // Both sums as of one instant.
  const [accounts, usage] = await db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (tx) => [await readAccounts(tx, minutes), await readUsage(tx, minutes)] as const);
  return stackStatement(minutes, accounts, usage);
}

/** Whole hours of a span from the sums by hour, its ends from those by minute. */
function within({ fromMs, toMs }: Span) {
  const firstHourMs = Math.ceil(fromMs / hourMs) * hourMs;
  const lastHourMs = Math.floor(toMs / hourMs) * hourMs;
  const at = (ms: number) => new Date(ms);
  if (firstHourMs >= lastHourMs) {
    return sql<boolean>`grain_minutes = 1 and at >= ${at(fromMs)} and at < ${at(toMs)}`;
  }
  return sql<boolean>`(grain_minutes = 60 and at >= ${at(firstHourMs)} and at < ${at(lastHourMs)}
    or grain_minutes = 1 and at >= ${at(fromMs)} and at < ${at(firstHourMs)}
    or grain_minutes = 1 and at >= ${at(lastHourMs)} and at < ${at(toMs)})`;
}

async function readAccounts(db: Kysely<Database>, span: Span): Promise<Entry[]> {
  const { rows } = await sql<{ account: AccountName; currency: number; amount: string }>`
    select account.name as account, currency, amount
    from (
      select account, currency, sum(amount) as amount from account_total where ${within(span)} group by account, currency
    ) as total join account on account.id = total.account`.execute(db);
  return rows.map(({ account, currency, amount }) => ({
    account,
    currency: currencyOf(currency),
    amount: BigInt(amount),
  }));
}

async function readUsage(db: Kysely<Database>, span: Span): Promise<UsageTotal[]> {
  const { rows } = await sql<Record<string, string>>`
    select tenant, model, source, sum(complete) as complete, sum(partial) as partial, sum(failed) as failed,
      sum(unpriced) as unpriced, sum(uncosted) as uncosted, sum(input) as input, sum(cached_input) as "cachedInput",
      sum(output) as output, sum(reasoning) as reasoning, sum(charge) as charge, sum(cost) as cost,
      sum(accelerator_ms) as "acceleratorMs", sum(accelerator_modelled) as "acceleratorModelled",
      sum(accelerator_unknown) as "acceleratorUnknown", sum(millijoules) as millijoules,
      sum(energy_modelled) as "energyModelled", sum(energy_unknown) as "energyUnknown",
      sum(energy_tokens) as "energyTokens"
    from usage_total where ${within(span)} group by tenant, model, source`.execute(db);
  return rows.map(usageTotalFrom);
}

/** A row of sums, which the database gives as text, in the shape of an empty total. */
function usageTotalFrom(row: Record<string, string>): UsageTotal {
  const total = noUsage(row["tenant"] ?? "", row["model"] ?? "", row["source"] ?? "");
  const typed = Object.entries(total).map(([name, zero]) => {
    const value = row[name] ?? "0";
    return [name, typeof zero === "bigint" ? BigInt(value) : typeof zero === "number" ? Number(value) : value];
  });
  return Object.fromEntries(typed) as UsageTotal;
}

export type SeriesPoint = {
  readonly at: string;
  readonly revenue: UsdText;
  readonly cost: UsdText;
  readonly idle: UsdText;
  readonly margin: UsdText;
  readonly tokens: number;
};

/** The course of a span in steps of a minute, or of whole hours when the step is an hour or more; gaps are zeros. */
export async function stackSeries(
  db: Kysely<Database>,
  span: { readonly from: Date; readonly to: Date; readonly stepMs: number },
): Promise<SeriesPoint[]> {
  const grain = span.stepMs >= hourMs ? 60 : 1;
  const stepMs = Math.max(1, Math.round(span.stepMs / (grain * minuteMs))) * grain * minuteMs;
  const fromMs = Math.floor(span.from.getTime() / stepMs) * stepMs;
  const toMs = span.to.getTime();
  const bucket = sql`floor(extract(epoch from at) * 1000 / ${stepMs}::bigint)::bigint`;
  const during = sql`grain_minutes = ${grain} and at >= ${new Date(fromMs)} and at < ${new Date(toMs)}`;
  const money = await sql<{ step: number; revenue: string; cost: string; idle: string }>`
    select ${bucket} as step,
      coalesce(-sum(amount) filter (where account.name like '%/revenue/%'), 0)::text as revenue,
      coalesce(sum(amount) filter (where account.name like '%/cost/%'), 0)::text as cost,
      coalesce(sum(amount) filter (where account.name ~ '^[a-z]+/(unused|resold)/'), 0)::text as idle
    from account_total join account on account.id = account
    where currency = ${currencies.usd} and ${during}
      and account.name ~ '^(energy|chips|infrastructure|platform|models|applications)/(revenue|cost|unused|resold)/'
    group by step`.execute(db);
  const tokens = await sql<{ step: number; tokens: string }>`
    select ${bucket} as step, sum(input + cached_input + output + reasoning)::text as tokens
    from usage_total where ${during} group by step`.execute(db);
  const moneyAt = new Map(money.rows.map((row) => [row.step, row]));
  const tokensAt = new Map(tokens.rows.map((row) => [row.step, Number(row.tokens)]));
  const points: SeriesPoint[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) {
    const row = moneyAt.get(atMs / stepMs);
    const [revenue, cost, idle] = [row?.revenue, row?.cost, row?.idle].map((amount) => BigInt(amount ?? 0));
    const text = (amount: bigint | undefined) => formatUsd(pico(amount ?? 0n));
    points.push({
      at: new Date(atMs).toISOString(),
      revenue: text(revenue),
      cost: text(cost),
      idle: text(idle),
      margin: text((revenue ?? 0n) - (cost ?? 0n) - (idle ?? 0n)),
      tokens: tokensAt.get(atMs / stepMs) ?? 0,
    });
  }
  return points;
}

/** The latest requests first, by the instant at which they ended. */
export async function listRequests(
  db: Kysely<Database>,
  ask: {
    readonly limit: number;
    /** Only those that ended before; the `at` plus duration of the last one seen. */
    readonly before?: Date | undefined;
    readonly tenant?: string | undefined;
  },
): Promise<RequestTrace[]> {
  let query = db.selectFrom("usage").selectAll().orderBy("ended_at", "desc").orderBy("id", "desc").limit(ask.limit);
  if (ask.before !== undefined) query = query.where("ended_at", "<", ask.before);
  if (ask.tenant !== undefined) query = query.where("tenant", "=", ask.tenant);
  return (await query.execute()).map(traceOf);
}

/** @throws Fault `not_found`. */
export async function getRequest(db: Kysely<Database>, id: string): Promise<RequestTrace> {
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  const row = isUuid ? await db.selectFrom("usage").selectAll().where("id", "=", id).executeTakeFirst() : undefined;
  if (row === undefined) throw new Fault("not_found", { message: `There is no request ${id}.`, param: "id" });
  // Its own transaction, and those that re-rated it since.
  const { rows } = await sql<{ account: string; amount: string }>`
    select account, amount from journal_entry where journal_id = ${row.journal_id} and currency = 'usd'
    union all
    select account, amount from journal_entry where kind = 'rerate' and subject = ${row.id} and currency = 'usd'`.execute(
    db,
  );
  return { ...traceOf(row), layers: layers.map((layer) => layerOf(layer, rows)) };
}

function layerOf(layer: Layer, rows: readonly { readonly account: string; readonly amount: string }[]) {
  let revenue = 0n;
  let cost = 0n;
  for (const row of rows) {
    const { of, role } = parseAccount(row.account);
    if (of !== layer) continue;
    if (role === "revenue" || role === "sales") revenue -= BigInt(row.amount);
    if (role === "cost" || role === "purchases") cost += BigInt(row.amount);
  }
  return {
    layer,
    revenue: formatUsd(pico(revenue)),
    cost: formatUsd(pico(cost)),
    margin: formatUsd(pico(revenue - cost)),
  };
}

function traceOf(row: Selectable<Database["usage"]>): RequestTrace {
  const { facts } = row;
  const charge = BigInt(row.charge ?? 0);
  const cost = BigInt(row.cost ?? 0);
  return {
    id: row.id,
    at: row.started_at.toISOString(),
    tenant: row.tenant,
    project: row.project,
    model: row.model,
    endpoint: facts.endpoint,
    deployment: facts.deployment ?? null,
    source: row.source,
    outcome: row.outcome,
    cut: facts.cut ?? null,
    status: facts.status,
    streamed: facts.streamed,
    ttftMs: facts.ttftMs ?? null,
    durationMs: row.ended_at.getTime() - row.started_at.getTime(),
    tokens: facts.tokens,
    countedBy: facts.countedBy,
    acceleratorMs: figure(row.accelerator_ms, "ms", row.accelerator_provenance),
    joules: figure(row.millijoules === null ? null : row.millijoules / 1000, "J", row.energy_provenance),
    revenue: formatUsd(pico(charge)),
    cost: formatUsd(pico(cost)),
    margin: formatUsd(pico(charge - cost)),
    tries: facts.tries,
  };
}

function figure(value: number | null, unit: string, provenance: Figure["provenance"]): Figure {
  return { value, unit, provenance };
}
