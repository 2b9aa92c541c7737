/**
 * Compute contracts of public record, seller and buyer, as they were announced. What a contract does not say is absent:
 * few name their power, fewer what is paid in advance.
 */
import type { Figure } from "../figure.ts";
import { type Readings, said, usedValue } from "../readings.ts";

export type RecordedContract = {
  readonly seller: string;
  readonly buyer: string;
  readonly what: string;
  readonly signed: string;
  /** In billions of US dollars. */
  readonly value?: Readings;
  readonly years?: Readings;
  /** In MW, on the basis that `powerBasis` names. */
  readonly power?: Readings;
  readonly powerBasis?: "IT" | "utility" | "unstated";
  readonly prepaid?: Readings;
};

const dealbook = "https://justaiguide.com/2025/11/06/openais-600-b-cloud-bet-from-azure-to-aws-oracle-and-beyond";
const neoclouds =
  "https://www.getappnet.com/news/microsoft-deepens-ai-investments-with-60b-multi-year-neocloud-commitments/155504";
const mitrade = "https://www.mitrade.com/insights/news/live-news/article-8-1252774-20251107";
const iren =
  "https://simplywall.st/community/narratives/us/software/nasdaq-iren/iren/irens-bold-moves-in-sustainable-bitcoin-mining-and-ai-data-centers-dbec7c40/updates/7-the-hyperscaler-catalyst-arrives-dollar97b-microsoft-deal-its";
const lapaas = "https://voice.lapaas.com/?p=15869";
const award = "https://www.humanityredefined.com/p/the-dream-of-abundant-intelligence";
const preview =
  "SemiAnalysis, https://newsletter.semianalysis.com/p/microsofts-ai-strategy-deconstructed (public preview)";
const tpus =
  "https://dailyalpha.us/news/anthropics-dollar30b-revenue-run-rate-and-35gw-tpu-deal-validate-hyperscaler-ai-spending-69d77dccc55c4e12cc611d5b";
const trainium =
  "https://morningoverview.com/amazons-custom-ai-silicon-business-just-crossed-a-20-billion-annual-run-rate-trainium-chips-growing-nearly-40-in-a-single-quarter/";
const nebiusMeta = "https://nai500.com/blog/2026/03/meta-signs-12b-ai-compute-deal-with-nebius-up-to-27b/";
const warrants = "https://reportify.cn/news/1174512420215984128";

const billions = (first: Figure, ...others: Figure[]): Readings => ({ what: "value", readings: [first, ...others] });
const years = (value: number, source: string, asOf: string): Readings => ({
  what: "term",
  readings: [said(source, asOf, "reported")(value, "years")],
});
const megawatts = (
  value: number,
  source: string,
  asOf: string,
  confidence: Figure["confidence"] = "reported",
): Readings => ({
  what: "power",
  readings: [said(source, asOf, confidence)(value, "MW")],
});
const reported = (source: string, asOf: string, value: number) => said(source, asOf, "reported")(value, "USD bn");

export const recordedContracts: readonly RecordedContract[] = [
  {
    seller: "Oracle",
    buyer: "OpenAI",
    what: "Stargate, the award of September 2025; 420 counts every contract of the twelve months to November",
    signed: "2025-09",
    value: {
      ...billions(reported(award, "2025-09", 300), said(`more than, ${preview}`, "2025-11", "estimate")(420, "USD bn")),
      because: "the award that the power is of",
    },
    years: years(5, award, "2025-09"),
    power: megawatts(4500, award, "2025-09"),
    powerBasis: "unstated",
  },
  {
    seller: "Microsoft",
    buyer: "OpenAI",
    what: "more of Azure",
    signed: "2025-10",
    value: billions(reported(dealbook, "2025-10", 250)),
  },
  {
    seller: "AWS",
    buyer: "OpenAI",
    what: "GB200 and GB300, all of it by the end of 2026",
    signed: "2025-11",
    value: billions(reported(dealbook, "2025-11", 38)),
    years: years(7, dealbook, "2025-11"),
  },
  {
    seller: "CoreWeave",
    buyer: "OpenAI",
    what: "three contracts: 11.9, 4.0 and 6.5",
    signed: "2025-09",
    value: billions(
      said(
        "the sum of three, https://blog.enterprisemanagement.com/the-openai-dealbook-the-trillion-dollar-compute-economy",
        "2025-09",
        "derived",
      )(22.4, "USD bn"),
    ),
  },
  {
    seller: "Microsoft",
    buyer: "Anthropic",
    what: "Azure, up to 1 GW",
    signed: "2025-11",
    value: billions(reported(lapaas, "2025-11", 30)),
    power: megawatts(1000, `up to, ${lapaas}`, "2025-11"),
    powerBasis: "unstated",
  },
  {
    seller: "Nebius",
    buyer: "Microsoft",
    what: "Vineland, New Jersey; up to 19.4",
    signed: "2025-09",
    value: {
      ...billions(
        reported("https://www.newsbeep.com/112443", "2025-09", 17.4),
        reported(`up to, ${neoclouds}`, "2025-11", 19.4),
      ),
      because: "what is firm",
    },
    years: years(5, "https://www.newsbeep.com/112443", "2025-09"),
    power: megawatts(300, "the site; Microsoft's part of it is not public, https://www.newsbeep.com/112443", "2025-09"),
    powerBasis: "unstated",
  },
  {
    seller: "Nscale",
    buyer: "Microsoft",
    what: "about 200,000 GB300 in the UK, Norway, Portugal and Texas",
    signed: "2025-10",
    value: {
      ...billions(
        reported(mitrade, "2025-11", 23),
        reported(
          "https://cryptews.com/microsoft-has-committed-over-60-billion-to-neocloud-providers-to-meet-rising-ai-compute-demand-328062.html",
          "2025-11",
          24,
        ),
      ),
      because: "Bloomberg's",
    },
    years: years(5, mitrade, "2025-11"),
    power: megawatts(388, "200,000 of 1.94 kW", "2025-11", "derived"),
    powerBasis: "IT",
  },
  {
    seller: "IREN",
    buyer: "Microsoft",
    what: "Horizon 1 to 4, GB300",
    signed: "2025-11",
    value: billions(
      reported(
        "https://discussion.fool.com/t/iren-secures-9-7bn-ai-cloud-contract-with-microsoft/121938",
        "2025-11",
        9.7,
      ),
    ),
    years: years(5, iren, "2025-11"),
    power: megawatts(200, iren, "2025-11"),
    powerBasis: "IT",
    prepaid: {
      what: "paid in advance, credited in years 3 to 5",
      readings: [said(iren, "2025-11", "reported")(0.2, "ratio")],
    },
  },
  {
    seller: "CoreWeave",
    buyer: "Microsoft",
    what: "to 2030",
    signed: "2025-11",
    value: billions(reported(`more than, ${neoclouds}`, "2025-11", 10)),
  },
  {
    seller: "Lambda",
    buyer: "Microsoft",
    what: "tens of thousands of accelerators",
    signed: "2025-11",
    value: billions(said(`more than, ${neoclouds}`, "2025-11", "estimate")(2, "USD bn")),
  },
  {
    seller: "CoreWeave",
    buyer: "Meta",
    what: "GB300, to 2031",
    signed: "2025-09",
    value: billions(reported(`up to, ${mitrade}`, "2025-09", 14.2)),
  },
  {
    seller: "CoreWeave",
    buyer: "Meta",
    what: "Vera Rubin, 2027 to 2032",
    signed: "2026-04",
    value: billions(reported("https://hubkub.com/tech-news/meta-coreweave-21-billion-ai-deal/", "2026-04", 21)),
  },
  {
    seller: "Nebius",
    buyer: "Meta",
    what: "12 firm and up to 15 as a backstop",
    signed: "2026-03",
    value: {
      ...billions(reported(nebiusMeta, "2026-03", 27), reported(nebiusMeta, "2026-03", 12)),
      because: "the backstop with it",
    },
    years: years(5, nebiusMeta, "2026-03"),
  },
  {
    seller: "Oracle",
    buyer: "Meta and three others",
    what: "seven contracts in 30 days",
    signed: "2025-10",
    value: billions(
      reported(
        "https://www.implicator.ai/oracle-locks-65-billion-in-cloud-deals-as-meta-joins-the-pile",
        "2025-10",
        65,
      ),
    ),
  },
  {
    seller: "AWS",
    buyer: "Anthropic",
    what: "Trainium, up to 5 GW",
    signed: "2026-04",
    value: billions(reported(`more than, ${trainium}`, "2026-04", 100)),
    years: years(10, trainium, "2026-04"),
    power: megawatts(5000, `up to, ${trainium}`, "2026-04"),
    powerBasis: "unstated",
  },
  {
    seller: "Google and Broadcom",
    buyer: "Anthropic",
    what: "racks of Ironwood for a million TPUs: the machines, not the cloud",
    signed: "2025-12",
    value: billions(
      said(
        "10 and 11, https://rl.fawzi.xyz/r/mlscaling/comments/1pl8nw0/anthropic_orders_21bn_in_ironwood_tpus_for",
        "2025-12",
        "derived",
      )(21, "USD bn"),
    ),
    power: megawatts(1000, `more than, ${tpus}`, "2026-04"),
    powerBasis: "unstated",
  },
  {
    seller: "Google and Broadcom",
    buyer: "Anthropic",
    what: "TPUs from 2027",
    signed: "2026-04",
    power: megawatts(3500, tpus, "2026-04"),
    powerBasis: "unstated",
  },
  {
    seller: "Nvidia",
    buyer: "CoreWeave",
    what: "a backstop for capacity that is not used, to April 2032",
    signed: "2025-09",
    value: billions(reported(mitrade, "2025-09", 6.3)),
  },
  {
    seller: "AMD",
    buyer: "OpenAI",
    what: "several generations against a warrant of about a tenth of AMD",
    signed: "2025-10",
    power: megawatts(6000, warrants, "2025-10"),
    powerBasis: "unstated",
  },
  {
    seller: "Nvidia",
    buyer: "OpenAI",
    what: "a letter of intent: up to US$100 bn of equity, 10 for each GW",
    signed: "2025-09",
    power: megawatts(10_000, warrants, "2025-09"),
    powerBasis: "unstated",
  },
  {
    seller: "Cerebras",
    buyer: "OpenAI",
    what: "inference to 2028",
    signed: "2026-01",
    value: {
      ...billions(
        reported(
          "about, https://www.nextplatform.com/2026/01/15/cerebras-inks-transformative-10-billion-inference-deal-with-openai",
          "2026-01",
          10,
        ),
        reported("more than, https://megaoneai.com/funding/cerebras-vs-nvidia-vs-groq-2026/", "2026", 20),
      ),
      because: "as it was announced; the other is of a later reading of a filing",
    },
    power: megawatts(
      750,
      "https://www.nextplatform.com/2026/01/15/cerebras-inks-transformative-10-billion-inference-deal-with-openai",
      "2026-01",
    ),
    powerBasis: "unstated",
  },
];

/** What is spent on buildings and equipment, as companies report it or guide to it. */
export type RecordedCapex = { readonly company: string; readonly span: string; readonly spent: Readings };

const spent = (company: string, span: string, first: Figure, ...others: Figure[]): RecordedCapex => ({
  company,
  span,
  spent: { what: `capital expenditure of ${company}, ${span}`, readings: [first, ...others] },
});

export const recordedCapex: readonly RecordedCapex[] = [
  spent("Microsoft", "2025Q3", reported("https://tomtunguz.com/281b-from-one-customer", "2025-09", 34.9)),
  spent(
    "Microsoft",
    "2025Q4",
    reported(
      "two thirds of it short-lived, https://convergedigest.com/microsoft-tokens-per-watt-per-dollar/",
      "2025-12",
      37.5,
    ),
  ),
  spent(
    "Microsoft",
    "2026Q1",
    reported("https://research.aardvarklabs.co/research/msft/earnings/2026-q3/msft-2026-q3-flashcap", "2026-03", 30.9),
  ),
  spent(
    "Microsoft",
    "2026",
    reported("about, 25 of it dearer components, https://tapebrief.com/msft/q3-2026", "2026-04", 190),
  ),
  spent(
    "Google",
    "2026",
    reported("guided, from, https://db.bestpricelc.com/r/49153", "2026-04", 180),
    reported("guided, to, https://db.bestpricelc.com/r/49153", "2026-04", 190),
  ),
  spent(
    "Amazon",
    "2026",
    reported(
      "about, https://www.beri.net/article/2026-05-01-aws-q1-2026-364b-backlog-enterprise-ai-race-reset",
      "2026-04",
      200,
    ),
  ),
  spent(
    "Oracle",
    "FY2026",
    reported("https://solana.garden/news/oracle-q4-earnings-oci-rpo-ai-capex-stress-test-june-2026/", "2026-06", 50),
    reported(
      "guided, https://quarter-results.com/financial-reports/NYSE/ORCL/Q1/2026/orcl-q1-2026-earnings-report",
      "2025-09",
      35,
    ),
  ),
  spent(
    "CoreWeave",
    "2026",
    reported(
      "guided, https://allmind.ai/news/7ca837cbffc5fc1495fab735616983877f0d4ff90552df92223532911647d391",
      "2026-03",
      31,
    ),
    reported(
      "guided, https://allmind.ai/news/7ca837cbffc5fc1495fab735616983877f0d4ff90552df92223532911647d391",
      "2026-03",
      35,
    ),
  ),
];

/** US dollars for a MW and year, where a contract says its value, its term and its power. */
export function usdPerMwYear({ value, years: term, power }: RecordedContract): number | null {
  const used = (of: Readings | undefined) => (of === undefined ? undefined : usedValue(of));
  const [billion, length, mw] = [used(value), used(term), used(power)];
  if (billion === undefined || length === undefined || mw === undefined) return null;
  return (billion * 1e9) / (length * mw);
}
