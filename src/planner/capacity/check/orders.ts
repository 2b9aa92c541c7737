/** Whether what is ordered can be had: where, when, how much of it. */
import type { Decision } from "../decided.ts";
import type { Accelerator, Halls, Rental, Site } from "../scenario.ts";
import { totalOf, type View } from "./view.ts";

/** What is ordered in a quarter can be had in it. */
export function checkOrders(view: View, quarter: number): void {
  const { sites, supply, accelerators } = view.scenario;
  const now = view.decisions.filter((decision) => view.at(decision.quarter) === quarter);
  for (const decision of now) {
    if (decision.kind === "build") {
      const site = sites.find(({ name }) => name === decision.site);
      if (site?.supply !== undefined && !site.supply.includes(decision.supply)) {
        view.say(quarter, `${decision.site} may not use ${decision.supply}`);
      }
      const halls = view.halls(decision.supply);
      if (quarter < view.at(halls.available))
        view.say(quarter, `${halls.name} cannot be had before ${halls.available}`);
      if (halls.openingUsdPerSite > 0 && !view.isOpened(decision.site, decision.supply)) {
        view.say(quarter, `${decision.supply} was never opened at ${decision.site}`);
      }
    } else if (decision.kind === "programme") {
      const { own, name } = view.accelerator(decision.accelerator);
      if (quarter > view.at(own?.lastStart)) view.say(quarter, `${name} had to be started by ${own?.lastStart}`);
      const starts = view.decisions.filter((one) => one.kind === "programme" && one.accelerator === name);
      if (starts.length > 1) view.say(quarter, `${name} is started ${starts.length} times`);
    } else if (decision.kind === "accept") {
      const deal = view.deal(decision.deal);
      if (quarter > view.at(deal.acceptBy)) view.say(quarter, `${deal.name} had to be signed by ${deal.acceptBy}`);
    }
  }
  for (const one of supply) {
    if (one.kind === "tokens") continue;
    if (one.kind === "neocloud") checkRentals(view, quarter, one, now);
    else if (one.startsMwPerQuarter !== undefined) {
      const begun = totalOf(now, (decision) =>
        decision.kind === "build" && decision.supply === one.name ? decision.mw : 0,
      );
      view.within(quarter, `MW of ${one.name} begun`, begun, view.value(one.startsMwPerQuarter, quarter));
    }
  }
  for (const site of sites) {
    for (const one of supply)
      if (one.kind !== "neocloud" && one.kind !== "tokens") checkReservations(view, quarter, site, one);
  }
  for (const one of accelerators) {
    const bought = totalOf(now, (decision) =>
      decision.kind === "buy" && decision.accelerator === one.name ? decision.mw : 0,
    );
    view.within(quarter, `MW of ${one.name} ordered`, bought, allotted(view, one, quarter));
  }
}

/** What was reserved by now, the oldest used up first, allows what is ordered. */
function checkReservations(view: View, quarter: number, site: Site, halls: Halls): void {
  if (halls.option === undefined) return;
  const { aheadQuarters, validQuarters } = halls.option;
  const mine = view.decisions.flatMap((one) => {
    const isHere =
      (one.kind === "reserve" || one.kind === "build") && one.site === site.name && one.supply === halls.name;
    return isHere ? [{ kind: one.kind, at: view.at(one.quarter), mw: one.mw }] : [];
  });
  const left = mine.filter(({ kind }) => kind === "reserve").toSorted((a, b) => a.at - b.at);
  for (const order of mine.filter(({ kind }) => kind === "build").toSorted((a, b) => a.at - b.at)) {
    let wanted = order.mw;
    for (const reserved of left) {
      const age = order.at - reserved.at;
      if (age < aheadQuarters || age > validQuarters) continue;
      const used = Math.min(wanted, reserved.mw);
      wanted -= used;
      reserved.mw -= used;
    }
    if (order.at === quarter) view.within(quarter, `MW of ${halls.name} at ${site.name} not reserved`, wanted, 0);
  }
}

function checkRentals(view: View, quarter: number, rental: Rental, now: readonly Decision[]): void {
  for (const { name } of view.scenario.accelerators) {
    const rented = totalOf(now, (decision) =>
      decision.kind === "rent" && decision.supply === rental.name && decision.accelerator === name ? decision.mw : 0,
    );
    if (rented === 0) continue;
    if (quarter < view.at(rental.available))
      view.say(quarter, `${rental.name} cannot be had before ${rental.available}`);
    view.within(quarter, `MW of ${name} rented from ${rental.name}`, rented, view.value(rental.mwPerQuarter, quarter));
    const least = Math.min(rental.minimumMw, view.value(rental.mwPerQuarter, quarter));
    view.within(quarter, `the smallest contract of ${rental.name}, in MW of ${name},`, least, rented);
  }
}

/** What a vendor allots, or what an own chip's programme can make by now. */
function allotted(view: View, one: Accelerator, quarter: number): number {
  const allotted = one.mwPerQuarter === undefined ? Infinity : view.value(one.mwPerQuarter, quarter);
  if (one.own === undefined) return quarter < view.at(one.available) ? 0 : allotted;
  const slip = view.future.slipQuarters[one.name] ?? 0;
  const { developmentQuarters, rampMwPerQuarter } = one.own;
  const made = totalOf(view.decisions, (decision) => {
    if (decision.kind !== "programme" || decision.accelerator !== one.name) return 0;
    const age = quarter - view.at(decision.quarter) - developmentQuarters - slip;
    return age < 0 ? 0 : (rampMwPerQuarter[Math.min(age, rampMwPerQuarter.length - 1)] ?? 0);
  });
  return Math.min(made, allotted);
}
