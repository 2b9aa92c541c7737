/**
 * The price that holds for a request: the contract's when its tenant has one for the model, else the price books'.
 * Pure; the gateway holds by it and the ledger bills by it.
 */
import type { Contract } from "../../stack/contract.ts";
import type { PriceBook, Tenant } from "../../stack/resource.ts";
import { type Price, priceAt, pricePerToken } from "../price.ts";
import { dayMs, dayOf, endDayOf } from "./terms.ts";

export type PriceSources = {
  readonly priceBooks: readonly PriceBook[];
  readonly contracts: readonly Contract[];
  readonly tenants: ReadonlyMap<string, Tenant>;
};

/** A price, and the contract that it stands in. */
export type Agreed = { readonly price: Price; readonly contract?: string };

export function agreedPrice(from: PriceSources, tenant: string, model: string, atMs: number): Agreed | undefined {
  for (const one of from.contracts) {
    if (one.tenant !== tenant) continue;
    const { fromMs, endMs, prices } = readOnce(one);
    const price = prices.get(model);
    if (price !== undefined && atMs >= fromMs && atMs < endMs) return { price, contract: one.name };
  }
  const price = priceAt(from.priceBooks, from.tenants.get(tenant), model, atMs);
  return price === undefined ? undefined : { price };
}

type Read = { readonly fromMs: number; readonly endMs: number; readonly prices: ReadonlyMap<string, Price> };

/** A contract does not change once read; what it says is worked out once. */
const readContracts = new WeakMap<Contract, Read>();

function readOnce(one: Contract): Read {
  let read = readContracts.get(one);
  if (read === undefined) {
    read = {
      fromMs: dayOf(one.from) * dayMs,
      endMs: endDayOf(one) * dayMs,
      prices: new Map((one.tokens ?? []).map((line) => [line.model, pricePerToken(line)])),
    };
    readContracts.set(one, read);
  }
  return read;
}
