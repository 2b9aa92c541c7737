/** The rules of what happens then: what stands, is powered, works, and serves whom. */
import { Linear } from "../optimise/model.ts";
import { arrival, usableShare } from "./cash-flow.ts";
import type { Case } from "./case.ts";
import type { Node } from "./tree.ts";
import { type Formulation, lifted, path, type Rows, sites } from "./formulation.ts";
import { rentalPlaces } from "./variables.ts";

/** What stands is what stood, and what came, less what is worn out. */
export function keepStanding(formulation: Formulation): void {
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
export function powerAndSpace(formulation: Formulation): Rows["power"] {
  const { model, planned, of } = formulation;
  const power: Rows["power"] = new Map();
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
      model.row("space", key, housed, { upper: site.hallMwAt[quarter] ?? 0 });
    }
  }
  return power;
}

/** Where not all is take-or-pay, no more is used than is rented. */
export function useOnlyRented(formulation: Formulation): void {
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
export function runOnlyWhatStands(formulation: Formulation): void {
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
export function makeWork(formulation: Formulation): Rows["make"] {
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
export function serveDemand(formulation: Formulation): void {
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
export function fulfilDeals(formulation: Formulation): void {
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
export function buyUpstream(formulation: Formulation): void {
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
