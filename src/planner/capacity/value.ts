/**
 * What a plan is worth: cash of each quarter, its present value in each future, and the objective over all of them.
 *
 * Profit: (1 − λ) × the mean of the futures' values + λ × the mean of the worst beyond β (conditional value at risk,
 * Rockafellar and Uryasev 2000). Cost is the same with what demand pays left out. ROIC is a ratio: profit before capital,
 * less depreciation, over the book value invested, both discounted and in the mean. What is leased counts as if it were
 * invested: its right of use as capital, and only its write-off, not its interest, against what is earned.
 */
import { Linear, type Row } from "../optimise/model.ts";
import type { Case } from "./case.ts";
import { acceleratorFlow, type CashFlow, hallsFlow, programmeFlow, rentalFlow, reservationFlow } from "./cash-flow.ts";
import type { Formulation } from "./formulation.ts";
import type { Node } from "./tree.ts";

export type ValueRows = {
  /** Their dual is what a dollar of that quarter is worth. */
  readonly operating: Map<Node, Row>;
  readonly invested: Map<Node, Row>;
  readonly value: readonly Row[];
  readonly objective: Linear;
  /** For ROIC: what is earned, and on what; the objective is then a weighing of both. */
  readonly ratio: { readonly earned: Linear; readonly capital: Linear } | undefined;
};

type Sums = {
  readonly operating: Map<Node, Linear>;
  readonly invested: Map<Node, Linear>;
  /** Beyond the plan's end, by future. */
  readonly after: readonly Linear[];
  /** With the interest in leases' rent taken back, which is no cost of what is earned before capital. */
  readonly depreciation: Linear;
  readonly capital: Linear;
};

export function valueOf(formulation: Formulation): ValueRows {
  const { model, planned, of } = formulation;
  const { tree, futures, scenario } = planned;
  const sums: Sums = {
    operating: new Map(tree.operations.map((node) => [node, new Linear()])),
    invested: new Map(tree.operations.map((node) => [node, new Linear()])),
    after: futures.map(() => new Linear()),
    depreciation: new Linear(),
    capital: new Linear(),
  };
  addHalls(formulation, sums);
  addAccelerators(formulation, sums);
  addRentals(formulation, sums);
  addOperation(formulation, sums);
  addDeals(formulation, sums);

  const operating = new Map<Node, Row>();
  const invested = new Map<Node, Row>();
  for (const node of tree.operations) {
    const key = planned.named(node);
    const paid = sums.operating.get(node)!.add(-1, of.operating(node));
    operating.set(node, model.row("operating", key, paid, { lower: 0, upper: 0 }));
    const spent = sums.invested.get(node)!.add(-1, of.invested(node));
    invested.set(node, model.row("invested", key, spent, { lower: 0, upper: 0 }));
  }
  const value = futures.map(({ name }, w) => {
    const worth = sums.after[w]!.add(-1, of.value(w));
    for (let quarter = 0; quarter < planned.quarters; quarter++) {
      const node = tree.operation(quarter, w);
      worth.add(planned.discountAt(quarter), of.operating(node));
      worth.add(-planned.discountAt(quarter), of.invested(node));
    }
    return model.row("value", [name], worth, { lower: 0, upper: 0 });
  });
  if (scenario.objective !== "roic") {
    const objective = rentNothingInVain(formulation, riskAdjusted(formulation));
    return { operating, invested, value, objective, ratio: undefined };
  }
  const earned = new Linear();
  const standing = scenario.finance.standingCapitalUsd / 1e6;
  for (let quarter = 0; quarter < planned.quarters; quarter++)
    sums.capital.plus(standing * planned.discountAt(quarter));
  for (const [w, { probability }] of futures.entries()) {
    for (let quarter = 0; quarter < planned.quarters; quarter++) {
      earned.add(probability * planned.discountAt(quarter), of.operating(tree.operation(quarter, w)));
    }
  }
  for (const [variable, amount] of sums.depreciation.terms) earned.add(-amount, variable);
  return { operating, invested, value, objective: new Linear(), ratio: { earned, capital: sums.capital } };
}

function riskAdjusted({ model, planned, of }: Formulation): Linear {
  const { weight, tail } = planned.scenario.risk;
  const objective = new Linear();
  const atRisk = of.valueAtRisk;
  const mean = atRisk === undefined ? 1 : 1 - weight;
  for (const [w, { probability }] of planned.futures.entries()) objective.add(-mean * probability, of.value(w));
  if (atRisk === undefined) return objective;
  objective.add(-weight, atRisk);
  for (const [w, { name, probability }] of planned.futures.entries()) {
    const below = new Linear().add(1, of.shortfall(w)).add(1, of.value(w)).add(-1, atRisk);
    model.row("shortfall", [name], below, { lower: 0 });
    objective.add((weight * probability) / (1 - tail), of.shortfall(w));
  }
  return objective;
}

/** What is paid by use alone costs nothing to reserve: a tie is broken against it. */
function rentNothingInVain({ planned, of }: Formulation, objective: Linear): Linear {
  for (const [r, { takeOrPayShare }] of planned.rentals.entries()) {
    if (takeOrPayShare > 0) continue;
    for (const k of planned.accelerators.keys()) {
      for (const p of planned.places.keys()) {
        for (const node of planned.tree.decisions) objective.add(1e-6, of.rent(r, k, p, node));
      }
    }
  }
  return objective;
}

/** Spreads one decision's cash over the quarters that it reaches. */
function spread(
  { planned }: Formulation,
  sums: Sums,
  variable: number | undefined,
  decision: Node,
  flowIn: (future: number) => CashFlow,
): void {
  if (variable === undefined) return;
  const flows = new Map(decision.futures.map((future) => [future, flowIn(future)]));
  for (let quarter = 0; quarter < planned.quarters; quarter++) {
    for (const node of planned.tree.reached(decision, quarter)) {
      const flow = flows.get(node.futures.find((future) => flows.has(future))!)!;
      sums.operating.get(node)!.add(-flow.paid[quarter]!, variable);
      sums.invested.get(node)!.add(flow.invested[quarter]!, variable);
    }
  }
  for (const [future, flow] of flows) {
    sums.after[future]!.add(flow.worthAfter, variable);
    const { probability } = planned.futures[future]!;
    for (let quarter = 0; quarter < planned.quarters; quarter++) {
      const weight = probability * planned.discountAt(quarter);
      sums.depreciation.add(weight * (flow.depreciation[quarter]! - flow.leaseInterest[quarter]!), variable);
      sums.capital.add(weight * (flow.book[quarter]! + flow.leased[quarter]!), variable);
    }
  }
}

function addHalls(formulation: Formulation, sums: Sums): void {
  const { planned, of } = formulation;
  for (const [i, { site }] of planned.places.entries()) {
    if (site === undefined) continue;
    for (const [s, halls] of planned.halls.entries()) {
      const slip = (future: number) => planned.futures[future]!.slip(halls.name);
      for (const node of planned.tree.decisions) {
        spread(formulation, sums, of.build(i, s, node), node, (future) =>
          hallsFlow(planned, halls, site.constructionFactor, node.quarter, slip(future)),
        );
        spread(formulation, sums, of.reserve(i, s, node), node, () => reservationFlow(planned, halls, node.quarter));
      }
      const opening = (halls.openingUsdPerSite * site.constructionFactor) / 1e6;
      const opened = (quarter: number, w: number, variable: number | undefined) => {
        if (variable === undefined) return;
        const node = planned.tree.operation(quarter, w);
        sums.invested.get(node)!.add(opening, variable);
        for (let later = quarter; later < planned.quarters; later++) {
          const weight = planned.futures[w]!.probability * planned.discountAt(later);
          sums.capital.add(weight * opening, variable);
        }
      };
      const early = of.open(i, s, undefined);
      for (const node of planned.tree.operations.filter(({ quarter }) => quarter === 0)) {
        for (const [index, w] of node.futures.entries()) if (index === 0) opened(0, w, early);
      }
      for (const w of planned.futures.keys())
        opened(Math.min(planned.branch, planned.quarters - 1), w, of.open(i, s, w));
    }
  }
}

function addAccelerators(formulation: Formulation, sums: Sums): void {
  const { planned, of } = formulation;
  for (const [k, accelerator] of planned.accelerators.entries()) {
    const slip = (future: number) => planned.futures[future]!.slip(accelerator.name);
    for (const node of planned.tree.decisions) {
      spread(formulation, sums, of.programme(k, node), node, (future) =>
        programmeFlow(planned, accelerator, node.quarter, slip(future)),
      );
      for (const i of planned.places.keys()) {
        spread(formulation, sums, of.buy(i, k, node), node, (future) =>
          acceleratorFlow(planned, accelerator, node.quarter, slip(future)),
        );
      }
    }
  }
}

function addRentals(formulation: Formulation, sums: Sums): void {
  const { planned, of } = formulation;
  for (const [r, rental] of planned.rentals.entries()) {
    const slip = (future: number) => planned.futures[future]!.slip(rental.name);
    for (const k of planned.accelerators.keys()) {
      for (const node of planned.tree.decisions) {
        for (const p of planned.places.keys()) {
          spread(formulation, sums, of.rent(r, k, p, node), node, (future) =>
            rentalFlow(planned, rental, k, node.quarter, slip(future)),
          );
        }
      }
      for (const node of planned.tree.operations) {
        // Beyond take-or-pay, at the price of the quarter.
        const price = (rental.usdMPerMwQuarterAt[k]?.[node.quarter] ?? 0) * (1 - rental.takeOrPayShare);
        for (const p of planned.places.keys()) sums.operating.get(node)!.add(-price, of.use(r, k, p, node));
      }
    }
  }
}

/** Energy, people, tokens bought, and what demand pays. */
function addOperation(formulation: Formulation, sums: Sums): void {
  const { planned, of } = formulation;
  const paysDemand = planned.scenario.objective !== "cost";
  for (const node of planned.tree.operations) {
    const { quarter } = node;
    const operating = sums.operating.get(node)!;
    for (const [p, { site }] of planned.places.entries()) {
      if (site === undefined) continue;
      operating.add(-site.operatingUsdMPerMwQuarter, of.load(p, node));
      for (const [k, accelerator] of planned.accelerators.entries()) {
        const energy = energyUsdMPerMw(planned, p, k, quarter);
        for (const d of planned.classes.keys()) {
          operating.add(-energy / accelerator.availabilityShare, of.run(p, k, d, node));
        }
      }
    }
    for (const [x, stream] of planned.streams.entries()) {
      const price = priceOf(planned, x, node);
      const paid = paysDemand ? price : 0;
      for (const p of planned.places.keys()) operating.add(paid, of.serve(p, x, node));
      for (const [u, { usdMPerUnitAt }] of planned.tokens.entries()) {
        const { model } = planned.classes[stream.workClass]!;
        operating.add(paid - (usdMPerUnitAt[model]?.[quarter] ?? 0), of.upstream(u, x, node));
      }
      operating.add(-price * stream.unmetLossShare, of.unmet(x, node));
    }
  }
}

/** What a MW of IT that is powered draws in a quarter. */
export function energyUsdMPerMw(
  { places, accelerators }: Case,
  place: number,
  accelerator: number,
  quarter: number,
): number {
  const site = places[place]?.site;
  if (site === undefined) return 0;
  const { drawnShare } = accelerators[accelerator]!;
  return (1000 * 2190 * site.pue * drawnShare * (site.energyUsdPerKwhAt[quarter] ?? 0)) / 1e6;
}

export function priceOf(planned: Case, stream: number, node: Node): number {
  const [future = 0] = node.futures;
  const price = planned.streams[stream]?.usdMPerUnit[node.quarter] ?? 0;
  return price * (planned.futures[future]?.priceAt[node.quarter] ?? 1);
}

/** The customer pays for what is called, or for the share that is owed anyway, less what is not delivered. */
function addDeals({ planned, of }: Formulation, sums: Sums): void {
  for (const [c, deal] of planned.deals.entries()) {
    const term = deal.last - deal.first + 1;
    const prepaid = deal.prepaidUsd / 1e6;
    for (const node of planned.tree.operations) {
      const { quarter, futures } = node;
      const [future = 0] = futures;
      const accepted = of.accept(c, planned.tree.decision(deal.acceptQuarter, future));
      const operating = sums.operating.get(node)!;
      if (quarter === deal.acceptQuarter) operating.add(prepaid, accepted);
      if (quarter < deal.first || quarter > deal.last) continue;
      const price = deal.usdMPerUnitAt[quarter] ?? 0;
      const paidShare = Math.max(planned.futures[future]!.call(deal.name), deal.takeOrPayShare);
      operating.add(price * paidShare * (deal.unitsAt[quarter] ?? 0) - prepaid / term, accepted);
      operating.add(-price * (1 + deal.damagesShare), of.short(c, node));
    }
  }
}
