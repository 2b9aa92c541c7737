/** A sale by an application of ours: a seat, a task. Its revenue comes from outside; its tokens it bought inside. */
import { floorDivide, pico, usd } from "../stack/money.ts";
import type { Tenant } from "../stack/resource.ts";
import { Fault } from "../stack/fault.ts";
import { type Entry, move, ofLayer, outside, quantity, type Transaction } from "./journal.ts";

export const microUnitsPerUnit = 1_000_000n;

/** @throws Fault `invalid_value` when the tenant is no application. */
export function saleOf(tenant: Tenant, microUnits: bigint, atMs: number): Transaction {
  if (tenant.application === undefined) {
    throw new Fault("invalid_value", {
      message: `Tenant "${tenant.name}" is no application of ours, so it sells nothing here.`,
      remedy: "Give it `application: { unit, priceUsd }`.",
    });
  }
  const entries: Entry[] = [];
  const revenue = pico(floorDivide(usd(tenant.application.priceUsd) * microUnits, microUnitsPerUnit));
  move(entries, outside("receivable", tenant.name), ofLayer("applications", "revenue", tenant.name), "usd", revenue);
  const sold = quantity("units", "sold", tenant.name);
  move(entries, sold, quantity("units", "made", tenant.name), "application-unit", microUnits);
  return { atMs, kind: "sale", subject: tenant.name, entries };
}
