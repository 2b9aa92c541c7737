/**
 * The stack report as text for a terminal: a table of the layers, top of the stack first, idle capacity on a line
 * of its own, and a waterfall from revenue to margin. Pure; a figure that is unavailable is never shown as zero.
 */
import type { ChainLine } from "../planner/stack-chain/chain.ts";
import { pico, type PicoUsd, usd } from "../stack/money.ts";
import type { Figure, StackReport, UsdText } from "../stack/report.ts";
import type { Provenance } from "../stack/usage.ts";
import { bar, bold, cyan, dim, green, pad, red, table, widthOf, yellow } from "./terminal.ts";

/** How a figure is known: m measured, ~ modelled, – unavailable. */
export const marks: Readonly<Record<Provenance, string>> = { measured: "m", modelled: "~", unavailable: "–" };

const barColumns = 28;

/** @param columns of the terminal: on a narrow one the column of what was sold is left out. */
export function stackPicture(report: StackReport, columns = 120): string {
  const whole = layerTable(report, true);
  return [
    heading(report),
    "",
    widthOf(whole.split("\n", 1)[0] ?? "") <= columns ? whole : layerTable(report, false),
    "",
    waterfall(report),
    "",
    unitFigures(report),
    ...breakdowns(report),
    "",
    dim(`${marks.measured} measured   ${marks.modelled} modelled   ${marks.unavailable} unavailable`),
  ].join("\n");
}

function heading({ from, to, requests }: StackReport): string {
  const short = requests.partial > 0 ? `, ${requests.partial} cut short` : "";
  const failed = requests.failed > 0 ? `, ${requests.failed} failed` : "";
  const counts = `${(requests.complete + requests.partial).toLocaleString("en")} requests served${short}${failed}`;
  return `${bold("Stack")}  ${from.replace(".000Z", "Z")} to ${to.replace(".000Z", "Z")}  ${dim(counts)}`;
}

function layerTable({ layers, total }: StackReport, showsSold: boolean): string {
  const rows = layers.toReversed().map((row) => {
    const revenue = sumOf(row.revenue.external, row.revenue.internal);
    const cost = sumOf(row.cost.external, row.cost.internal);
    return [
      row.layer,
      money(revenue),
      money(cost),
      moneyOrNone(row.idle),
      signed(usd(row.margin)),
      row.marginRatio === null ? dim("–") : percent(row.marginRatio),
      ...(showsSold ? [sold(row.sold)] : []),
      marks[row.provenance],
    ];
  });
  const totals = [
    bold("the factory"),
    bold(money(usd(total.revenue))),
    bold(money(usd(total.cost))),
    bold(moneyOrNone(total.idle)),
    signed(usd(total.margin)),
    usd(total.revenue) > 0n ? percent(ratio(usd(total.margin), usd(total.revenue))) : dim("–"),
  ];
  const lines = table(
    [
      { title: "layer" },
      { title: "revenue", align: "right" },
      { title: "cost of use", align: "right" },
      { title: "idle", align: "right" },
      { title: "margin", align: "right" },
      { title: "", align: "right" },
      ...(showsSold ? [{ title: "sold" }] : []),
      { title: "known" },
    ],
    [...rows, totals],
  ).split("\n");
  const width = Math.max(...lines.map(widthOf));
  return [...lines.slice(0, -1), dim("─".repeat(width)), lines.at(-1)].join("\n");
}

/** From outside revenue, down by what was used and what was paid for in vain, to the margin. */
function waterfall({ total, capacity }: StackReport): string {
  const [revenue, cost, idle, margin] = [total.revenue, total.cost, total.idle, total.margin].map(usd);
  const widest = [revenue ?? 0n, (cost ?? 0n) + (idle ?? 0n), 1n].reduce((most, one) => (one > most ? one : most));
  const columns = (amount: bigint) => Math.round(ratio(amount < 0n ? -amount : amount, widest) * barColumns);
  const afterCost = (revenue ?? 0n) - (cost ?? 0n);
  const step = (
    name: string,
    amount: bigint,
    from: bigint,
    to: bigint,
    colour: (text: string) => string,
    note = "",
  ) => {
    const [low, high] = from < to ? [from, to] : [to, from];
    const start = columns(low > 0n ? low : 0n);
    const length = bar(ratio(high - low, widest), barColumns);
    const indent = " ".repeat(Math.min(start, barColumns));
    return `${pad(name, 14, "left")}${pad(money(pico(amount)), 16, "right")}  ${indent}${colour(length)}${note}`.trimEnd();
  };
  const used = capacity.utilisation === null ? "" : dim(`  ${percent(1 - capacity.utilisation)} of the capacity`);
  return [
    step("revenue", revenue ?? 0n, 0n, revenue ?? 0n, green),
    step("− cost of use", cost ?? 0n, afterCost, revenue ?? 0n, yellow),
    step("− idle", idle ?? 0n, afterCost - (idle ?? 0n), afterCost, red, used),
    step("= margin", margin ?? 0n, 0n, margin ?? 0n, (margin ?? 0n) < 0n ? red : green),
  ].join("\n");
}

function unitFigures({ capacity, joulesPerToken, perMillionTokens, tokens }: StackReport): string {
  const all = tokens.input + tokens.cachedInput + tokens.output + tokens.reasoning;
  const classes = Object.entries({
    input: tokens.input,
    cached: tokens.cachedInput,
    output: tokens.output,
    reasoning: tokens.reasoning,
  })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count.toLocaleString("en")} ${name}`);
  const lines: [string, string, string][] = [
    ["tokens", all.toLocaleString("en"), classes.join(", ")],
    ["energy", figure(joulesPerToken), ""],
    ["revenue", figure(perMillionTokens.revenueUsd, "$/Mtok"), ""],
    ["cost", figure(perMillionTokens.drawnCostUsd, "$/Mtok"), "of what was used"],
    ["", figure(perMillionTokens.absorbedCostUsd, "$/Mtok"), "with idle capacity"],
    [
      "capacity",
      figure(capacity.acceleratorHours, "accelerator-hours"),
      `used ${figure(capacity.usedAcceleratorHours, "")}`,
    ],
  ];
  const width = Math.max(...lines.map(([, value]) => widthOf(value)));
  return lines
    .map(([name, value, note]) => {
      const shown = note === "" ? value : `${pad(value, width, "left")}  ${dim(note)}`;
      return `${dim(pad(name, 10, "left"))}${shown}`;
    })
    .join("\n");
}

function breakdowns({ bySource, byModel, byTenant }: StackReport): string[] {
  const rows = (title: string, parts: StackReport["byModel"], idle?: ReadonlyMap<string, UsdText>) =>
    parts.map((one, index) => [
      index === 0 ? dim(title) : "",
      one.name,
      one.requests.toLocaleString("en"),
      one.tokens.toLocaleString("en"),
      money(usd(one.revenue)),
      money(usd(one.cost)),
      idle === undefined ? "" : moneyOrNone(idle.get(one.name) ?? "0"),
      signed(usd(one.margin)),
    ]);
  const all = [
    ...rows("by model", byModel),
    ...rows("by tenant", byTenant),
    ...rows("by source", bySource, new Map(bySource.map(({ name, idle }) => [name, idle]))),
  ];
  if (all.length === 0) return [];
  const columns = ["", "", "requests", "tokens", "revenue", "cost", "idle", "margin"].map((title, index) => ({
    title,
    align: index < 2 ? ("left" as const) : ("right" as const),
  }));
  return ["", table(columns, all)];
}

/** The published lines beside ours. */
export function examplePicture(lines: readonly ChainLine[]): string {
  const rows = lines.map(({ layer, label, value, unit, published }, index) => [
    lines[index - 1]?.layer === layer ? "" : cyan(layer),
    label,
    number(value),
    published === null ? dim("–") : number(published),
    unit,
  ]);
  const columns = [
    { title: "layer" },
    { title: "figure" },
    { title: "here", align: "right" as const },
    { title: "published", align: "right" as const },
    { title: "unit" },
  ];
  return `${table(columns, rows)}\n\n${dim(`Published: ${lines[0]?.source ?? "nowhere"}.`)}`;
}

/** Dollars with as many digits as tell something: whole cents when large, four digits when small. */
export function money(amount: PicoUsd): string {
  const sign = amount < 0n ? "−" : "";
  const dollars = Number(amount < 0n ? -amount : amount) / 1e12;
  if (dollars === 0) return "$0";
  if (dollars >= 100)
    return `${sign}$${dollars.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  const decimals = Math.min(12, Math.max(2, 3 - Math.floor(Math.log10(dollars))));
  return `${sign}$${dollars.toFixed(decimals)}`;
}

export function figure({ value, unit, provenance }: Figure, shownUnit = unit): string {
  if (value === null || provenance === "unavailable") return marks.unavailable;
  return `${number(value)}${shownUnit === "" ? "" : ` ${shownUnit}`} ${dim(marks[provenance])}`;
}

function sold({ value, unit, provenance }: Figure): string {
  if (value === null || provenance === "unavailable") return `${marks.unavailable} ${dim(unit)}`;
  return `${number(value)} ${dim(unit)}`;
}

/** Four digits that tell something, and never an exponent. */
function number(value: number): string {
  if (value === 0 || Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en");
  const decimals = Math.min(15, Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value)))));
  const text = value.toFixed(decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** A share in percent, or as a multiple when it is too far from a whole for percents to tell anything. */
export function percent(share: number): string {
  const sign = share < 0 ? "−" : "";
  const size = Math.abs(share);
  return size >= 10 ? `${sign}${Math.round(size).toLocaleString("en")}×` : `${sign}${(size * 100).toFixed(1)} %`;
}

function signed(amount: PicoUsd): string {
  return amount < 0n ? red(money(amount)) : amount > 0n ? green(money(amount)) : money(amount);
}

function moneyOrNone(text: UsdText): string {
  return usd(text) === 0n ? dim("–") : money(usd(text));
}

function sumOf(one: UsdText, other: UsdText): PicoUsd {
  return pico(usd(one) + usd(other));
}

function ratio(part: bigint, whole: bigint): number {
  return Number((part * 1_000_000n) / whole) / 1_000_000;
}
