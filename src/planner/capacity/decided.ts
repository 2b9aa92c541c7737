/** A solution in the domain's words: what is decided when, and what is then made where for whom. */
import type { Case } from "./case.ts";
import type { Node } from "./tree.ts";
import type { Variables } from "./variables.ts";

/** When something is decided: in which quarter, and in which futures, by name. */
type When = { readonly quarter: string; readonly futures: readonly string[] };

export type Decision = When &
  (
    | {
        readonly kind: "build";
        readonly site: string;
        readonly supply: string;
        readonly blocks: number;
        readonly mw: number;
      }
    | { readonly kind: "reserve"; readonly site: string; readonly supply: string; readonly mw: number }
    | { readonly kind: "open"; readonly site: string; readonly supply: string }
    | {
        readonly kind: "buy";
        readonly site: string;
        readonly accelerator: string;
        readonly mw: number;
        readonly accelerators: number;
      }
    | {
        readonly kind: "rent";
        readonly supply: string;
        readonly accelerator: string;
        readonly region: string;
        readonly mw: number;
      }
    | { readonly kind: "programme"; readonly accelerator: string }
    | { readonly kind: "accept"; readonly deal: string }
  );

export type Work = {
  readonly place: string;
  readonly accelerator: string;
  readonly model: string;
  readonly tier: string;
  readonly mw: number;
};

/** What happens in a quarter, in the futures that see the same. Units are 10¹² tokens or 10⁶ accelerator-hours. */
export type Operation = When & {
  readonly work: readonly Work[];
  readonly served: readonly { readonly place: string; readonly demand: number; readonly units: number }[];
  readonly bought: readonly { readonly supply: string; readonly demand: number; readonly units: number }[];
  readonly unmet: readonly { readonly demand: number; readonly units: number }[];
  readonly delivered: readonly { readonly place: string; readonly deal: string; readonly units: number }[];
  readonly short: readonly { readonly deal: string; readonly units: number }[];
  /** Of rentals that are paid by use, beyond what is owed anyway. */
  readonly used: readonly {
    readonly supply: string;
    readonly accelerator: string;
    readonly region: string;
    readonly mw: number;
  }[];
};

export type Decided = { readonly decisions: readonly Decision[]; readonly operations: readonly Operation[] };

const nothing = 1e-6;

export function decidedBy(planned: Case, of: Variables, x: Float64Array): Decided {
  const { tree, places, accelerators, halls, rentals, tokens, deals, streams, classes, futures } = planned;
  const value = (variable: number | undefined) => (variable === undefined ? 0 : (x[variable] ?? 0));
  const when = ({ quarter, futures: indices }: Node): When => ({
    quarter: planned.quarterNames[quarter]!,
    futures: indices.map((index) => futures[index]!.name),
  });
  const decisions: Decision[] = [];
  for (const node of tree.decisions) {
    for (const [k, { name }] of accelerators.entries()) {
      if (value(of.programme(k, node)) > 0.5) decisions.push({ ...when(node), kind: "programme", accelerator: name });
    }
    for (const [c, { name }] of deals.entries()) {
      if (value(of.accept(c, node)) > 0.5) decisions.push({ ...when(node), kind: "accept", deal: name });
    }
    for (const [i, { name: site }] of places.entries()) {
      for (const [s, { name: supply, moduleMw }] of halls.entries()) {
        const isFirst = node.quarter === 0 || node.quarter === planned.branch;
        const opened = node.quarter < planned.branch ? of.open(i, s, undefined) : of.open(i, s, node.futures[0]!);
        if (isFirst && value(opened) > 0.5) decisions.push({ ...when(node), kind: "open", site, supply });
        const reserved = value(of.reserve(i, s, node));
        if (reserved > nothing) decisions.push({ ...when(node), kind: "reserve", site, supply, mw: reserved });
        const blocks = tidy(value(of.build(i, s, node)));
        if (blocks > nothing)
          decisions.push({ ...when(node), kind: "build", site, supply, blocks, mw: blocks * moduleMw });
      }
      for (const [k, { name: accelerator, acceleratorsPerMw }] of accelerators.entries()) {
        const mw = value(of.buy(i, k, node));
        if (mw <= nothing) continue;
        decisions.push({ ...when(node), kind: "buy", site, accelerator, mw, accelerators: mw * acceleratorsPerMw });
      }
    }
    for (const [r, { name: supply }] of rentals.entries()) {
      for (const [k, { name: accelerator }] of accelerators.entries()) {
        for (const [p, { region }] of places.entries()) {
          const mw = value(of.rent(r, k, p, node));
          if (mw > nothing) decisions.push({ ...when(node), kind: "rent", supply, accelerator, region, mw });
        }
      }
    }
  }
  const operations = tree.operations.map((node): Operation => {
    const each = <Of, Read>(list: readonly Of[], read: (one: Of, index: number) => Read | undefined): Read[] =>
      list.flatMap((one, index) => read(one, index) ?? []);
    const some = (variable: number | undefined) => (value(variable) > nothing ? value(variable) : undefined);
    return {
      ...when(node),
      work: places.flatMap(({ name: place }, p) =>
        accelerators.flatMap(({ name: accelerator }, k) =>
          each(classes, ({ model, tier }, d) => {
            const mw = some(of.run(p, k, d, node));
            return mw === undefined ? undefined : { place, accelerator, model, tier, mw };
          }),
        ),
      ),
      served: places.flatMap(({ name: place }, p) =>
        each(streams, (_, demand) => {
          const units = some(of.serve(p, demand, node));
          return units === undefined ? undefined : { place, demand, units };
        }),
      ),
      bought: tokens.flatMap(({ name: supply }, u) =>
        each(streams, (_, demand) => {
          const units = some(of.upstream(u, demand, node));
          return units === undefined ? undefined : { supply, demand, units };
        }),
      ),
      unmet: each(streams, (_, demand) => {
        const units = some(of.unmet(demand, node));
        return units === undefined ? undefined : { demand, units };
      }),
      delivered: places.flatMap(({ name: place }, p) =>
        each(deals, ({ name: deal }, c) => {
          const units = some(of.deliver(p, c, node));
          return units === undefined ? undefined : { place, deal, units };
        }),
      ),
      short: each(deals, ({ name: deal }, c) => {
        const units = some(of.short(c, node));
        return units === undefined ? undefined : { deal, units };
      }),
      used: rentals.flatMap(({ name: supply }, r) =>
        accelerators.flatMap(({ name: accelerator }, k) =>
          each(places, ({ region }, p) => {
            const mw = some(of.use(r, k, p, node));
            return mw === undefined ? undefined : { supply, accelerator, region, mw };
          }),
        ),
      ),
    };
  });
  return { decisions, operations };
}

/** A solver's whole numbers are whole but for its tolerance. */
function tidy(value: number): number {
  return Math.abs(value - Math.round(value)) < 1e-5 ? Math.round(value) : value;
}
