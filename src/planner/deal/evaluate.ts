/**
 * The economics of one deal, whole: what comes of it as planned, hour by hour and year by year, what it leaves to
 * recognise, what decides it, and what may go wrong.
 *
 * What is signed is exact (decimal strings); what is forecast is plain numbers. See docs/decisions for why.
 */
import { chipNamed } from "../../catalog/chips.ts";
import { annuity } from "../../stack/annuity.ts";
import { formatUsd, pico, usd } from "../../stack/money.ts";
import { npv, peakFunding } from "../finance/cash-flow.ts";
import { coverRatios, waterfallOf } from "../finance/debt.ts";
import { type Irr, irr } from "../finance/irr.ts";
import { takeOrPayBill } from "../finance/take-or-pay.ts";
import type { Assumption } from "./assumptions.ts";
import { type BreakEven, breakEven } from "./break-even.ts";
import { dateOf, monthText } from "./calendar.ts";
import { type Claim, claimsOf } from "./claims.ts";
import { type CostPart, costParts, type Flows } from "./flows.ts";
import type { SourcedFigure } from "./figure.ts";
import { type Measures, measuresOf, sum } from "./measures.ts";
import { type Model, modelOf, plannedFlows } from "./model.ts";
import { monteCarlo, type Risk } from "./monte-carlo.ts";
import { type RpoQuarter, runOff } from "./run-off.ts";
import type { Deal } from "./schema.ts";
import { type Swing, tornado } from "./tornado.ts";
import { hoursPerMonth, type Terms } from "./terms.ts";

export type DealEvaluation = Omit<Measures, "peakFundingMonth"> & {
  readonly name: string;
  readonly title: string;
  readonly role: Deal["role"];
  readonly counterparty: string;
  readonly accelerator: string;
  /** The catalog's names that are written most like it, where it has none such: a slip of the pen, or a name of one's own. */
  readonly nearestListed?: readonly string[];
  readonly signed: string;
  readonly from: string;
  /** The last day of its last tranche. */
  readonly to: string;
  readonly accelerators: number;
  readonly megawattsIt: number;
  readonly acceleratorHours: number;
  readonly contract: {
    /** Exact. */
    readonly totalUsd: string;
    /** What is billed whether used or not, exact: the obligation at signature. */
    readonly committedUsd: string;
    readonly takeOrPayFloor: number;
    readonly usdPerAcceleratorHour: number;
    readonly usdPerMegawattItYear: number;
    /** With all accelerators there, in the first year. */
    readonly monthlyBill: MonthlyBill;
  };
  readonly costOfCapital: number;
  /** What a loan leaves to the owners; absent without one, or without capital. */
  readonly debt?: DealDebt;
  /** `2026-11`. */
  readonly peakFundingMonth: string;
  readonly buildUp: BuildUp;
  readonly years: readonly DealYear[];
  readonly months: DealMonths;
  readonly rpo: readonly RpoQuarter[];
  readonly breakEven: BreakEven;
  readonly tornado: readonly Swing[];
  readonly risk: Risk;
  readonly claims: readonly Claim[];
  readonly figures: readonly TracedFigure[];
  readonly notes: readonly string[];
};

export type DealDebt = {
  readonly drawnUsd: number;
  readonly interestUsd: number;
  readonly taxSavedUsd: number;
  /** The most that is owed at once. */
  readonly mostOwedUsd: number;
  /** Cash available for debt service over debt service, year by year from the first repayment on. */
  readonly coverRatios: readonly number[];
  /** To the owners, effective a year. */
  readonly leveredIrr: Irr;
  /** At the deal's own cost of capital. */
  readonly leveredNpvUsd: number;
  readonly ownersPeakFundingUsd: number;
  readonly toOwnersUsd: readonly number[];
};

/** What take-or-pay makes of a month. */
export type MonthlyBill = {
  readonly usedHours: number;
  readonly billedHours: number;
  /** Billed and not used. */
  readonly unusedHours: number;
  /** Exact. */
  readonly amountUsd: string;
};

/** What a contracted accelerator-hour costs. */
export type BuildUp = {
  /** Straight-line depreciation for capital; what is paid for the rest. Parts that cost nothing are left out. */
  readonly parts: readonly { readonly part: CostPart; readonly usdPerHour: number }[];
  readonly usdPerHour: number;
  /** What capital costs on top of its depreciation: the annuity over its life, without a residual, less straight line. */
  readonly financeUsdPerHour: number;
  readonly economicUsdPerHour: number;
};

/** Of the deal's own years, the first beginning with its first cash. */
export type DealYear = {
  readonly year: number;
  readonly from: string;
  readonly revenueUsd: number;
  readonly costsUsd: number;
  readonly grossProfitUsd: number;
  readonly grossMargin: number | null;
  readonly ebitdaUsd: number;
  readonly capitalUsd: number;
  readonly cashUsd: number;
};

export type MonthlyCash = {
  /** `2026-03`. */
  readonly from: string;
  readonly cashUsd: readonly number[];
  readonly runningCashUsd: readonly number[];
};

export type DealMonths = MonthlyCash & {
  readonly revenueUsd: readonly number[];
  readonly grossProfitUsd: readonly number[];
  readonly ebitdaUsd: readonly number[];
  readonly capitalUsd: readonly number[];
};

export type TracedFigure = SourcedFigure & { readonly field: string };

export type Drawing = { readonly draws: number; readonly seed: number };

export const usualDrawing: Drawing = { draws: 10_000, seed: 1 };

/** @throws Fault `invalid_value` when a tranche is too small for one accelerator. */
export function evaluateDeal(deal: Deal, { draws, seed }: Drawing = usualDrawing): DealEvaluation {
  const model = modelOf(deal);
  const { terms, schedule, planned, assumed } = model;
  const flows = plannedFlows(model);
  const measures = measuresOf(flows, schedule, planned.costOfCapital);
  const megawattYears = (terms.acceleratorHours / hoursPerMonth / 12) * (planned.kilowattsPerAccelerator / 1000);
  const contract = {
    totalUsd: formatUsd(terms.total),
    committedUsd: formatUsd(terms.committed),
    takeOrPayFloor: deal.price.takeOrPayFloor,
    usdPerAcceleratorHour: terms.usdPerAcceleratorHour,
    usdPerMegawattItYear: Number(terms.total) / 1e12 / megawattYears,
    monthlyBill: monthlyBillOf(deal, terms),
  };
  return {
    name: deal.name,
    title: deal.title === "" ? deal.name : deal.title,
    role: deal.role,
    counterparty: deal.counterparty,
    accelerator: deal.accelerator,
    ...(chipNamed.find(deal.accelerator) === undefined && { nearestListed: chipNamed.like(deal.accelerator) }),
    signed: deal.signed,
    from: deal.from,
    to: dateOf(terms.to - 1e-6),
    accelerators: terms.accelerators,
    megawattsIt: terms.megawattsIt,
    acceleratorHours: terms.acceleratorHours,
    contract,
    costOfCapital: planned.costOfCapital,
    ...debtOf(model, flows),
    ...measures,
    peakFundingMonth: monthText(measures.peakFundingMonth),
    buildUp: buildUpOf(model, flows),
    years: yearsOf(flows, schedule.start),
    months: monthsOf(flows, schedule.start),
    rpo: runOff(terms),
    breakEven: breakEven(model),
    tornado: tornado(model),
    risk: monteCarlo(model, draws, seed),
    claims: claimsOf(deal, measures, contract),
    figures: figuresOf(deal, assumed),
    notes: deal.notes,
  };
}

function debtOf({ deal, schedule, planned }: Model, flows: Flows): { readonly debt?: DealDebt } {
  const { debt, taxRate } = deal.finance;
  if (debt === undefined || sum(flows.capital) * debt.shareOfCapital.value === 0) return {};
  const project = {
    capital: flows.capital,
    profit: flows.operating.map((usd, month) => usd + flows.other[month]!),
    cash: flows.cash,
    taxRate,
    firstService: schedule.service.findIndex((accelerators) => accelerators > 0),
    lastService: schedule.service.findLastIndex((accelerators) => accelerators > 0),
  };
  const loan = waterfallOf(project, {
    shareOfCapital: debt.shareOfCapital.value,
    interestPerYear: debt.interestPerYear.value,
    termMonths: debt.termMonths,
  });
  const total = (of: readonly number[]) => of.reduce((all, usd) => all + usd, 0);
  return {
    debt: {
      drawnUsd: total(loan.drawn),
      interestUsd: total(loan.interest),
      taxSavedUsd: total(loan.taxSaved),
      mostOwedUsd: Math.max(...loan.owed),
      coverRatios: coverRatios(project, loan),
      leveredIrr: irr(loan.toOwners),
      leveredNpvUsd: npv(planned.costOfCapital, loan.toOwners),
      ownersPeakFundingUsd: peakFunding(loan.toOwners).usd,
      toOwnersUsd: loan.toOwners,
    },
  };
}

function monthlyBillOf(deal: Deal, terms: Terms): MonthlyBill {
  const { usdPerAcceleratorHour, takeOrPayFloor } = deal.price;
  const committedHours = terms.accelerators * hoursPerMonth;
  const bill = takeOrPayBill(
    {
      usdPerHour:
        usdPerAcceleratorHour === undefined
          ? pico(BigInt(Math.round(terms.usdPerAcceleratorHour * 1e12)))
          : usd(usdPerAcceleratorHour),
      committedHours: BigInt(committedHours),
      floorPermille: BigInt(Math.round(takeOrPayFloor * 1000)),
    },
    BigInt(Math.round(committedHours * (deal.utilisation?.value ?? 1))),
  );
  return {
    usedHours: Number(bill.usedHours),
    billedHours: Number(bill.billedHours),
    unusedHours: Number(bill.unusedHours),
    amountUsd: formatUsd(bill.amount),
  };
}

function buildUpOf({ deal, terms, planned }: Model, flows: Flows): BuildUp {
  const hours = terms.acceleratorHours;
  const parts = costParts
    .map((part) => ({ part, usdPerHour: sum(flows.costs[part]) / hours }))
    .filter(({ usdPerHour }) => usdPerHour !== 0);
  const usdPerHour = parts.reduce((total, part) => total + part.usdPerHour, 0);
  const monthly = planned.costOfCapital / 12;
  const finance = (usd: number, lifeMonths: number) =>
    (annuity(usd, monthly, lifeMonths) - usd / lifeMonths) / hoursPerMonth;
  let financeUsdPerHour = 0;
  if (deal.role === "seller" && deal.costs.type === "own") {
    const { lifeMonths, building } = deal.costs;
    financeUsdPerHour += finance(planned.serverUsd + planned.networkUsd + planned.storageUsd, lifeMonths);
    if (building.type === "own") {
      const usd = (planned.buildingUsdPerMegawatt * planned.kilowattsPerAccelerator) / 1000;
      financeUsdPerHour += finance(usd, building.lifeMonths);
    }
  }
  return { parts, usdPerHour, financeUsdPerHour, economicUsdPerHour: usdPerHour + financeUsdPerHour };
}

/** Every figure of the file, once. */
function figuresOf(deal: Deal, assumed: readonly Assumption[]): TracedFigure[] {
  const field = "capacity.kilowattsPerAccelerator";
  const { debt } = deal.finance;
  const others = assumed.filter((one) => one.field !== field);
  return [
    { field, ...deal.capacity.kilowattsPerAccelerator },
    ...others.map((one) => ({ field: one.field, ...one.figure })),
    ...(debt === undefined
      ? []
      : [
          { field: "finance.debt.shareOfCapital", ...debt.shareOfCapital },
          { field: "finance.debt.interestPerYear", ...debt.interestPerYear },
        ]),
  ];
}

function yearsOf(flows: Flows, start: number): DealYear[] {
  const months = lastMonth(flows) + 1;
  return Array.from({ length: Math.ceil(months / 12) }, (_, year) => {
    const of = (row: Float64Array) => sum(row.subarray(year * 12, Math.min(months, (year + 1) * 12)));
    const [revenueUsd, grossProfitUsd] = [of(flows.revenue), of(flows.grossProfit)];
    return {
      year: year + 1,
      from: monthText(start + year * 12),
      revenueUsd,
      costsUsd: revenueUsd - grossProfitUsd,
      grossProfitUsd,
      grossMargin: revenueUsd > 0 ? grossProfitUsd / revenueUsd : null,
      ebitdaUsd: of(flows.ebitda),
      capitalUsd: of(flows.capital),
      cashUsd: of(flows.cash),
    };
  });
}

function monthsOf(flows: Flows, start: number): DealMonths {
  const count = lastMonth(flows) + 1;
  const row = (of: Float64Array) => [...of.subarray(0, count)];
  let running = 0;
  const cashUsd = row(flows.cash);
  return {
    from: monthText(start),
    revenueUsd: row(flows.revenue),
    grossProfitUsd: row(flows.grossProfit),
    ebitdaUsd: row(flows.ebitda),
    capitalUsd: row(flows.capital),
    cashUsd,
    runningCashUsd: cashUsd.map((usd) => (running += usd)),
  };
}

/** The last in which cash moves or anything is earned. */
function lastMonth({ cash, revenue }: Flows): number {
  return Math.max(
    cash.findLastIndex((usd) => usd !== 0),
    revenue.findLastIndex((usd) => usd !== 0),
  );
}
