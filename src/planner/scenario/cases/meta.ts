/** Meta: power for its own applications, much of it rented. It sells none: what it is worth is imputed at market prices. */
import { backlogs } from "../../../catalog/industry/backlogs.ts";
import { rentedByMeta } from "../../../catalog/industry/contracts.ts";
import type { ScenarioFile } from "../scenario.ts";
import { commonInputs, share } from "./inputs.ts";
import { noBase, pausedLikeMicrosoft } from "./paused.ts";

const mitrade = "https://www.mitrade.com/insights/news/live-news/article-8-1252774-20251107";
const hubkub = "https://hubkub.com/tech-news/meta-coreweave-21-billion-ai-deal/";
const nai = "https://nai500.com/blog/2026/03/meta-signs-12b-ai-compute-deal-with-nebius-up-to-27b/";

export const meta: ScenarioFile = {
  name: "meta",
  title: "Meta: a buyer",
  about:
    "Power rented from CoreWeave and Nebius for its own models and applications. It sells no compute, so that its revenue is " +
    "imputed: what the same tokens and seats would cost on the market.",
  company: "meta",
  from: "2023Q1",
  to: "2034Q4",
  record: "as-it-happened",
  pause: { without: "as-it-happened", with: "paused" },
  base: noBase("Meta"),
  inputs: {
    ...commonInputs,
    tokenShare: share("of its compute, the share that makes tokens", 0.9, 0.6, 1),
    modelShare: share("of those tokens, the share of own models", 0.9, 0.6, 1),
    applicationShare: share("of those tokens, the share that own applications burn", 0.9, 0.6, 1),
  },
  backlogs,
  strategies: pausedLikeMicrosoft(
    [
      {
        do: "rent",
        at: "2025Q2",
        order: "coreweave",
        what: "CoreWeave's GB300",
        mw: rentedByMeta.coreweave,
        online: "2026Q1",
        over: 4,
        source: `September 2025, ${mitrade}; begun to be spoken of a quarter before`,
      },
      {
        do: "rent",
        at: "2025Q4",
        order: "nebius",
        what: "Nebius",
        mw: rentedByMeta.nebius,
        online: "2026Q3",
        over: 4,
        source: `November 2025 and March 2026, to 2027, ${nai}`,
      },
      {
        do: "rent",
        at: "2026Q2",
        order: "coreweave-expansion",
        what: "CoreWeave's Vera Rubin",
        mw: rentedByMeta.coreweaveExpansion,
        online: "2027Q1",
        over: 4,
        source: `9 April 2026, ${hubkub}`,
      },
    ],
    {
      freezes: ["build", "lease", "rent", "partner"],
      comebackMw: 204,
      sells: false,
      about: "It rented beside what it built; its own building is the same under every strategy and left out.",
    },
  ),
};
