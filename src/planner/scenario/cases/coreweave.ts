/** CoreWeave: leased sites, dear capital, and contracts that fill them. */
import { backlogs } from "../../../catalog/industry/backlogs.ts";
import { coreWeaveContracts } from "../../../catalog/industry/contracts.ts";
import { neocloudCostOfCapital } from "../../../catalog/industry/costs.ts";
import { said } from "../../../catalog/readings.ts";
import type { ScenarioFile } from "../scenario.ts";
import { dealOf, frontier2026 } from "./deals.ts";
import { commonInputs, share } from "./inputs.ts";
import { noBase, pausedLikeMicrosoft } from "./paused.ts";

const power = "https://www.nasdaq.com/articles/coreweaves-668b-backlog-boosts-long-term-growth-outlook";
const dealbook = "https://blog.enterprisemanagement.com/the-openai-dealbook-the-trillion-dollar-compute-economy";
const mitrade = "https://www.mitrade.com/insights/news/live-news/article-8-1252774-20251107";
const neoclouds =
  "https://www.getappnet.com/news/microsoft-deepens-ai-investments-with-60b-multi-year-neocloud-commitments/155504";

export const coreweave: ScenarioFile = {
  name: "coreweave",
  title: "CoreWeave: a neocloud",
  about: "Power leased ahead of its contracts, borrowed against them, and let to OpenAI, Meta and Microsoft.",
  company: "coreweave",
  from: "2023Q1",
  to: "2034Q4",
  record: "as-it-happened",
  pause: { without: "as-it-happened", with: "paused" },
  base: noBase("CoreWeave"),
  inputs: {
    ...commonInputs,
    itLife: { ...commonInputs.itLife, use: 5, because: "CoreWeave's own" },
    costOfCapital: neocloudCostOfCapital,
    ownUseShare: share("of power without one of these contracts, the share that other customers take", 0.9, 0.6, 1),
    modelShare: share("of tokens sold without a contract, the share of own models", 0, 0, 0.1),
    applicationShare: share("of tokens sold without a contract, the share of own applications", 0, 0, 0.1),
  },
  backlogs,
  deals: {
    openai: {
      ...dealOf(coreWeaveContracts.openAi),
      opens: "2025Q1",
      closes: "2025Q3",
      from: "2025Q4",
      rampQuarters: 4,
      isDivisible: true,
      signedBy: "coreweave",
      source: `March, May and September 2025, ${dealbook}`,
    },
    meta: {
      ...dealOf(coreWeaveContracts.meta),
      opens: "2025Q3",
      closes: "2025Q3",
      from: "2026Q1",
      rampQuarters: 4,
      isDivisible: true,
      signedBy: "coreweave",
      source: `September 2025, ${mitrade}`,
    },
    microsoft: {
      ...dealOf(coreWeaveContracts.microsoft),
      opens: "2024Q1",
      closes: "2025Q4",
      from: "2025Q4",
      rampQuarters: 2,
      isDivisible: true,
      signedBy: "coreweave",
      source: neoclouds,
    },
    "meta-2026": {
      ...dealOf(coreWeaveContracts.metaExpansion),
      opens: "2026Q1",
      closes: "2026Q2",
      from: "2027Q1",
      rampQuarters: 4,
      isDivisible: true,
      signedBy: "coreweave",
      source: "9 April 2026, from 2027, https://hubkub.com/tech-news/meta-coreweave-21-billion-ai-deal/",
    },
    others: {
      ...dealOf(coreWeaveContracts.others),
      opens: "2025Q1",
      closes: "2025Q4",
      from: "2026Q1",
      rampQuarters: 6,
      isDivisible: true,
      signedBy: "coreweave",
      source: "ours: signed while the backlog grew",
    },
    "frontier-2026": frontier2026,
  },
  strategies: pausedLikeMicrosoft(
    [
      {
        do: "lease",
        at: "2023Q1",
        order: "active-2025",
        what: "43 sites in service at the end of 2025",
        mw: { what: "active at the end of 2025", readings: [said(power, "2025-12", "reported")(850, "MW")] },
        online: "2024Q1",
        over: 8,
        source: `850 MW at the end of 2025, ${power}`,
      },
      {
        do: "lease",
        at: "2024Q4",
        order: "active-2026",
        what: "what comes in 2026",
        mw: {
          what: "more by the end of 2026",
          readings: [said(`more than 1,700 targeted, less 850, ${power}`, "2025-12", "derived")(850, "MW")],
        },
        online: "2026Q1",
        over: 4,
        source: `more than 1.7 GW at the end of 2026, ${power}; leased a year before`,
      },
      {
        do: "lease",
        at: "2025Q3",
        order: "contracted",
        what: "what else is contracted",
        mw: {
          what: "contracted beyond 2026",
          readings: [
            said(`3.1 GW contracted, less 1.7, ${power}`, "2025-12", "derived")(1400, "MW"),
            said(
              "2.9 GW contracted, less 1.7, https://www.ainvest.com/news/coreweave-55b-backlog-assessing-scalability-ai-infrastructure-growth-2601",
              "2025-09",
              "derived",
            )(1200, "MW"),
          ],
          because: "the later",
        },
        online: "2027Q1",
        over: 6,
        source: `3.1 GW contracted, ${power}; its ramp is ours`,
      },
      { do: "accept", at: "2025Q1", deal: "openai", source: `March to September 2025, ${dealbook}` },
      { do: "accept", at: "2025Q3", deal: "meta", source: mitrade },
      { do: "accept", at: "2025Q4", deal: "microsoft", source: neoclouds },
      { do: "accept", at: "2025Q4", deal: "others", source: "ours: signed while the backlog grew" },
      {
        do: "accept",
        at: "2026Q2",
        deal: "meta-2026",
        source: "https://hubkub.com/tech-news/meta-coreweave-21-billion-ai-deal/",
      },
    ],
    {
      freezes: ["build", "lease"],
      comebackMw: 850,
      about: "It leased ahead of demand and borrowed against its contracts.",
    },
  ),
};
