/** Accelerators that a factory's own computer may hold: what each draws and costs. */
import type { Figure } from "./figure.ts";

export type Accelerator = {
  readonly name: string;
  /** Parts of the name that its driver reports, in lower case; all must be there. */
  readonly reportedAs: readonly string[];
  readonly maxWatts: Figure;
  readonly capitalUsd: Figure<string>;
};

const comparison = "https://spillfill.com/hw/2024/01/20/ai-accelerator-comparisons.html";
const prices = "https://www.aiinframap.com/tools/chips/h100-vs-h200-vs-b200-tco";
const tables = "https://rooflinenotes.dev/accelerators/";

export const accelerators: readonly Accelerator[] = [
  {
    name: "h200-sxm",
    reportedAs: ["h200"],
    maxWatts: { value: 700, unit: "W", source: tables, asOf: "2025", confidence: "reported" },
    capitalUsd: {
      value: "34698",
      unit: "USD",
      source: 'SemiAnalysis, "AI Token Factory Economics Stack", all-in',
      asOf: "2025-08",
      confidence: "estimate",
    },
  },
  {
    name: "h100-sxm",
    reportedAs: ["h100"],
    maxWatts: { value: 700, unit: "W", source: comparison, asOf: "2024", confidence: "reported" },
    capitalUsd: { value: "30000", unit: "USD", source: prices, asOf: "2026", confidence: "estimate" },
  },
  {
    name: "b200",
    reportedAs: ["b200"],
    maxWatts: { value: 1000, unit: "W", source: tables, asOf: "2025", confidence: "reported" },
    capitalUsd: { value: "40000", unit: "USD", source: prices, asOf: "2026", confidence: "estimate" },
  },
];

/** The accelerator that a driver's name stands for, such as `NVIDIA H200`. */
export function acceleratorReportedAs(name: string): Accelerator | undefined {
  const reported = name.toLowerCase();
  return accelerators.find((one) => one.reportedAs.every((part) => reported.includes(part)));
}
