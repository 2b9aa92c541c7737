/**
 * Proves the books: what must hold of them, read from the journal itself and compared with every other account of
 * the same thing. `tokenworks ledger check` prints it; the tests and the crash tests run it.
 */
import { findBrokenAudit } from "../store/audit.ts";
import type { Store } from "../store/open.ts";

export type Invariant = {
  readonly name: string;
  readonly holds: boolean;
  /** What was counted, or the first thing found wrong. */
  readonly detail: string;
};

export type LedgerCheck = { readonly ok: boolean; readonly invariants: readonly Invariant[] };

/**
 * Each query gives the counter-examples (at most a few), and how many cases it looked at. All run in one snapshot,
 * so that posting may go on meanwhile.
 */
const proofs: readonly {
  readonly name: string;
  readonly counted: string;
  readonly of: string;
  readonly wrong: string;
}[] = [
  {
    name: "debits equal credits in each transaction and currency",
    counted: "select count(*) from journal",
    of: "transactions",
    wrong: `select 'transaction ' || journal_id || ' is off by ' || sum(amount) || ' ' || currency
        from journal_entry group by journal_id, currency having sum(amount) <> 0`,
  },
  {
    name: "no request is posted twice, and each posting belongs to one request",
    counted: "select count(*) from usage",
    of: "requests",
    wrong: `select 'request ' || subject || ' has ' || count(*) || ' postings'
          from journal where kind = 'usage' group by subject having count(*) > 1
        union all
        select 'posting ' || journal.id || ' belongs to no request'
          from journal left join usage on usage.journal_id = journal.id and usage.id::text = journal.subject
          where kind = 'usage' and usage.id is null
        union all
        select 'request ' || usage.id || ' has tokens and no posting'
          from usage left join journal on journal.id = usage.journal_id
          where journal.id is null and input + cached_input + output + reasoning > 0`,
  },
  {
    name: "tokens metered are tokens rated: billed, unpriced or unbilled",
    counted: "select coalesce(sum(input + cached_input + output + reasoning), 0) from usage",
    of: "tokens",
    wrong: `with metered as (
          select 'token.input' as currency, coalesce(sum(input), 0) as tokens from usage
          union all select 'token.cached', coalesce(sum(cached_input), 0) from usage
          union all select 'token.output', coalesce(sum(output), 0) from usage
          union all select 'token.reasoning', coalesce(sum(reasoning), 0) from usage
        ), rated as (
          select currency, coalesce(sum(amount) filter (where account not like 'tokens/metered/%'), 0) as ended,
            coalesce(sum(amount) filter (where account like 'tokens/unpriced/%'), 0) as unpriced
          from journal_entry where currency like 'token.%' and (kind = 'usage' or account not like 'tokens/metered/%')
          group by currency
        ), unpriced as (
          select 'token.input' as currency, coalesce(sum(input), 0) as tokens from usage where charge is null
          union all select 'token.cached', coalesce(sum(cached_input), 0) from usage where charge is null
          union all select 'token.output', coalesce(sum(output), 0) from usage where charge is null
          union all select 'token.reasoning', coalesce(sum(reasoning), 0) from usage where charge is null
        )
        select currency || ': metered ' || metered.tokens || ', rated ' || coalesce(ended, 0) || ', unpriced '
          || unpriced.tokens || ' against ' || coalesce(rated.unpriced, 0)
        from metered join unpriced using (currency) left join rated using (currency)
        where metered.tokens <> coalesce(ended, 0) or unpriced.tokens <> coalesce(rated.unpriced, 0)`,
  },
  {
    name: "what requests were charged is what was sold",
    counted: "select count(*) from usage where charge is not null",
    of: "priced requests",
    wrong: `select 'charged ' || charged || ', sold ' || sold || ' pico-dollars' from
          (select coalesce(sum(charge), 0) as charged from usage) as usage,
          (select coalesce(-sum(amount), 0) as sold from journal_entry
            where account like 'platform/revenue/%' or account like 'platform/sales/%') as journal
        where charged <> sold`,
  },
  {
    name: "what requests cost is what was drawn for them",
    counted: "select count(*) from usage where cost is not null",
    of: "requests with a known cost",
    wrong: `with known as (
          select coalesce(sum(cost), 0) as cost from usage where cost is not null
        ), drawn as (
          select coalesce(sum(amount), 0) as cost from journal_entry
          where currency = 'usd' and account ~ '^[a-z]+/cost/'
        ), royalty_of_unknown as (
          select coalesce(sum(amount), 0) as cost from journal_entry
          join usage on usage.journal_id = journal_entry.journal_id and usage.cost is null
          where currency = 'usd' and account like 'models/cost/%'
        )
        select 'requests say ' || known.cost || ', the journal ' || drawn.cost - royalty_of_unknown.cost
        from known, drawn, royalty_of_unknown where known.cost <> drawn.cost - royalty_of_unknown.cost`,
  },
  {
    name: "pools are drained: what accrued was drawn or is idle, but for draws since the last close",
    counted: "select count(*) from accrual",
    of: "closes",
    wrong: `with closed as (
          select source, max(journal_id) as journal_id from accrual group by source
        ), pool as (
          select account, currency, split_part(account, '/', 1) as layer,
            substr(account, length(split_part(account, '/', 1)) + 7) as source, sum(amount) as balance,
            coalesce(sum(amount) filter (where kind = 'usage'
              and journal_entry.journal_id > coalesce((select journal_id from closed
                where source = substr(account, length(split_part(account, '/', 1)) + 7)), 0)), 0) as open
          from journal_entry where account ~ '^[a-z]+/pool/' group by account, currency
        )
        select account || ' holds ' || balance || ' ' || currency || ', but ' || open || ' was drawn since'
        from pool where balance <> open`,
  },
  {
    name: "a source's periods follow each other without a gap or an overlap",
    counted: "select count(distinct source) from accrual",
    of: "sources",
    wrong: `select source || ' at ' || from_at from (
          select source, from_at, lag(to_at) over (partition by source order by from_at) as before from accrual
        ) as chain where before is not null and before <> from_at`,
  },
  {
    name: "layers add up: the sum of their margins is revenue from outside less cost to outside",
    counted: "select count(*) from account",
    of: "accounts",
    wrong: `with layer as (
          select -sum(amount) as margin from journal_entry
          where currency = 'usd' and account ~ '^(energy|chips|infrastructure|platform|models|applications)/'
            and account !~ '^[a-z]+/pool/'
        ), outside as (
          select sum(amount) as net from journal_entry
          where currency = 'usd' and (account like 'outside/%' or account ~ '^[a-z]+/pool/')
        )
        select 'layers make ' || margin || ', outside owes ' || net from layer, outside where margin <> net`,
  },
  {
    name: "sums by minute, sums by hour and balances are those of the journal",
    counted: "select count(*) from account_total",
    of: "sums",
    wrong: `with journal_sum as (
          select account.id as account, currency.id as currency, sum(amount) as amount
          from journal_entry join account on account.name = account join currency on currency.name = currency
          group by 1, 2
        ), kept as (
          select account, currency, sum(amount) filter (where grain_minutes = 1) as minutes,
            sum(amount) filter (where grain_minutes = 60) as hours from account_total group by 1, 2
        )
        select 'account ' || coalesce(journal_sum.account, kept.account, balance.account)
        from journal_sum full join kept using (account, currency)
          full join account_balance as balance using (account, currency)
        where journal_sum.amount is distinct from kept.minutes or journal_sum.amount is distinct from kept.hours
          or journal_sum.amount is distinct from balance.amount`,
  },
  {
    name: "sums of requests are those of the requests",
    counted: "select count(*) from usage_total",
    of: "sums",
    wrong: `with requests as (
          select tenant, model, coalesce(source, 'none') as source, count(*) as requests,
            count(*) filter (where charge is null) as unpriced, sum(input + cached_input + output + reasoning) as tokens,
            coalesce(sum(charge), 0) as charge, coalesce(sum(cost), 0) as cost
          from usage group by 1, 2, 3
        ), kept as (
          select grain_minutes, tenant, model, source, sum(complete + partial + failed) as requests,
            sum(unpriced) as unpriced, sum(input + cached_input + output + reasoning) as tokens, sum(charge) as charge,
            sum(cost) as cost
          from usage_total group by 1, 2, 3, 4
        )
        select tenant || ' ' || model || ' ' || source || ' by ' || grain_minutes || ' min'
        from requests full join kept using (tenant, model, source)
        where (requests.requests, requests.unpriced, requests.tokens, requests.charge, requests.cost)
          is distinct from (kept.requests, kept.unpriced, kept.tokens, kept.charge, kept.cost)`,
  },
];

const shownMax = 3;

export async function checkLedger(store: Store): Promise<LedgerCheck> {
  const client = await store.pool.connect();
  const invariants: Invariant[] = [];
  try {
    await client.query("begin isolation level repeatable read read only");
    for (const { name, counted, of, wrong } of proofs) {
      const { rows } = await client.query<{ line: string }>(
        `select line from (${wrong}) as found (line) limit ${shownMax + 1}`,
      );
      const { rows: counts } = await client.query<{ count: string }>(counted);
      const lines = rows.map(({ line }) => line);
      const more = lines.length > shownMax ? "; and more" : "";
      const detail =
        lines.length === 0 ? `${Object.values(counts[0] ?? {})[0]} ${of}` : lines.slice(0, shownMax).join("; ") + more;
      invariants.push({ name, holds: lines.length === 0, detail });
    }
    const unknown = await client.query<{ unpriced: string; uncosted: string }>(
      `select count(*) filter (where charge is null) as unpriced, count(*) filter (where cost is null) as uncosted
        from usage where charge is null or cost is null`,
    );
    const { unpriced = "0", uncosted = "0" } = unknown.rows[0] ?? {};
    invariants.push({
      name: "no price is taken to be zero: what is unknown is listed",
      holds: true,
      detail: `${unpriced} requests without a price, ${uncosted} without a cost`,
    });
  } finally {
    await client.query("rollback").finally(() => client.release());
  }
  const broken = await findBrokenAudit(store.db);
  invariants.push({
    name: "the audit log's chain is intact",
    holds: broken === undefined,
    detail: broken === undefined ? "every entry follows from the one before" : `broken at entry ${broken}`,
  });
  return { ok: invariants.every(({ holds }) => holds), invariants };
}
