/**
 * What a megawatt of an AI datacenter costs to equip, to house and to run, what a rented one costs, and how long each way
 * to it takes. Megawatts are of critical IT load unless it is said.
 */
import { type Readings, said } from "../readings.ts";

const bernsteinIt = said(
  "56.5 % of Bernstein's US$35 bn for a GW: accelerators, network, hosts and storage, https://ng.investing.com/news/stock-market-news/how-much-does-a-gw-of-data-center-capacity-actually-cost-2169144",
  "2025-10",
  "derived",
);
const iren =
  "https://simplywall.st/community/narratives/us/software/nasdaq-iren/iren/irens-bold-moves-in-sustainable-bitcoin-mining-and-ai-data-centers-dbec7c40/updates/7-the-hyperscaler-catalyst-arrives-dollar97b-microsoft-deal-its";
const timelines = "https://michaelbommarito.com/wiki/datacenters/siting/development-timelines";
const lifeSource = "https://shaulkoral.com/useful-life-of-servers-and-network-assets-at-tech-companies/";
const goldman = said(
  "Goldman Sachs, https://www.marketscreener.com/news/goldman-sachs-and-mckinsey-bring-the-ai-boom-back-to-its-physical-constraints-ce7f5bdada8ff025",
  "2026",
  "estimate",
);

export const itCapital: Readings = {
  what: "capital of IT, per MW of IT",
  readings: [
    said(
      "Epoch's US$38 bn for a GW, https://app.aidatacenterguide.com/part-1-strategy-workload-archetypes-and-economics/1-8-business-models-economics-and-roi",
      "2026",
      "estimate",
    )(38_000_000, "USD/MW"),
    said(
      "Nvidia's US$50 to 60 bn for a GW, its middle, less Goldman's facility at its middle, 17.5: Bernstein and Goldman Sachs as cited beside",
      "2025-08",
      "derived",
    )(37_500_000, "USD/MW"),
    said(`IREN's order at Dell, US$5.8 bn for 200 MW, ${iren}`, "2025-11", "derived")(29_000_000, "USD/MW"),
    bernsteinIt(19_800_000, "USD/MW"),
    said(
      "Epoch's model of a Blackwell site, all in, https://datacenterindex.ai/projects/microsoft-fairwater-atlanta",
      "2026",
      "estimate",
    )(44_000_000, "USD/MW"),
  ],
  because:
    "a whole GW of the GB300's generation; IREN's is one order without the network between halls, Bernstein's GW is the utility's and of the generation before, and 44 has the building in it",
  range: { low: 29_000_000, high: 44_000_000, source: "from IREN's order to Epoch's whole site" },
};

export const facilityCapital: Readings = {
  what: "capital of building, power and cooling, per MW of IT",
  readings: [
    goldman(15_000_000, "USD/MW"),
    goldman(20_000_000, "USD/MW"),
    said("a low case, https://invest-watch.pages.dev/datacenters", "2026", "estimate")(10_500_000, "USD/MW"),
    said(
      "a high case, above 20, https://troy-technical.com/2026/06/28/ai-data-center-construction-costs-soar-past-20-million-per-megawatt-more-than-double-traditional-centers-driven-by-cooling-and-power-infrastructure-demands/",
      "2026-06",
      "estimate",
    )(20_000_000, "USD/MW"),
  ],
  because: "the lower end of Goldman's 15 to 20 for AI",
};

export const itLife: Readings = {
  what: "life over which IT is depreciated",
  readings: [
    said(
      "the usual contract, https://newsletter.semianalysis.com/p/microsofts-ai-strategy-deconstructed",
      "2025-11",
      "estimate",
    )(5, "years"),
    said(`Microsoft, Google, Oracle, ${lifeSource}`, "2025", "reported")(6, "years"),
    said(`Amazon, of a part of its servers since February 2025, ${lifeSource}`, "2025-02", "reported")(5, "years"),
    said("Meta, https://wiresift.com/ai-server-depreciation", "2025-01", "reported")(5.5, "years"),
    said(
      "CoreWeave; Nebius takes 4, https://bizety.com/2025/09/23/gpu-depreciation-coreweave-vs-nebius",
      "2025-09",
      "reported",
    )(6, "years"),
    said(
      "Nebius, https://bizety.com/2025/09/23/gpu-depreciation-coreweave-vs-nebius",
      "2025-09",
      "reported",
    )(4, "years"),
  ],
  because: "as long as the contracts that pay for it; companies write it off over 4 to 6",
};

export const facilityLife: Readings = {
  what: "life over which a building is depreciated",
  readings: [
    said(
      "15 to 25 years, https://www.realclear.ai/blog/the-three-year-clock-inside-the-thirty-year-building",
      "2025-11",
      "reported",
    )(20, "years"),
  ],
  range: { low: 15, high: 25, source: "the same" },
};

export const leasePrice: Readings = {
  what: "lease of a powered shell, per kW of IT and month",
  readings: [
    said(`model value at 100 MW, ${timelines}`, "2025", "estimate")(175, "USD/kW-month"),
    said(
      "CBRE, primary US markets at 250 to 500 kW, https://www.cbre.com/insights/reports/north-america-data-center-trends-h2-2024",
      "2024-12",
      "reported",
    )(184.06, "USD/kW-month"),
    said("SemiAnalysis, AI Token Factory Economics Stack", "2025-07", "estimate")(130, "USD/kW-month"),
  ],
  because: "the only one at the size of a hyperscaler's lease",
};

export const rentPrice: Readings = {
  what: "a MW rented with its accelerators, per year",
  readings: [
    said(
      "Nebius for Microsoft, US$17.4 bn over 300 MW and five years, https://www.newsbeep.com/112443",
      "2025-09",
      "derived",
    )(11_600_000, "USD/MW-year"),
    said(
      `IREN for Microsoft, US$9.7 bn over 200 MW and five years, ${iren}`,
      "2025-11",
      "derived",
    )(9_700_000, "USD/MW-year"),
    said(
      "Oracle for OpenAI, US$300 bn over 4.5 GW and five years, https://www.humanityredefined.com/p/the-dream-of-abundant-intelligence",
      "2025-09",
      "derived",
    )(13_300_000, "USD/MW-year"),
  ],
  because: "the middle of the three; whether Microsoft has the whole of the 300 MW is not public",
};

export const partnerPrice: Readings = {
  what: "a MW that a partner builds and runs, per year",
  readings: [
    said(
      "as Oracle asks of OpenAI, US$300 bn over 4.5 GW and five years, https://www.humanityredefined.com/p/the-dream-of-abundant-intelligence",
      "2025-09",
      "derived",
    )(13_300_000, "USD/MW-year"),
  ],
  range: { low: 11_600_000, high: 13_300_000, source: "from Nebius's price to Oracle's" },
};

export const electricity: Readings = {
  what: "electricity",
  readings: [
    said("https://www.aiinframap.com/tools/chips/h100-vs-h200-vs-b200-tco", "2026", "estimate")(0.08, "USD/kWh"),
    said("SemiAnalysis, AI Token Factory Economics Stack", "2025-07", "estimate")(0.087, "USD/kWh"),
    said("common in public models, the same page", "2026", "estimate")(0.1, "USD/kWh"),
  ],
  because: "the lower of two public models: such sites are built where power is cheap",
};

export const pue: Readings = {
  what: "power usage effectiveness",
  readings: [
    said(
      "1.20 to 1.30 on average, https://lynx-cortex.pages.dev/extension-track/X4-hardware-deep-dive/theory/04-datacenter-economics/",
      "2024",
      "reported",
    )(1.25, "ratio"),
    said("1.10 to 1.15 of new hyperscale sites, the same page", "2024", "reported")(1.12, "ratio"),
  ],
  because: "it turns the utility's megawatts of contracts into IT, too, and their sites differ",
};

export const load: Readings = {
  what: "power drawn over power provisioned",
  readings: [
    said(
      "the share at which the sums of SemiAnalysis, AI Token Factory Economics Stack, come out",
      "2025-07",
      "derived",
    )(0.8, "ratio"),
  ],
  range: { low: 0.7, high: 0.9, source: "ours" },
};

export const opexShare: Readings = {
  what: "people, upkeep and spares, of IT's capital a year",
  readings: [said("ours; no company reports it apart", "2025-11", "assumption")(0.035, "per year")],
  range: { low: 0.02, high: 0.05, source: "ours" },
};

export const costOfCapital: Readings = {
  what: "cost of capital",
  readings: [
    said("ours, for a company of the best credit", "2025-11", "assumption")(0.09, "per year"),
    said("SemiAnalysis, AI Token Factory Economics Stack, of a neocloud", "2025-07", "estimate")(0.133, "per year"),
    said(
      "CoreWeave's loan of March 2026, A3, https://davefriedman.substack.com/p/coreweave-issued-yet-more-debt",
      "2026-03",
      "reported",
    )(0.059, "per year"),
  ],
  because: "between the debt of the best borrower and a neocloud's whole capital",
};

/** A neocloud's own. */
export const neocloudCostOfCapital: Readings = {
  ...costOfCapital,
  use: 2,
  because: "a neocloud's",
};

export const taxRate: Readings = {
  what: "tax on profit",
  readings: [
    said(
      "US federal rate, 26 U.S.C. § 11, https://www.law.cornell.edu/uscode/text/26/11",
      "2018",
      "reported",
    )(0.21, "ratio"),
  ],
};

export const ownChipSaving: Readings = {
  what: "capital of IT saved by an own chip",
  readings: [
    said(
      "Bernstein's 19 % of a whole site, over IT's share of it, https://ng.investing.com/news/stock-market-news/how-much-does-a-gw-of-data-center-capacity-actually-cost-2169144",
      "2025-10",
      "derived",
    )(0.19, "ratio"),
    said(
      "TPU v7 below a GB200 for Google itself, total cost, https://the-decoder.com/?p=29526",
      "2025-11",
      "estimate",
    )(0.44, "ratio"),
  ],
  because: "the lower: Google has built chips for ten years",
  range: { low: 0, high: 0.44, source: "from none, if software lags, to Google's" },
};

export const leadBuild: Readings = {
  what: "from breaking ground to service, own building",
  readings: [
    said(
      "18 to 24 months, https://www.constructionowners.com/insights/how-long-it-actually-takes-to-power-a-data-center-in-2026-a-u-s-market-by-market-reality-check",
      "2026",
      "reported",
    )(24, "months"),
    said(
      "Abilene: May 2024 to September 2025, https://www.nextplatform.com/ai/2025/09/30/get-your-money-for-nothing-chips-definitely-not-for-free/1657864",
      "2025-09",
      "derived",
    )(16, "months"),
    said(`greenfield with its grid, three to five years, ${timelines}`, "2025", "estimate")(48, "months"),
  ],
  because: "the site and its grid are there: the case's builds were of campuses under way",
  range: { low: 16, high: 36, source: "from Abilene to a site that waits for its grid" },
};

export const leadLease: Readings = {
  what: "from signing a lease to service",
  readings: [
    said("a practitioner, https://slashdot.raczkowski.org/story_180748142.html", "2026-02", "estimate")(24, "months"),
  ],
  range: {
    low: 18,
    high: 36,
    source: "24 to 36 months ahead, https://www.cbre.com/insights/reports/north-america-data-center-trends-h1-2023",
  },
};

export const leadRent: Readings = {
  what: "from signing with a neocloud to service",
  readings: [
    said(
      "IREN, two to thirteen months in phases, its middle, https://marketchameleon.com/articles/b/2025/11/03/iren-inks-9-7-billion-ai-cloud-deal-with-microsoft-massive-gpu-rollout-set-for-2026",
      "2025-11",
      "reported",
    )(9, "months"),
    said(
      "Nebius, three to fifteen months, its middle, https://www.newsbeep.com/112443",
      "2025-09",
      "reported",
    )(9, "months"),
  ],
  range: { low: 3, high: 15, source: "the first and the last phase of either" },
};

export const leadPartner: Readings = {
  what: "from signing with a partner to service",
  readings: [
    said(
      "AWS for OpenAI, all by end-2026, https://justaiguide.com/2025/11/06/openais-600-b-cloud-bet-from-azure-to-aws-oracle-and-beyond",
      "2025-11",
      "reported",
    )(14, "months"),
  ],
  range: { low: 9, high: 24, source: "from a neocloud's time to a lease's" },
};

export const slip: Readings = {
  what: "months that builds and leases come late",
  readings: [said("none as planned", "2025-11", "assumption")(0, "months")],
  range: {
    low: 0,
    high: 12,
    source: `a year's delay costs 2 to 3 points of IRR, ${timelines}; Wisconsin was seen to slip longer, https://longportapp.com/en/news/229302440`,
  },
};
