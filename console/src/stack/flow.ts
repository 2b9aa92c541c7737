/**
 * The flow of value from energy to revenue: what each layer sells to the one above it, what is bought outside on the
 * way, what is added over cost, and where value leaks as idle capacity or is sold below cost.
 *
 * At every layer what comes in goes out: purchases + outside cost + what is added = sales + idle (− what is lost).
 */
import type { Layer } from "../../../src/stack/layer.ts";
import { pico, type PicoUsd, usd } from "../../../src/stack/money.ts";
import type { LayerRow } from "../../../src/stack/report.ts";

export type Station = Layer | "outside" | "added" | "revenue" | "idle" | "lost";

export type Link = { readonly from: Station; readonly to: Station; readonly amount: PicoUsd };

/** Who buys what a layer sells inside the factory. */
const buyer: Readonly<Record<Layer, Layer | undefined>> = {
  energy: "infrastructure",
  chips: "infrastructure",
  infrastructure: "platform",
  platform: "applications",
  models: "platform",
  applications: undefined,
};

/** Their first cost is the flow's beginning: it needs no link before it. */
const beginnings: ReadonlySet<Layer> = new Set(["energy", "chips", "models"]);

export function flow(rows: readonly LayerRow[]): readonly Link[] {
  const links: Link[] = [];
  const add = (from: Station, to: Station, amount: bigint) => {
    if (amount > 0n) links.push({ from, to, amount: pico(amount) });
  };
  const bought = new Map<Layer, bigint>();
  for (const { layer, revenue } of rows) {
    const to = buyer[layer];
    if (to !== undefined) bought.set(to, (bought.get(to) ?? 0n) + usd(revenue.internal));
  }
  for (const { layer, revenue, cost, idle } of rows) {
    const paid = usd(cost.external) + usd(cost.internal) + usd(idle);
    const sold = usd(revenue.external) + usd(revenue.internal);
    if (!beginnings.has(layer)) add("outside", layer, paid - (bought.get(layer) ?? 0n));
    const gained = sold - usd(cost.external) - usd(cost.internal);
    add("added", layer, gained);
    add(layer, "lost", -gained);
    const to = buyer[layer];
    if (to !== undefined) add(layer, to, usd(revenue.internal));
    add(layer, "revenue", usd(revenue.external));
    add(layer, "idle", usd(idle));
  }
  return links;
}

/** The columns in which the stations stand, left to right; those that nothing reaches are left out. */
export function columns(links: readonly Link[]): ReadonlyMap<Station, number> {
  const reached = new Set(links.flatMap(({ from, to }) => [from, to]));
  const order: readonly (readonly Station[])[] = [
    ["energy", "chips", "outside", "models", "added"],
    ["infrastructure"],
    ["platform"],
    ["applications"],
    ["revenue", "idle", "lost"],
  ];
  const filled = order
    .map((column) => column.filter((station) => reached.has(station)))
    .filter((column) => column.length > 0);
  return new Map(filled.flatMap((column, index) => column.map((station) => [station, index] as const)));
}
