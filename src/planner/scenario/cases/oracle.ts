/** Oracle: leased sites for OpenAI, signed while others paused. */
import { backlogs } from "../../../catalog/industry/backlogs.ts";
import { openAiOracle, oracleOthers } from "../../../catalog/industry/contracts.ts";
import { said } from "../../../catalog/readings.ts";
import type { ScenarioFile } from "../scenario.ts";
import { dealOf, frontier2026 } from "./deals.ts";
import { commonInputs, power } from "./inputs.ts";
import { noBase, pausedLikeMicrosoft } from "./paused.ts";

const abilene =
  "https://www.nextplatform.com/ai/2025/09/30/get-your-money-for-nothing-chips-definitely-not-for-free/1657864";
const preview =
  "SemiAnalysis, https://newsletter.semianalysis.com/p/microsofts-ai-strategy-deconstructed (public preview)";
const award = "https://www.humanityredefined.com/p/the-dream-of-abundant-intelligence";

export const oracle: ScenarioFile = {
  name: "oracle",
  title: "Oracle: OpenAI's contracts",
  about: "Sites leased from 2024 on, and OpenAI's contracts of more than US$420 bn signed with them in hand.",
  company: "oracle",
  from: "2023Q1",
  to: "2034Q4",
  record: "as-it-happened",
  pause: { without: "as-it-happened", with: "paused" },
  base: noBase("Oracle"),
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
    "others-2025": {
      ...dealOf(oracleOthers),
      opens: "2025Q4",
      closes: "2025Q4",
      from: "2027Q4",
      rampQuarters: 4,
      isDivisible: true,
      signedBy: "oracle",
      source:
        "October 2025, https://www.implicator.ai/oracle-locks-65-billion-in-cloud-deals-as-meta-joins-the-pile; its ramp is ours",
    },
    "frontier-2026": frontier2026,
  },
  strategies: pausedLikeMicrosoft(
    [
      {
        do: "lease",
        at: "2024Q2",
        order: "abilene",
        what: "Abilene, eight buildings",
        mw: {
          what: "Abilene, of IT",
          readings: [
            said(`1.2 GW at the utility over a PUE of 1.25, ${abilene}`, "2025-09", "derived")(960, "MW"),
            said(`450,000 GB200 of 1.94 kW, ${abilene}`, "2025-09", "derived")(873, "MW"),
          ],
          because: "the site's power",
        },
        online: "2025Q3",
        over: 4,
        source: `ground broken in May 2024, the first phase live on 30 September 2025, ${abilene}`,
      },
      {
        do: "lease",
        at: "2025Q2",
        order: "stargate-sites",
        what: "Stargate's other sites",
        mw: {
          what: "Stargate's other sites, of IT",
          readings: [said(`4.5 GW at the utility over a PUE of 1.25, ${award}`, "2025-09", "derived")(3600, "MW")],
        },
        online: "2026Q3",
        over: 8,
        source:
          "US$30 bn a year filed in June 2025, https://news.lavx.hu/article/openai-bets-the-farm-on-oracle-inside-the-30b-per-year-stargate-data-center-gamble",
      },
      { do: "accept", at: "2025Q3", deal: "openai-2025", source: `more than 420 in twelve months, ${preview}` },
      {
        do: "lease",
        at: "2025Q4",
        order: "sites-of-2025",
        what: "sites for the bookings of October 2025",
        mw: power(
          "sites for the bookings of October 2025",
          977,
          "as much as they take at US$13.3 M a MW-year",
          "2025-10",
        ),
        over: 4,
        source: "ours: leased as they were signed",
      },
      {
        do: "accept",
        at: "2025Q4",
        deal: "others-2025",
        source: "https://www.implicator.ai/oracle-locks-65-billion-in-cloud-deals-as-meta-joins-the-pile",
      },
    ],
    {
      freezes: ["build", "lease"],
      comebackMw: 3600,
      about: "It leased what others let go, and signed OpenAI while the window was open.",
    },
  ),
};
