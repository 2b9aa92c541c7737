/**
 * What was served, by day or month: tokens of each class, revenue, what each layer was owed outside, accelerator-hours
 * used and idle; in all, by model and by source. Read from the sums by hour, so that years take milliseconds.
 */
import { type Kysely, sql } from "kysely";
import { type Layer, layers } from "../stack/layer.ts";
import { formatUsd, pico } from "../stack/money.ts";
import type { UsdText } from "../stack/report.ts";
import { noTokens, type TokenCounts } from "../stack/usage.ts";
import type { Database } from "../store/database.ts";
import { currencies } from "./journal.ts";

export type ServedStep = {
  /** The day, `2027-01-31`, or the month, `2027-01`. */
  readonly at: string;
  readonly requests: number;
  readonly tokens: TokenCounts;
  /** What requests were charged, those of our own applications among them. */
  readonly revenueUsd: UsdText;
  /** Requests without a price: their tokens count, their revenue is not there. */
  readonly unpriced: number;
};

export type CapacityStep = {
  readonly at: string;
  readonly acceleratorHours: number;
  /** By requests, and under contracts for accelerators. */
  readonly usedHours: number;
  readonly soldHours: number;
  readonly idleHours: number;
};

export type SourceUse = {
  readonly source: string;
  readonly model: string;
  readonly at: string;
  readonly tokens: number;
  /** Of the requests whose accelerator time is known. */
  readonly acceleratorMs: number;
  readonly costUsd: UsdText;
};

export type History = {
  readonly by: "day" | "month";
  /** Every step from the first that anything was served or accrued in to the last, without a gap. */
  readonly steps: readonly (ServedStep & {
    readonly costUsd: Readonly<Record<Layer, UsdText>>;
    readonly idleUsd: UsdText;
  })[];
  readonly models: readonly { readonly model: string; readonly steps: readonly ServedStep[] }[];
  readonly sources: readonly { readonly source: string; readonly steps: readonly CapacityStep[] }[];
  readonly uses: readonly SourceUse[];
};

export type HistoryOptions = { readonly by: "day" | "month"; readonly from?: Date; readonly to?: Date };

export async function serviceHistory(db: Kysely<Database>, options: HistoryOptions): Promise<History> {
  const [usage, accounts] = await db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (tx) => [await readUsage(tx, options), await readAccounts(tx, options)] as const);
  const everything = [...usage, ...accounts].map(({ at }) => at);
  const steps = stepsBetween(everything, options.by);
  const usageAt = Map.groupBy(usage, ({ at }) => at);
  const accountsAt = Map.groupBy(accounts, ({ at }) => at);
  const models = Map.groupBy(usage, ({ model }) => model);
  const sources = Map.groupBy(
    accounts.filter(({ owner }) => owner === "capacity"),
    ({ subject }) => subject,
  );
  return {
    by: options.by,
    steps: steps.map((at) => ({
      ...servedIn(at, usageAt.get(at) ?? []),
      costUsd: Object.fromEntries(
        layers.map((layer) => [layer, costOf(accountsAt.get(at) ?? [], layer, ["cost", "unused", "resold"])]),
      ) as Record<Layer, UsdText>,
      idleUsd: costOf(accountsAt.get(at) ?? [], undefined, ["unused", "resold"]),
    })),
    models: [...models].map(([model, rows]) => {
      const at = Map.groupBy(rows, (row) => row.at);
      return { model, steps: steps.map((step) => servedIn(step, at.get(step) ?? [])) };
    }),
    sources: [...sources]
      // What was sold stands under the contract; it is what is left of the source's hours.
      .filter(([, rows]) => rows.some(({ role }) => role === "contracted"))
      .map(([source, rows]) => {
        const at = Map.groupBy(rows, (row) => row.at);
        return { source, steps: steps.map((step) => capacityIn(step, at.get(step) ?? [])) };
      }),
    uses: usage
      .filter(({ source }) => source !== "none")
      .map(({ source, model, at, input, cached, output, reasoning, accelerator_ms, cost }) => ({
        source,
        model,
        at,
        tokens: [input, cached, output, reasoning].reduce((sum, count) => sum + Number(count), 0),
        acceleratorMs: Number(accelerator_ms),
        costUsd: formatUsd(pico(BigInt(cost))),
      })),
  };
}

type UsageRow = {
  at: string;
  model: string;
  source: string;
  requests: string;
  unpriced: string;
  input: string;
  cached: string;
  output: string;
  reasoning: string;
  charge: string;
  cost: string;
  accelerator_ms: string;
};

type AccountRow = { at: string; owner: string; role: string; subject: string; currency: number; amount: string };

function during({ by, from, to }: HistoryOptions) {
  const format = by === "day" ? "YYYY-MM-DD" : "YYYY-MM";
  return {
    step: sql<string>`to_char(at at time zone 'UTC', ${format})`,
    when: sql<boolean>`grain_minutes = 60 and at >= ${from ?? new Date(0)} and at < ${to ?? new Date(8.64e15)}`,
  };
}

async function readUsage(db: Kysely<Database>, options: HistoryOptions): Promise<UsageRow[]> {
  const { step, when } = during(options);
  const { rows } = await sql<UsageRow>`
    select ${step} as at, model, source, sum(complete + partial)::text as requests, sum(unpriced)::text as unpriced,
      sum(input)::text as input, sum(cached_input)::text as cached, sum(output)::text as output,
      sum(reasoning)::text as reasoning, sum(charge)::text as charge, sum(cost)::text as cost,
      sum(accelerator_ms)::text as accelerator_ms
    from usage_total where ${when} group by 1, 2, 3 order by 1, 2, 3`.execute(db);
  return rows;
}

async function readAccounts(db: Kysely<Database>, options: HistoryOptions): Promise<AccountRow[]> {
  const { step, when } = during(options);
  const { rows } = await sql<AccountRow>`
    select ${step} as at, split_part(name, '/', 1) as owner, split_part(name, '/', 2) as role,
      regexp_replace(name, '^[^/]*/[^/]*/', '') as subject, currency, sum(amount)::text as amount
    from account_total join account on account.id = account_total.account
    where ${when} and (
      currency = ${currencies.usd} and name ~ '^[a-z]+/(cost|unused|resold)/'
      or currency = ${currencies["accelerator-ms"]} and name ~ '^capacity/(contracted|used|idle|reserved|pool)/')
    group by 1, 2, 3, 4, 5 order by 1`.execute(db);
  return rows;
}

function servedIn(at: string, rows: readonly UsageRow[]): ServedStep {
  const tokens: { -readonly [Class in keyof TokenCounts]: number } = { ...noTokens };
  let requests = 0;
  let unpriced = 0;
  let revenue = 0n;
  for (const row of rows) {
    tokens.input += Number(row.input);
    tokens.cachedInput += Number(row.cached);
    tokens.output += Number(row.output);
    tokens.reasoning += Number(row.reasoning);
    requests += Number(row.requests);
    unpriced += Number(row.unpriced);
    revenue += BigInt(row.charge);
  }
  return { at, requests, tokens, revenueUsd: formatUsd(pico(revenue)), unpriced };
}

function costOf(rows: readonly AccountRow[], layer: Layer | undefined, roles: readonly string[]): UsdText {
  const sum = rows
    .filter(({ owner, role, currency }) => currency === currencies.usd && roles.includes(role) && owner !== "capacity")
    .filter(({ owner }) => layer === undefined || owner === layer)
    .reduce((total, { amount }) => total + BigInt(amount), 0n);
  return formatUsd(pico(sum));
}

const hourMs = 3_600_000;

function capacityIn(at: string, rows: readonly AccountRow[]): CapacityStep {
  const of = (...roles: readonly string[]) =>
    rows.reduce((sum, { role, amount }) => (roles.includes(role) ? sum + Number(amount) : sum), 0) / hourMs;
  const contracted = -of("contracted");
  const [used, idle, pool] = [of("used"), of("idle", "reserved"), of("pool")];
  return {
    at,
    acceleratorHours: contracted,
    usedHours: used,
    soldHours: contracted - used - idle - pool,
    idleHours: idle,
  };
}

/** From the first to the last, without a gap. */
function stepsBetween(seen: readonly string[], by: "day" | "month"): string[] {
  const sorted = seen.toSorted();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const steps: string[] = [];
  const length = by === "day" ? 10 : 7;
  for (const at = new Date(first); steps.at(-1) !== last;) {
    steps.push(at.toISOString().slice(0, length));
    if (by === "day") at.setUTCDate(at.getUTCDate() + 1);
    else at.setUTCMonth(at.getUTCMonth() + 1);
  }
  return steps;
}
