/** Compute contracts: who sells to whom, for how much and how long, and the power that it takes. */
import type { Figure } from "../figure.ts";
import { type Readings, said } from "../readings.ts";

const preview = "https://newsletter.semianalysis.com/p/microsofts-ai-strategy-deconstructed (public preview)";
const iren =
  "https://simplywall.st/community/narratives/us/software/nasdaq-iren/iren/irens-bold-moves-in-sustainable-bitcoin-mining-and-ai-data-centers-dbec7c40/updates/7-the-hyperscaler-catalyst-arrives-dollar97b-microsoft-deal-its";
const neoclouds =
  "https://www.getappnet.com/news/microsoft-deepens-ai-investments-with-60b-multi-year-neocloud-commitments/155504";

export type Contract = {
  readonly what: string;
  readonly buyer: string;
  /** In whole dollars. */
  readonly valueUsd: Readings;
  readonly years: Readings;
  /** Of IT. */
  readonly megawatts: Readings;
};

/** What OpenAI pays Oracle for a MW-year, to size contracts that name no power; and the lowest and highest such prices. */
const usdPerMwYear = { oracle: 13.3e6, nebius: 11.6e6, least: 9.7e6, most: 18.4e6 };

/** The power that a contract's value pays for at a price; nobody publishes it. */
function sizedAt(
  price: "oracle" | "nebius",
  {
    what,
    value,
    years,
    asOf,
  }: { readonly what: string; readonly value: number; readonly years: number; readonly asOf: string },
  ...others: Figure[]
): Readings {
  const at = (perMwYear: number) => Math.round(value / years / perMwYear);
  const perMwYear = usdPerMwYear[price];
  const figure = said(`at US$${perMwYear / 1e6} M a MW-year; none is public`, asOf, "derived")(at(perMwYear), "MW");
  return {
    what,
    readings: [figure, ...others],
    range: {
      low: at(usdPerMwYear.most),
      high: at(usdPerMwYear.least),
      source: "from the price of OpenAI's contracts, 18.4, to that of IREN's, 9.7",
    },
  };
}

export const openAiOracle: Contract = {
  what: "OpenAI's contracts of the twelve months to November 2025",
  buyer: "OpenAI",
  valueUsd: {
    what: "value of OpenAI's contracts",
    readings: [
      said(`more than 420, every contract, SemiAnalysis, ${preview}`, "2025-11", "estimate")(420e9, "USD"),
      said(
        "the one award of September 2025, https://www.humanityredefined.com/p/the-dream-of-abundant-intelligence",
        "2025-09",
        "reported",
      )(300e9, "USD"),
      said("the rise of Oracle's RPO over those twelve months, 523 less 97", "2025-11", "derived")(426e9, "USD"),
    ],
    because: "the count of every contract; the 300 is one of them, and the RPO's rise has other customers in it",
    range: {
      low: 380e9,
      high: 450e9,
      source:
        "from both sites at the award's price a GW, 5.7 of 4.5 times 300, to ours: it is said to be more than 420",
    },
  },
  years: {
    what: "term of OpenAI's contracts",
    readings: [said(`typical, SemiAnalysis, ${preview}`, "2025-11", "estimate")(5, "years")],
  },
  megawatts: {
    what: "power of OpenAI's contracts, of IT",
    readings: [
      said(
        "4.5 GW of the award and Abilene's 1.2, at the utility, over a PUE of 1.25, https://www.nextplatform.com/ai/2025/09/30/get-your-money-for-nothing-chips-definitely-not-for-free/1657864",
        "2025-09",
        "derived",
      )(4560, "MW"),
      said("420 at the award's price of US$13.3 M a MW-year", "2025-09", "derived")(6300, "MW"),
      said("the award's 4.5 GW over a PUE of 1.25", "2025-09", "derived")(3600, "MW"),
    ],
    because: "the sites that are named; the contract does not say whether its GW are IT's or the utility's",
    range: { low: 3600, high: 6300, source: "from the award alone to the award's price" },
  },
};

export const openAiAzure: Contract = {
  what: "OpenAI's commitment to Azure of October 2025",
  buyer: "OpenAI",
  valueUsd: {
    what: "value of OpenAI's commitment to Azure",
    readings: [
      said(
        "https://justaiguide.com/2025/11/06/openais-600-b-cloud-bet-from-azure-to-aws-oracle-and-beyond",
        "2025-10",
        "reported",
      )(250e9, "USD"),
    ],
  },
  years: {
    what: "term of OpenAI's commitment to Azure",
    readings: [
      said(
        "as OpenAI's commitments of 1,400 over eight years, https://ttmplan.com/post/496423663407680",
        "2025-11",
        "assumption",
      )(8, "years"),
    ],
    range: { low: 6, high: 8, source: "ours: none is public" },
  },
  megawatts: sizedAt("oracle", {
    what: "power of OpenAI's commitment to Azure",
    value: 250e9,
    years: 8,
    asOf: "2025-10",
  }),
};

export const anthropicAzure: Contract = {
  what: "Anthropic's commitment to Azure of November 2025",
  buyer: "Anthropic",
  valueUsd: {
    what: "value of Anthropic's commitment to Azure",
    readings: [said("https://voice.lapaas.com/?p=15869", "2025-11", "reported")(30e9, "USD")],
  },
  years: {
    what: "term of Anthropic's commitment to Azure",
    readings: [said("ours, as contracts usually run; none is public", "2025-11", "assumption")(5, "years")],
  },
  megawatts: {
    ...sizedAt(
      "oracle",
      { what: "power of Anthropic's commitment to Azure", value: 30e9, years: 5, asOf: "2025-11" },
      said("up to 1 GW, https://voice.lapaas.com/?p=15869", "2025-11", "reported")(1000, "MW"),
    ),
    because: "the value fills no more; the GW is an upper limit",
  },
};

export const openAiAws: Contract = {
  what: "OpenAI's contract with AWS",
  buyer: "OpenAI",
  valueUsd: {
    what: "value of OpenAI's contract with AWS",
    readings: [
      said(
        "https://justaiguide.com/2025/11/06/openais-600-b-cloud-bet-from-azure-to-aws-oracle-and-beyond",
        "2025-11",
        "reported",
      )(38e9, "USD"),
    ],
  },
  years: {
    what: "term of OpenAI's contract with AWS",
    readings: [
      said(
        "https://justaiguide.com/2025/11/06/openais-600-b-cloud-bet-from-azure-to-aws-oracle-and-beyond",
        "2025-11",
        "reported",
      )(7, "years"),
    ],
  },
  megawatts: sizedAt("oracle", { what: "power of OpenAI's contract with AWS", value: 38e9, years: 7, asOf: "2025-11" }),
};

export const anthropicAws: Contract = {
  what: "Anthropic's commitment to AWS of April 2026",
  buyer: "Anthropic",
  valueUsd: {
    what: "value of Anthropic's commitment to AWS",
    readings: [
      said(
        "more than 100, https://morningoverview.com/amazons-custom-ai-silicon-business-just-crossed-a-20-billion-annual-run-rate-trainium-chips-growing-nearly-40-in-a-single-quarter/",
        "2026-04",
        "reported",
      )(100e9, "USD"),
    ],
  },
  years: {
    what: "term of Anthropic's commitment to AWS",
    readings: [
      said(
        "https://morningoverview.com/amazons-custom-ai-silicon-business-just-crossed-a-20-billion-annual-run-rate-trainium-chips-growing-nearly-40-in-a-single-quarter/",
        "2026-04",
        "reported",
      )(10, "years"),
    ],
  },
  megawatts: {
    ...sizedAt(
      "oracle",
      { what: "power of Anthropic's commitment to AWS", value: 100e9, years: 10, asOf: "2026-04" },
      said(
        "up to 5 GW of Trainium, https://morningoverview.com/amazons-custom-ai-silicon-business-just-crossed-a-20-billion-annual-run-rate-trainium-chips-growing-nearly-40-in-a-single-quarter/",
        "2026-04",
        "reported",
      )(5000, "MW"),
    ),
    because:
      "100 bn over 5 GW and ten years would be US$2 M a MW-year, below the cost of any; the GW is an upper limit",
  },
};

export const anthropicGoogle: Contract = {
  what: "what Google Cloud signed in the first quarter of 2026, net, Anthropic's TPUs among it",
  buyer: "Anthropic and others",
  valueUsd: {
    what: "value of what Google Cloud signed",
    readings: [said("the rise of its backlog, 462 less 240", "2026-03", "derived")(222e9, "USD")],
  },
  years: {
    what: "term of what Google Cloud signed",
    readings: [said("ours, as contracts usually run", "2026-03", "assumption")(5, "years")],
  },
  megawatts: {
    what: "power of what Google Cloud signed",
    readings: [
      said(
        "3.5 GW from 2027, https://dailyalpha.us/news/anthropics-dollar30b-revenue-run-rate-and-35gw-tpu-deal-validate-hyperscaler-ai-spending-69d77dccc55c4e12cc611d5b",
        "2026-04",
        "reported",
      )(3500, "MW"),
    ],
  },
};

export const oracleOthers: Contract = {
  what: "Oracle's bookings of 30 days, Meta's among them, none of OpenAI's",
  buyer: "Meta and three others",
  valueUsd: {
    what: "value of Oracle's bookings of 30 days",
    readings: [
      said(
        "https://www.implicator.ai/oracle-locks-65-billion-in-cloud-deals-as-meta-joins-the-pile",
        "2025-10",
        "reported",
      )(65e9, "USD"),
    ],
  },
  years: {
    what: "term of Oracle's bookings of 30 days",
    readings: [said("ours, as contracts usually run", "2025-10", "assumption")(5, "years")],
  },
  megawatts: sizedAt("oracle", {
    what: "power of Oracle's bookings of 30 days",
    value: 65e9,
    years: 5,
    asOf: "2025-10",
  }),
};

/** What neoclouds let to Microsoft in autumn 2025: megawatts of IT. */
export const rentedByMicrosoft = {
  nebius: {
    what: "Nebius, Vineland",
    readings: [
      said(
        "the whole of a site of 300 MW; Microsoft's share of it is not public, https://www.newsbeep.com/112443",
        "2025-09",
        "reported",
      )(300, "MW"),
    ],
    range: { low: 200, high: 300, source: "ours: two thirds of the site to all of it" },
  },
  nscale: {
    what: "Nscale, UK, Norway, Portugal and Texas",
    readings: [
      said(
        "200,000 GB300 of 1.94 kW, https://www.mitrade.com/insights/news/live-news/article-8-1252774-20251107",
        "2025-10",
        "derived",
      )(388, "MW"),
    ],
  },
  iren: { what: "IREN, Horizon 1 to 4", readings: [said(iren, "2025-11", "reported")(200, "MW")] },
  coreweave: {
    what: "CoreWeave",
    readings: [
      said(`more than US$10 bn to 2030, at US$11.6 M a MW-year, ${neoclouds}`, "2025-11", "derived")(172, "MW"),
    ],
  },
  lambda: {
    what: "Lambda",
    readings: [
      said(`more than US$2 bn over five years, at US$11.6 M a MW-year, ${neoclouds}`, "2025-11", "derived")(34, "MW"),
    ],
  },
} satisfies Record<string, Readings>;

/** CoreWeave's side of its large contracts. */
export const coreWeaveContracts = {
  openAi: contract(
    "OpenAI's contracts with CoreWeave",
    "OpenAI",
    22.4e9,
    5,
    "11.9, 4.0 and 6.5: https://blog.enterprisemanagement.com/the-openai-dealbook-the-trillion-dollar-compute-economy",
    "2025-09",
  ),
  meta: contract(
    "Meta's contract with CoreWeave",
    "Meta",
    14.2e9,
    6,
    "https://www.mitrade.com/insights/news/live-news/article-8-1252774-20251107",
    "2025-09",
  ),
  metaExpansion: contract(
    "Meta's expansion with CoreWeave",
    "Meta",
    21e9,
    6,
    "https://hubkub.com/tech-news/meta-coreweave-21-billion-ai-deal/",
    "2026-04",
  ),
  others: {
    what: "what else is in CoreWeave's backlog",
    buyer: "others",
    valueUsd: {
      what: "value of what else is in CoreWeave's backlog",
      readings: [
        said("its backlog of March 2026, 99.4, less the contracts that are named", "2026-03", "derived")(31.8e9, "USD"),
      ],
    },
    years: {
      what: "term of what else is in CoreWeave's backlog",
      readings: [
        said(
          "4 to 5 years on average, https://www.nasdaq.com/articles/coreweaves-668b-backlog-boosts-long-term-growth-outlook",
          "2025-12",
          "reported",
        )(5, "years"),
      ],
    },
    megawatts: sizedAt("nebius", {
      what: "power of what else is in CoreWeave's backlog",
      value: 31.8e9,
      years: 5,
      asOf: "2026-03",
    }),
  },
  microsoft: contract(
    "Microsoft's contracts with CoreWeave",
    "Microsoft",
    10e9,
    5,
    `more than US$10 bn to 2030, ${neoclouds}`,
    "2025-11",
  ),
} satisfies Record<string, Contract>;

/** A contract that names its value and term, its power at what Nebius asks. */
function contract(what: string, buyer: string, value: number, years: number, source: string, asOf: string): Contract {
  return {
    what,
    buyer,
    valueUsd: { what: `value of ${what}`, readings: [said(source, asOf, "reported")(value, "USD")] },
    years: { what: `term of ${what}`, readings: [said(source, asOf, "reported")(years, "years")] },
    megawatts: sizedAt("nebius", { what: `power of ${what}`, value, years, asOf }),
  };
}

/** What Meta rents. */
export const rentedByMeta = {
  coreweave: coreWeaveContracts.meta.megawatts,
  coreweaveExpansion: coreWeaveContracts.metaExpansion.megawatts,
  nebius: {
    what: "power of Meta's contracts with Nebius",
    readings: [
      said(
        "US$27 bn over five years at US$11.6 M a MW-year, https://nai500.com/blog/2026/03/meta-signs-12b-ai-compute-deal-with-nebius-up-to-27b/",
        "2026-03",
        "derived",
      )(466, "MW"),
      said("the US$12 bn that are firm, over five years at US$11.6 M, the same page", "2026-03", "derived")(207, "MW"),
    ],
    because: "the backstop with it",
  },
} satisfies Record<string, Readings>;

/** What Google rents of SpaceX in Memphis. */
export const rentedByGoogle: Readings = {
  what: "power that Google rents in Memphis",
  readings: [
    said(
      "about US$1 bn a month at US$11.6 M a MW-year, https://www.structureresearch.net/?p=107597",
      "2026-06",
      "derived",
    )(1034, "MW"),
  ],
};
