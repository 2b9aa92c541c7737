/**
 * Contracts in the ledger: each as it was signed, and the sums of what was booked of it by day, which are kept in the
 * same transactions as the journal's (docs/decisions/0010-contracts.md).
 */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const contractTables: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql
      .raw(`
      alter table journal drop constraint journal_kind_check, add constraint journal_kind_check
        check (kind in ('usage', 'accrual', 'sale', 'rerate', 'delivery', 'contract'));

      create table contract (
        -- The resource's, so that one that is declared anew under an old name is another contract.
        uid uuid primary key,
        name text not null,
        spec jsonb not null,
        signed_at timestamptz(3) not null,
        gone_at timestamptz(3),
        settled_at timestamptz(3) not null
      );
      create trigger keep before delete or truncate on contract
        for each statement execute function refuse_change();

      create table contract_total (
        contract uuid not null references contract (uid),
        event text not null,
        day date not null,
        currency smallint not null,
        amount numeric(38, 0) not null,
        open numeric(38, 0) not null,
        primary key (contract, event, day, currency)
      ) with (fillfactor = 80);
    `)
      .execute(db);
  },
};
