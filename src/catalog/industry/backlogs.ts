/**
 * Remaining performance obligations (RPO) and backlogs as reported, by company and calendar quarter, in billions of US
 * dollars. Oracle's quarters end a month earlier: its quarter to August stands at Q3.
 *
 * What no source was read for again says so, and is an estimate until somebody does.
 */
import type { Figure } from "../figure.ts";
import { type Readings, said } from "../readings.ts";
import type { Seller } from "./companies.ts";

const from = {
  a: said(
    "https://menafn.com/1108654243/Oracle-Announces-Fiscal-2025-First-Quarter-Financial-Results",
    "2024-08",
    "reported",
  ),
  c: said("https://reportify.ai/transcripts/1096908655200178176", "2025-02", "reported"),
  d: said("https://www.indmoney.com/blog/us-stocks/oracle-earnings-report", "2025-05", "reported"),
  e: said("https://reportify.ai/news/1163660673360859136", "2025-06", "reported"),
  f: said("https://secwatch.observer/filing/0001193125-25-199175.md", "2025-08", "reported"),
  g: said("https://reportify.ai/news/1209362926071451648", "2025-11", "reported"),
  h: said(
    "https://www.ainvest.com/news/coreweave-55b-backlog-assessing-scalability-ai-infrastructure-growth-2601",
    "2025-09",
    "reported",
  ),
  i: said(
    "https://fourweekmba.com/microsoft-q2-fy2026-81-3b-revenue-azure-ai-grows-39; 45 % of it OpenAI's: https://voice.lapaas.com/?p=15869",
    "2025-12",
    "reported",
  ),
  j: said(
    "https://www.crn.com/news/cloud/2026/andy-jassy-on-aws-244b-backlog-trainium4-and-ai-chips-strategy",
    "2025-12",
    "reported",
  ),
  k: said(
    "https://dailyalpha.us/news/anthropics-dollar30b-revenue-run-rate-and-35gw-tpu-deal-validate-hyperscaler-ai-spending-69d77dccc55c4e12cc611d5b",
    "2025-12",
    "reported",
  ),
  l: said(
    "https://www.nasdaq.com/articles/coreweaves-668b-backlog-boosts-long-term-growth-outlook",
    "2025-12",
    "reported",
  ),
  m: said(
    "https://solana.garden/news/oracle-q4-earnings-oci-rpo-ai-capex-stress-test-june-2026/",
    "2026-02",
    "reported",
  ),
  n: said("https://tapebrief.com/msft/q3-2026", "2026-03", "reported"),
  o: said(
    "https://www.beri.net/article/2026-05-01-aws-q1-2026-364b-backlog-enterprise-ai-race-reset; without Anthropic's more than 100",
    "2026-03",
    "reported",
  ),
  p: said(
    "https://www.agenticbrew.ai/news/4542223b-4497-4915-ab4b-3a4a433109f5/alphabet-q1-2026-earnings-and-ai-capex-surge",
    "2026-03",
    "reported",
  ),
  q: said(
    "https://allmind.ai/news/7ca837cbffc5fc1495fab735616983877f0d4ff90552df92223532911647d391",
    "2026-03",
    "reported",
  ),
  r: said(
    "https://www.binance.bh/en-AE/square/post/332921589486961; +363 % on 138: https://cloudwars.com/tag/oracle/",
    "2026-05",
    "reported",
  ),
};
const unverified = (asOf: string) =>
  said("from the general record, not read again: confirm before use", asOf, "estimate");
const rejected = said(
  "https://windowsnews.ai, article 417537: one outlet against all others, not used",
  "2026-03",
  "estimate",
);

const unit = "USD bn";

/** By calendar quarter; what is not known is absent. */
export const backlogs: Readonly<Record<Seller, Readonly<Record<string, Readings>>>> = {
  oracle: {
    "2024Q3": rpo("Oracle", from.a(99, unit)),
    "2024Q4": rpo("Oracle", unverified("2024-11")(97, unit)),
    "2025Q1": rpo("Oracle", from.c(130, unit)),
    "2025Q2": rpo("Oracle", from.d(138, unit)),
    "2025Q3": rpo("Oracle", from.f(455, unit)),
    "2025Q4": rpo("Oracle", from.g(523, unit)),
    "2026Q1": rpo("Oracle", from.m(553, unit)),
    "2026Q2": rpo("Oracle", from.r(638, unit)),
  },
  microsoft: {
    "2024Q4": rpo("Microsoft", unverified("2024-12")(298, unit)),
    "2025Q1": rpo("Microsoft", unverified("2025-03")(315, unit)),
    "2025Q2": rpo("Microsoft", from.e(368, unit)),
    "2025Q3": rpo("Microsoft", from.g(392, unit)),
    "2025Q4": rpo("Microsoft", from.i(625, unit)),
    "2026Q1": {
      what: "backlog of Microsoft",
      readings: [from.n(627, unit), rejected(300, unit)],
      because: "every other source says so",
      range: { low: 627, high: 627, source: "the other reading is rejected" },
    },
  },
  aws: {
    "2025Q1": rpo("AWS", unverified("2025-03")(189, unit)),
    "2025Q2": rpo("AWS", from.e(195, unit)),
    "2025Q3": rpo("AWS", unverified("2025-09")(200, unit)),
    "2025Q4": rpo("AWS", from.j(244, unit)),
    "2026Q1": rpo("AWS", from.o(364, unit)),
  },
  google: {
    "2025Q1": rpo("Google Cloud", unverified("2025-03")(92, unit)),
    "2025Q2": {
      what: "backlog of Google Cloud",
      readings: [unverified("2025-06")(106, unit), unverified("2025-06")(108, unit)],
      because: "the lower of the two",
    },
    "2025Q3": rpo("Google Cloud", from.g(155, unit)),
    "2025Q4": rpo("Google Cloud", from.k(240, unit)),
    "2026Q1": {
      what: "backlog of Google Cloud",
      readings: [from.p(462, unit), said("as others round it", "2026-03", "reported")(460, unit)],
      because: "the more exact of the two",
    },
  },
  coreweave: {
    "2024Q4": rpo("CoreWeave", unverified("2024-12")(15.1, unit)),
    "2025Q1": rpo("CoreWeave", unverified("2025-03")(25.9, unit)),
    "2025Q2": rpo("CoreWeave", unverified("2025-06")(30.1, unit)),
    "2025Q3": rpo("CoreWeave", from.h(55.6, unit)),
    "2025Q4": rpo("CoreWeave", from.l(66.8, unit)),
    "2026Q1": rpo("CoreWeave", from.q(99.4, unit)),
  },
};

function rpo(company: string, figure: Figure): Readings {
  return { what: `backlog of ${company}`, readings: [figure] };
}
