/** Whether each quarter's cash is what the scenario's prices make of the plan, and within what there is. */
import type { Decision, Operation } from "../decided.ts";
import { quarterIndex } from "../quarter.ts";
import { hoursPerQuarter, priceOf, totalOf, type View, wattsOf } from "./view.ts";

/** @returns the balance after the quarter. */
export function checkCash(view: View, quarter: number, operation: Operation, openingUsd: number): number {
  const { finance } = view.scenario;
  const invested = totalOf(view.decisions, (decision) => investedUsd(view, decision, quarter));
  const owed = totalOf(view.decisions, (decision) => paidUsd(view, decision, quarter));
  const flow = receivedUsd(view, quarter, operation) - runningUsd(view, quarter, operation) - owed - invested;
  const closingUsd = openingUsd + flow;
  const account = view.account?.quarters[quarter];
  view.equal(quarter, "dollars invested", account?.investedUsd ?? NaN, invested, 1e3);
  view.equal(quarter, "dollars of cash flow", account?.cashFlowUsd ?? NaN, flow, 1e4);
  if (finance.capexUsdPerQuarter !== undefined) {
    view.within(quarter, "dollars invested", invested, view.value(finance.capexUsdPerQuarter, quarter), 1e3);
  }
  if (finance.facilityUsd !== undefined) {
    view.within(quarter, "dollars owed", -closingUsd, view.value(finance.facilityUsd, quarter), 1e5);
  }
  return closingUsd;
}

function investedUsd(view: View, decision: Decision, quarter: number): number {
  const at = view.at(decision.quarter);
  if (decision.kind === "buy") {
    const one = view.accelerator(decision.accelerator);
    return at === quarter ? decision.accelerators * view.value(priceOf(one), at) : 0;
  }
  if (decision.kind !== "build" && decision.kind !== "open") return 0;
  const halls = view.halls(decision.supply);
  const factor = view.scenario.sites.find(({ name }) => name === decision.site)?.constructionFactor ?? 1;
  if (decision.kind === "open") return at === quarter ? halls.openingUsdPerSite * factor : 0;
  const building = Math.max(1, halls.leadQuarters);
  const isBuilding = quarter >= at && quarter < at + building;
  return isBuilding ? (view.value(halls.capexUsdPerMw, at) * decision.mw * factor) / building : 0;
}

/** Rents, upkeep and programmes. */
function paidUsd(view: View, decision: Decision, quarter: number): number {
  const at = view.at(decision.quarter);
  const slip = (name: string) => view.future.slipQuarters[name] ?? 0;
  if (decision.kind === "build") {
    const halls = view.halls(decision.supply);
    return view.value(halls.rentUsdPerKwMonth, at) * 3000 * decision.mw * view.usable(halls, at, quarter);
  }
  if (decision.kind === "reserve") {
    const { option } = view.halls(decision.supply);
    return at === quarter ? view.value(option?.usdPerMw ?? 0, at) * decision.mw : 0;
  }
  if (decision.kind === "rent") {
    const rental = view.rental(decision.supply);
    const hour = view.value(rental.usdPerAcceleratorHour[decision.accelerator] ?? 0, at);
    const accelerators = (decision.mw * 1e6) / wattsOf(view.accelerator(decision.accelerator));
    return hour * hoursPerQuarter * accelerators * rental.takeOrPayShare * view.usable(rental, at, quarter);
  }
  if (decision.kind === "buy") {
    const one = view.accelerator(decision.accelerator);
    const age = quarter - view.arrival(one, at);
    if (age < 0 || age >= one.lifeQuarters) return 0;
    return (decision.accelerators * view.value(priceOf(one), at) * one.upkeepSharePerYear) / 4;
  }
  if (decision.kind !== "programme") return 0;
  const { own } = view.accelerator(decision.accelerator);
  if (own === undefined || quarter < at) return 0;
  const age = quarter - at - own.developmentQuarters;
  if (age < 0) return own.nreUsd / own.developmentQuarters;
  return age < slip(decision.accelerator) ? 0 : own.upkeepUsdPerYear / 4;
}

/** Energy, operation, rent by use, and tokens bought. */
function runningUsd(view: View, quarter: number, operation: Operation): number {
  const { sites, supply, demand } = view.scenario;
  const atSites = totalOf(operation.work, ({ place, accelerator, mw }) => {
    const site = sites.find(({ name }) => name === place);
    if (site === undefined) return 0;
    const one = view.accelerator(accelerator);
    const powered = mw / one.availabilityShare;
    const kwh = powered * 1000 * hoursPerQuarter * site.pue * one.drawnShare;
    return kwh * view.value(site.energyUsdPerKwh, quarter) + (powered * site.operatingUsdPerMwYear) / 4;
  });
  const byUse = totalOf(operation.used, ({ supply: name, accelerator, mw }) => {
    const rental = view.rental(name);
    const hour = view.value(rental.usdPerAcceleratorHour[accelerator] ?? 0, quarter);
    const accelerators = (mw * 1e6) / wattsOf(view.accelerator(accelerator));
    return hour * hoursPerQuarter * accelerators * (1 - rental.takeOrPayShare);
  });
  const bought = totalOf(operation.bought, (one) => {
    const provider = supply.find(({ name }) => name === one.supply);
    if (provider?.kind !== "tokens") return 0;
    return view.value(provider.usdPerMtok[demand[one.demand]?.model ?? ""] ?? 0, quarter) * one.units * 1e6;
  });
  return atSites + byUse + bought;
}

/** What demand and deals pay, less damages. */
function receivedUsd(view: View, quarter: number, operation: Operation): number {
  const { demand, objective } = view.scenario;
  const price = (index: number) => {
    const { usdPerMtok, usdPerAcceleratorHour } = demand[index]!;
    const base = view.value(usdPerMtok ?? usdPerAcceleratorHour ?? 0, quarter);
    return base * view.value(view.future.priceFactor, quarter) * 1e6;
  };
  const paid = totalOf([...operation.served, ...operation.bought], (one) => price(one.demand) * one.units);
  const lost = totalOf(operation.unmet, (one) => price(one.demand) * one.units * demand[one.demand]!.unmetLossShare);
  const deals = totalOf(view.decisions, (decision) => {
    if (decision.kind !== "accept") return 0;
    const deal = view.deal(decision.deal);
    const [first, last] = [quarterIndex(deal.start) - view.start, quarterIndex(deal.end) - view.start];
    const credited = deal.prepaidUsd / (last - first + 1);
    const creditedQuarters = Math.max(0, Math.min(last, view.scenario.quarters - 1) - Math.max(first, 0) + 1);
    const prepaid = view.at(decision.quarter) === quarter ? credited * creditedQuarters : 0;
    if (quarter < first || quarter > last) return prepaid;
    const unit = view.value(deal.usdPerMtok ?? deal.usdPerAcceleratorHour ?? 0, quarter) * 1e6;
    const called = Math.max(view.future.callShare[deal.name] ?? 1, deal.takeOrPayShare);
    const short = operation.short.find((one) => one.deal === deal.name)?.units ?? 0;
    return prepaid + unit * (view.units(deal, quarter) * called - short * (1 + deal.damagesShare)) - credited;
  });
  return (objective === "cost" ? 0 : paid) - lost + deals;
}
