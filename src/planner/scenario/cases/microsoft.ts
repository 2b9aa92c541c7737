/** Microsoft, 2023 to 2025: the pause after the second quarter of 2024, and what a comeback by every route brings. */
import { backlogs } from "../../../catalog/industry/backlogs.ts";
import { anthropicAzure, openAiAzure, openAiOracle, rentedByMicrosoft } from "../../../catalog/industry/contracts.ts";
import { droppedLetters, fairwater, fleetIn2028, haltedBuilds } from "../../../catalog/industry/pause.ts";
import { said, usedValue } from "../../../catalog/readings.ts";
import type { ScenarioFile } from "../scenario.ts";
import { commonInputs, power, share } from "./inputs.ts";
import { dealOf, frontier2026 } from "./deals.ts";

const preview =
  "SemiAnalysis, https://newsletter.semianalysis.com/p/microsofts-ai-strategy-deconstructed (public preview)";
const cloudnews = "SemiAnalysis, https://cloudnews.tech/?p=25482";
const neoclouds =
  "https://www.getappnet.com/news/microsoft-deepens-ai-investments-with-60b-multi-year-neocloud-commitments/155504";

const rents = rentedByMicrosoft;
const rentedMw = Object.values(rents).reduce((sum, one) => sum + usedValue(one), 0);
const sinceStart = 2 * usedValue(fairwater.building) + usedValue(fairwater.wisconsinLater) + rentedMw;

export const microsoft: ScenarioFile = {
  name: "microsoft-2023-2025",
  title: "Microsoft, 2023 to 2025: the pause and the way back",
  about:
    "The largest lessor and builder of AI capacity froze new leases and halted buildings after the second quarter of 2024. " +
    "What it let go, what that earned elsewhere, and what building, leasing, renting and partnering at once brings back.",
  company: "microsoft",
  from: "2023Q1",
  to: "2034Q4",
  record: "as-it-happened",
  pause: { without: "no-pause", with: "as-it-happened" },
  base: {
    what: "Microsoft's fleet in 2028 without what is ordered here",
    readings: [
      said(
        "the 9.5 GW named in the case study for 2028 less the orders as they happened",
        "2025-11",
        "assumption",
      )(usedValue(fleetIn2028) - sinceStart, "MW"),
    ],
  },
  inputs: commonInputs,
  backlogs,
  deals: {
    "openai-2025": {
      ...dealOf(openAiOracle),
      opens: "2024Q4",
      closes: "2025Q3",
      from: "2026Q3",
      rampQuarters: 8,
      isDivisible: true,
      signedBy: "oracle",
      source: `signed in the twelve months to November 2025, ${preview}; service from Oracle's fiscal 2027 and 2028, https://thetrendstime.com/openais-trillion-dollar-computing-deals-signal-massive-ai-infrastructure-expansion`,
    },
    "openai-azure": {
      ...dealOf(openAiAzure),
      opens: "2025Q4",
      closes: "2025Q4",
      from: "2026Q3",
      rampQuarters: 8,
      isDivisible: true,
      signedBy: "microsoft",
      source: "28 October 2025, https://www.etavrian.com/news/microsoft-openai-2032-pact-250b-agi; its ramp is ours",
    },
    "anthropic-azure": {
      ...dealOf(anthropicAzure),
      opens: "2025Q4",
      closes: "2025Q4",
      from: "2027Q1",
      rampQuarters: 4,
      isDivisible: true,
      signedBy: "microsoft",
      source: "November 2025, https://voice.lapaas.com/?p=15869; its ramp is ours",
    },
    "frontier-2026": frontier2026,
  },
  strategies: {
    "no-pause": {
      title: "No pause",
      about:
        "The leases and buildings of 2024 go ahead, and their power is offered to OpenAI while its contracts are open.",
      decisions: [
        {
          do: "build",
          at: "2023Q4",
          order: "fairwater-wisconsin-1",
          what: "Fairwater Wisconsin, first phase",
          mw: fairwater.building,
          online: "2026Q1",
          source:
            "ground broken in 2023, about two years, not live in November 2025, https://www.type0.ai/articles/microsoft-s-7-3-billion-ai-supercomputer-in-wisconsin-is-live-the-power-bill-is-8c87f9c979",
        },
        {
          do: "lease",
          at: "2024Q1",
          order: "fairwater-atlanta",
          what: "Fairwater Atlanta, built by QTS",
          mw: fairwater.building,
          online: "2025Q4",
          source:
            "in service in October 2025, https://www.startuphub.ai/ai-news/artificial-intelligence/2025/microsofts-ai-superfactory-goes-live/",
        },
        {
          do: "build",
          at: "2024Q3",
          order: "halted-builds",
          what: "own building in Iowa, Georgia, Texas and elsewhere",
          mw: haltedBuilds,
          online: "2026Q1",
          over: 4,
          source: `due in 2025 and 2026, ${cloudnews}`,
        },
        {
          do: "lease",
          at: "2024Q4",
          order: "dropped-letters",
          what: "letters of intent of 2024",
          mw: droppedLetters,
          online: "2026Q4",
          over: 4,
          source: `dropped from the second half of 2024 to March 2025, ${cloudnews}; in service two years after signing`,
        },
        {
          do: "accept",
          at: "2025Q3",
          deal: "openai-2025",
          mw: {
            what: "power offered for OpenAI's contracts",
            readings: [
              said(
                "what had been frozen, and no more, so that nothing else is displaced",
                "2025-11",
                "assumption",
              )(3500, "MW"),
            ],
          },
          source:
            "ours: the right of first refusal held until October 2025, https://mercuryoregon.com/openai-microsoft-broaden-cloud-access-deal/",
        },
        {
          do: "build",
          at: "2025Q3",
          order: "fairwater-wisconsin-2",
          what: "Fairwater Wisconsin, later phases",
          mw: fairwater.wisconsinLater,
          online: "2027Q3",
          over: 3,
          source:
            "announced in September 2025, https://hpshelton.com/post/2025/09/24/microsoft-wisconsin-ai-datacenter; full build late 2027 to early 2028, https://www.nextbigfuture.com/2025/11/first-five-ai-data-center-with-over-one-gigawatt-of-power-arriving-in-2026-2027.html",
        },
        rent("2025Q3", "nebius", rents.nebius, "2025Q4", 4, "signed 8 September 2025, https://www.newsbeep.com/112443"),
        rent(
          "2025Q4",
          "nscale",
          rents.nscale,
          "2026Q3",
          4,
          "October 2025, https://www.mitrade.com/insights/news/live-news/article-8-1252774-20251107",
        ),
        rent(
          "2025Q4",
          "iren",
          rents.iren,
          "2026Q1",
          4,
          "3 November 2025, in phases through 2026, https://marketchameleon.com/articles/b/2025/11/03/iren-inks-9-7-billion-ai-cloud-deal-with-microsoft-massive-gpu-rollout-set-for-2026",
        ),
        rent("2025Q4", "coreweave", rents.coreweave, "2025Q4", 1, neoclouds),
        rent("2025Q4", "lambda", rents.lambda, "2026Q3", 1, `3 November 2025, ${neoclouds}`),
        {
          do: "accept",
          at: "2025Q4",
          deal: "openai-azure",
          source: "28 October 2025, https://www.etavrian.com/news/microsoft-openai-2032-pact-250b-agi",
        },
        {
          do: "accept",
          at: "2025Q4",
          deal: "anthropic-azure",
          source: "November 2025, https://voice.lapaas.com/?p=15869",
        },
      ],
    },
    "as-it-happened": {
      title: "As it happened",
      about: "New leases froze after the second quarter of 2024, letters of intent were dropped and buildings halted.",
      follows: "no-pause",
      decisions: [
        {
          do: "freeze",
          at: "2024Q3",
          until: "2025Q3",
          routes: ["build", "lease"],
          source: `new leases froze after the second quarter of 2024, ${preview}`,
        },
        {
          do: "decline",
          at: "2025Q3",
          deal: "openai-2025",
          source: `OpenAI's contracts went to Oracle and others, ${preview}`,
        },
      ],
    },
    comeback: {
      title: "Comeback",
      about: "From 2026 it builds, leases, rents and partners at once, with own chips and own models.",
      follows: "as-it-happened",
      decisions: [
        {
          do: "rent",
          at: "2026Q1",
          order: "rent-2026",
          what: "more from neoclouds",
          mw: power("rented anew in 2026", 500, "ours: half of what was rented in autumn 2025", "2026-01", 250, 1000),
          over: 2,
          source: "ours",
        },
        {
          do: "partner",
          at: "2026Q1",
          order: "partner-2026",
          what: "power that a partner builds and runs",
          mw: power("partnered in 2026", 500, "ours", "2026-01", 250, 1000),
          over: 2,
          source: "ours",
        },
        {
          do: "lease",
          at: "2026Q1",
          order: "lease-2026",
          what: "leases taken up again",
          mw: power("leased in 2026", 1250, "ours: with the other orders, as much as was frozen", "2026-01", 750, 1750),
          over: 4,
          source: `one GW came in one quarter, https://tradevae.com/news/earnings/MSFT/microsoft-fiscal-2026-q2-earnings-call-ai-cloud-50b-capex-openai-concentration`,
        },
        {
          do: "build",
          at: "2026Q1",
          order: "build-2026",
          what: "own building taken up again",
          mw: power(
            "built from 2026",
            1250,
            "ours: with the other orders, as much as was frozen",
            "2026-01",
            750,
            1750,
          ),
          over: 4,
          source: "about US$190 bn of capex in 2026, https://tapebrief.com/msft/q3-2026",
        },
        {
          do: "own-chips",
          at: "2026Q4",
          share: share("of new equipment, the share of Maia 200 and Titan", 0.2, 0, 0.4),
          source:
            "Maia 200 in January 2026, https://reportify.ai/social-media/767501936188811; Titan at the end of 2026, https://www.trendforce.com/news/2026/01/15/news-openai-reportedly-to-deploy-custom-ai-chip-on-tsmc-n3-by-end-2026-second-gen-planned-for-a16",
        },
        {
          do: "own-models",
          at: "2027Q1",
          share: share("of own tokens, the share of MAI's models", 0.4, 0.2, 0.6),
          source: `a plan of about US$16 bn of compute a year, ${preview}`,
        },
        { do: "accept", at: "2026Q2", deal: "frontier-2026", source: "ours" },
      ],
    },
  },
};

type RentOrder = NonNullable<ScenarioFile["strategies"][string]["decisions"]>[number];

function rent(
  at: string,
  order: string,
  mw: (typeof rents)["nebius"] | (typeof rents)["iren"],
  online: string,
  over: number,
  source: string,
): RentOrder {
  return { do: "rent", at, order, what: mw.what, mw, online, over, source };
}
