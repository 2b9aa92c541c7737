/** AWS: own buildings, half of them with own chips, for Anthropic and later OpenAI. */
import { backlogs } from "../../../catalog/industry/backlogs.ts";
import { anthropicAws, openAiAws } from "../../../catalog/industry/contracts.ts";
import type { ScenarioFile } from "../scenario.ts";
import { dealOf, frontier2026 } from "./deals.ts";
import { commonInputs, power, share } from "./inputs.ts";
import { noBase, pausedLikeMicrosoft } from "./paused.ts";

const openAi = "https://justaiguide.com/2025/11/06/openais-600-b-cloud-bet-from-azure-to-aws-oracle-and-beyond";
const trainium =
  "https://morningoverview.com/amazons-custom-ai-silicon-business-just-crossed-a-20-billion-annual-run-rate-trainium-chips-growing-nearly-40-in-a-single-quarter/";

export const aws: ScenarioFile = {
  name: "aws",
  title: "AWS: OpenAI and Anthropic",
  about: "Contracts of US$38 bn with OpenAI and more than 100 with Anthropic, the latter on Trainium.",
  company: "aws",
  from: "2023Q1",
  to: "2034Q4",
  record: "as-it-happened",
  pause: { without: "as-it-happened", with: "paused" },
  base: noBase("AWS"),
  inputs: commonInputs,
  backlogs,
  deals: {
    openai: {
      ...dealOf(openAiAws),
      opens: "2025Q4",
      closes: "2025Q4",
      from: "2026Q1",
      rampQuarters: 4,
      isDivisible: true,
      signedBy: "aws",
      source: `3 November 2025, all of it by the end of 2026, ${openAi}`,
    },
    anthropic: {
      ...dealOf(anthropicAws),
      opens: "2026Q1",
      closes: "2026Q2",
      from: "2026Q3",
      rampQuarters: 8,
      isDivisible: true,
      signedBy: "aws",
      source: `April 2026, ${trainium}; its ramp is ours`,
    },
    "frontier-2026": frontier2026,
  },
  strategies: pausedLikeMicrosoft(
    [
      {
        do: "own-chips",
        at: "2024Q4",
        share: share("of new equipment, the share of Trainium", 0.5, 0.3, 0.7),
        source: trainium,
      },
      {
        do: "build",
        at: "2024Q1",
        order: "sites-2026",
        what: "sites that OpenAI could use at once",
        mw: power("sites for OpenAI", 408, "as much as OpenAI's contract takes at US$13.3 M a MW-year", "2025-11"),
        online: "2026Q1",
        over: 4,
        source: `all of it by the end of 2026, ${openAi}; begun two years before`,
      },
      {
        do: "build",
        at: "2024Q4",
        order: "trainium-sites",
        what: "Trainium's sites",
        mw: power(
          "sites for Anthropic",
          752,
          "as much as Anthropic's commitment takes at US$13.3 M a MW-year",
          "2026-04",
          752,
          1500,
        ),
        online: "2026Q4",
        over: 6,
        source: `up to 5 GW in ten years, ${trainium}; begun two years before`,
      },
      { do: "accept", at: "2025Q4", deal: "openai", source: `3 November 2025, ${openAi}` },
      { do: "accept", at: "2026Q2", deal: "anthropic", source: `April 2026, ${trainium}` },
    ],
    {
      freezes: ["build", "lease"],
      comebackMw: 752,
      about: "It built through 2024 and 2025, and had power when it was asked for.",
    },
  ),
};
