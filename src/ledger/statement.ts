/**
 * The stack report from sums: revenue, cost, idle and margin per layer. Pure, so that the live factory, a test and
 * the published example are reported by the same code.
 */
import { type Layer, layers, unitOfTrade } from "../stack/layer.ts";
import { formatUsd, pico, picoPerUsd } from "../stack/money.ts";
import type { Breakdown, Figure, LayerRow, StackReport } from "../stack/report.ts";
import type { Provenance } from "../stack/usage.ts";
import { type Currency, type Entry, parseAccount } from "./journal.ts";
import { microUnitsPerUnit } from "./sale.ts";
import { nowhere } from "./rate.ts";
import { mergeUsage, noUsage, type UsageTotal } from "./totals.ts";

export type Span = { readonly fromMs: number; readonly toMs: number };

export function stackStatement(span: Span, accounts: readonly Entry[], usage: readonly UsageTotal[]): StackReport {
  const books = sumAccounts(accounts);
  const all = sumUsage(usage);
  const known = provenanceOf(all);
  const rows = layers.map((layer) => layerRow(layer, books, all, { ...known, energy: energyOfSources(books, known) }));
  const revenue = sumOver(layers, (layer) => -books.of(layer, "revenue"));
  const cost = sumOver(layers, (layer) => books.of(layer, "cost"));
  const idle = sumOver(layers, (layer) => books.of(layer, "unused") + books.of(layer, "resold"));
  const tokens = tokensOf(all);
  const used = books.of("capacity", "used", "accelerator-ms") + books.of("capacity", "sold", "accelerator-ms");
  const contracted = -books.of("capacity", "contracted", "accelerator-ms");
  const idleTime = books.of("capacity", "idle", "accelerator-ms") + books.of("capacity", "reserved", "accelerator-ms");
  return {
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    layers: rows,
    total: {
      revenue: text(revenue),
      cost: text(cost),
      idle: text(idle),
      margin: text(revenue - cost - idle),
    },
    capacity: {
      acceleratorHours: { value: hours(contracted), unit: "accelerator-hour", provenance: "measured" },
      usedAcceleratorHours: { value: hours(used), unit: "accelerator-hour", provenance: known.time },
      idleAcceleratorHours: { value: hours(idleTime), unit: "accelerator-hour", provenance: known.time },
      utilisation: contracted > 0n ? Number(used) / Number(contracted) : null,
    },
    requests: { complete: all.complete, partial: all.partial, failed: all.failed },
    tokens: { input: all.input, cachedInput: all.cachedInput, output: all.output, reasoning: all.reasoning },
    joulesPerToken: figure(
      all.energyTokens > 0 ? Number(all.millijoules) / 1000 / all.energyTokens : null,
      "J/token",
      known.energy,
    ),
    perMillionTokens: {
      revenueUsd: perMillion(all.charge, tokens, all.unpriced > 0 ? "modelled" : "measured"),
      drawnCostUsd: perMillion(cost, tokens, known.cost),
      absorbedCostUsd: perMillion(cost + idle, tokens, known.cost),
    },
    bySource: bySource(usage, books),
    byModel: breakdown(usage, "model"),
    byTenant: breakdown(usage, "tenant"),
  };
}

function layerRow(layer: Layer, books: AccountSums, all: UsageTotal, known: Known): LayerRow {
  const external = -books.of(layer, "revenue");
  const internal = -books.of(layer, "sales");
  const costOutside = books.of(layer, "cost") + books.of(layer, "resold");
  const costInside = books.of(layer, "purchases");
  const idle = books.of(layer, "idle") + books.of(layer, "unused");
  const revenue = external + internal;
  const margin = revenue - costOutside - costInside - idle;
  return {
    layer,
    unitOfTrade: unitOfTrade[layer],
    sold: soldBy(layer, books, all, known),
    revenue: { external: text(external), internal: text(internal) },
    cost: { external: text(costOutside), internal: text(costInside) },
    drawn: text(books.of(layer, "cost")),
    idle: text(idle),
    margin: text(margin),
    marginRatio: revenue > 0n ? ratio(margin, revenue) : null,
    provenance:
      layer === "energy" ? known.energy : layer === "chips" || layer === "infrastructure" ? known.time : "measured",
  };
}

/** What a layer sold, in its unit of trade. Energy and chips sell every hour, used or not, to infrastructure. */
function soldBy(layer: Layer, books: AccountSums, all: UsageTotal, known: Known): Figure {
  switch (layer) {
    case "energy": {
      const millijoules = books.of("power", "used", "millijoule") + books.of("power", "idle", "millijoule");
      return figure(Number(millijoules) / 3.6e9, "kWh", known.energy);
    }
    case "chips": {
      const contracted = -books.of("capacity", "contracted", "accelerator-ms");
      return { value: hours(contracted), unit: "accelerator-hour", provenance: "measured" };
    }
    case "infrastructure": {
      const sold = ["used", "sold", "reserved"].reduce(
        (sum, role) => sum + books.of("capacity", role, "accelerator-ms"),
        0n,
      );
      return figure(hours(sold), "accelerator-hour", known.time);
    }
    case "platform":
    case "models":
      return figure(tokensOf(all), "token", "measured");
    case "applications": {
      const units = books.of("units", "sold", "application-unit");
      return figure(Number(units) / Number(microUnitsPerUnit), "task or seat", "measured");
    }
  }
}

type Known = { readonly time: Provenance; readonly energy: Provenance; readonly cost: Provenance };

/** A sum is as well known as the least known part of it that there is. */
function provenanceOf(all: UsageTotal): Known {
  const requests = all.complete + all.partial + all.failed;
  const of = (modelled: number, unknown: number): Provenance =>
    requests > 0 && unknown >= requests ? "unavailable" : modelled + unknown > 0 ? "modelled" : "measured";
  const time = of(all.acceleratorModelled, all.acceleratorUnknown);
  const energy = of(all.energyModelled, all.energyUnknown);
  return { time, energy, cost: all.uncosted > 0 || time !== "measured" ? "modelled" : "measured" };
}

/** Energy with that of idle accelerators, which is always modelled. */
function energyOfSources(books: AccountSums, known: Known): Provenance {
  return books.of("power", "idle", "millijoule") === 0n ? known.energy : "modelled";
}

/** Sums by what an account belongs to and its role, and by role and subject. */
type AccountSums = {
  of(of: string, role: string, currency?: Currency): bigint;
  /** In US dollars, over all layers. */
  ofSubject(role: string, subject: string): bigint;
  /** Sources whose capacity accrued. */
  readonly sources: ReadonlySet<string>;
};

function sumAccounts(accounts: readonly Entry[]): AccountSums {
  const sums = new Map<string, bigint>();
  const subjects = new Map<string, bigint>();
  const sources = new Set<string>();
  for (const { account, currency, amount } of accounts) {
    const { of, role, subject } = parseAccount(account);
    const key = `${of} ${role} ${currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + amount);
    if (of === "capacity" && role === "contracted") sources.add(subject);
    if (currency !== "usd") continue;
    const about = `${role} ${subject}`;
    subjects.set(about, (subjects.get(about) ?? 0n) + amount);
  }
  return {
    of: (of, role, currency = "usd") => sums.get(`${of} ${role} ${currency}`) ?? 0n,
    ofSubject: (role, subject) => subjects.get(`${role} ${subject}`) ?? 0n,
    sources,
  };
}

function sumUsage(totals: readonly UsageTotal[]): UsageTotal {
  const sum = noUsage("", "", "");
  for (const total of totals) mergeUsage(sum, total);
  return sum;
}

type By = "tenant" | "model" | "source";

function breakdown(totals: readonly UsageTotal[], by: By, names: Iterable<string> = []): Breakdown[] {
  const groups = new Map([...names].map((name) => [name, noUsage("", "", "")]));
  for (const total of totals) {
    const name = total[by];
    let group = groups.get(name);
    if (group === undefined) groups.set(name, (group = noUsage("", "", "")));
    mergeUsage(group, total);
  }
  return [...groups]
    .map(([name, sum]) => ({
      name,
      requests: sum.complete + sum.partial + sum.failed,
      tokens: tokensOf(sum),
      revenue: text(sum.charge),
      cost: text(sum.cost),
      margin: text(sum.charge - sum.cost),
    }))
    .toSorted((one, other) => other.tokens - one.tokens || (one.name < other.name ? -1 : 1));
}

function bySource(totals: readonly UsageTotal[], books: AccountSums): StackReport["bySource"] {
  return breakdown(totals, "source", books.sources)
    .filter(({ name }) => name !== nowhere)
    .map((row) => ({ ...row, idle: text(books.ofSubject("unused", row.name) + books.ofSubject("resold", row.name)) }));
}

function tokensOf(total: UsageTotal): number {
  return total.input + total.cachedInput + total.output + total.reasoning;
}

function sumOver(over: readonly Layer[], amountOf: (layer: Layer) => bigint): bigint {
  return over.reduce((sum, layer) => sum + amountOf(layer), 0n);
}

function figure(value: number | null, unit: string, provenance: Provenance): Figure {
  const isKnown = value !== null && provenance !== "unavailable";
  return { value: isKnown ? value : null, unit, provenance: isKnown ? provenance : "unavailable" };
}

function perMillion(amount: bigint, tokens: number, provenance: Provenance): Figure {
  return figure(tokens > 0 ? dollars(amount) / (tokens / 1e6) : null, "USD/Mtok", provenance);
}

/** For figures that are ratios; amounts themselves stay exact text. */
export function dollars(amount: bigint): number {
  return Number(amount) / Number(picoPerUsd);
}

function ratio(part: bigint, whole: bigint): number {
  return Number((part * 1_000_000_000n) / whole) / 1e9;
}

function hours(ms: bigint): number {
  return Number(ms) / 3_600_000;
}

function text(amount: bigint): string {
  return formatUsd(pico(amount));
}
