/**
 * The journal's nouns: currencies, accounts, entries, transactions.
 *
 * Quantities are conserved like money, so tokens, accelerator time, energy and what applications sell are
 * currencies too. A debit is positive, a credit negative; the entries of a transaction add up to zero in each
 * currency, by construction here (`move`) and by a constraint in the database.
 */
import type { Layer } from "../stack/layer.ts";

/** The number under which the database knows each currency, and its unit. */
export const currencies = {
  /** Pico-dollars, 10⁻¹² USD. */
  usd: 1,
  "token.input": 2,
  "token.cached": 3,
  "token.output": 4,
  "token.reasoning": 5,
  "accelerator-ms": 6,
  /** Millijoules at the site's meter, so with its PUE. */
  millijoule: 7,
  /** Millionths of what an application sells: a seat, a task. */
  "application-unit": 8,
} as const;

export type Currency = keyof typeof currencies;

const currencyNames = new Map(Object.entries(currencies).map(([name, id]) => [id as number, name as Currency]));

/** @param id The number under which the database knows it. */
export function currencyOf(id: number): Currency {
  const name = currencyNames.get(id);
  if (name === undefined) throw new Error(`The ledger holds an unknown currency ${id}.`);
  return name;
}

export const tokenCurrencies = ["token.input", "token.cached", "token.output", "token.reasoning"] as const;

/**
 * What an account of a layer is for.
 *
 * - `revenue` from outside, `sales` to the layer above; `cost` to outside of what was drawn, `purchases` from below;
 * - `idle`: hours that nobody used, bought from the layer below and borne here;
 * - `unused`: the outside cost of capacity that nobody drew, borne here;
 * - `resold`: the outside cost of capacity that nobody drew, but that the layer above pays for;
 * - `pool`: what has accrued and was not drawn yet.
 */
export type LayerRole = "revenue" | "sales" | "cost" | "purchases" | "idle" | "unused" | "resold" | "pool";

/**
 * Counterparties outside the factory. Of a contract, by its name: `contract` is owed for what was delivered under it,
 * `billed` for prepayments and shortfalls less credits, and `prepaid` is what has been paid and not credited yet.
 */
export type OutsideRole =
  | "receivable"
  | "contract"
  | "billed"
  | "prepaid"
  | "electricity"
  | "capital"
  | "colocation"
  | "opex"
  | "lease"
  | "rent"
  | "upstream"
  | "royalty";

/** Conserved quantities: where they come from and where they end. */
export type QuantityRole =
  | { readonly of: "tokens"; readonly role: "metered" | "billed" | "contract" | "unpriced" | "unbilled" }
  | { readonly of: "capacity"; readonly role: "contracted" | "pool" | "used" | "sold" | "reserved" | "idle" }
  | { readonly of: "power"; readonly role: "meter" | "used" | "idle" }
  | { readonly of: "units"; readonly role: "made" | "sold" };

/**
 * What is left of contracts, in money and in quantities: remaining performance obligations of a seller, purchase
 * obligations of a buyer. Memo accounts: they balance among themselves and are in no margin.
 */
export type ObligationRole = "open" | "signed" | "recognised" | "cancelled";

/** An account's name: what it belongs to, its role, and whom or what it is about. */
export type AccountName = `${string}/${string}/${string}`;

export function ofLayer(layer: Layer, role: LayerRole, subject: string): AccountName {
  return `${layer}/${role}/${subject}`;
}

export function outside(role: OutsideRole, subject: string): AccountName {
  return `outside/${role}/${subject}`;
}

export function quantity<Q extends QuantityRole>(of: Q["of"], role: Q["role"], subject: string): AccountName {
  return `${of}/${role}/${subject}`;
}

export function obligation(of: "rpo" | "commitment", role: ObligationRole, contract: string): AccountName {
  return `${of}/${role}/${contract}`;
}

export function parseAccount(name: string): { readonly of: string; readonly role: string; readonly subject: string } {
  const first = name.indexOf("/");
  const second = name.indexOf("/", first + 1);
  return { of: name.slice(0, first), role: name.slice(first + 1, second), subject: name.slice(second + 1) };
}

export type Entry = { readonly account: AccountName; readonly currency: Currency; readonly amount: bigint };

export const transactionKinds = ["usage", "accrual", "sale", "rerate", "delivery", "contract"] as const;

export type TransactionKind = (typeof transactionKinds)[number];

export type Transaction = {
  readonly atMs: number;
  readonly kind: TransactionKind;
  /** The request's id, or the source, the tenant, the contract. */
  readonly subject: string;
  readonly entries: readonly Entry[];
};

/** Adds a movement to the entries: both sides of it, or nothing when it is of nothing. */
export function move(
  entries: Entry[],
  debit: AccountName,
  credit: AccountName,
  currency: Currency,
  amount: bigint,
): void {
  if (amount === 0n) return;
  entries.push({ account: debit, currency, amount }, { account: credit, currency, amount: -amount });
}

/** What the entries of a currency add up to, for each that does not balance. */
export function imbalances(entries: readonly Entry[]): Map<Currency, bigint> {
  const sums = new Map<Currency, bigint>();
  for (const { currency, amount } of entries) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  for (const [currency, sum] of sums) if (sum === 0n) sums.delete(currency);
  return sums;
}
