/** The numbers of accounts in a database: an account is made when it is first used, and never renamed. */
import type pg from "pg";
import type { AccountName } from "./journal.ts";

export type AccountNumbers = {
  /** Makes sure of all of these; outside of any transaction, so that nobody waits for anybody. */
  ensure(names: Iterable<AccountName>): Promise<void>;
  /** Of an account that `ensure` has seen. */
  numberOf(name: AccountName): number;
};

const known = new WeakMap<pg.Pool, AccountNumbers>();

export function accountsOf(pool: pg.Pool): AccountNumbers {
  const existing = known.get(pool);
  if (existing !== undefined) return existing;
  const numbers = new Map<AccountName, number>();
  const accounts: AccountNumbers = {
    async ensure(names) {
      const missing = [...new Set(names)].filter((name) => !numbers.has(name));
      if (missing.length === 0) return;
      await pool.query("insert into account (name) select unnest($1::text[]) on conflict (name) do nothing", [missing]);
      const { rows } = await pool.query<{ id: number; name: AccountName }>(
        "select id, name from account where name = any ($1)",
        [missing],
      );
      for (const { id, name } of rows) numbers.set(name, id);
    },
    numberOf(name) {
      const number = numbers.get(name);
      if (number === undefined) throw new Error(`Account ${name} was not ensured.`);
      return number;
    },
  };
  known.set(pool, accounts);
  return accounts;
}
