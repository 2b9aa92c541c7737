/**
 * What the plan decides, and what happens then: the columns of the model, in MW, units of work and millions of dollars.
 *
 * A decision has one variable for all futures that cannot be told apart when it is taken.
 */
import type { Domain, Model, Variable } from "../optimise/model.ts";
import type { Case, ResolvedAccelerator, ResolvedHalls } from "./case.ts";
import { arrival } from "./cash-flow.ts";
import type { Node } from "./tree.ts";

/** Variables by what they are about; undefined where there is no such choice. */
export type Lookup<Key extends readonly unknown[]> = {
  (...key: Key): Variable | undefined;
};

export type Variables = {
  /** Blocks of halls begun. */
  readonly build: Lookup<[site: number, halls: number, decision: Node]>;
  /** MW of halls reserved. */
  readonly reserve: Lookup<[site: number, halls: number, decision: Node]>;
  /** MW that are reserved, usable by the end of a quarter, and neither ordered nor lapsed. */
  readonly held: Lookup<[site: number, halls: number, decision: Node]>;
  /** Whether a kind of halls is used at a site at all: decided before the branch, or in a future. */
  readonly open: Lookup<[site: number, halls: number, future: number | undefined]>;
  readonly programme: Lookup<[accelerator: number, decision: Node]>;
  /** MW of accelerators ordered. */
  readonly buy: Lookup<[site: number, accelerator: number, decision: Node]>;
  readonly standing: Lookup<[site: number, accelerator: number, operation: Node]>;
  /** MW rented in a region's place. */
  readonly rent: Lookup<[rental: number, accelerator: number, place: number, decision: Node]>;
  readonly sign: Lookup<[rental: number, accelerator: number, decision: Node]>;
  /** MW of a rental with less than full take-or-pay that are used. */
  readonly use: Lookup<[rental: number, accelerator: number, place: number, operation: Node]>;
  readonly accept: Lookup<[deal: number, decision: Node]>;
  /** MW at work for a class. */
  readonly run: Lookup<[place: number, accelerator: number, workClass: number, operation: Node]>;
  /** MW of IT powered at a site. */
  readonly load: Lookup<[site: number, operation: Node]>;
  readonly serve: Lookup<[place: number, stream: number, operation: Node]>;
  readonly upstream: Lookup<[tokens: number, stream: number, operation: Node]>;
  readonly unmet: Lookup<[stream: number, operation: Node]>;
  readonly deliver: Lookup<[place: number, deal: number, operation: Node]>;
  readonly short: Lookup<[deal: number, operation: Node]>;
  /** Cash from operation, before what is invested. */
  readonly operating: Lookup<[operation: Node]>;
  readonly invested: Lookup<[operation: Node]>;
  readonly cash: Lookup<[operation: Node]>;
  readonly value: Lookup<[future: number]>;
  /** Undefined when risk has no weight. */
  readonly valueAtRisk: Variable | undefined;
  readonly shortfall: Lookup<[future: number]>;
};

export type VariableOptions = {
  /** Decisions from this quarter on need not be whole: they will be taken again before. */
  readonly integerQuarters: number;
};

const quartersPerStage = 4;
const lastStage = 1000;
const free = { lower: -Infinity };
const one = { upper: 1 };

export function variablesOf(model: Model, planned: Case, options: VariableOptions): Variables {
  const atSites = hallVariables(model, planned, options);
  const standing = acceleratorVariables(model, planned);
  return {
    ...strategicVariables(model, planned),
    ...atSites,
    ...standing,
    ...rentalVariables(model, planned, options),
    ...workVariables(model, planned, standing),
    ...salesVariables(model, planned),
    ...moneyVariables(model, planned),
  };
}

/** A decision that must be whole while the plan is near; settled by years. */
function wholeBy({ quarter }: Node, { integerQuarters }: VariableOptions, roundUpFrom = 0.5): Domain {
  return quarter < integerQuarters
    ? { integer: { stage: 1 + Math.floor(quarter / quartersPerStage), roundUpFrom } }
    : {};
}

function strategicVariables(model: Model, planned: Case): Pick<Variables, "programme" | "accept"> {
  const { accelerators, deals, tree, named: names } = planned;
  const programme = family<[number, Node]>();
  const accept = family<[number, Node]>();
  for (const [k, accelerator] of accelerators.entries()) {
    if (accelerator.programme === undefined) continue;
    for (const node of tree.decisions) {
      const { firstStart, lastStart } = accelerator.programme;
      if (node.quarter < firstStart || node.quarter > lastStart) continue;
      programme.set(
        [k, node],
        model.variable("programme", [accelerator.name, ...names(node)], { ...one, integer: { stage: 0 } }),
      );
    }
  }
  for (const [c, { name, acceptQuarter }] of deals.entries()) {
    for (const node of tree.decisions.filter(({ quarter }) => quarter === acceptQuarter)) {
      accept.set([c, node], model.variable("accept", [name, ...names(node)], { ...one, integer: { stage: 0 } }));
    }
  }
  return { programme: programme.get, accept: accept.get };
}

function hallVariables(
  model: Model,
  planned: Case,
  options: VariableOptions,
): Pick<Variables, "build" | "reserve" | "held" | "open"> {
  const { places, halls, tree, named: names } = planned;
  const build = family<[number, number, Node]>();
  const reserve = family<[number, number, Node]>();
  const held = family<[number, number, Node]>();
  const open = family<[number, number, number | undefined]>();
  for (const [i, { site }] of places.entries()) {
    if (site === undefined) continue;
    for (const [s, kind] of halls.entries()) {
      if (!planned.mayBuild(site, kind)) continue;
      const blocks = blocksMax(planned, i, kind);
      if (blocks === 0) continue;
      const nodes = tree.decisions.filter(({ quarter }) => mayOrder(planned, kind, quarter));
      for (const node of nodes) {
        build.set(
          [i, s, node],
          model.variable("build", [site.name, kind.name, ...names(node)], { upper: blocks, ...wholeBy(node, options) }),
        );
      }
      if (kind.option !== undefined) {
        for (const node of tree.decisions) {
          reserve.set([i, s, node], model.variable("reserve", [site.name, kind.name, ...names(node)]));
          held.set([i, s, node], model.variable("held", [site.name, kind.name, ...names(node)]));
        }
      }
      if (kind.openingUsdPerSite === 0) continue;
      const opened = { ...one, integer: { stage: lastStage, roundUpFrom: 1e-6 } };
      if (nodes.some(({ quarter }) => quarter < planned.branch)) {
        open.set([i, s, undefined], model.variable("open", [site.name, kind.name], opened));
      }
      for (const [w, { name }] of planned.futures.entries()) {
        if (nodes.some(({ quarter }) => quarter >= planned.branch)) {
          open.set([i, s, w], model.variable("open", [site.name, kind.name, name], opened));
        }
      }
    }
  }
  return { build: build.get, reserve: reserve.get, held: held.get, open: open.get };
}

function acceleratorVariables(model: Model, planned: Case): Pick<Variables, "buy" | "standing"> {
  const { places, accelerators, tree, named: names } = planned;
  const buy = family<[number, number, Node]>();
  const standing = family<[number, number, Node]>();
  for (const [i, { site }] of places.entries()) {
    if (site === undefined) continue;
    for (const [k, accelerator] of accelerators.entries()) {
      for (const node of tree.decisions) {
        if (!mayBuy(planned, accelerator, node.quarter)) continue;
        buy.set([i, k, node], model.variable("buy", [site.name, accelerator.name, ...names(node)]));
      }
      const first = firstStanding(planned, i, k);
      for (const node of tree.operations) {
        if (node.quarter < first) continue;
        standing.set([i, k, node], model.variable("standing", [site.name, accelerator.name, ...names(node)]));
      }
    }
  }
  return { buy: buy.get, standing: standing.get };
}

function rentalVariables(
  model: Model,
  planned: Case,
  options: VariableOptions,
): Pick<Variables, "rent" | "sign" | "use"> {
  const { places, accelerators, rentals, quarters, tree, named: names } = planned;
  const rent = family<[number, number, number, Node]>();
  const sign = family<[number, number, Node]>();
  const use = family<[number, number, number, Node]>();
  for (const [r, rental] of rentals.entries()) {
    for (const [k, accelerator] of accelerators.entries()) {
      if (rental.usdMPerMwQuarterAt[k] === undefined) continue;
      for (const node of tree.decisions) {
        const { quarter } = node;
        if (quarter < Math.max(rental.from, accelerator.from) || quarter + rental.leadQuarters >= quarters) continue;
        if ((rental.mwAt[quarter] ?? 0) === 0) continue;
        for (const p of rentalPlaces(planned, rental.regions)) {
          rent.set(
            [r, k, p, node],
            model.variable("rent", [rental.name, accelerator.name, places[p]!.region, ...names(node)]),
          );
        }
        if (rental.minimumMw === 0) continue;
        sign.set(
          [r, k, node],
          model.variable("sign", [rental.name, accelerator.name, ...names(node)], {
            ...one,
            ...wholeBy(node, options, 0.35),
          }),
        );
      }
      if (rental.takeOrPayShare === 1) continue;
      for (const node of tree.operations) {
        if (node.quarter < Math.max(rental.from, accelerator.from) + rental.leadQuarters) continue;
        for (const p of rentalPlaces(planned, rental.regions)) {
          use.set(
            [r, k, p, node],
            model.variable("use", [rental.name, accelerator.name, places[p]!.region, ...names(node)]),
          );
        }
      }
    }
  }
  return { rent: rent.get, sign: sign.get, use: use.get };
}

function workVariables(
  model: Model,
  planned: Case,
  { standing }: Pick<Variables, "standing">,
): Pick<Variables, "run" | "load"> {
  const { places, accelerators, classes, tree, named: names } = planned;
  const run = family<[number, number, number, Node]>();
  const load = family<[number, Node]>();
  for (const node of tree.operations) {
    const when = names(node);
    for (const [p, place] of places.entries()) {
      for (const [k, accelerator] of accelerators.entries()) {
        const isThere =
          place.site === undefined ? isRented(planned, p, k, node.quarter) : standing(p, k, node) !== undefined;
        if (!isThere) continue;
        for (const [d, { name }] of classes.entries()) {
          if ((accelerator.unitsPerMw[d] ?? 0) === 0) continue;
          run.set([p, k, d, node], model.variable("run", [place.name, accelerator.name, name, ...when]));
        }
      }
      if (place.site !== undefined) load.set([p, node], model.variable("load", [place.name, ...when]));
    }
  }
  return { run: run.get, load: load.get };
}

function salesVariables(
  model: Model,
  planned: Case,
): Pick<Variables, "serve" | "upstream" | "unmet" | "deliver" | "short"> {
  const { places, tokens, deals, streams, classes, tree, named: names } = planned;
  const serve = family<[number, number, Node]>();
  const upstream = family<[number, number, Node]>();
  const unmet = family<[number, Node]>();
  const deliver = family<[number, number, Node]>();
  const short = family<[number, Node]>();
  for (const node of tree.operations) {
    const when = names(node);
    for (const [p, place] of places.entries()) {
      for (const [x, stream] of streams.entries()) {
        if (!planned.reaches(place, stream.workClass, stream.region)) continue;
        serve.set([p, x, node], model.variable("serve", [place.name, stream.name, ...when]));
      }
      for (const [c, deal] of deals.entries()) {
        if (node.quarter < deal.first || node.quarter > deal.last) continue;
        if (!planned.reaches(place, deal.workClass, deal.region)) continue;
        deliver.set([p, c, node], model.variable("deliver", [place.name, deal.name, ...when]));
      }
    }
    for (const [x, stream] of streams.entries()) {
      const { model: wanted, tier } = classes[stream.workClass]!;
      for (const [u, { name, usdMPerUnitAt, tiers, from, leadQuarters }] of tokens.entries()) {
        if (usdMPerUnitAt[wanted] === undefined || node.quarter < from + leadQuarters) continue;
        if (tiers !== undefined && !tiers.includes(tier)) continue;
        upstream.set([u, x, node], model.variable("upstream", [name, stream.name, ...when]));
      }
      unmet.set([x, node], model.variable("unmet", [stream.name, ...when]));
    }
    for (const [c, { name, first, last }] of deals.entries()) {
      if (node.quarter < first || node.quarter > last) continue;
      short.set([c, node], model.variable("short", [name, ...when]));
    }
  }
  return { serve: serve.get, upstream: upstream.get, unmet: unmet.get, deliver: deliver.get, short: short.get };
}

function moneyVariables(
  model: Model,
  planned: Case,
): Pick<Variables, "operating" | "invested" | "cash" | "value" | "valueAtRisk" | "shortfall"> {
  const operating = family<[Node]>();
  const invested = family<[Node]>();
  const cash = family<[Node]>();
  const value = family<[number]>();
  const shortfall = family<[number]>();
  for (const node of planned.tree.operations) {
    const when = planned.named(node);
    operating.set([node], model.variable("operating", when, free));
    invested.set([node], model.variable("invested", when, free));
    if (planned.facilityUsdMAt !== undefined) cash.set([node], model.variable("cash", when, free));
  }
  for (const [w, { name }] of planned.futures.entries()) value.set([w], model.variable("value", [name], free));
  const weighsRisk = planned.scenario.risk.weight > 0 && planned.futures.length > 1;
  const atRisk = weighsRisk ? model.variable("valueAtRisk", [], free) : undefined;
  if (weighsRisk) {
    for (const [w, { name }] of planned.futures.entries()) shortfall.set([w], model.variable("shortfall", [name]));
  }
  return {
    operating: operating.get,
    invested: invested.get,
    cash: cash.get,
    value: value.get,
    valueAtRisk: atRisk,
    shortfall: shortfall.get,
  };
}

/** Variables of one family in nested maps, so that nodes are keys as they are. */
function family<Key extends readonly unknown[]>() {
  const root = new Map<unknown, unknown>();
  return {
    get(...key: Key): Variable | undefined {
      let at: unknown = root;
      for (const part of key) at = (at as Map<unknown, unknown> | undefined)?.get(part);
      return at as Variable | undefined;
    },
    set(key: Key, variable: Variable): void {
      let at = root;
      for (const [depth, part] of key.entries()) {
        if (depth === key.length - 1) at.set(part, variable);
        else {
          const next = (at.get(part) as Map<unknown, unknown> | undefined) ?? new Map<unknown, unknown>();
          at.set(part, next);
          at = next;
        }
      }
    },
  };
}

/** More blocks than a site's power could ever feed are pointless. */
export function blocksMax({ places }: Case, place: number, { moduleMw }: ResolvedHalls): number {
  const site = places[place]?.site;
  if (site === undefined) return 0;
  const mostMw = Math.max(...site.energisedMwAt) / site.pue;
  return Math.max(0, Math.ceil(mostMw / moduleMw - 1e-9));
}

function mayOrder({ quarters }: Case, halls: ResolvedHalls, quarter: number): boolean {
  return quarter >= halls.from && quarter + halls.leadQuarters < quarters;
}

function mayBuy({ quarters }: Case, accelerator: ResolvedAccelerator, quarter: number): boolean {
  const from =
    accelerator.programme === undefined
      ? accelerator.from
      : accelerator.programme.firstStart + (accelerator.own?.developmentQuarters ?? 0);
  return quarter >= from && quarter + accelerator.leadQuarters < quarters && (accelerator.mwAt[quarter] ?? 0) > 0;
}

/** The first quarter in which an accelerator can stand at a place. */
function firstStanding(planned: Case, place: number, k: number): number {
  const accelerator = planned.accelerators[k]!;
  for (let quarter = 0; quarter < planned.quarters; quarter++) {
    if ((planned.places[place]?.site?.standingMw(k, quarter) ?? 0) > 0) return quarter;
    for (let ordered = 0; ordered <= quarter; ordered++) {
      if (mayBuy(planned, accelerator, ordered) && arrival(accelerator, ordered, 0) <= quarter) return quarter;
    }
  }
  return Infinity;
}

export function rentalPlaces({ places }: Case, regions: readonly string[] | undefined): number[] {
  return places.flatMap(({ site, region }, index) =>
    site === undefined && (regions === undefined || regions.includes(region)) ? [index] : [],
  );
}

function isRented(planned: Case, place: number, k: number, quarter: number): boolean {
  return planned.rentals.some(
    ({ regions, usdMPerMwQuarterAt, from, leadQuarters }) =>
      usdMPerMwQuarterAt[k] !== undefined &&
      quarter >= Math.max(from, planned.accelerators[k]!.from) + leadQuarters &&
      rentalPlaces(planned, regions).includes(place),
  );
}
