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

/** One pass over the journal: what most proofs compare with. `line` is what the entries of a kind add up to. */
const sumsOfJournal = `
  create temp table line on commit drop as
    select entry.account as account_id, entry.currency as currency_id, account.name as account,
      split_part(account.name, '/', 1) as owner, split_part(account.name, '/', 2) as role,
      regexp_replace(account.name, '^[^/]*/[^/]*/', '') as subject,
      currency.name as currency, kind, amount
    from (
      select entry.account, entry.currency, kind, sum(entry.amount) as amount
      from journal cross join unnest(journal.account, journal.currency, journal.amount) as entry (account, currency, amount)
      group by entry.account, entry.currency, kind
    ) as entry join account on account.id = entry.account join currency on currency.id = entry.currency`;

type Proof = {
  readonly name: string;
  readonly counted: string;
  readonly of: string;
  /** Gives the counter-examples, a line of text for each. */
  readonly wrong: string;
};

const proofs: readonly Proof[] = [
  {
    name: "debits equal credits in each transaction and currency",
    counted: "select count(*) from journal",
    of: "transactions",
    wrong: `select 'transaction ' || journal.id || ' is off by ' || off || ' ' || currency.name
      from journal cross join lateral (
        select entry.currency, sum(entry.amount) as off from unnest(journal.currency, journal.amount) as entry (currency, amount)
        group by entry.currency having sum(entry.amount) <> 0
      ) as entry join currency on currency.id = entry.currency`,
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
    wrong: `with sums as (
        select sum(input) as input, sum(cached_input) as cached, sum(output) as output, sum(reasoning) as reasoning,
          sum(input) filter (where charge is null) as input_unpriced,
          sum(cached_input) filter (where charge is null) as cached_unpriced,
          sum(output) filter (where charge is null) as output_unpriced,
          sum(reasoning) filter (where charge is null) as reasoning_unpriced
        from usage
      ), metered (currency, tokens, unpriced) as (
        select v.* from sums, lateral (values
          ('token.input', input, input_unpriced), ('token.cached', cached, cached_unpriced),
          ('token.output', output, output_unpriced), ('token.reasoning', reasoning, reasoning_unpriced)) as v
      ), rated as (
        select currency, sum(amount) filter (where role <> 'metered') as tokens,
          -sum(amount) filter (where role = 'metered') as made, sum(amount) filter (where role = 'unpriced') as unpriced
        from line where owner = 'tokens' group by currency
      )
      select currency || ': metered ' || coalesce(metered.tokens, 0) || ', rated ' || coalesce(rated.tokens, 0)
        || ', unpriced ' || coalesce(metered.unpriced, 0) || ' against ' || coalesce(rated.unpriced, 0)
      from metered left join rated using (currency)
      where coalesce(metered.tokens, 0) <> coalesce(rated.tokens, 0)
        or coalesce(metered.tokens, 0) <> coalesce(rated.made, 0)
        or coalesce(metered.unpriced, 0) <> coalesce(rated.unpriced, 0)`,
  },
  {
    name: "what requests were charged is what was sold",
    counted: "select count(*) from usage where charge is not null",
    of: "priced requests",
    wrong: `select 'charged ' || charged || ', sold ' || sold || ' pico-dollars' from
        (select coalesce(sum(charge), 0) as charged from usage) as usage,
        (select coalesce(-sum(amount), 0) as sold from line
          where owner = 'platform' and role in ('revenue', 'sales') and kind in ('usage', 'rerate')) as journal
      where charged <> sold`,
  },
  {
    name: "what requests cost is what was drawn for them",
    counted: "select count(*) from usage where cost is not null",
    of: "requests with a known cost",
    // A royalty is booked at once, also for a request whose other costs are not known yet.
    wrong: `with known as (
        select coalesce(sum(cost), 0) as cost from usage where cost is not null
      ), drawn as (
        select coalesce(sum(amount), 0) as cost from line
        where currency = 'usd' and role = 'cost' and kind in ('usage', 'rerate')
      ), royalty_of_unknown as (
        select coalesce(sum(entry.amount), 0) as cost
        from usage join journal on journal.id = usage.journal_id
          cross join unnest(journal.account, journal.amount) as entry (account, amount)
          join account on account.id = entry.account and account.name like 'models/cost/%'
        where usage.cost is null
      )
      select 'requests say ' || known.cost || ', the journal ' || drawn.cost - royalty_of_unknown.cost
      from known, drawn, royalty_of_unknown where known.cost <> drawn.cost - royalty_of_unknown.cost`,
  },
  {
    name: "pools are drained: what accrued was drawn or is idle, but for draws since the last close",
    counted: "select count(*) from accrual",
    of: "closes",
    wrong: `with pool as (
        select account_id, account, currency_id, currency, sum(amount) as balance, coalesce((
          select max(journal_id) from accrual
          where source = substr(account, length(owner) + length('/pool/') + 1)), 0) as closed
        from line where role = 'pool' group by account_id, account, owner, currency_id, currency
      ), drawn as (
        select pool.account_id, pool.currency_id, sum(entry.amount) as amount
        from journal cross join unnest(journal.account, journal.currency, journal.amount)
            as entry (account, currency, amount)
          join pool on pool.account_id = entry.account and pool.currency_id = entry.currency
        where kind in ('usage', 'rerate') and journal.id > (select min(closed) from pool) and journal.id > pool.closed
        group by pool.account_id, pool.currency_id
      )
      select account || ' holds ' || balance || ' ' || currency || ', but ' || coalesce(drawn.amount, 0) || ' was drawn since'
      from pool left join drawn using (account_id, currency_id) where balance <> coalesce(drawn.amount, 0)`,
  },
  {
    name: "a source's periods follow each other without an overlap, or a gap while it was there",
    counted: "select count(distinct source) from accrual",
    of: "sources",
    wrong: `select source || ' at ' || from_at from (
        select source, from_at, lag(to_at) over (partition by source order by from_at) as before from accrual
      ) as chain
      where before > from_at or before < from_at and not exists (
        select from audit_log where action = 'create' and subject = 'Source/' || source
          and at >= before and at < from_at + interval '1 minute')`,
  },
  {
    name: "contracts: signed less recognised less cancelled is what is open, and never less than nothing",
    counted: "select count(*) from contract",
    of: "contracts",
    wrong: `select subject || ' holds ' || coalesce(sum(amount) filter (where role = 'open'), 0) || ' ' || currency
        || ', its events leave ' || coalesce(-sum(amount) filter (where role <> 'open'), 0)
      from line where owner in ('rpo', 'commitment') group by owner, subject, currency
      having sum(amount) <> 0 or coalesce(sum(amount) filter (where role = 'open'), 0) < 0`,
  },
  {
    name: "contracts: what drew on them was delivered, once, and their sums are those of the journal",
    counted: "select count(*) from contract_total",
    of: "sums",
    wrong: `with kept as (
        select contract.name as subject, contract.spec ->> 'role' as side, currency.name as currency,
          sum(open) as open, coalesce(sum(amount) filter (where event = 'delivered'), 0) as delivered,
          coalesce(sum(amount) filter (where event in ('shortfall', 'prepaid')), 0)
            - coalesce(sum(amount) filter (where event in ('credited', 'refunded')), 0) as billed,
          coalesce(sum(amount) filter (where event = 'prepaid'), 0)
            - coalesce(sum(amount) filter (where event in ('credited', 'refunded', 'breakage')), 0) as prepaid
        from contract_total join contract on contract.uid = contract_total.contract
          join currency on currency.id = contract_total.currency
        group by 1, 2, 3
      ), booked as (
        select subject, currency,
          sum(amount) filter (where owner in ('rpo', 'commitment') and role = 'open') as open,
          sum(amount) filter (where owner || '/' || role in ('outside/contract', 'tokens/contract', 'capacity/sold'))
            as delivered,
          sum(amount) filter (where owner = 'outside' and role = 'billed') as billed,
          sum(amount) filter (where owner = 'outside' and role = 'prepaid') as prepaid
        from line where owner in ('rpo', 'commitment')
          or owner || '/' || role in ('outside/contract', 'outside/billed', 'outside/prepaid', 'tokens/contract', 'capacity/sold')
        group by subject, currency
      )
      select subject || ' in ' || currency || ': open ' || coalesce(kept.open, 0) || ' against '
        || coalesce(booked.open, 0) || ', drawn ' || coalesce(kept.delivered, 0) || ' of ' || coalesce(booked.delivered, 0)
      from kept full join booked using (subject, currency)
      where coalesce(kept.open, 0) <> coalesce(booked.open, 0)
        or abs(coalesce(kept.billed, 0)) <> abs(coalesce(booked.billed, 0))
        or abs(coalesce(kept.prepaid, 0)) <> abs(coalesce(booked.prepaid, 0))
        or kept.side = 'seller' and kept.delivered > coalesce(booked.delivered, 0)`,
  },
  {
    name: "layers add up: the sum of their margins is revenue from outside less cost to outside",
    counted: "select count(*) from account",
    of: "accounts",
    wrong: `select 'layers make ' || margin || ', outside owes ' || net from (
        select coalesce(-sum(amount) filter (where owner <> 'outside' and role <> 'pool'), 0) as margin,
          coalesce(sum(amount) filter (where owner = 'outside' or role = 'pool'), 0) as net
        from line where currency = 'usd'
      ) as sums where margin <> net`,
  },
  {
    name: "sums by minute, sums by hour and balances are those of the journal",
    counted: "select count(*) from account_total",
    of: "sums",
    wrong: `with journal_sum as (
        select account_id as account, currency_id as currency, sum(amount) as amount from line group by 1, 2
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
      ), grain (grain_minutes) as (
        select distinct grain_minutes from usage_total
      ), kept as (
        select grain_minutes, tenant, model, source, sum(complete + partial + failed) as requests,
          sum(unpriced) as unpriced, sum(input + cached_input + output + reasoning) as tokens, sum(charge) as charge,
          sum(cost) as cost
        from usage_total group by 1, 2, 3, 4
      )
      select tenant || ' ' || model || ' ' || source || ' by ' || grain_minutes || ' min'
      from (requests cross join grain) full join kept using (grain_minutes, tenant, model, source)
      where (requests.requests, requests.unpriced, requests.tokens, requests.charge, requests.cost)
        is distinct from (kept.requests, kept.unpriced, kept.tokens, kept.charge, kept.cost)`,
  },
];

const shownMax = 3;

export async function checkLedger(store: Store): Promise<LedgerCheck> {
  const client = await store.pool.connect();
  const invariants: Invariant[] = [];
  try {
    // One snapshot for all proofs, so that posting may go on meanwhile; nothing is kept.
    await client.query("begin isolation level repeatable read");
    await client.query(sumsOfJournal);
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
