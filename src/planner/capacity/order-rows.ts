/** The rules of what is ordered: sites opened, reservations, allocations, contracts, capital and cash. */
import { Linear } from "../optimise/model.ts";
import { type Formulation, lifted, path, type Rows, sites } from "./formulation.ts";
import { blocksMax, rentalPlaces } from "./variables.ts";

/** No block at a site before the kind was opened there, once for all futures or in one. */
export function buildOnlyWhereOpened(formulation: Formulation): void {
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
export function orderOnlyReserved(formulation: Formulation): void {
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
export function startOnce(formulation: Formulation): void {
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
export function limitStarts(formulation: Formulation): void {
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

/** What a vendor allots, or what an own chip's programme has begun to make. */
export function allocate(formulation: Formulation): Rows["allocation"] {
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
export function signWhole(formulation: Formulation): void {
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

export function limitCapital(formulation: Formulation): Rows["capital"] {
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
export function keepCash(formulation: Formulation): void {
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
