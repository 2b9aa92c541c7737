/**
 * A published worked example of the stack, from capital to seat: one hour of one H200.
 *
 * Source: SemiAnalysis, "AI Token Factory Economics Stack" (2025), an illustrative model; its inputs are the planner's
 * (planner/stack-chain), which works the same chain out as plain prices.
 *
 * Every number below comes out of the functions that account for live requests: accrual, rating, close, report.
 */
import { type ChainLine, chainValues, linesOf } from "../planner/stack-chain/chain.ts";
import { stackChain } from "../planner/stack-chain/chains.ts";
import type { Layer } from "../stack/layer.ts";
import type { StackReport } from "../stack/report.ts";
import type { Resource } from "../stack/resource.ts";
import type { Usage } from "../stack/usage.ts";
import { booksOf } from "./books.ts";
import { closePeriod, type Pools } from "./close.ts";
import type { Entry, Transaction } from "./journal.ts";
import { rateUsage } from "./rate.ts";
import { microUnitsPerUnit, saleOf } from "./sale.ts";
import { stackStatement } from "./statement.ts";
import { accountTotals, usageTotals } from "./totals.ts";

const chain = stackChain("h200");
const inputs = chainValues(chain);

const tokensPerSecond = inputs.throughput;
const requests = 10;
/** The share of the hour in use, divided among the requests. */
const requestMs = (3_600_000 * inputs.utilisation) / requests;
const tokensPerSeat = inputs.tokensPerSeat * 1e6;

/** As `factory.yaml` would say it. */
export const h200Resources: readonly Resource[] = [
  { kind: "Site", name: "neocloud", electricityUsdPerKwh: String(inputs.electricity), pue: String(inputs.drawn) },
  {
    kind: "Source",
    type: "own",
    name: "h200",
    site: "neocloud",
    accelerator: "H200",
    accelerators: 1,
    power: { idleWatts: inputs.power * 1000, maxWatts: inputs.power * 1000, meter: "model" },
    capitalUsdPerAccelerator: String(inputs.capital),
    lifeYears: inputs.life,
    residualUsdPerAccelerator: "0",
    costOfCapital: String(inputs.costOfCapital),
    opexUsdPerAcceleratorHour: "0",
    colocationUsdPerKwMonth: String(inputs.lease),
    colocationKwPerAccelerator: inputs.power,
    transfer: { usdPerAcceleratorHour: String(inputs.rent), reserved: true },
  },
  {
    kind: "Model",
    name: "llama-3-405b",
    description: "FP8",
    contextTokens: 131_072,
    capabilities: ["chat", "completions"],
  },
  {
    kind: "PriceBook",
    name: "list",
    prices: [
      {
        model: "llama-3-405b",
        from: "2025-01-01T00:00:00Z",
        inputUsdPerMillion: String(inputs.tokenPrice),
        outputUsdPerMillion: String(inputs.tokenPrice),
      },
    ],
  },
  {
    kind: "Tenant",
    name: "assistant",
    displayName: "",
    limits: {},
    projects: [{ name: "seats", limits: {} }],
    application: { unit: "seat", priceUsd: String(inputs.seatPrice) },
  },
];

const startMs = Date.parse("2025-07-01T00:00:00Z");
const hourMs = 3_600_000;

/** One hour of the example, through the books. */
export function h200Report(): StackReport {
  const books = booksOf(h200Resources);
  const costs = books.capacity.get("h200");
  const tenant = books.tenants.get("assistant");
  if (costs === undefined || tenant === undefined) throw new Error("The example lacks its own resources.");

  const rated = Array.from({ length: requests }, (_, index) => rateUsage(h200Usage(index), books));
  const drawn = accountTotals(rated.map(({ transaction }) => transaction));
  const period = { fromMs: startMs, toMs: startMs + hourMs, up: true };
  const close = closePeriod(costs, period, poolsIn(drawn));
  const tokens = (requests * requestMs * tokensPerSecond) / 1000;
  const seats = (BigInt(tokens) * microUnitsPerUnit) / BigInt(tokensPerSeat);
  const sale = saleOf(tenant, seats, startMs);

  const journal: Transaction[] = [...rated.map(({ transaction }) => transaction), close, sale];
  return stackStatement({ fromMs: startMs, toMs: startMs + hourMs }, accountTotals(journal), usageTotals(rated));
}

/** 1k tokens in to 4k out, as published; which of the two they are changes no price here. */
function h200Usage(index: number): Usage {
  const tokens = (requestMs * tokensPerSecond) / 1000;
  const input = tokens / 5;
  return {
    id: `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`,
    endpoint: "chat.completions",
    tenant: "assistant",
    project: "seats",
    keyId: "example",
    model: "llama-3-405b",
    streamed: true,
    startedAtMs: startMs + index * requestMs,
    endedAtMs: startMs + (index + 1) * requestMs,
    deployment: "h200",
    source: "h200",
    outcome: "complete",
    status: 200,
    tokens: { input, cachedInput: 0, output: tokens - input, reasoning: 0 },
    countedBy: "engine",
    work: { acceleratorMs: requestMs, acceleratorProvenance: "modelled", energyProvenance: "unavailable" },
    tries: 1,
  };
}

function poolsIn(totals: readonly Entry[]): Pools {
  const balance = (account: string) => totals.find((total) => total.account === account)?.amount ?? 0n;
  return {
    chips: balance("chips/pool/h200"),
    infrastructure: balance("infrastructure/pool/h200"),
    acceleratorMs: balance("capacity/pool/h200"),
  };
}

/** The published lines, each read off the report. */
export function h200Chain(report = h200Report()): readonly ChainLine[] {
  const row = (layer: Layer) => {
    const found = report.layers.find((candidate) => candidate.layer === layer);
    if (found === undefined) throw new Error(`The report lacks ${layer}.`);
    const { revenue, cost } = found;
    return {
      sold: found.sold.value ?? Number.NaN,
      revenue: Number(revenue.external) + Number(revenue.internal),
      outside: Number(cost.external),
      cost: Number(cost.external) + Number(cost.internal) + Number(found.idle),
      margin: Number(found.margin),
    };
  };
  const [energy, chips, infrastructure] = [row("energy"), row("chips"), row("infrastructure")];
  const [platform, applications] = [row("platform"), row("applications")];
  const hours = infrastructure.sold;
  return linesOf(chain, {
    energy: energy.revenue / hours,
    capital: chips.revenue / hours,
    colocation: infrastructure.outside / hours,
    ownership: infrastructure.cost / hours,
    rent: infrastructure.revenue / hours,
    infrastructureMargin: (100 * infrastructure.margin) / infrastructure.revenue,
    use: 100 * (report.capacity.utilisation ?? Number.NaN),
    throughput: platform.sold / ((report.capacity.usedAcceleratorHours.value ?? Number.NaN) * 3600),
    computeCost: (platform.cost / platform.sold) * 1e6,
    tokenPrice: (platform.revenue / platform.sold) * 1e6,
    platformMargin: (100 * platform.margin) / platform.revenue,
    seatRevenue: applications.revenue / applications.sold,
    seatProfit: applications.margin / applications.sold,
    applicationMargin: (100 * applications.margin) / applications.revenue,
  });
}
