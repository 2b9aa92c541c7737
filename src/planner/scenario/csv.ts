/** A case worked out as a table for a spreadsheet: a row for every quarter of every strategy. */
import { sellers } from "../../catalog/industry/companies.ts";
import { csvLine } from "../../stack/csv.ts";
import type { ScenarioRun } from "./run.ts";
import { routes } from "./scenario.ts";
import { incomeLayers } from "./money.ts";

/** RFC 4180, its numbers plain. */
export function scenarioCsv({ name, currency, quarters, baseMw, strategies }: ScenarioRun): string {
  const titles = [
    "scenario",
    "strategy",
    "quarter",
    "base_mw",
    ...routes.map((route) => `${route}_mw`),
    `revenue_${currency}`,
    ...incomeLayers.map((layer) => `gross_profit_${layer}_${currency}`),
    `capex_${currency}`,
    `rpo_signed_${currency}`,
    `rpo_recognised_${currency}`,
    `rpo_lapsed_${currency}`,
    `rpo_closing_${currency}`,
    ...sellers.map((seller) => `backlog_${seller}_${currency}_bn`),
  ];
  const rows = strategies.flatMap((one) =>
    quarters.map((quarter, t) => {
      const rpo = one.rpo[t];
      const backlogs = one.shares.find((share) => share.quarter === quarter)?.backlogs;
      return [
        name,
        one.name,
        quarter,
        baseMw,
        ...routes.map((route) => one.mw[route][t] ?? 0),
        one.revenue[t] ?? 0,
        ...incomeLayers.map((layer) => one.grossProfit[layer][t] ?? 0),
        one.capex[t] ?? 0,
        rpo?.signed ?? 0,
        rpo?.recognised ?? 0,
        rpo?.lapsed ?? 0,
        rpo?.closing ?? 0,
        ...sellers.map((seller) => backlogs?.[seller] ?? ""),
      ];
    }),
  );
  return `${[titles, ...rows.map((row) => row.map(rounded))].map(csvLine).join("\r\n")}\r\n`;
}

function rounded(value: string | number): string | number {
  return typeof value === "number" ? Number(value.toPrecision(12)) : value;
}
