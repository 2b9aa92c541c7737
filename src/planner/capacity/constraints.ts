/**
 * The rules of a plan, one function for each family of rows.
 *
 * Limits that a person could lift (power, a vendor's allocation, capital, what must be served) may be violated when an
 * infeasible scenario is explained; balances may not.
 */
import { Linear, type Model, type Row } from "../optimise/model.ts";
import { arrival, usableShare } from "./cash-flow.ts";
import type { Case } from "./case.ts";
import type { Node } from "./tree.ts";
import { blocksMax, rentalPlaces, type Variables } from "./variables.ts";

/** Rows whose duals are prices. */
export type Rows = {
  readonly make: RowBook<[place: number, workClass: number, operation: Node]>;
  readonly power: RowBook<[site: number, operation: Node]>;
  readonly space: RowBook<[site: number, operation: Node]>;
  readonly allocation: RowBook<[accelerator: number, decision: Node]>;
  readonly capital: RowBook<[operation: Node]>;
};

/** What each row of a family is about. */
export type RowBook<Key> = Map<Row, Key>;

export type Formulation = { readonly model: Model; readonly planned: Case; readonly of: Variables };

/** How dear each limit is to lift, when nothing can be planned within them; what must be served is given up last. */
const lifted = { power: 1, allocation: 1, starts: 1, rental: 1, capital: 0.01, facility: 0.01, served: 1000 };

export function constrain(formulation: Formulation): Rows {
  buildOnlyWhereOpened(formulation);
  orderOnlyReserved(formulation);
  startOnce(formulation);
  limitStarts(formulation);
  keepStanding(formulation);
  signWhole(formulation);
  useOnlyRented(formulation);
  runOnlyWhatStands(formulation);
  serveDemand(formulation);
  fulfilDeals(formulation);
  buyUpstream(formulation);
  keepCash(formulation);
  return {
    make: makeWork(formulation),
    ...powerAndSpace(formulation),
    allocation: allocate(formulation),
    capital: limitCapital(formulation),
  };
}

/** The path of decisions up to a quarter of a future. */
function path({ planned }: Formulation, future: number, until = planned.quarters - 1): Node[] {
  return Array.from({ length: until + 1 }, (_, quarter) => planned.tree.decision(quarter, future));
}

function sites({ planned }: Formulation): number[] {
  return planned.places.flatMap(({ site }, index) => (site === undefined ? [] : [index]));
}

/** No block at a site before the kind was opened there, once for all futures or in one. */
function buildOnlyWhereOpened(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  for (const i of sites(formulation)) {
    for (const [s, halls] of planned.halls.entries()) {
      if (halls.openingUsdPerSite === 0) continue;
      const most = blocksMax(planned, i, halls);
      const key = [planned.places[i]!.name, halls.name];
      const early = new Linear();
      for (const node of path(formulation, 0).slice(0, planned.branch)) early.add(1, of.build(i, s, node));
      if (early.terms.size > 0) model.row("opened", key, early.add(-most, of.open(i, s, undefined)), { upper: 0 });
      for (const [w, { name }] of planned.futures.entries()) {
        const all = new Linear();
        for (const node of path(formulation, w)) all.add(1, of.build(i, s, node));
        if (of.open(i, s, w) === undefined) continue;
        all.add(-most, of.open(i, s, undefined)).add(-most, of.open(i, s, w));
        model.row("opened", [...key, name], all, { upper: 0 });
      }
    }
  }
}

/**
 * Where a reservation comes first: what is held carries over, grows by what is reserved early enough, shrinks by what is
 * ordered, and is never more than what was reserved lately enough; the rest has lapsed.
 */
function orderOnlyReserved(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  for (const i of sites(formulation)) {
    for (const [s, { name, moduleMw, option }] of planned.halls.entries()) {
      if (option === undefined) continue;
      for (const node of planned.tree.decisions) {
        const [future = 0] = node.futures;
        const nodes = path(formulation, future, node.quarter);
        const reserved = (quarter: number) => (quarter < 0 ? undefined : of.reserve(i, s, nodes[quarter]!));
        const key = [planned.places[i]!.name, name, ...planned.named(node)];
        const carried = new Linear().add(1, of.held(i, s, node)).add(moduleMw, of.build(i, s, node));
        if (node.quarter > 0) carried.add(-1, of.held(i, s, nodes[node.quarter - 1]!));
        model.row("held", key, carried.add(-1, reserved(node.quarter - option.aheadQuarters)), { upper: 0 });
        const valid = new Linear().add(1, of.held(i, s, node));
        for (let at = node.quarter - option.validQuarters + 1; at <= node.quarter - option.aheadQuarters; at++) {
          valid.add(-1, reserved(at));
        }
        model.row("lapsed", key, valid, { upper: 0 });
      }
    }
  }
}

/** A chip's programme starts at most once. */
function startOnce(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  for (const [k, { name, programme }] of planned.accelerators.entries()) {
    if (programme === undefined) continue;
    for (const [w, future] of planned.futures.entries()) {
      const starts = new Linear();
      for (const node of path(formulation, w)) starts.add(1, of.programme(k, node));
      if (starts.terms.size > 1) model.row("oneProgramme", [name, future.name], starts, { upper: 1 });
    }
  }
}

/** What can be begun of a kind in a quarter, over all sites. */
function limitStarts(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  for (const [s, { name, startsMwAt, moduleMw }] of planned.halls.entries()) {
    if (startsMwAt.length === 0) continue;
    for (const node of planned.tree.decisions) {
      const begun = new Linear();
      for (const i of sites(formulation)) begun.add(moduleMw, of.build(i, s, node));
      if (begun.terms.size === 0) continue;
      const upper = startsMwAt[node.quarter] ?? 0;
      model.row("starts", [name, ...planned.named(node)], begun, { upper, violation: lifted.starts });
    }
  }
}

/** What stands is what stood, and what came, less what is worn out. */
function keepStanding(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  const { tree } = planned;
  for (const i of sites(formulation)) {
    const site = planned.places[i]!.site!;
    for (const [k, accelerator] of planned.accelerators.entries()) {
      for (const node of tree.operations) {
        const now = of.standing(i, k, node);
        if (now === undefined) continue;
        const [future = 0] = node.futures;
        const before = tree.before(node);
        const balance = new Linear().add(1, now);
        if (before !== undefined) balance.add(-1, of.standing(i, k, before));
        const slip = planned.futures[future]!.slip(accelerator.name);
        for (const order of path(formulation, future, node.quarter)) {
          const bought = of.buy(i, k, order);
          if (bought === undefined) continue;
          const comes = arrival(accelerator, order.quarter, slip);
          if (comes === node.quarter) balance.add(-1, bought);
          if (comes + accelerator.lifeQuarters === node.quarter) balance.add(1, bought);
        }
        const old = site.standingMw(k, node.quarter) - (node.quarter === 0 ? 0 : site.standingMw(k, node.quarter - 1));
        const key = [site.name, accelerator.name, ...planned.named(node)];
        model.row("standing", key, balance, { lower: old, upper: old });
      }
    }
  }
}

/** What is powered has power and a hall around it. */
function powerAndSpace(formulation: Formulation): Pick<Rows, "power" | "space"> {
  const { model, planned, of } = formulation;
  const [power, space]: [Rows["power"], Rows["space"]] = [new Map(), new Map()];
  for (const i of sites(formulation)) {
    const site = planned.places[i]!.site!;
    for (const node of planned.tree.operations) {
      const { quarter, futures } = node;
      const [future = 0] = futures;
      const load = of.load(i, node);
      const key = [site.name, ...planned.named(node)];
      const powered = new Linear().add(-1, load);
      for (const [k, { availabilityShare }] of planned.accelerators.entries()) {
        for (const d of planned.classes.keys()) powered.add(1 / availabilityShare, of.run(i, k, d, node));
      }
      model.row("load", key, powered, { lower: 0, upper: 0 });
      const atMeter = new Linear().add(site.pue, load);
      power.set(
        model.row("power", key, atMeter, { upper: site.energisedMwAt[quarter] ?? 0, violation: lifted.power }),
        [i, node],
      );
      const housed = new Linear().add(1, load);
      for (const [s, halls] of planned.halls.entries()) {
        const slip = planned.futures[future]!.slip(halls.name);
        for (const order of path(formulation, future, quarter)) {
          const usable = usableShare(halls, order.quarter, slip, quarter);
          housed.add(-usable * halls.moduleMw, of.build(i, s, order));
        }
      }
      space.set(model.row("space", key, housed, { upper: site.hallMwAt[quarter] ?? 0 }), [i, node]);
    }
  }
  return { power, space };
}

/** What a vendor allots, or what an own chip's programme has begun to make. */
function allocate(formulation: Formulation): Rows["allocation"] {
  const { model, planned, of } = formulation;
  const rows: Rows["allocation"] = new Map();
  for (const [k, accelerator] of planned.accelerators.entries()) {
    for (const node of planned.tree.decisions) {
      const bought = new Linear();
      for (const i of sites(formulation)) bought.add(1, of.buy(i, k, node));
      if (bought.terms.size === 0) continue;
      const key = [accelerator.name, ...planned.named(node)];
      const upper = accelerator.mwAt[node.quarter] ?? 0;
      if (accelerator.own === undefined) {
        if (upper < Infinity) {
          rows.set(model.row("allocation", key, bought, { upper, violation: lifted.allocation }), [k, node]);
        }
        continue;
      }
      // Where it is not known yet how late it comes, no more is ordered than in the latest case.
      for (const [slip, future] of new Map(node.futures.map((w) => [planned.futures[w]!.slip(accelerator.name), w]))) {
        const made = new Linear();
        for (const [variable, coefficient] of bought.terms) made.add(coefficient, variable);
        const { rampMwPerQuarter, developmentQuarters } = accelerator.own;
        for (const start of path(formulation, future, node.quarter)) {
          const age = node.quarter - start.quarter - developmentQuarters - slip;
          if (age < 0) continue;
          const ramp = rampMwPerQuarter[Math.min(age, rampMwPerQuarter.length - 1)] ?? 0;
          made.add(-Math.min(ramp, upper), of.programme(k, start));
        }
        rows.set(model.row("allocation", key, made, { upper: 0 }), [k, node]);
      }
    }
  }
  return rows;
}

/** Rentals of a quarter keep within what is offered, and above the smallest contract if there is one. */
function signWhole(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  for (const [r, rental] of planned.rentals.entries()) {
    for (const [k, accelerator] of planned.accelerators.entries()) {
      for (const node of planned.tree.decisions) {
        const rented = () => {
          const sum = new Linear();
          for (const p of rentalPlaces(planned, rental.regions)) sum.add(1, of.rent(r, k, p, node));
          return sum;
        };
        if (rented().terms.size === 0) continue;
        const key = [rental.name, accelerator.name, ...planned.named(node)];
        const most = rental.mwAt[node.quarter] ?? 0;
        const signed = of.sign(r, k, node);
        if (signed === undefined) {
          if (most < Infinity) model.row("rental", key, rented(), { upper: most, violation: lifted.rental });
          continue;
        }
        model.row("smallestRental", key, rented().add(-Math.min(rental.minimumMw, most), signed), { lower: 0 });
        model.row("rental", key, rented().add(-most, signed), { upper: 0 });
      }
    }
  }
}

/** Where not all is take-or-pay, no more is used than is rented. */
function useOnlyRented(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  for (const [r, rental] of planned.rentals.entries()) {
    if (rental.takeOrPayShare === 1) continue;
    for (const [k, { name }] of planned.accelerators.entries()) {
      for (const p of rentalPlaces(planned, rental.regions)) {
        for (const node of planned.tree.operations) {
          const used = of.use(r, k, p, node);
          if (used === undefined) continue;
          const within = new Linear().add(1, used);
          addRented(formulation, within, r, k, p, node, -1);
          const key = [rental.name, name, planned.places[p]!.region, ...planned.named(node)];
          model.row("used", key, within, { upper: 0 });
        }
      }
    }
  }
}

function addRented(
  formulation: Formulation,
  sum: Linear,
  r: number,
  k: number,
  place: number,
  node: Node,
  coefficient: number,
): void {
  const { planned, of } = formulation;
  const rental = planned.rentals[r]!;
  const [future = 0] = node.futures;
  const slip = planned.futures[future]!.slip(rental.name);
  for (const order of path(formulation, future, node.quarter)) {
    sum.add(coefficient * usableShare(rental, order.quarter, slip, node.quarter), of.rent(r, k, place, order));
  }
}

/** No more is at work than stands, or is rented, and is available. */
function runOnlyWhatStands(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  for (const node of planned.tree.operations) {
    for (const [p, place] of planned.places.entries()) {
      for (const [k, accelerator] of planned.accelerators.entries()) {
        const working = new Linear();
        for (const d of planned.classes.keys()) working.add(1, of.run(p, k, d, node));
        if (working.terms.size === 0) continue;
        if (place.site === undefined) {
          for (const [r, rental] of planned.rentals.entries()) {
            if (rental.takeOrPayShare < 1) working.add(-rental.availabilityShare, of.use(r, k, p, node));
            else addRented(formulation, working, r, k, p, node, -rental.availabilityShare);
          }
        } else working.add(-accelerator.availabilityShare, of.standing(p, k, node));
        model.row("work", [place.name, accelerator.name, ...planned.named(node)], working, { upper: 0 });
      }
    }
  }
}

/** The work of a class that a place delivers is made there. Its dual is what one more unit of that work costs there. */
function makeWork(formulation: Formulation): Rows["make"] {
  const { model, planned, of } = formulation;
  const rows: Rows["make"] = new Map();
  for (const node of planned.tree.operations) {
    for (const [p, place] of planned.places.entries()) {
      for (const [d, { name }] of planned.classes.entries()) {
        const made = new Linear();
        for (const [k, { unitsPerMw }] of planned.accelerators.entries()) {
          made.add(unitsPerMw[d] ?? 0, of.run(p, k, d, node));
        }
        const makers = made.terms.size;
        for (const [x, { workClass }] of planned.streams.entries()) {
          if (workClass === d) made.add(-1, of.serve(p, x, node));
        }
        for (const [c, { workClass }] of planned.deals.entries()) {
          if (workClass === d) made.add(-1, of.deliver(p, c, node));
        }
        if (made.terms.size === makers) continue;
        rows.set(model.row("make", [place.name, name, ...planned.named(node)], made, { lower: 0 }), [p, d, node]);
      }
    }
  }
  return rows;
}

/** Demand is served from somewhere or stays unmet; so much of it as must be, is served. */
function serveDemand(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  for (const node of planned.tree.operations) {
    for (const [x, stream] of planned.streams.entries()) {
      const wanted = demandOf(planned, x, node);
      const served = new Linear();
      for (const p of planned.places.keys()) served.add(1, of.serve(p, x, node));
      for (const u of planned.tokens.keys()) served.add(1, of.upstream(u, x, node));
      const key = [stream.name, ...planned.named(node)];
      model.row("demand", key, served.add(1, of.unmet(x, node)), { lower: wanted, upper: wanted });
      if (stream.mustServeShare === 0) continue;
      const unmet = new Linear().add(1, of.unmet(x, node));
      const upper = wanted * (1 - stream.mustServeShare);
      model.row("mustServe", key, unmet, { upper, violation: lifted.served });
    }
  }
}

export function demandOf(planned: Case, stream: number, node: Node): number {
  const [future = 0] = node.futures;
  const { units = [] } = planned.streams[stream] ?? {};
  return (units[node.quarter] ?? 0) * (planned.futures[future]?.demandAt[node.quarter] ?? 1);
}

/** What an accepted deal's customer calls is delivered, or owed for. */
function fulfilDeals(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  for (const [c, deal] of planned.deals.entries()) {
    for (const node of planned.tree.operations) {
      if (node.quarter < deal.first || node.quarter > deal.last) continue;
      const [future = 0] = node.futures;
      const called = (deal.unitsAt[node.quarter] ?? 0) * planned.futures[future]!.call(deal.name);
      const delivered = new Linear().add(1, of.short(c, node));
      for (const p of planned.places.keys()) delivered.add(1, of.deliver(p, c, node));
      delivered.add(-called, of.accept(c, planned.tree.decision(deal.acceptQuarter, future)));
      model.row("contract", [deal.name, ...planned.named(node)], delivered, { lower: 0, upper: 0 });
    }
  }
}

/** What a provider sells of a model in a quarter. */
function buyUpstream(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  for (const node of planned.tree.operations) {
    for (const [u, { name, unitsAt, usdMPerUnitAt }] of planned.tokens.entries()) {
      for (const wanted of Object.keys(usdMPerUnitAt)) {
        const bought = new Linear();
        for (const [x, { workClass }] of planned.streams.entries()) {
          if (planned.classes[workClass]?.model === wanted) bought.add(1, of.upstream(u, x, node));
        }
        const upper = unitsAt[node.quarter] ?? 0;
        if (bought.terms.size === 0 || upper === Infinity) continue;
        const key = [name, wanted, ...planned.named(node)];
        model.row("upstream", key, bought, { upper, violation: lifted.rental });
      }
    }
  }
}

function limitCapital(formulation: Formulation): Rows["capital"] {
  const { model, planned, of } = formulation;
  const rows: Rows["capital"] = new Map();
  if (planned.capexUsdMAt.length === 0) return rows;
  for (const node of planned.tree.operations) {
    const spent = new Linear().add(1, of.invested(node));
    const upper = planned.capexUsdMAt[node.quarter] ?? Infinity;
    rows.set(model.row("capital", planned.named(node), spent, { upper, violation: lifted.capital }), [node]);
  }
  return rows;
}

/** Cash carries over, and stays within the facility. */
function keepCash(formulation: Formulation): void {
  const { model, planned, of } = formulation;
  const { facilityUsdMAt } = planned;
  if (facilityUsdMAt === undefined) return;
  const opening = planned.scenario.finance.openingCashUsd / 1e6;
  for (const node of planned.tree.operations) {
    const before = planned.tree.before(node);
    const balance = new Linear().add(1, of.cash(node)).add(-1, of.operating(node)).add(1, of.invested(node));
    if (before !== undefined) balance.add(-1, of.cash(before));
    const carried = before === undefined ? opening : 0;
    const key = planned.named(node);
    model.row("cash", key, balance, { lower: carried, upper: carried });
    const held = new Linear().add(1, of.cash(node));
    const lower = -(facilityUsdMAt[node.quarter] ?? 0);
    model.row("facility", key, held, { lower, violation: lifted.facility });
  }
}
