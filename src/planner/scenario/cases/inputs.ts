/** The numbers that all companies' cases share: what power costs, how long it takes, and what is made of it. */
import * as costs from "../../../catalog/industry/costs.ts";
import * as margins from "../../../catalog/industry/margins.ts";
import { type Readings, said } from "../../../catalog/readings.ts";
import type { ScenarioFile } from "../scenario.ts";

const ours = said("ours; no company reports it", "2025-11", "assumption");

const ownUsePrice: Readings = {
  ...costs.rentPrice,
  what: "a MW's compute where no contract takes it, per year",
};

const ownUseShare: Readings = {
  what: "of power without a contract, the share that is sold or used",
  readings: [
    said("SemiAnalysis, AI Token Factory Economics Stack, effective utilisation", "2025-07", "estimate")(0.75, "ratio"),
  ],
  range: {
    low: 0.4,
    high: 0.9,
    source:
      "ours: from a slump to capacity that is short, as Microsoft says of FY26, https://tomtunguz.com/281b-from-one-customer",
  },
};

export const commonInputs = {
  itCapital: costs.itCapital,
  facilityCapital: costs.facilityCapital,
  itLife: costs.itLife,
  facilityLife: costs.facilityLife,
  leasePrice: costs.leasePrice,
  rentPrice: costs.rentPrice,
  partnerPrice: costs.partnerPrice,
  electricity: costs.electricity,
  pue: costs.pue,
  load: costs.load,
  opexShare: costs.opexShare,
  costOfCapital: costs.costOfCapital,
  taxRate: costs.taxRate,
  leadBuild: costs.leadBuild,
  leadLease: costs.leadLease,
  leadRent: costs.leadRent,
  leadPartner: costs.leadPartner,
  slip: costs.slip,
  ownUsePrice,
  ownUseShare,
  tokenShare: {
    what: "of compute without a contract, the share sold as tokens",
    readings: [ours(0.6, "ratio")],
    range: { low: 0.3, high: 0.9, source: "ours" },
  },
  modelShare: {
    what: "of those tokens, the share made by own models",
    readings: [ours(0.2, "ratio")],
    range: { low: 0, high: 0.4, source: "ours" },
  },
  applicationShare: {
    what: "of those tokens, the share that own applications burn",
    readings: [ours(0.3, "ratio")],
    range: { low: 0.1, high: 0.5, source: "ours" },
  },
  tokenMargin: margins.tokenMargin,
  modelMargin: margins.modelMargin,
  applicationMargin: margins.applicationMargin,
  ownChipSaving: costs.ownChipSaving,
} satisfies ScenarioFile["inputs"];

/** A share that nobody reports. */
export function share(what: string, value: number, low: number, high: number): Readings {
  return { what, readings: [ours(value, "ratio")], range: { low, high, source: "ours" } };
}

/** Power that nobody reports. */
export function power(what: string, value: number, source: string, asOf: string, low = value, high = value): Readings {
  const confidence = source.startsWith("ours") ? "assumption" : "derived";
  const figure = said(source, asOf, confidence)(value, "MW");
  return low === high
    ? { what, readings: [figure] }
    : { what, readings: [figure], range: { low, high, source: "ours" } };
}
