/**
 * A published worked example of the stack, from capital to seat: one hour of one H200.
 *
 * Source: SemiAnalysis, "AI Token Factory Economics Stack" (2025), an illustrative model; the figures as they were
 * published. It names neither the life of the machine nor the power it draws: four years of monthly annuity, 1.4 kW
 * per accelerator and 1.088 of that at the meter are the values at which its own sums come out, and are ours.
 *
 * Every number below comes out of the functions that account for live requests: accrual, rating, close, report.
 */
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

export const h200Source = "SemiAnalysis, AI Token Factory Economics Stack, 2025";

export type ExampleLine = {
  readonly layer: Layer;
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  /** As printed; null where the source gives the sum only. */
  readonly published: number | null;
  readonly source: string;
};

const tokensPerSecond = 442;
const requests = 10;
/** Three quarters of the hour, shared by the requests. */
const requestMs = 270_000;
const tokensPerSeat = 6_000_000;

/** As `factory.yaml` would say it. */
export const h200Resources: readonly Resource[] = [
  { kind: "Site", name: "neocloud", electricityUsdPerKwh: "0.087", pue: "1.088" },
  {
    kind: "Source",
    type: "own",
    name: "h200",
    site: "neocloud",
    accelerator: "H200",
    accelerators: 1,
    power: { idleWatts: 1400, maxWatts: 1400, meter: "model" },
    capitalUsdPerAccelerator: "34698",
    lifeYears: 4,
    residualUsdPerAccelerator: "0",
    costOfCapital: "0.133",
    opexUsdPerAcceleratorHour: "0",
    colocationUsdPerKwMonth: "130",
    colocationKwPerAccelerator: 1.4,
    transfer: { usdPerAcceleratorHour: "2.00", reserved: true },
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
      { model: "llama-3-405b", from: "2025-01-01T00:00:00Z", inputUsdPerMillion: "2.00", outputUsdPerMillion: "2.00" },
    ],
  },
  {
    kind: "Tenant",
    name: "assistant",
    displayName: "",
    limits: {},
    projects: [{ name: "seats", limits: {} }],
    application: { unit: "seat", priceUsd: "20" },
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
export function h200Chain(report = h200Report()): ExampleLine[] {
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
  const line = (layer: Layer, label: string, value: number, unit: string, published: number | null): ExampleLine => ({
    layer,
    label,
    value,
    unit,
    published,
    source: h200Source,
  });
  return [
    line("energy", "Electricity", energy.revenue / hours, "USD/accelerator-hour", null),
    line("chips", "Capital", chips.revenue / hours, "USD/accelerator-hour", null),
    line("infrastructure", "Colocation", infrastructure.outside / hours, "USD/accelerator-hour", null),
    line("infrastructure", "Total cost of ownership", infrastructure.cost / hours, "USD/accelerator-hour", 1.66),
    line("infrastructure", "Rental price", infrastructure.revenue / hours, "USD/accelerator-hour", 2),
    line("infrastructure", "Margin", (100 * infrastructure.margin) / infrastructure.revenue, "%", 16.8),
    line("platform", "Effective use", 100 * (report.capacity.utilisation ?? Number.NaN), "%", 75),
    line(
      "platform",
      "Throughput in use",
      platform.sold / ((report.capacity.usedAcceleratorHours.value ?? Number.NaN) * 3600),
      "token/s",
      442,
    ),
    line("platform", "Compute cost", (platform.cost / platform.sold) * 1e6, "USD/Mtok", 1.676),
    line("platform", "Selling price", (platform.revenue / platform.sold) * 1e6, "USD/Mtok", 2),
    line("platform", "Margin", (100 * platform.margin) / platform.revenue, "%", 16.2),
    line("applications", "Revenue per seat", applications.revenue / applications.sold, "USD/seat", 20),
    line("applications", "Gross profit per seat", applications.margin / applications.sold, "USD/seat", 8),
    line("applications", "Margin", (100 * applications.margin) / applications.revenue, "%", 40),
  ];
}
