/**
 * The stack of a token factory as a chain of prices: what one layer charges is what the next one pays, from the kilowatt
 * hour to the seat. A published set of inputs gives the published figures; any input can be set to see whose margin moves.
 *
 * Everything is for one hour of one accelerator, which its provider pays for whether it is used or not.
 */
import { type Readings, usedValue } from "../../catalog/readings.ts";
import { annuity } from "../../stack/annuity.ts";
import { Fault } from "../../stack/fault.ts";
import type { Layer } from "../../stack/layer.ts";

const hoursPerMonth = 730;

/** In the order of the stack, each with its unit and what it may be set to. */
export const chainInputs = {
  electricity: { unit: "USD/kWh", least: 0, most: 5 },
  power: { unit: "kW/accelerator", least: 0, most: 100 },
  drawn: { unit: "kWh/kWh", least: 0, most: 3 },
  capital: { unit: "USD/accelerator", least: 0, most: 10_000_000 },
  life: { unit: "years", least: 0.5, most: 15 },
  costOfCapital: { unit: "per year", least: 0, most: 1 },
  lease: { unit: "USD/kW-month", least: 0, most: 5_000 },
  rent: { unit: "USD/accelerator-hour", least: 0.001, most: 1_000 },
  throughput: { unit: "token/s", least: 0.001, most: 1_000_000 },
  utilisation: { unit: "ratio", least: 0.001, most: 1 },
  tokenPrice: { unit: "USD/Mtok", least: 0.0001, most: 10_000 },
  royalty: { unit: "USD/Mtok", least: 0, most: 10_000 },
  tokensPerSeat: { unit: "Mtok/seat-month", least: 0.001, most: 100_000 },
  seatPrice: { unit: "USD/seat-month", least: 0.01, most: 100_000 },
} as const;

export type ChainInput = keyof typeof chainInputs;
export const chainInputNames = Object.keys(chainInputs) as readonly ChainInput[];
export type ChainValues = Readonly<Record<ChainInput, number>>;

export type Chain = {
  readonly name: string;
  readonly title: string;
  /** A name of the catalog of chips. */
  readonly chip: string;
  readonly workload: string;
  readonly inputs: Readonly<Record<ChainInput, Readings>>;
  /** What the source prints beside its inputs. */
  readonly published: Partial<Readonly<Record<ChainLineName, number>>>;
  readonly publishedBy: string;
};

type LineShape = { readonly layer: Layer; readonly label: string; readonly unit: string };

export const chainLines = {
  energy: { layer: "energy", label: "Electricity", unit: "USD/accelerator-hour" },
  capital: { layer: "chips", label: "Capital", unit: "USD/accelerator-hour" },
  colocation: { layer: "infrastructure", label: "Colocation", unit: "USD/accelerator-hour" },
  ownership: { layer: "infrastructure", label: "Total cost of ownership", unit: "USD/accelerator-hour" },
  rent: { layer: "infrastructure", label: "Rental price", unit: "USD/accelerator-hour" },
  infrastructureMargin: { layer: "infrastructure", label: "Margin", unit: "%" },
  use: { layer: "platform", label: "Effective use", unit: "%" },
  throughput: { layer: "platform", label: "Throughput in use", unit: "token/s" },
  computeCost: { layer: "platform", label: "Compute cost", unit: "USD/Mtok" },
  tokenPrice: { layer: "platform", label: "Selling price", unit: "USD/Mtok" },
  platformMargin: { layer: "platform", label: "Margin", unit: "%" },
  seatRevenue: { layer: "applications", label: "Revenue per seat", unit: "USD/seat" },
  seatProfit: { layer: "applications", label: "Gross profit per seat", unit: "USD/seat" },
  applicationMargin: { layer: "applications", label: "Margin", unit: "%" },
} as const satisfies Record<string, LineShape>;

export type ChainLineName = keyof typeof chainLines;

export type ChainLine = {
  readonly layer: Layer;
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  /** As printed; null where the source gives the sum only. */
  readonly published: number | null;
  readonly source: string;
};

/** One layer's hour: it takes in `revenue`, pays `bought` to the layer below and `spent` to the outside. */
export type ChainLayer = {
  readonly layer: Layer;
  readonly revenueUsd: number;
  readonly boughtUsd: number;
  readonly spentUsd: number;
  readonly marginUsd: number;
  /** Of its revenue; null when it has none. */
  readonly marginRatio: number | null;
};

export type ChainResult = {
  readonly values: ChainValues;
  readonly lines: Readonly<Record<ChainLineName, number>>;
  readonly layers: readonly ChainLayer[];
  /** Million tokens sold in the hour. */
  readonly mtokPerHour: number;
  /** What a seat pays of the hour's tokens, and what is left of it over all layers. */
  readonly revenueUsd: number;
  readonly marginUsd: number;
};

/** The inputs as the sources give them, some of them set to something else. */
export function chainValues(chain: Chain, set: Partial<ChainValues> = {}): ChainValues {
  return Object.fromEntries(
    chainInputNames.map((name) => [name, set[name] ?? usedValue(chain.inputs[name])]),
  ) as ChainValues;
}

/** Layer by layer, each paying the price of the one below. */
export function runChain(values: ChainValues): ChainResult {
  const { electricity, power, drawn, capital, life, costOfCapital, lease, rent } = values;
  const { throughput, utilisation, tokenPrice, royalty, tokensPerSeat, seatPrice } = values;
  const energyUsd = power * drawn * electricity;
  const capitalUsd = annuity(capital, costOfCapital / 12, life * 12) / hoursPerMonth;
  const colocationUsd = (lease * power) / hoursPerMonth;
  const ownershipUsd = energyUsd + capitalUsd + colocationUsd;
  const mtokPerHour = throughput * utilisation * 3.6e-3;
  const seats = mtokPerHour / tokensPerSeat;
  const tokensUsd = mtokPerHour * tokenPrice;
  const modelTokensUsd = mtokPerHour * (tokenPrice + royalty);
  const layers = [
    layer("energy", energyUsd, 0, energyUsd),
    layer("chips", capitalUsd, 0, capitalUsd),
    layer("infrastructure", rent, energyUsd + capitalUsd, colocationUsd),
    layer("platform", tokensUsd, rent, 0),
    layer("models", modelTokensUsd, tokensUsd, 0),
    layer("applications", seats * seatPrice, modelTokensUsd, 0),
  ];
  const seatCostUsd = tokensPerSeat * (tokenPrice + royalty);
  return {
    values,
    layers,
    mtokPerHour,
    revenueUsd: seats * seatPrice,
    marginUsd: layers.reduce((sum, { marginUsd }) => sum + marginUsd, 0),
    lines: {
      energy: energyUsd,
      capital: capitalUsd,
      colocation: colocationUsd,
      ownership: ownershipUsd,
      rent,
      infrastructureMargin: percentOf(rent - ownershipUsd, rent),
      use: 100 * utilisation,
      throughput,
      computeCost: rent / mtokPerHour,
      tokenPrice,
      platformMargin: percentOf(tokensUsd - rent, tokensUsd),
      seatRevenue: seatPrice,
      seatProfit: seatPrice - seatCostUsd,
      applicationMargin: percentOf(seatPrice - seatCostUsd, seatPrice),
    },
  };
}

/** The lines of a chain beside what its source printed; what was set away from the source has nothing to be held against. */
export function linesOf(
  chain: Chain,
  values: Readonly<Record<ChainLineName, number>>,
  asPublished = true,
): readonly ChainLine[] {
  return (Object.entries(chainLines) as [ChainLineName, LineShape][]).map(([name, shape]) => ({
    ...shape,
    value: values[name],
    published: asPublished ? (chain.published[name] ?? null) : null,
    source: chain.publishedBy,
  }));
}

/**
 * Reads what was set: `lease=140,utilisation=0.6`.
 *
 * @throws Fault `invalid_value` that names the inputs there are, or what one may be.
 */
export function chainSetting(texts: readonly string[]): Partial<ChainValues> {
  const set: Partial<Record<ChainInput, number>> = {};
  for (const part of texts.flatMap((text) => text.split(","))) {
    const [name = "", text = ""] = part.split("=").map((word) => word.trim());
    set[checkedName(name)] = checkedValue(name as ChainInput, text === "" ? Number.NaN : Number(text));
  }
  return set;
}

export function checkedName(name: string): ChainInput {
  if (Object.hasOwn(chainInputs, name)) return name as ChainInput;
  throw new Fault("invalid_value", {
    message: `A stack has no input "${name}".`,
    remedy: `There are ${chainInputNames.join(", ")}.`,
    param: name,
  });
}

export function checkedValue(name: ChainInput, value: number): number {
  const { unit, least, most } = chainInputs[name];
  if (value >= least && value <= most) return value;
  throw new Fault("invalid_value", {
    message: `${name}: a number from ${least} to ${most} is wanted (${unit}), such as ${name}=${least === 0 ? most / 10 : least}.`,
    param: name,
  });
}

function layer(name: Layer, revenueUsd: number, boughtUsd: number, spentUsd: number): ChainLayer {
  const marginUsd = revenueUsd - boughtUsd - spentUsd;
  return {
    layer: name,
    revenueUsd,
    boughtUsd,
    spentUsd,
    marginUsd,
    marginRatio: revenueUsd > 0 ? marginUsd / revenueUsd : null,
  };
}

function percentOf(part: number, whole: number): number {
  return (100 * part) / whole;
}
