/** A plan's accounts: for each future and quarter, capacity by source, work by class, and dollars by layer of the stack. */
import type { Case } from "./case.ts";
import {
  acceleratorFlow,
  type CashFlow,
  hallsFlow,
  programmeFlow,
  rentalFlow,
  reservationFlow,
  usableShare,
} from "./cash-flow.ts";
import type { Decided, Decision, Operation } from "./decided.ts";
import { energyUsdMPerMw } from "./value.ts";

/** What a quarter costs, by layer: what each gets of the revenue, as far as it is not earned oneself. */
export type LayerCosts = {
  readonly energy: number;
  /** Depreciation and upkeep of own accelerators, and programmes of own chips. */
  readonly chips: number;
  /** Halls, leases and rented accelerators, and operating them. */
  readonly infrastructure: number;
  /** Tokens bought from providers. */
  readonly platform: number;
};

export type WorkDone = {
  readonly model: string;
  readonly tier: string;
  readonly unit: "tokens" | "acceleratorHours";
  /** In 10¹² tokens or 10⁶ accelerator-hours. */
  readonly demanded: number;
  readonly made: number;
  readonly bought: number;
  readonly unmet: number;
};

export type QuarterAccount = {
  readonly quarter: string;
  /** MW of IT that could be used, by supply; `standing` for halls that stood already. */
  readonly capacityMw: Readonly<Record<string, number>>;
  /** MW of IT at work, by accelerator. */
  readonly workingMw: Readonly<Record<string, number>>;
  readonly work: readonly WorkDone[];
  readonly revenueUsd: number;
  readonly damagesUsd: number;
  readonly costUsd: LayerCosts;
  /** Revenue less costs, depreciation among them. */
  readonly profitUsd: number;
  readonly investedUsd: number;
  /** What is paid in less what is paid out, investments among it. */
  readonly cashFlowUsd: number;
  readonly cashUsd: number;
  readonly bookValueUsd: number;
  /** The right to use what is leased, as ROIC counts it: beside the book value, and the interest in its rent beside the profit. */
  readonly leasedUsd: number;
  readonly leaseInterestUsd: number;
};

export type FutureAccount = {
  readonly future: string;
  readonly probability: number;
  /** Present value to the plan's end, with what is left then. */
  readonly valueUsd: number;
  readonly quarters: readonly QuarterAccount[];
};

export function accountsOf(planned: Case, { decisions, operations }: Decided): FutureAccount[] {
  return planned.futures.map(({ name, probability }, w) => {
    const mine = decisions.filter(({ futures }) => futures.includes(name));
    const flows = mine.map((decision) => flowOf(planned, decision, w));
    const quarters: QuarterAccount[] = [];
    let cash = planned.scenario.finance.openingCashUsd;
    for (const [quarter, quarterName] of planned.quarterNames.entries()) {
      const operation = operations.find((one) => one.quarter === quarterName && one.futures.includes(name))!;
      const account = quarterAccount(planned, w, quarter, mine, flows, operation);
      cash += account.cashFlowUsd;
      quarters.push({ ...account, cashUsd: cash });
    }
    const after = flows.reduce((sum, { flow }) => sum + flow.worthAfter * 1e6, 0);
    const value = quarters.reduce(
      (sum, { cashFlowUsd }, quarter) => sum + cashFlowUsd * planned.discountAt(quarter),
      after,
    );
    return { future: name, probability, valueUsd: value, quarters };
  });
}

type Flowing = { readonly decision: Decision; readonly flow: CashFlow };

/** Of the whole decision, in millions. */
function flowOf(planned: Case, decision: Decision, w: number): Flowing {
  const future = planned.futures[w]!;
  const at = planned.quarterNames.indexOf(decision.quarter);
  const k =
    "accelerator" in decision ? planned.accelerators.findIndex(({ name }) => name === decision.accelerator) : -1;
  const accelerator = planned.accelerators[k];
  const flow = (): CashFlow => {
    if (decision.kind === "build") {
      const halls = planned.halls.find(({ name }) => name === decision.supply)!;
      const factor = planned.places.find(({ name }) => name === decision.site)?.site?.constructionFactor ?? 1;
      return times(hallsFlow(planned, halls, factor, at, future.slip(halls.name)), decision.blocks);
    }
    if (decision.kind === "reserve") {
      const halls = planned.halls.find(({ name }) => name === decision.supply)!;
      return times(reservationFlow(planned, halls, at), decision.mw);
    }
    if (decision.kind === "buy") {
      return times(acceleratorFlow(planned, accelerator!, at, future.slip(accelerator!.name)), decision.mw);
    }
    if (decision.kind === "rent") {
      const rental = planned.rentals.find(({ name }) => name === decision.supply)!;
      return times(rentalFlow(planned, rental, k, at, future.slip(rental.name)), decision.mw);
    }
    if (decision.kind === "programme") {
      return programmeFlow(planned, accelerator!, at, future.slip(accelerator!.name));
    }
    const zeros = planned.quarterNames.map(() => 0);
    const nothing = {
      paid: zeros,
      invested: zeros,
      depreciation: zeros,
      leased: zeros,
      leaseInterest: zeros,
      worthAfter: 0,
    };
    if (decision.kind === "accept") return { ...nothing, book: zeros };
    const halls = planned.halls.find(({ name }) => name === decision.supply)!;
    const factor = planned.places.find(({ name }) => name === decision.site)?.site?.constructionFactor ?? 1;
    const opening = (halls.openingUsdPerSite * factor) / 1e6;
    return {
      ...nothing,
      invested: zeros.map((_, quarter) => (quarter === at ? opening : 0)),
      book: zeros.map((_, quarter) => (quarter >= at ? opening : 0)),
    };
  };
  return { decision, flow: flow() };
}

function times({ worthAfter, ...quarterly }: CashFlow, count: number): CashFlow {
  const all = (values: readonly number[]) => values.map((value) => value * count);
  return {
    paid: all(quarterly.paid),
    invested: all(quarterly.invested),
    depreciation: all(quarterly.depreciation),
    book: all(quarterly.book),
    leased: all(quarterly.leased),
    leaseInterest: all(quarterly.leaseInterest),
    worthAfter: worthAfter * count,
  };
}

function quarterAccount(
  planned: Case,
  w: number,
  quarter: number,
  decisions: readonly Decision[],
  flows: readonly Flowing[],
  operation: Operation,
): Omit<QuarterAccount, "cashUsd"> {
  const total = (kinds: readonly Decision["kind"][], of: (flow: CashFlow) => readonly number[]) =>
    flows.reduce(
      (sum, { decision, flow }) => (kinds.includes(decision.kind) ? sum + of(flow)[quarter]! * 1e6 : sum),
      0,
    );
  const all = ["build", "reserve", "open", "buy", "rent", "programme", "accept"] as const;
  const { energyUsd, operatingUsd, workingMw } = atWork(planned, quarter, operation);
  const byUse = operation.used.reduce((sum, { supply, accelerator, mw }) => {
    const rental = planned.rentals.find(({ name }) => name === supply)!;
    const k = planned.accelerators.findIndex(({ name }) => name === accelerator);
    const price = rental.usdMPerMwQuarterAt[k]?.[quarter] ?? 0;
    return sum + price * (1 - rental.takeOrPayShare) * mw * 1e6;
  }, 0);
  const upstream = operation.bought.reduce((sum, { supply, demand, units }) => {
    const { model } = planned.classes[planned.streams[demand]!.workClass]!;
    const price = planned.tokens.find(({ name }) => name === supply)?.usdMPerUnitAt[model]?.[quarter] ?? 0;
    return sum + price * units * 1e6;
  }, 0);
  const { revenueUsd, damagesUsd, prepaidUsd } = sales(planned, w, quarter, decisions, operation);
  const paid = total(all, ({ paid }) => paid);
  const depreciation = total(all, (flow) => flow.depreciation);
  const investedUsd = total(all, ({ invested }) => invested);
  const costUsd: LayerCosts = {
    energy: energyUsd,
    chips: total(["buy", "programme"], ({ paid }) => paid) + total(["buy"], (flow) => flow.depreciation),
    infrastructure:
      total(["build", "reserve", "rent"], ({ paid }) => paid) +
      total(["build", "open"], (flow) => flow.depreciation) +
      byUse +
      operatingUsd,
    platform: upstream,
  };
  const operating = revenueUsd - damagesUsd - paid - byUse - energyUsd - operatingUsd - upstream;
  return {
    quarter: operation.quarter,
    capacityMw: capacity(planned, w, quarter, decisions),
    workingMw,
    work: workDone(planned, operation),
    revenueUsd,
    damagesUsd,
    costUsd,
    profitUsd: operating - depreciation,
    investedUsd,
    cashFlowUsd: operating + prepaidUsd - investedUsd,
    bookValueUsd: total(all, ({ book }) => book),
    leasedUsd: total(all, ({ leased }) => leased),
    leaseInterestUsd: total(all, ({ leaseInterest }) => leaseInterest),
  };
}

function atWork(planned: Case, quarter: number, { work }: Operation) {
  const workingMw: Record<string, number> = {};
  let [energyUsd, operatingUsd] = [0, 0];
  for (const { place, accelerator, mw } of work) {
    const p = planned.places.findIndex(({ name }) => name === place);
    const k = planned.accelerators.findIndex(({ name }) => name === accelerator);
    const site = planned.places[p]?.site;
    const powered = mw / planned.accelerators[k]!.availabilityShare;
    workingMw[accelerator] = (workingMw[accelerator] ?? 0) + mw;
    if (site === undefined) continue;
    energyUsd += energyUsdMPerMw(planned, p, k, quarter) * powered * 1e6;
    operatingUsd += site.operatingUsdMPerMwQuarter * powered * 1e6;
  }
  return { energyUsd, operatingUsd, workingMw };
}

function sales(planned: Case, w: number, quarter: number, decisions: readonly Decision[], operation: Operation) {
  const future = planned.futures[w]!;
  const price = (demand: number) =>
    (planned.streams[demand]?.usdMPerUnit[quarter] ?? 0) * future.priceAt[quarter]! * 1e6;
  const paysDemand = planned.scenario.objective !== "cost";
  let [revenueUsd, damagesUsd, prepaidUsd] = [0, 0, 0];
  if (paysDemand) {
    for (const { demand, units } of [...operation.served, ...operation.bought]) revenueUsd += price(demand) * units;
  }
  for (const { demand, units } of operation.unmet) {
    damagesUsd += price(demand) * units * planned.streams[demand]!.unmetLossShare;
  }
  for (const decision of decisions) {
    if (decision.kind !== "accept") continue;
    const deal = planned.deals.find(({ name }) => name === decision.deal)!;
    if (quarter === deal.acceptQuarter) prepaidUsd += deal.prepaidUsd;
    if (quarter < deal.first || quarter > deal.last) continue;
    const unit = (deal.usdMPerUnitAt[quarter] ?? 0) * 1e6;
    const short = operation.short.find((one) => one.deal === deal.name)?.units ?? 0;
    const paid = Math.max(future.call(deal.name), deal.takeOrPayShare) * (deal.unitsAt[quarter] ?? 0);
    revenueUsd += unit * (paid - short);
    damagesUsd += unit * short * deal.damagesShare;
    prepaidUsd -= deal.prepaidUsd / (deal.last - deal.first + 1);
  }
  return { revenueUsd, damagesUsd, prepaidUsd };
}

/** What could be used in a quarter, by supply. */
function capacity(planned: Case, w: number, quarter: number, decisions: readonly Decision[]): Record<string, number> {
  const future = planned.futures[w]!;
  const standing = planned.places.reduce((sum, { site }) => sum + (site?.hallMwAt[quarter] ?? 0), 0);
  const byMw: Record<string, number> = { standing };
  for (const decision of decisions) {
    if (decision.kind !== "build" && decision.kind !== "rent") continue;
    const supply = [...planned.halls, ...planned.rentals].find(({ name }) => name === decision.supply)!;
    const ordered = planned.quarterNames.indexOf(decision.quarter);
    const usable = usableShare(supply, ordered, future.slip(supply.name), quarter);
    byMw[supply.name] = (byMw[supply.name] ?? 0) + usable * decision.mw;
  }
  return byMw;
}

function workDone(planned: Case, operation: Operation): WorkDone[] {
  return planned.classes.map(({ model, tier, unit }, d) => {
    const mine = <Of extends { readonly demand: number; readonly units: number }>(list: readonly Of[]) =>
      list.reduce((sum, { demand, units }) => (planned.streams[demand]?.workClass === d ? sum + units : sum), 0);
    const contracted = (list: readonly { readonly deal: string; readonly units: number }[]) =>
      list.reduce((sum, { deal, units }) => {
        return planned.deals.find(({ name }) => name === deal)?.workClass === d ? sum + units : sum;
      }, 0);
    const made = mine(operation.served) + contracted(operation.delivered);
    const bought = mine(operation.bought);
    const unmet = mine(operation.unmet) + contracted(operation.short);
    return { model, tier, unit, demanded: made + bought + unmet, made, bought, unmet };
  });
}
