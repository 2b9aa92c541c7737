/** The chain of a token factory's stack as text for a terminal: each layer's price and what it keeps of it. Pure. */
import { type Readings, rangeOf, usedFigure } from "../catalog/readings.ts";
import {
  type Chain,
  type ChainInput,
  chainInputNames,
  type ChainLayer,
  type ChainLine,
  type ChainResult,
} from "../planner/stack-chain/chain.ts";
import { bar, bold, cyan, dim, green, red, table, yellow } from "./terminal.ts";

const barColumns = 30;

export type ShownChain = {
  readonly chain: Chain;
  readonly result: ChainResult;
  readonly lines: readonly ChainLine[];
  /** As its source has it; undefined when nothing was set. */
  readonly before: ChainResult | undefined;
};

/** One chain from the energy to the seat. */
export function chainPicture({ chain, result, lines, before }: ShownChain): string {
  const set = chainInputNames.filter((name) => before !== undefined && result.values[name] !== before.values[name]);
  const changes = set.map((name) => `${name} ${number(before?.values[name] ?? 0)} → ${number(result.values[name])}`);
  return [
    bold(chain.title),
    dim(`${chain.workload}; ${chain.publishedBy}`),
    ...(changes.length > 0 ? [yellow(changes.join(", "))] : []),
    "",
    layerTable(result, before),
    "",
    lineTable(lines),
  ].join("\n");
}

/** What an hour of one accelerator brings each layer, and what the layer keeps. */
function layerTable({ layers }: ChainResult, before: ChainResult | undefined): string {
  const most = Math.max(...layers.map(({ revenueUsd }) => revenueUsd));
  const was = (one: ChainLayer) => before?.layers.find(({ layer }) => layer === one.layer)?.marginRatio ?? null;
  const rows = layers
    .toReversed()
    .map((one) => [
      one.layer,
      dollars(one.revenueUsd),
      dollars(one.boughtUsd + one.spentUsd),
      signed(one.marginUsd),
      ...(before === undefined ? [] : [dim(ratio(was(one)))]),
      ratio(one.marginRatio),
      picture(one, most),
    ]);
  const columns = [
    { title: "layer" },
    ...["price", "cost", "margin", ...(before === undefined ? [] : ["was"]), "%"].map((title) => ({
      title,
      align: "right" as const,
    })),
    { title: "an hour of one accelerator" },
  ];
  return table(columns, rows);
}

/** The layer's cost, and beyond it what it keeps; what it pays beyond its price in red. */
function picture({ revenueUsd, marginUsd }: ChainLayer, most: number): string {
  const cost = revenueUsd - marginUsd;
  const columns = (usd: number) => "█".repeat(Math.round((usd / most) * barColumns));
  if (marginUsd < 0) return cyan(columns(revenueUsd)) + red(columns(-marginUsd));
  return cyan(columns(cost)) + green(columns(marginUsd));
}

function lineTable(lines: readonly ChainLine[]): string {
  const isPrinted = lines.some(({ published }) => published !== null);
  const rows = lines.map(({ layer, label, value, unit, published }) => [
    layer,
    label.toLowerCase(),
    number(value),
    ...(isPrinted ? [published === null ? dim("–") : number(published)] : []),
    unit,
  ]);
  const titles = ["layer", "figure", "here", ...(isPrinted ? ["published"] : []), "unit"];
  return table(
    titles.map((title, index) => ({ title, align: [2, isPrinted ? 3 : -1].includes(index) ? "right" : "left" })),
    rows,
  );
}

/** Several chains beside each other: the same seat on other machines. */
export function chainsPicture(shown: readonly ShownChain[]): string {
  const rows = shown.map(({ chain, result: { lines, layers } }) => [
    chain.name,
    dollars(lines.ownership),
    dollars(lines.rent),
    percent(lines.infrastructureMargin),
    number(lines.throughput),
    dollars(lines.computeCost),
    percent(lines.platformMargin),
    percent(lines.applicationMargin),
    green(
      bar(
        Math.max(
          0,
          layers.reduce((sum, { marginUsd }) => sum + marginUsd, 0),
        ) / most(shown),
        barColumns,
      ),
    ),
  ]);
  const titles = ["", "TCO/h", "rent/h", "margin", "tok/s", "$/Mtok", "margin", "app margin"];
  return table(
    [
      ...titles.map((title, index) => ({ title, align: index === 0 ? ("left" as const) : ("right" as const) })),
      { title: "what all layers keep of an accelerator's hour" },
    ],
    rows,
  );
}

function most(shown: readonly ShownChain[]): number {
  return Math.max(...shown.map(({ result }) => result.marginUsd), Number.MIN_VALUE);
}

/** Every input with all that is said of it. */
export function chainAudit(chain: Chain): string {
  const rows = chainInputNames.flatMap((name) => readingRows(name, chain.inputs[name]));
  return [
    bold(chain.title),
    dim("= used   · also said, and not used   ranges in brackets\n"),
    table(
      ["input", "", "value", "unit", "known", "as of", "source"].map((title, index) => ({
        title,
        align: index === 2 ? "right" : "left",
      })),
      rows,
    ),
  ].join("\n");
}

function readingRows(name: ChainInput, of: Readings): string[][] {
  const used = usedFigure(of);
  const { low, high } = rangeOf(of);
  return of.readings.map((figure, index) => [
    index === 0 ? name : "",
    figure === used ? "=" : "·",
    number(figure.value),
    figure.unit,
    figure.confidence,
    figure.asOf,
    figure.source + (figure === used && low < high ? dim(` [${number(low)} to ${number(high)}]`) : ""),
  ]);
}

function number(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: Math.abs(value) >= 1000 ? 6 : 4 });
}

function dollars(value: number): string {
  return `$${value.toFixed(value >= 100 ? 0 : 3)}`;
}

function signed(value: number): string {
  return value < 0 ? red(`−${dollars(-value)}`) : dollars(value);
}

function percent(value: number): string {
  const text = `${Math.abs(value).toFixed(1)} %`;
  return value < 0 ? red(`−${text}`) : text;
}

function ratio(value: number | null): string {
  return value === null ? "–" : percent(100 * value);
}
