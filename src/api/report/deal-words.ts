/** The words in which deals are told to people: in reports, and on the command line. */
import type { Irr } from "../../planner/finance/irr.ts";
import type { Claim } from "../../planner/deal/claims.ts";
import type { ComparedMeasure } from "../../planner/deal/compare.ts";
import type { DealEvaluation } from "../../planner/deal/evaluate.ts";
import type { CostPart } from "../../planner/deal/flows.ts";
import type { ClaimMetric } from "../../planner/deal/schema.ts";
import type { Swing } from "../../planner/deal/tornado.ts";
import { dollars, hourly, percent, plain, whole } from "./numbers.ts";

export const costWords: Readonly<Record<CostPart, string>> = {
  server: "server",
  network: "network",
  storage: "storage",
  building: "building or lease",
  power: "power",
  operations: "people and operations",
  rent: "rent",
  contract: "the contract's price",
  parts: "what comes on top",
  setup: "setup",
};

/** How a figure of the file is written. */
type Shown = { readonly label: string; readonly text: (value: number) => string };

const money = (value: number) => dollars(value);
const shares = (value: number) => percent(value, value < 0.1 ? 1 : 0);

const fields: Readonly<Record<string, Shown>> = {
  price: { label: "price per accelerator-hour", text: hourly },
  delivery: { label: "delivery, months late", text: (value) => String(value) },
  utilisation: { label: "utilisation", text: shares },
  "capacity.kilowattsPerAccelerator": { label: "IT power per accelerator, kW", text: plain },
  "costs.serverUsdPerAccelerator": { label: "server, per accelerator", text: money },
  "costs.networkUsdPerAccelerator": { label: "network, per accelerator", text: money },
  "costs.storageUsdPerAccelerator": { label: "storage, per accelerator", text: money },
  "costs.residualShare": { label: "residual value of IT", text: shares },
  "costs.building.usdPerMegawattIt": { label: "building, per MW of IT", text: money },
  "costs.building.residualShareOfBook": { label: "building's residual, of its book value", text: shares },
  "costs.building.usdPerKwMonth": { label: "lease, per kW and month", text: money },
  "costs.building.subletShare": { label: "sublet of what is left of the lease", text: shares },
  "costs.power.usdPerKwh": { label: "electricity, per kWh", text: hourly },
  "costs.power.pue": { label: "PUE", text: plain },
  "costs.power.load": { label: "load", text: shares },
  "costs.operationsUsdPerAcceleratorYear": { label: "operations, per accelerator and year", text: money },
  "costs.rentUsdPerAcceleratorHour": { label: "rent, per accelerator-hour", text: hourly },
  "use.worthUsdPerAcceleratorHour": { label: "worth of an hour of good use", text: hourly },
  "use.goodput": { label: "goodput", text: shares },
  "use.setupUsdPerAccelerator": { label: "setup, per accelerator", text: money },
  "finance.costOfCapital": { label: "cost of capital", text: (value) => percent(value) },
  "finance.overheadShareOfRevenue": { label: "overhead, of revenue", text: shares },
  "risks.lateDelivery.chance": { label: "chance of late delivery", text: shares },
  "risks.lateDelivery.months": { label: "months late, when late", text: plain },
  "risks.counterpartyDefault.chancePerYear": { label: "chance of default, a year", text: (value) => percent(value) },
  "risks.counterpartyDefault.remarketingPriceShare": {
    label: "price when remarketed, of the contract's",
    text: shares,
  },
  "risks.obsolescence.chancePerYear": { label: "chance of early obsolescence, a year", text: shares },
  "risks.obsolescence.valueLost": { label: "value lost by it", text: shares },
};

export function fieldShown(field: string): Shown {
  const part = /^use\.partsUsdPerAcceleratorHour\.(.*)$/.exec(field)?.[1];
  return fields[field] ?? { label: part ?? field, text: part === undefined ? plain : hourly };
}

/** What an assumption is moved from and to: `$30,000 to $50,000`. */
export function swingText({ field, low, high }: Swing): string {
  const { text } = fieldShown(field);
  return `${text(low)} to ${text(high)}`;
}

export function irrText(irr: Irr): string {
  if (irr.type === "one") return percent(irr.perYear);
  return irr.type === "none" ? "none" : `several: ${irr.perYear.map((rate) => percent(rate)).join(", ")}`;
}

export function monthsText(months: number | null): string {
  return months === null ? "never" : `${months.toFixed(0)} months`;
}

const claimTexts: Readonly<Record<ClaimMetric, Shown>> = {
  grossMargin: { label: "gross margin", text: (value) => percent(value) },
  ebitdaMargin: { label: "EBITDA margin", text: (value) => percent(value) },
  irrPerYear: { label: "IRR", text: (value) => percent(value) },
  roic: { label: "ROIC", text: (value) => percent(value) },
  paybackMonths: { label: "payback", text: monthsText },
  totalUsd: { label: "contract value", text: money },
  usdPerMegawattItYear: { label: "per MW of IT and year", text: money },
  usdPerAcceleratorHour: { label: "per accelerator-hour", text: hourly },
};

export function claimText({ metric, low, high, found }: Claim): { label: string; claimed: string; found: string } {
  const { label, text } = claimTexts[metric];
  return {
    label,
    claimed: low === high ? text(low) : `${text(low)} to ${text(high)}`,
    found: found === null ? "–" : text(found),
  };
}

const measures: Readonly<Record<ComparedMeasure, Shown>> = {
  totalUsd: { label: "contract value", text: money },
  accelerators: { label: "accelerators", text: whole },
  megawattsIt: { label: "MW of IT", text: plain },
  usdPerAcceleratorHour: { label: "price per accelerator-hour", text: hourly },
  usdPerMegawattItYear: { label: "price per MW of IT and year", text: money },
  costUsdPerAcceleratorHour: { label: "cost per accelerator-hour", text: hourly },
  economicUsdPerAcceleratorHour: { label: "with the cost of capital", text: hourly },
  breakEvenUsdPerAcceleratorHour: { label: "break-even price", text: hourly },
  grossMargin: { label: "gross margin", text: (value) => percent(value) },
  ebitdaMargin: { label: "EBITDA margin", text: (value) => percent(value) },
  capitalUsd: { label: "capital", text: money },
  peakFundingUsd: { label: "peak funding", text: money },
  npvUsd: { label: "NPV", text: money },
  npvOverPeakFunding: { label: "NPV per dollar of peak funding", text: (value) => value.toFixed(3).replace("-", "−") },
  irrPerYear: { label: "IRR", text: (value) => percent(value) },
  roic: { label: "ROIC", text: (value) => percent(value) },
  paybackMonths: { label: "payback", text: monthsText },
  lossProbability: { label: "chance of a loss", text: (value) => percent(value) },
  valueAtRisk95Usd: { label: "value at risk, 95 %", text: money },
};

/** Of an accelerator that the catalog does not have; nothing is taken from there, so it is the name alone that may be wrong. */
export function unlistedText({ accelerator, nearestListed }: DealEvaluation): string | undefined {
  if (nearestListed === undefined) return undefined;
  return `The catalog has no ${accelerator} (nearest: ${nearestListed.join(", ")}). Every figure here is the file's own.`;
}

export function measureText(measure: ComparedMeasure, value: number | null): string {
  if (value === null) return measure === "paybackMonths" ? "never" : "–";
  return measures[measure].text(value);
}

export function measureLabel(measure: ComparedMeasure): string {
  return measures[measure].label;
}
