/** A plan's accounts as one tidy table: a line for each measure of each future and quarter. */
import { csvLine } from "../../stack/csv.ts";
import type { CapacityPlan } from "./plan-capacity.ts";

export function capacityCsv({ futures, decisions, prices }: CapacityPlan): string {
  const lines: (string | number)[][] = [["future", "probability", "quarter", "measure", "of", "unit", "value"]];
  for (const { future, probability, quarters } of futures) {
    for (const one of quarters) {
      const add = (measure: string, of: string, unit: string, value: number) =>
        lines.push([future, rounded(probability), one.quarter, measure, of, unit, rounded(value)]);
      for (const [supply, mw] of Object.entries(one.capacityMw)) add("capacity", supply, "MW", mw);
      for (const [accelerator, mw] of Object.entries(one.workingMw)) add("at work", accelerator, "MW", mw);
      for (const { model, tier, unit, demanded, made, bought, unmet } of one.work) {
        const units = unit === "tokens" ? "10^12 tokens" : "10^6 accelerator-hours";
        for (const [measure, value] of Object.entries({ demanded, made, bought, unmet })) {
          add(measure, `${model} ${tier}`, units, value);
        }
      }
      for (const [layer, usd] of Object.entries(one.costUsd)) add("cost", layer, "USD", usd);
      add("revenue", "", "USD", one.revenueUsd);
      add("damages", "", "USD", one.damagesUsd);
      add("profit", "", "USD", one.profitUsd);
      add("invested", "", "USD", one.investedUsd);
      add("cash flow", "", "USD", one.cashFlowUsd);
      add("cash", "", "USD", one.cashUsd);
      add("book value", "", "USD", one.bookValueUsd);
      add("leased", "", "USD", one.leasedUsd);
      add("interest of leases", "", "USD", one.leaseInterestUsd);
      for (const { quarter, futures: which, model, tier, unit, marginalUsd } of prices) {
        if (quarter !== one.quarter || !which.includes(future)) continue;
        add("marginal cost", `${model} ${tier}`, unit === "tokens" ? "USD/Mtok" : "USD/accelerator-hour", marginalUsd);
      }
      for (const decision of decisions) {
        if (decision.quarter !== one.quarter || !decision.futures.includes(future)) continue;
        const { kind } = decision;
        if (kind === "accept") add("accept", decision.deal, "", 1);
        else if (kind === "programme") add("programme", decision.accelerator, "", 1);
        else if (kind === "build") add("build", `${decision.site} ${decision.supply}`, "MW", decision.mw);
        else if (kind === "reserve") add("reserve", `${decision.site} ${decision.supply}`, "MW", decision.mw);
        else if (kind === "buy") add("buy", `${decision.site} ${decision.accelerator}`, "MW", decision.mw);
        else if (kind === "rent")
          add("rent", `${decision.region} ${decision.supply} ${decision.accelerator}`, "MW", decision.mw);
      }
    }
  }
  return `${lines.map(csvLine).join("\n")}\n`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(10));
}
