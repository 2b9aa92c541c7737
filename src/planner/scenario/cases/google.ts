/** Google: own buildings with own chips, and a backlog that grew with Anthropic. */
import { backlogs } from "../../../catalog/industry/backlogs.ts";
import { anthropicGoogle, rentedByGoogle } from "../../../catalog/industry/contracts.ts";
import { said } from "../../../catalog/readings.ts";
import type { ScenarioFile } from "../scenario.ts";
import { dealOf, frontier2026 } from "./deals.ts";
import { commonInputs, share } from "./inputs.ts";
import { noBase, pausedLikeMicrosoft } from "./paused.ts";

const tpus =
  "https://dailyalpha.us/news/anthropics-dollar30b-revenue-run-rate-and-35gw-tpu-deal-validate-hyperscaler-ai-spending-69d77dccc55c4e12cc611d5b";

export const google: ScenarioFile = {
  name: "google",
  title: "Google: own chips in own buildings",
  about: "TPUs, of which Anthropic takes more than a gigawatt in 2026 and three and a half from 2027 on.",
  company: "google",
  from: "2023Q1",
  to: "2034Q4",
  record: "as-it-happened",
  pause: { without: "as-it-happened", with: "paused" },
  base: noBase("Google"),
  inputs: commonInputs,
  backlogs,
  deals: {
    "cloud-2026": {
      ...dealOf(anthropicGoogle),
      opens: "2025Q4",
      closes: "2026Q1",
      from: "2027Q1",
      rampQuarters: 6,
      isDivisible: true,
      signedBy: "google",
      source: `first quarter of 2026, service from 2027, ${tpus}`,
    },
    "frontier-2026": frontier2026,
  },
  strategies: pausedLikeMicrosoft(
    [
      { do: "own-chips", at: "2023Q1", share: share("of new equipment, the share of TPUs", 0.9, 0.6, 1), source: tpus },
      {
        do: "own-models",
        at: "2023Q1",
        share: share("of own tokens, the share of Gemini", 0.9, 0.7, 1),
        source: "ours",
      },
      {
        do: "build",
        at: "2024Q1",
        order: "tpu-2026",
        what: "a million TPUs for Anthropic",
        mw: {
          what: "TPUs for Anthropic in 2026",
          readings: [said(`more than 1 GW, ${tpus}`, "2026-04", "reported")(1000, "MW")],
        },
        online: "2026Q1",
        over: 4,
        source: `delivered in 2026, ${tpus}; begun two years before`,
      },
      {
        do: "build",
        at: "2025Q1",
        order: "tpu-2027",
        what: "TPUs for Anthropic from 2027",
        mw: {
          what: "TPUs for Anthropic from 2027",
          readings: [said(`3.5 GW, ${tpus}`, "2026-04", "reported")(3500, "MW")],
        },
        online: "2027Q1",
        over: 6,
        source: `from 2027, ${tpus}; begun two years before`,
      },
      { do: "accept", at: "2026Q1", deal: "cloud-2026", source: `the first quarter of 2026, ${tpus}` },
      {
        do: "rent",
        at: "2026Q2",
        order: "memphis",
        what: "SpaceX's power in Memphis",
        mw: rentedByGoogle,
        online: "2026Q2",
        source: "June 2026, https://www.structureresearch.net/?p=107597",
      },
    ],
    {
      freezes: ["build", "lease"],
      comebackMw: 3500,
      about: "It built through 2024 and 2025, for its own chips.",
    },
  ),
};
