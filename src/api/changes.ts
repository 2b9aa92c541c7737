/**
 * What a new declaration changes, and what that does to prices: the one piece of code behind `tokenworks diff`,
 * `apply` and the console. Pure.
 */
import { isDeepStrictEqual } from "node:util";
import { accruedBetween, costOfEnergy, costsOf, type SourceCosts } from "../ledger/cost.ts";
import { priceAt } from "../ledger/price.ts";
import { Fault } from "../stack/fault.ts";
import { formatUsd, pico, type PicoUsd, usd } from "../stack/money.ts";
import type { Contract } from "../stack/contract.ts";
import type { CapacitySource, PriceBook, Resource, Site } from "../stack/resource.ts";
import { changesOfPast, checkReferences, type Problem } from "../store/references.ts";
import type { ResourceChange } from "../store/resources.ts";

export type FieldChange = { readonly path: string; readonly before?: unknown; readonly after?: unknown };

/** A figure in dollars before and after; null where there is none. */
export type Effect = {
  readonly what: string;
  readonly unit: string;
  readonly before: string | null;
  readonly after: string | null;
};

export type Change = {
  readonly action: "create" | "update" | "delete";
  readonly kind: Resource["kind"] | "Factory";
  readonly name: string;
  readonly fields: readonly FieldChange[];
  readonly effects: readonly Effect[];
};

/**
 * The changes from what is to what is declared, in the order in which they are shown.
 *
 * @param prune Whether what is not declared goes; it stays otherwise.
 */
export function changesBetween(
  before: readonly Resource[],
  declared: readonly Resource[],
  { prune, nowMs }: { readonly prune: boolean; readonly nowMs: number },
): Change[] {
  const old = new Map(before.map((one) => [idOf(one), one]));
  const wanted = new Map(declared.map((one) => [idOf(one), one]));
  const after = declaredWith(before, declared, prune);
  const pricesBefore = priceSheet(before, nowMs);
  const pricesAfter = priceSheet(after, nowMs);
  const gone = prune ? before.filter((one) => !wanted.has(idOf(one))) : [];
  const changed = declared.filter((one) => !isDeepStrictEqual(old.get(idOf(one)), one));
  return [
    ...changed.map((one) => describe(old.get(idOf(one)), one, pricesBefore, pricesAfter)),
    ...gone.map((one) => describe(one, undefined, pricesBefore, pricesAfter)),
  ];
}

/** What is declared, with what stays beside it. */
export function declaredWith(before: readonly Resource[], declared: readonly Resource[], prune: boolean): Resource[] {
  if (prune) return [...declared];
  const named = new Set(declared.map(idOf));
  return [...before.filter((one) => !named.has(idOf(one))), ...declared];
}

/**
 * Refuses now what the store would refuse later, so that a diff shows only what can be applied.
 *
 * @throws Fault `invalid_value` when the result does not fit together, `conflict` when it would change the past.
 */
export function checkApplies(before: readonly Resource[], after: readonly Resource[], nowMs: number): void {
  refuse("invalid_value", checkReferences(after), "Correct it first.");
  const wanted = new Map(after.map((one) => [idOf(one), one]));
  const past = before.flatMap((one) => changesOfPast(one, wanted.get(idOf(one)), nowMs));
  refuse("conflict", past, "Leave it, and add what begins in the future.");
}

function refuse(code: "invalid_value" | "conflict", problems: readonly Problem[], remedy: string): void {
  if (problems.length === 0) return;
  const lines = problems.map((problem) => `${problem.resource} ${problem.path}: ${problem.message}`);
  throw new Fault(code, { message: lines.join("\n"), remedy });
}

/** The same changes as the store takes them. */
export function storeChanges(changes: readonly Change[], declared: readonly Resource[]): ResourceChange[] {
  const wanted = new Map(declared.map((one) => [idOf(one), one]));
  return changes.flatMap((change): ResourceChange[] => {
    if (change.kind === "Factory") return [];
    if (change.action === "delete") return [{ change: "delete", kind: change.kind, name: change.name }];
    const resource = wanted.get(`${change.kind}/${change.name}`);
    return resource === undefined ? [] : [{ change: "put", resource }];
  });
}

/** The change of the factory's own name, when it is declared and differs. */
export function renaming(before: string, declared: string | undefined): Change[] {
  if (declared === undefined || declared === before) return [];
  const fields = [{ path: "factory", before, after: declared }];
  return [{ action: "update", kind: "Factory", name: before, fields, effects: [] }];
}

/** What the factory as a whole pays per hour for capacity, before energy, and at full load. */
export function hourlyTotals(resources: readonly Resource[]): { fixed: PicoUsd; fullLoad: PicoUsd } {
  const costs = capacityCosts(resources).map(({ costs }) => costs);
  const fixed = costs.reduce((sum, one) => sum + fixedPerHour(one), 0n);
  return {
    fixed: pico(fixed),
    fullLoad: pico(costs.reduce((sum, one) => sum + energyPerHour(one, one.maxWatts), fixed)),
  };
}

function describe(
  before: Resource | undefined,
  after: Resource | undefined,
  pricesBefore: PriceSheet,
  pricesAfter: PriceSheet,
): Change {
  const one = after ?? before;
  if (one === undefined) throw new Error("A change is of something.");
  const id = idOf(one);
  const lines = new Map(
    [...(pricesBefore.get(id) ?? []), ...(pricesAfter.get(id) ?? [])].map((line) => [line.what, line]),
  );
  const amount = (sheet: PriceSheet, what: string) => sheet.get(id)?.find((line) => line.what === what)?.amount;
  const effects = [...lines.values()].flatMap(({ what, unit, of }): Effect[] => {
    // What a site does to its sources is news when the site changes, not when it comes or goes with them.
    if (of === "another" && (before === undefined || after === undefined)) return [];
    const [from, to] = [amount(pricesBefore, what), amount(pricesAfter, what)];
    if (from === to) return [];
    return [{ what, unit, before: text(from), after: text(to) }];
  });
  return {
    action: before === undefined ? "create" : after === undefined ? "delete" : "update",
    kind: one.kind,
    name: one.name,
    fields: before === undefined || after === undefined ? [] : fieldChanges(before, after, ""),
    effects,
  };
}

function text(amount: PicoUsd | undefined): string | null {
  return amount === undefined ? null : formatUsd(amount);
}

type PriceLine = {
  readonly what: string;
  readonly unit: string;
  readonly amount: PicoUsd;
  /** Of another resource that depends on this one. */
  readonly of?: "another";
};
/** By resource: every line that its declaration decides. */
type PriceSheet = ReadonlyMap<string, readonly PriceLine[]>;

function priceSheet(resources: readonly Resource[], nowMs: number): PriceSheet {
  const sheet = new Map<string, PriceLine[]>();
  const add = (id: string, ...lines: PriceLine[]) => sheet.set(id, [...(sheet.get(id) ?? []), ...lines]);
  for (const { source, site, costs } of capacityCosts(resources)) {
    const lines = sourceLines(costs);
    add(idOf(source), ...lines);
    add(
      idOf(site),
      ...lines.map((line) => ({ ...line, what: `${source.name}: ${line.what}`, of: "another" as const })),
    );
  }
  for (const one of resources) {
    const id = idOf(one);
    if (one.kind === "PriceBook") add(id, ...bookLines(one, nowMs));
    if (one.kind === "Source" && one.type === "upstream") {
      add(id, ...bookLines({ kind: "PriceBook", name: "list", prices: one.prices }, nowMs));
    }
    if (one.kind === "Model" && one.royaltyUsdPerMillion !== undefined) {
      add(id, { what: "royalty", unit: "USD/Mtok", amount: usd(one.royaltyUsdPerMillion) });
    }
    if (one.kind === "Tenant") {
      if (one.limits.budget !== undefined) {
        add(id, { what: "budget", unit: `USD/${one.limits.budget.period}`, amount: usd(one.limits.budget.amountUsd) });
      }
      if (one.application !== undefined) {
        add(id, { what: `price of a ${one.application.unit}`, unit: "USD", amount: usd(one.application.priceUsd) });
      }
    }
    if (one.kind === "Contract") add(id, ...contractLines(one));
  }
  return sheet;
}

function sourceLines(costs: SourceCosts): PriceLine[] {
  const unit = "USD/hour";
  return [
    { what: "capacity", unit, amount: pico(fixedPerHour(costs)) },
    { what: "energy when idle", unit, amount: pico(energyPerHour(costs, costs.idleWatts)) },
    { what: "energy at full load", unit, amount: pico(energyPerHour(costs, costs.maxWatts)) },
  ];
}

function contractLines(one: Contract): PriceLine[] {
  const unit = "USD/Mtok";
  const lines: PriceLine[] = [{ what: "total", unit: "USD", amount: usd(one.totalUsd) }];
  for (const { model, inputUsdPerMillion, outputUsdPerMillion } of one.tokens ?? []) {
    lines.push({ what: `${model} input`, unit, amount: usd(inputUsdPerMillion) });
    lines.push({ what: `${model} output`, unit, amount: usd(outputUsdPerMillion) });
  }
  if (one.accelerators !== undefined) {
    const amount = usd(one.accelerators.usdPerAcceleratorHour);
    lines.push({ what: "price of an accelerator", unit: "USD/hour", amount });
  }
  if (typeof one.takeOrPay === "object") {
    lines.push({ what: "floor", unit: `USD/${one.takeOrPay.period}`, amount: usd(one.takeOrPay.floorUsd) });
  }
  if (one.prepayment !== undefined) lines.push({ what: "prepaid", unit: "USD", amount: usd(one.prepayment.usd) });
  return lines;
}

function bookLines(book: PriceBook, nowMs: number): PriceLine[] {
  // A book may be asked by any name: as the list it is asked by itself.
  const alone = [{ ...book, name: "list" }];
  const moments = new Map<string, number[]>();
  for (const { model, from } of book.prices) {
    const begins = Date.parse(from);
    moments.set(model, [...(moments.get(model) ?? []), ...(begins > nowMs ? [begins] : [])]);
  }
  return [...moments].flatMap(([model, future]) =>
    [nowMs, ...future].flatMap((atMs): PriceLine[] => {
      const price = priceAt(alone, undefined, model, atMs);
      if (price === undefined) return [];
      const when = atMs === nowMs ? "" : ` from ${new Date(atMs).toISOString()}`;
      const line = (what: string, perToken: PicoUsd): PriceLine => ({
        what: `${model} ${what}${when}`,
        unit: "USD/Mtok",
        amount: pico(perToken * 1_000_000n),
      });
      return [
        line("input", price.input),
        line("cached input", price.cachedInput),
        line("output", price.output),
        ...(price.reasoning === price.output ? [] : [line("reasoning", price.reasoning)]),
      ];
    }),
  );
}

function capacityCosts(resources: readonly Resource[]): { source: CapacitySource; site: Site; costs: SourceCosts }[] {
  const sites = new Map(resources.flatMap((one) => (one.kind === "Site" ? [[one.name, one] as const] : [])));
  return resources.flatMap((one) => {
    if (one.kind !== "Source" || one.type === "upstream") return [];
    const site = sites.get(one.site);
    return site === undefined ? [] : [{ source: one, site, costs: costsOf(one, site) }];
  });
}

const hourMs = 3_600_000;

function fixedPerHour(costs: SourceCosts): bigint {
  return costs.outside.reduce((sum, { perMonth }) => sum + accruedBetween(perMonth, costs.accelerators, 0, hourMs), 0n);
}

/** Watts are millijoules per millisecond. */
function energyPerHour(costs: SourceCosts, watts: number): bigint {
  return costOfEnergy(costs, BigInt(Math.round(watts * hourMs)) * costs.accelerators);
}

/** Where two specs differ: leaves by path; a list of named or dated things by their names, others as a whole. */
function fieldChanges(before: unknown, after: unknown, path: string): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [left, right] = [keyed(before), keyed(after)];
  if (left === undefined || right === undefined) {
    return [
      {
        path,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      },
    ];
  }
  const names = new Set([...left.keys(), ...right.keys()]);
  return [...names].flatMap((name) => {
    const inside = Array.isArray(before) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
    return fieldChanges(left.get(name), right.get(name), inside);
  });
}

function keyed(value: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value)) {
    const names = value.map(labelOf);
    if (names.some((name) => name === undefined) || new Set(names).size !== names.length) return undefined;
    return new Map(value.map((item, index) => [names[index] ?? "", item]));
  }
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;
}

function labelOf(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  if ("name" in item && typeof item.name === "string") return item.name;
  if ("model" in item && "from" in item) return `${String(item.model)} ${String(item.from)}`;
  return undefined;
}

export function idOf(one: Pick<Resource, "kind" | "name">): string {
  return `${one.kind}/${one.name}`;
}
