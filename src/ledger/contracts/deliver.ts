/**
 * Accelerator-hours delivered under a contract: accelerators that are a customer's alone leave the source's pool as
 * time passes, at cost, and infrastructure sells them outside at the contract's price.
 *
 * Their power is not ours to meter: while the factory runs it is modelled at the accelerator's full load.
 */
import type { Contract } from "../../stack/contract.ts";
import { pico, usd } from "../../stack/money.ts";
import type { Period, Pools } from "../close.ts";
import { accruedBetween, monthHours, type SourceCosts } from "../cost.ts";
import { drawAccounts, drawAtCost } from "../draw.ts";
import { type AccountName, type Entry, move, ofLayer, outside, quantity, type Transaction } from "../journal.ts";
import { acceleratorsOn, dayAt } from "./terms.ts";

export type Delivery = { readonly transaction: Transaction; readonly pools: Pools };

/**
 * The delivery of a period, which lies within one day; undefined when the contract has no accelerators of the source
 * then.
 *
 * @param pools what stands in the source's pools before it; the answer says what stands there after.
 */
export function deliverHours(one: Contract, costs: SourceCosts, period: Period, pools: Pools): Delivery | undefined {
  const { accelerators: sold, tenant } = one;
  if (sold === undefined || tenant === undefined || sold.source !== costs.source) return undefined;
  const accelerators = acceleratorsOn(one, dayAt(period.fromMs));
  if (accelerators === 0n) return undefined;
  const acceleratorMs = accelerators * BigInt(period.toMs - period.fromMs);
  const entries: Entry[] = [];
  const plug = period.up ? BigInt(Math.round(costs.maxWatts * Number(acceleratorMs))) : 0n;
  const drawn = drawAtCost(entries, costs, acceleratorMs, plug);
  const perMonth = pico(usd(sold.usdPerAcceleratorHour) * monthHours);
  const price = accruedBetween(perMonth, accelerators, period.fromMs, period.toMs);
  move(entries, outside("contract", one.name), ofLayer("infrastructure", "revenue", tenant), "usd", price);
  const pool = quantity("capacity", "pool", costs.source);
  move(entries, quantity("capacity", "sold", one.name), pool, "accelerator-ms", acceleratorMs);
  return {
    transaction: { atMs: period.fromMs, kind: "delivery", subject: one.name, entries },
    pools: {
      chips: pools.chips - drawn.chips,
      infrastructure: pools.infrastructure - drawn.infrastructure,
      acceleratorMs: pools.acceleratorMs - acceleratorMs,
    },
  };
}

/** Every account that a delivery under a contract touches. */
export function deliveryAccounts({ name, tenant, accelerators }: Contract): AccountName[] {
  if (accelerators === undefined || tenant === undefined) return [];
  const { source } = accelerators;
  return [
    ...drawAccounts(source),
    outside("contract", name),
    ofLayer("infrastructure", "revenue", tenant),
    quantity("capacity", "sold", name),
    quantity("capacity", "pool", source),
  ];
}
