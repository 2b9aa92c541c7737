/** Deals as CSV: a deal's months, measures side by side, obligations by customer and quarter. */
import type { Comparison } from "../planner/deal/compare.ts";
import type { DealEvaluation } from "../planner/deal/evaluate.ts";
import { dateOf, monthOf } from "../planner/deal/calendar.ts";
import type { Portfolio } from "../planner/deal/portfolio.ts";
import { type CsvCell, csvLine } from "../stack/csv.ts";

export function dealCsv({ months }: DealEvaluation): string {
  const { from, ...columns } = months;
  const first = monthOf(`${from}-01`);
  const names = Object.keys(columns) as (keyof typeof columns)[];
  const rows = months.cashUsd.map((_, month) => [
    dateOf(first + month).slice(0, 7),
    ...names.map((name) => columns[name][month]?.toFixed(2)),
  ]);
  return csv([["month", ...names], ...rows]);
}

export function comparisonCsv({ deals, rows }: Comparison): string {
  return csv([
    ["measure", ...deals.map(({ name }) => name)],
    ...rows.map(({ measure, values }) => [measure, ...values]),
  ]);
}

export function portfolioCsv({ customers, rpo }: Portfolio): string {
  const titles = [
    "quarter",
    ...customers.map(({ counterparty }) => counterparty),
    "closingUsd",
    "recognisedUsd",
    "herfindahl",
  ];
  return csv([
    titles,
    ...rpo.map(({ quarter, closingUsd, totalUsd, recognisedUsd, herfindahl }) => [
      quarter,
      ...closingUsd,
      totalUsd,
      recognisedUsd,
      herfindahl,
    ]),
  ]);
}

function csv(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${csvLine(row)}\n`).join("");
}
