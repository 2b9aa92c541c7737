/**
 * What one more of something is worth in a plan, from the duals of its linear programme.
 *
 * The marginal cost of work is the dual of the row that makes it at a place, not of the row of its demand, which mixes in
 * what unmet demand loses. It is put into dollars of its quarter by the dual of that quarter's cash, which holds discount,
 * probability and risk weight at once. And as whole blocks have no duals, these hold while the decisions stay; beside them
 * stands the average cost, capital among it, for what is idle costs little at the margin.
 */
import type { FutureAccount } from "./account.ts";
import type { Decided } from "./decided.ts";
import type { Formulated } from "./formulate.ts";
import type { Node } from "./tree.ts";

export type WorkPrice = {
  readonly quarter: string;
  readonly futures: readonly string[];
  readonly model: string;
  readonly tier: string;
  readonly unit: "tokens" | "acceleratorHours";
  /** Of one more, in dollars per million tokens or per accelerator-hour, where it is made; the mean by what is made. */
  readonly marginalUsd: number;
  readonly lowestUsd: number;
  readonly highestUsd: number;
  /** All that the work costs, with depreciation and the cost of capital; null when none is made. */
  readonly averageUsd: number | null;
};

/** A limit that binds, and what one more of it in every quarter would add to what is optimised, decisions following. */
export type Binding = {
  readonly limit: "power" | "allocation" | "capital";
  /** The site, or the accelerator; empty for capital. */
  readonly of: string;
  /** The quarters in which it binds. */
  readonly quarters: readonly string[];
  /** For one more MW throughout, or one more dollar a quarter: over all quarters, at the plan's beginning. */
  readonly worthUsd: number;
};

export function workPrices(
  { planned, rows, valued }: Formulated,
  decided: Decided,
  accounts: readonly FutureAccount[],
  duals: Float64Array,
): WorkPrice[] {
  const made = new Map<Node, { readonly place: number; readonly workClass: number; readonly dual: number }[]>();
  for (const [row, [place, workClass, node]] of rows.make) {
    const dollar = duals[valued.operating.get(node)!] ?? 0;
    if (dollar <= 0) continue;
    const list = made.get(node) ?? [];
    list.push({ place, workClass, dual: (duals[row] ?? 0) / dollar });
    made.set(node, list);
  }
  return planned.tree.operations.flatMap((node) => {
    const quarter = planned.quarterNames[node.quarter]!;
    const [first = 0] = node.futures;
    const futures = node.futures.map((future) => planned.futures[future]!.name);
    const operation = decided.operations.find((one) => one.quarter === quarter && one.futures.includes(futures[0]!))!;
    const account = accounts[first]!.quarters[node.quarter]!;
    const capital = (account.bookValueUsd * planned.scenario.finance.discountPerYear) / 4;
    const { energy, chips, infrastructure } = account.costUsd;
    const allMw = operation.work.reduce((sum, { mw }) => sum + mw, 0);
    return planned.classes.flatMap(({ model, tier, unit }, workClass): WorkPrice[] => {
      const here = (made.get(node) ?? []).filter((one) => one.workClass === workClass);
      const units = (place: number) => {
        const at = planned.places[place]!.name;
        const served = operation.served.filter((one) => planned.streams[one.demand]!.workClass === workClass);
        const delivered = operation.delivered.filter(
          ({ deal }) => planned.deals.find(({ name }) => name === deal)?.workClass === workClass,
        );
        return [...served, ...delivered].reduce((sum, one) => (one.place === at ? sum + one.units : sum), 0);
      };
      const making = here.map((one) => ({ ...one, units: units(one.place) })).filter((one) => one.units > 0);
      const total = making.reduce((sum, one) => sum + one.units, 0);
      const costs = (making.length > 0 ? making : here).map(({ dual }) => dual);
      if (costs.length === 0) return [];
      const mw = operation.work.reduce(
        (sum, work) => (work.model === model && work.tier === tier ? sum + work.mw : sum),
        0,
      );
      const lowest = Math.min(...costs);
      return [
        {
          quarter,
          futures,
          model,
          tier,
          unit,
          marginalUsd: total > 0 ? making.reduce((sum, one) => sum + (one.dual * one.units) / total, 0) : lowest,
          lowestUsd: lowest,
          highestUsd: Math.max(...costs),
          averageUsd:
            total > 0 && allMw > 0 ? ((energy + chips + infrastructure + capital) * mw) / allMw / (total * 1e6) : null,
        },
      ];
    });
  });
}

/** @param duals Of the relaxation: one more MW of power is worth little while no hall may follow it. */
export function bindings({ planned, rows }: Formulated, duals: Float64Array): Binding[] {
  const found = new Map<string, { limit: Binding["limit"]; of: string; quarters: Set<string>; worthUsd: number }>();
  const note = (limit: Binding["limit"], of: string, quarter: number, row: number) => {
    const worth = -(duals[row] ?? 0);
    if (worth <= 1e-9) return;
    const key = `${limit} ${of}`;
    const one = found.get(key) ?? { limit, of, quarters: new Set<string>(), worthUsd: 0 };
    one.quarters.add(planned.quarterNames[quarter]!);
    // A MW is worth millions, as money is counted; a dollar of capital dollars.
    one.worthUsd += worth * (limit === "capital" ? 1 : 1e6);
    found.set(key, one);
  };
  for (const [row, [place, { quarter }]] of rows.power) note("power", planned.places[place]!.name, quarter, row);
  for (const [row, [k, { quarter }]] of rows.allocation)
    note("allocation", planned.accelerators[k]!.name, quarter, row);
  for (const [row, [{ quarter }]] of rows.capital) note("capital", "", quarter, row);
  return [...found.values()]
    .map((one) => ({ ...one, quarters: [...one.quarters] }))
    .toSorted((a, b) => b.worthUsd - a.worthUsd);
}
