/**
 * The published chain of an H200, and its siblings with what is public of other accelerators.
 *
 * The siblings serve the same model and sell the same tokens and seats at the same prices, so that what differs is the
 * machine. Their speed is the H200's times the ratio of measured rates on the same model.
 */
import type { Figure } from "../../catalog/figure.ts";
import { lookup } from "../../catalog/nearest.ts";
import { type Readings, said } from "../../catalog/readings.ts";
import type { Chain } from "./chain.ts";

export const h200Source = "SemiAnalysis, AI Token Factory Economics Stack, 2025";

const stack = said(h200Source, "2025-07", "estimate");
const reconciled = said(`the value at which the sums of ${h200Source} come out; it names none`, "2025-07", "derived");
const inferenceX = said(
  "InferenceX, constants of cost and power, https://inferencex.semianalysis.com",
  "2026-04",
  "estimate",
);

function one(what: string, figure: Figure, range?: readonly [low: number, high: number, source: string]): Readings {
  if (range === undefined) return { what, readings: [figure] };
  const [low, high, source] = range;
  return { what, readings: [figure], range: { low, high, source } };
}

/** What is sold does not depend on what makes it. */
const sold = {
  electricity: one("electricity", stack(0.087, "USD/kWh"), [
    0.055,
    0.1,
    "public cost models, https://www.aiinframap.com/tools/chips/h100-vs-h200-vs-b200-tco",
  ]),
  drawn: one("energy at the meter per kWh of provisioned power", reconciled(1.088, "kWh/kWh")),
  costOfCapital: one("cost of capital", stack(0.133, "per year"), [
    0.059,
    0.15,
    "CoreWeave's loans, https://www.sec.gov/Archives/edgar/data/1769628/000114036125032095/R41.htm, https://davefriedman.substack.com/p/coreweave-issued-yet-more-debt",
  ]),
  life: one("life of the machine", reconciled(4, "years"), [
    3,
    6,
    "depreciation as companies state it, https://shaulkoral.com/useful-life-of-servers-and-network-assets-at-tech-companies/",
  ]),
  lease: {
    what: "colocation, per provisioned kW",
    readings: [
      stack(130, "USD/kW-month"),
      said(
        "CBRE, primary US markets at 250 to 500 kW, https://www.cbre.com/insights/reports/north-america-data-center-trends-h2-2024",
        "2024-12",
        "reported",
      )(184.06, "USD/kW-month"),
      said(
        "model value at 100 MW, https://michaelbommarito.com/wiki/datacenters/siting/development-timelines",
        "2025",
        "estimate",
      )(175, "USD/kW-month"),
    ],
    because: "the published chain's own",
  },
  utilisation: one("tokens sold over tokens that could be made", stack(0.75, "ratio"), [
    0.5,
    0.9,
    "ours: a provider that is half empty, and one that is nearly full",
  ]),
  tokenPrice: one("price of tokens", stack(2, "USD/Mtok")),
  royalty: one(
    "what the model's owner adds per million tokens",
    said(
      "Llama 3 is licensed without a fee, https://www.llama.com/llama3_1/license/",
      "2024-07",
      "reported",
    )(0, "USD/Mtok"),
  ),
  tokensPerSeat: one("tokens of a seat in a month", stack(6, "Mtok/seat-month")),
  seatPrice: one("price of a seat", stack(20, "USD/seat-month")),
} satisfies Partial<Chain["inputs"]>;

const h200: Chain = {
  name: "h200",
  title: "H200 from a neocloud",
  chip: "h200",
  workload: "Llama 3 405B in FP8, 1k tokens in and 4k out",
  publishedBy: h200Source,
  inputs: {
    ...sold,
    power: one("IT power per accelerator", reconciled(1.4, "kW/accelerator")),
    capital: one("capital per accelerator, all in", stack(34_698, "USD/accelerator"), [
      34_698,
      45_000,
      "clusters as sold, https://bizety.com/2025/09/23/gpu-depreciation-coreweave-vs-nebius",
    ]),
    rent: {
      what: "rental price",
      readings: [stack(2, "USD/accelerator-hour"), inferenceX(1.6, "USD/accelerator-hour")],
      because: "the published chain's own; the other is of a three-year rental",
    },
    throughput: one("tokens per second and accelerator when busy", stack(442, "token/s")),
  },
  published: {
    ownership: 1.66,
    rent: 2,
    infrastructureMargin: 16.8,
    use: 75,
    throughput: 442,
    computeCost: 1.676,
    tokenPrice: 2,
    platformMargin: 16.2,
    seatRevenue: 20,
    seatProfit: 8,
    applicationMargin: 40,
  },
};

/** MLPerf Inference v5.1, Llama 3.1 405B, Offline: tokens per second over accelerators. */
const mlperf = { h200: 550.1 / 8, gb300: 16_104.1 / 72, mi355x: 2019 / 8 };
const mlperfSource =
  "MLPerf Inference v5.1, Llama 3.1 405B offline, https://mlcommons.org/benchmarks/inference-datacenter/";
/** The share of InferenceX's power at the utility that the chain takes for IT: 1.4 kW of an H200's 1.73. */
const itShare = 1.4 / 1.73;

const gb300: Chain = {
  name: "gb300",
  title: "GB300 NVL72 from a neocloud",
  chip: "gb300",
  workload: "the same tokens, computed in FP4",
  publishedBy: "none: the H200's chain with public figures of the GB300",
  published: {},
  inputs: {
    ...sold,
    power: one(
      "IT power per accelerator",
      said(
        "140 kW a rack over 72, https://datacentremagazine.com/news/microsoft-inside-the-worlds-first-ai-superfactory",
        "2025-11",
        "derived",
      )(1.944, "kW/accelerator"),
      [1.7, 1.944, "InferenceX's 2.10 kW at the utility, in the H200's proportion"],
    ),
    capital: {
      what: "capital per accelerator, all in",
      readings: [
        said(
          "IREN's order at Dell, US$5.8 bn for 200 MW of IT, at 1.944 kW each, https://simplywall.st/community/narratives/us/software/nasdaq-iren/iren/irens-bold-moves-in-sustainable-bitcoin-mining-and-ai-data-centers-dbec7c40/updates/7-the-hyperscaler-catalyst-arrives-dollar97b-microsoft-deal-its",
          "2025-11",
          "derived",
        )(56_376, "USD/accelerator"),
        said(
          "the middle of US$3 to 4 million a rack, without the network outside of it, https://bizety.com/2025/09/23/gpu-depreciation-coreweave-vs-nebius",
          "2025-09",
          "estimate",
        )(48_611, "USD/accelerator"),
      ],
      because: "it has the network and the storage in it, as the H200's has",
    },
    rent: {
      what: "rental price",
      readings: [
        inferenceX(3.96, "USD/accelerator-hour"),
        said(
          "Nscale for Microsoft, US$23 bn over 200,000 and five years, https://www.mitrade.com/insights/news/live-news/article-8-1252774-20251107",
          "2025-10",
          "derived",
        )(2.63, "USD/accelerator-hour"),
      ],
      because: "a rental of three years; the other is bulk for five",
    },
    throughput: one(
      "tokens per second and accelerator when busy",
      said(
        `442 × 223.7 ÷ 68.8, FP4 against FP8: ${mlperfSource}`,
        "2025-09",
        "derived",
      )(Math.round((442 * mlperf.gb300) / mlperf.h200), "token/s"),
    ),
  },
};

const mi355x: Chain = {
  name: "mi355x",
  title: "MI355X from a neocloud",
  chip: "mi355x",
  workload: "the same tokens, computed in FP4",
  publishedBy: "none: the H200's chain with public figures of the MI355X",
  published: {},
  inputs: {
    ...sold,
    power: one(
      "IT power per accelerator",
      said(
        "InferenceX's 2.65 kW at the utility, in the H200's proportion",
        "2026-04",
        "derived",
      )(Number((2.65 * itShare).toFixed(3)), "kW/accelerator"),
    ),
    capital: one(
      "capital per accelerator, all in",
      said(
        "what leaves InferenceX's US$1.90 an hour for a neocloud, less this chain's power and space",
        "2026-04",
        "derived",
      )(35_600, "USD/accelerator"),
      [30_000, 42_000, "ours: nobody publishes its price"],
    ),
    rent: one("rental price", inferenceX(2.1, "USD/accelerator-hour")),
    throughput: {
      what: "tokens per second and accelerator when busy",
      readings: [
        said(
          `442 × 252.4 ÷ 68.8, AMD's open submission on a fine-tuned model, FP4 against FP8: ${mlperfSource}`,
          "2025-09",
          "derived",
        )(Math.round((442 * mlperf.mi355x) / mlperf.h200), "token/s"),
        said("442 × the ratio of memory bandwidths, 8,000 to 4,800 GB/s", "2025-09", "derived")(737, "token/s"),
      ],
      because: "measured, though in the open division",
    },
  },
};

const tpuTotalCost = "44 % below a GB200's for Google itself (SemiAnalysis), https://the-decoder.com/?p=29526";

const tpu: Chain = {
  name: "tpu-v7",
  title: "TPU v7 (Ironwood) at Google",
  chip: "tpu-v7",
  workload: "the same tokens, computed in FP8",
  publishedBy: "none: the H200's chain with public figures of the TPU v7",
  published: {},
  inputs: {
    ...sold,
    power: one(
      "IT power per accelerator",
      said(
        "850 W of the chip, and as much of host and network as an H200 has",
        "2025-11",
        "assumption",
      )(1.2, "kW/accelerator"),
      [1, 1.7, "ours: from the chip alone to the H200's proportion of two"],
    ),
    capital: {
      what: "capital per accelerator, all in",
      readings: [
        said(
          `what leaves ${tpuTotalCost}, of InferenceX's US$2.75 for a neocloud`,
          "2025-11",
          "derived",
        )(33_000, "USD/accelerator"),
        said(
          `what leaves ${tpuTotalCost}, of InferenceX's US$2.21 for a hyperscaler`,
          "2025-11",
          "derived",
        )(24_700, "USD/accelerator"),
      ],
      because: "the other chains are of neoclouds, too",
    },
    rent: one(
      "rental price",
      said(
        `InferenceX's US$3.30 of a GB200, ${tpuTotalCost}; no price of large buyers is public`,
        "2026-04",
        "assumption",
      )(1.85, "USD/accelerator-hour"),
      [1.4, 2.7, "ours: from cost to what an external buyer may pay"],
    ),
    throughput: {
      what: "tokens per second and accelerator when busy",
      readings: [
        said(
          "442 × the ratio of memory bandwidths, 7,380 to 4,800 GB/s; none is measured",
          "2025-11",
          "derived",
        )(680, "token/s"),
        said("442 × the ratio of FP8 peaks, 4,614 to 1,979; none is measured", "2025-11", "derived")(1031, "token/s"),
      ],
      because: "decoding is bound by memory",
    },
  },
};

export const chains: readonly Chain[] = [h200, gb300, mi355x, tpu];

const named = lookup(
  "stack",
  chains.map((chain) => ({ ...chain, aliases: [chain.chip] })),
  (name) => name,
);

/** @throws Fault `invalid_value` with the nearest names. */
export function stackChain(name: string): Chain {
  return named(name);
}
