/** Contracts of the catalog as deals of a scenario, and the one that every company may still win. */
import type { Contract } from "../../../catalog/industry/contracts.ts";
import { said } from "../../../catalog/readings.ts";
import type { ScenarioFile } from "../scenario.ts";
import { power } from "./inputs.ts";

type DealFile = NonNullable<ScenarioFile["deals"]>[string];

export function dealOf({
  what,
  buyer,
  valueUsd,
  years,
  megawatts,
}: Contract): Pick<DealFile, "what" | "buyer" | "valueUsd" | "years" | "mw"> {
  return { what, buyer, valueUsd, years, mw: megawatts };
}

export const frontier2026: DealFile = {
  what: "what another frontier lab commits to in 2026, as Anthropic did with AWS",
  buyer: "a frontier lab",
  valueUsd: {
    what: "value of a frontier lab's commitment in 2026",
    readings: [
      said("half of Anthropic's with AWS, which is more than 100 over ten years", "2026-04", "assumption")(50e9, "USD"),
    ],
    range: { low: 25e9, high: 100e9, source: "ours: from a quarter of Anthropic's to the whole" },
  },
  years: {
    what: "term of a frontier lab's commitment in 2026",
    readings: [said("ours, as contracts usually run", "2026-04", "assumption")(5, "years")],
  },
  mw: power("power of a frontier lab's commitment in 2026", 752, "at US$13.3 M a MW-year", "2026-04", 500, 1500),
  opens: "2026Q1",
  closes: "2026Q4",
  from: "2027Q3",
  rampQuarters: 4,
  isDivisible: true,
  source: "ours: contracts of that size were signed in every quarter of 2025 and early 2026",
};
