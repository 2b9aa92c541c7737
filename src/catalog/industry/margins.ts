/**
 * What each layer of the industry keeps of its price, as public sources have it. Gross margins, unless it is said; a ratio
 * below zero is a loss. Where two say different things, both stand, and why they differ.
 */
import type { Layer } from "../../stack/layer.ts";
import { type Readings, said } from "../readings.ts";

export type LayerMargin = {
  readonly layer: Layer;
  readonly who: string;
  /** Gross, unless the sources speak of another margin. */
  readonly measure: "gross" | "operating" | "EBITDA";
  readonly margin: Readings;
  /** Why the readings differ, or what is in them. */
  readonly note?: string;
};

const preview = "https://newsletter.semianalysis.com/p/microsofts-ai-strategy-deconstructed (public preview)";
const capture = "https://wizzai101.com/en/part1_industry/c7_value_capture/";
const theInformation =
  "The Information, https://thechek.posthaven.com/the-information-internal-oracle-data-show-financial-challenge-of-renting-out-n";

export const oracleMargin: Readings = {
  what: "Oracle, renting accelerators",
  readings: [
    said(`over the life of OpenAI's contracts, 150 of 420, ${preview}`, "2025-11", "derived")(0.357, "ratio"),
    said(
      "Oracle's guidance for one very large contract, https://reportify.ai/news/1176417771882418176",
      "2025-10",
      "reported",
    )(0.35, "ratio"),
    said(`all of Nvidia's accelerators in one quarter, ${theInformation}`, "2025-08", "reported")(0.14, "ratio"),
    said(`their average over a year, ${theInformation}`, "2025-08", "reported")(0.16, "ratio"),
    said(
      "that quarter with depreciation that it left out, https://parameter.io/oracle-orcl-stock-drops-7-as-ai-cloud-profits-are-worse-than-expected",
      "2025-08",
      "reported",
    )(0.07, "ratio"),
  ],
  because:
    "a contract over its life; the low ones are of a ramp, with sites that are paid for before their customers come",
};

export const layerMargins: readonly LayerMargin[] = [
  {
    layer: "chips",
    who: "TSMC",
    measure: "gross",
    margin: { what: "TSMC", readings: [said(capture, "2026", "reported")(0.55, "ratio")] },
  },
  {
    layer: "chips",
    who: "Nvidia",
    measure: "gross",
    margin: {
      what: "Nvidia",
      readings: [
        said(preview, "2025-11", "estimate")(0.75, "ratio"),
        said("non-GAAP, https://reportify.ai/social-media/715975892470655", "2025-08", "reported")(0.727, "ratio"),
        said(
          "Bernstein, https://ng.investing.com/news/stock-market-news/how-much-does-a-gw-of-data-center-capacity-actually-cost-2169144",
          "2025-10",
          "estimate",
        )(0.7, "ratio"),
      ],
      because: "the case study's",
    },
  },
  {
    layer: "chips",
    who: "Dell",
    measure: "gross",
    note: "Systems; a year before it was 22 %.",
    margin: {
      what: "Dell",
      readings: [said("https://reportify.ai/social-media/715975892470655", "2025-08", "reported")(0.187, "ratio")],
    },
  },
  {
    layer: "chips",
    who: "Supermicro",
    measure: "gross",
    note: "Systems; the secondary source has both, of different years.",
    margin: {
      what: "Supermicro",
      readings: [said(capture, "2026", "reported")(0.09, "ratio"), said(capture, "2025", "reported")(0.15, "ratio")],
      because: "the later",
    },
  },
  {
    layer: "infrastructure",
    who: "Oracle",
    measure: "gross",
    note: "They differ in scope: steady state against a ramp.",
    margin: oracleMargin,
  },
  {
    layer: "infrastructure",
    who: "CoreWeave",
    measure: "gross",
    note: "After depreciation. Its adjusted EBITDA was 62 % of revenue in Q1 2025, its adjusted operating margin 1 % in Q1 2026.",
    margin: { what: "CoreWeave", readings: [said(capture, "2026", "reported")(0.3, "ratio")] },
  },
  {
    layer: "infrastructure",
    who: "H200 from a neocloud",
    measure: "operating",
    note: "Before tax, capital as an annuity.",
    margin: {
      what: "a neocloud's H200",
      readings: [said("SemiAnalysis, AI Token Factory Economics Stack", "2025-07", "estimate")(0.168, "ratio")],
    },
  },
  {
    layer: "infrastructure",
    who: "IREN for Microsoft",
    measure: "EBITDA",
    note: "The company's own claim for one project.",
    margin: {
      what: "IREN for Microsoft",
      readings: [
        said(
          "https://simplywall.st/community/narratives/us/software/nasdaq-iren/iren/irens-bold-moves-in-sustainable-bitcoin-mining-and-ai-data-centers-dbec7c40/updates/7-the-hyperscaler-catalyst-arrives-dollar97b-microsoft-deal-its",
          "2025-11",
          "estimate",
        )(0.85, "ratio"),
      ],
    },
  },
  {
    layer: "platform",
    who: "Microsoft Cloud",
    measure: "gross",
    note: "Infrastructure, platform and applications together; declining.",
    margin: {
      what: "Microsoft Cloud",
      readings: [
        said("https://convergedigest.com/microsoft-tokens-per-watt-per-dollar/", "2026-01", "reported")(0.67, "ratio"),
      ],
    },
  },
  {
    layer: "platform",
    who: "Tokens of an open model",
    measure: "gross",
    note: "No host of open models publishes its margin.",
    margin: {
      what: "an inference provider",
      readings: [said("SemiAnalysis, AI Token Factory Economics Stack", "2025-07", "estimate")(0.162, "ratio")],
    },
  },
  {
    layer: "models",
    who: "Leading labs' own API",
    measure: "gross",
    margin: {
      what: "a leading lab's API",
      readings: [said(`more than, ${preview}`, "2025-11", "estimate")(0.6, "ratio")],
    },
  },
  {
    layer: "models",
    who: "Anthropic on GitHub Copilot's tokens",
    measure: "gross",
    margin: {
      what: "Anthropic on Copilot's tokens",
      readings: [
        said(preview, "2025-11", "estimate")(0.5, "ratio"),
        said(preview, "2025-11", "estimate")(0.6, "ratio"),
      ],
      because: "the lower end of 50 to 60 %",
    },
  },
  {
    layer: "models",
    who: "OpenAI",
    measure: "gross",
    note: "One is of compute for those who pay alone, the other of all inference.",
    margin: {
      what: "OpenAI",
      readings: [
        said(
          "https://aiafterhours.substack.com/p/openai-vs-anthropic-the-121-billion",
          "2026-04",
          "reported",
        )(0.33, "ratio"),
        said("The Information, https://en.5iter.com/keji/66310.html", "2025-10", "reported")(0.7, "ratio"),
      ],
      because: "the whole cost of inference",
    },
  },
  {
    layer: "models",
    who: "Anthropic",
    measure: "gross",
    note: "Documents against plans; labs book a cloud's share of revenue differently.",
    margin: {
      what: "Anthropic",
      readings: [
        said(
          "documents, https://aiafterhours.substack.com/p/openai-vs-anthropic-the-121-billion",
          "2025-12",
          "reported",
        )(0.4, "ratio"),
        said("plan, https://gentic.news/article/ai-economics-shift-openai-compute", "2025", "reported")(0.53, "ratio"),
      ],
      because: "documents before plans",
    },
  },
  {
    layer: "applications",
    who: "Seat of the worked stack",
    measure: "gross",
    margin: {
      what: "the stack's application",
      readings: [said("SemiAnalysis, AI Token Factory Economics Stack", "2025-07", "estimate")(0.4, "ratio")],
    },
  },
  {
    layer: "applications",
    who: "GitHub Copilot, 2023",
    measure: "gross",
    note: "US$20 lost on a seat of US$10.",
    margin: {
      what: "GitHub Copilot",
      readings: [
        said("WSJ, https://www.bearlumen.com/blog/github-copilot-20-dollar-problem", "2023", "reported")(-2, "ratio"),
      ],
    },
  },
  {
    layer: "applications",
    who: "Cursor, 2025",
    measure: "gross",
    note: "One analysis against another; insiders say very negative.",
    margin: {
      what: "Cursor",
      readings: [
        said("https://sacra.com/c/cursor/", "2026", "estimate")(-0.3, "ratio"),
        said("https://www.evis.dev/posts/ai-unit-economics", "2025", "estimate")(0.4, "ratio"),
      ],
      because: "insiders' words agree with it",
    },
  },
];

/** What a layer adds on what it buys, for capacity that a company uses itself. */
export const tokenMargin: Readings = {
  what: "margin on tokens over the price of compute",
  readings: [said("SemiAnalysis, AI Token Factory Economics Stack", "2025-07", "estimate")(0.162, "ratio")],
  range: { low: 0, high: 0.35, source: "ours: open models' prices lie 6.5-fold apart, https://alatirok.com/?p=4495" },
};

export const modelMargin: Readings = {
  what: "margin of a model's owner on its tokens",
  readings: [
    said(`what Anthropic keeps of Copilot's tokens, 50 to 60 %, ${preview}`, "2025-11", "estimate")(0.5, "ratio"),
    said(`leading labs' own API, more than, ${preview}`, "2025-11", "estimate")(0.6, "ratio"),
    said(
      "OpenAI over all inference, https://aiafterhours.substack.com/p/openai-vs-anthropic-the-121-billion",
      "2026-04",
      "reported",
    )(0.33, "ratio"),
  ],
  because: "the lower end of what a supplier keeps",
};

export const applicationMargin: Readings = {
  what: "margin of an application over its tokens",
  readings: [
    said("SemiAnalysis, AI Token Factory Economics Stack", "2025-07", "estimate")(0.4, "ratio"),
    said("Cursor in 2025, https://sacra.com/c/cursor/", "2026", "estimate")(-0.3, "ratio"),
  ],
  because: "a business that has found its price; Cursor's was growing",
  range: { low: 0, high: 0.6, source: "ours: from none to a mature application's" },
};
