/**
 * Deals together: who they depend on, what remains to be recognised by customer and quarter, and the cash of all.
 * Sales and purchases are kept apart where they are counted; their cash is one.
 */
import { Fault } from "../../stack/fault.ts";
import { formatUsd, type PicoUsd, pico, usd, zeroUsd } from "../../stack/money.ts";
import { npv, payback, peakFunding } from "../finance/cash-flow.ts";
import { type Irr, irr } from "../finance/irr.ts";
import { monthOf, monthText } from "./calendar.ts";
import type { DealEvaluation, MonthlyCash } from "./evaluate.ts";

export type DealLine = Pick<
  DealEvaluation,
  | "name"
  | "title"
  | "role"
  | "counterparty"
  | "accelerator"
  | "signed"
  | "from"
  | "to"
  | "accelerators"
  | "megawattsIt"
  | "grossMargin"
  | "irr"
  | "roic"
  | "npvUsd"
> & {
  readonly totalUsd: string;
  readonly committedUsd: string;
};

export type CustomerShare = { readonly counterparty: string; readonly committedUsd: string; readonly share: number };

export type RpoByCustomer = {
  readonly quarter: string;
  /** At the quarter's end, exact; in the order of `customers`. */
  readonly closingUsd: readonly string[];
  readonly totalUsd: string;
  readonly recognisedUsd: string;
  /** Of what remains: Σ share², 10,000 for one customer; null when nothing does. */
  readonly herfindahl: number | null;
};

export type Portfolio = {
  readonly deals: readonly DealLine[];
  /** What customers have committed to in all sales. */
  readonly committedUsd: string;
  /** What we have committed to in all purchases. */
  readonly purchasesUsd: string;
  /** Of sales, the largest first. */
  readonly customers: readonly CustomerShare[];
  /** At signature: Σ share², 10,000 for one customer; null without sales. */
  readonly herfindahl: number | null;
  readonly rpo: readonly RpoByCustomer[];
  readonly cash: MonthlyCash;
  /** Each deal's at its own cost of capital, in the first month of all. */
  readonly npvUsd: number;
  readonly irr: Irr;
  readonly paybackMonths: number | null;
  readonly peakFundingUsd: number;
  readonly peakFundingMonth: string;
};

/** @throws Fault `invalid_value` when two deals have one name, or there is none. */
export function portfolioOf(evaluations: readonly DealEvaluation[]): Portfolio {
  const names = new Set<string>();
  for (const { name } of evaluations) {
    if (names.has(name)) {
      throw new Fault("invalid_value", {
        message: `Two deals are named "${name}".`,
        remedy: "Rename one.",
        param: "name",
      });
    }
    names.add(name);
  }
  if (evaluations.length === 0) {
    throw new Fault("invalid_value", { message: "A portfolio needs a deal.", remedy: "Name the files of some." });
  }
  const sales = evaluations.filter(({ role }) => role === "seller");
  const customers = customersOf(sales);
  const { flows, start, npvUsd } = together(evaluations);
  const peak = peakFunding(flows);
  return {
    deals: evaluations.map(lineOf),
    committedUsd: formatUsd(committedOf(sales)),
    purchasesUsd: formatUsd(committedOf(evaluations.filter(({ role }) => role === "buyer"))),
    customers,
    herfindahl: herfindahl(customers.map(({ committedUsd }) => usd(committedUsd))),
    rpo: rpoOf(
      sales,
      customers.map(({ counterparty }) => counterparty),
    ),
    cash: { from: monthText(start), cashUsd: flows, runningCashUsd: running(flows) },
    npvUsd,
    irr: irr(flows),
    paybackMonths: payback(flows),
    peakFundingUsd: peak.usd,
    peakFundingMonth: monthText(start + peak.month),
  };
}

function lineOf(deal: DealEvaluation): DealLine {
  const { name, title, role, counterparty, accelerator, signed, from, to, accelerators, megawattsIt, contract } = deal;
  const { grossMargin, irr: rate, roic, npvUsd } = deal;
  const of = { name, title, role, counterparty, accelerator, signed, from, to, accelerators, megawattsIt };
  const { totalUsd, committedUsd } = contract;
  return { ...of, grossMargin, irr: rate, roic, npvUsd, totalUsd, committedUsd };
}

function committedOf(deals: readonly DealEvaluation[]): PicoUsd {
  return deals.reduce((sum, { contract }) => pico(sum + usd(contract.committedUsd)), zeroUsd);
}

function customersOf(sales: readonly DealEvaluation[]): CustomerShare[] {
  const all = Number(committedOf(sales));
  const by = Map.groupBy(sales, ({ counterparty }) => counterparty);
  return [...by]
    .map(([counterparty, deals]) => ({ counterparty, committed: committedOf(deals) }))
    .toSorted((one, other) => Number(other.committed - one.committed))
    .map(({ counterparty, committed }) => ({
      counterparty,
      committedUsd: formatUsd(committed),
      share: all > 0 ? Number(committed) / all : 0,
    }));
}

function herfindahl(amounts: readonly PicoUsd[]): number | null {
  const total = Number(amounts.reduce((sum, amount) => sum + amount, 0n));
  return total > 0 ? amounts.reduce((sum, amount) => sum + (Number(amount) / total) ** 2, 0) * 10_000 : null;
}

function rpoOf(sales: readonly DealEvaluation[], customers: readonly string[]): RpoByCustomer[] {
  const quarters = [...new Set(sales.flatMap(({ rpo }) => rpo.map(({ quarter }) => quarter)))].toSorted();
  return allBetween(quarters[0], quarters.at(-1)).map((quarter) => {
    const rows = sales.flatMap(({ counterparty, rpo }) =>
      rpo.filter((row) => row.quarter === quarter).map((row) => ({ counterparty, row })),
    );
    const closing = customers.map((customer) =>
      rows
        .filter(({ counterparty }) => counterparty === customer)
        .reduce((sum, { row }) => pico(sum + usd(row.closingUsd)), zeroUsd),
    );
    return {
      quarter,
      closingUsd: closing.map(formatUsd),
      totalUsd: formatUsd(closing.reduce((sum, amount) => pico(sum + amount), zeroUsd)),
      recognisedUsd: formatUsd(rows.reduce((sum, { row }) => pico(sum + usd(row.recognisedUsd)), zeroUsd)),
      herfindahl: herfindahl(closing),
    };
  });
}

/** Quarters from one to another, `2026Q1` to `2027Q2`, those without a deal too. */
function allBetween(first: string | undefined, last: string | undefined): string[] {
  if (first === undefined || last === undefined) return [];
  const all = [first];
  for (let at = first; at !== last; all.push(at)) {
    const [year = 0, quarter = 1] = at.split("Q").map(Number);
    at = quarter === 4 ? `${year + 1}Q1` : `${year}Q${quarter + 1}`;
  }
  return all;
}

function together(evaluations: readonly DealEvaluation[]) {
  const starts = evaluations.map(({ months }) => monthOf(`${months.from}-01`));
  const start = Math.min(...starts);
  const ends = evaluations.map(({ months }, index) => (starts[index] ?? start) - start + months.cashUsd.length);
  const flows = Array.from({ length: Math.max(...ends) }, () => 0);
  let npvUsd = 0;
  for (const [index, { months, costOfCapital }] of evaluations.entries()) {
    const late = (starts[index] ?? start) - start;
    for (const [month, flow] of months.cashUsd.entries()) flows[late + month] = (flows[late + month] ?? 0) + flow;
    npvUsd += npv(costOfCapital, months.cashUsd) / (1 + costOfCapital / 12) ** late;
  }
  return { flows, start, npvUsd };
}

function running(flows: readonly number[]): number[] {
  let total = 0;
  return flows.map((flow) => (total += flow));
}
