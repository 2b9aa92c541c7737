/** The comparison of an own chip with bought ones as text for a terminal: tables, and bars where a size tells more. Pure. */
import { dollars } from "../api/report/numbers.ts";
import type { MakeOrBuy, TokenMaker } from "../planner/make-or-buy.ts";
import type { MakeOrBuyScenario } from "../planner/make-or-buy-scenario.ts";
import type { Sensitivity } from "../planner/sensitivity.ts";
import { bar, bold, cyan, dim, green, pad, red, table, yellow } from "./terminal.ts";

const barColumns = 24;
/** Columns on each side of what the worth is now. */
const swingColumns = 20;

export function makeOrBuyPicture(
  scenario: MakeOrBuyScenario,
  comparison: MakeOrBuy,
  moved: readonly Sensitivity[],
): string {
  const { description, precision } = scenario.workload;
  return [
    bold(comparison.name),
    dim([description, precision].filter((one) => one !== "").join(", ")),
    "",
    sideBySide(scenario, comparison),
    "",
    unitCost(scenario, comparison),
    "",
    years(comparison),
    "",
    verdict(comparison),
    "",
    swings(comparison, moved),
  ].join("\n");
}

function sideBySide({ workload }: MakeOrBuyScenario, { own, merchants }: MakeOrBuy): string {
  const makers: [string, TokenMaker][] = [
    [`${own.first.name}, at first`, own.first],
    [`${own.mature.name}, mature`, own.mature],
    ...merchants.map((one): [string, TokenMaker] => [one.name, one]),
  ];
  const most = Math.max(...makers.map(([, { usdPerMtok }]) => usdPerMtok));
  const rows = makers.map(([name, maker], index) => [
    name,
    dollars(maker.usdPerChip),
    maker.allInWatts.toLocaleString("en", { maximumFractionDigits: 0 }),
    maker.tokensPerSecond.toLocaleString("en", { maximumFractionDigits: 0 }),
    maker.tokensPerSecondPerWatt.toFixed(2),
    maker.joulesPerToken.toFixed(2),
    `$${maker.usdPerHour.toFixed(2)}`,
    `$${maker.usdPerMtok.toFixed(3)}`,
    (index < 2 ? cyan : yellow)(bar(maker.usdPerMtok / most, barColumns)),
  ]);
  const titles = ["", "$/chip", "all-in W", "tok/s", "tok/s/W", "J/token", "$/h", "$/Mtok", ""];
  const columns = titles.map((title, index) => ({
    title,
    align: index === 0 || index === titles.length - 1 ? ("left" as const) : ("right" as const),
  }));
  const sold = (workload.utilisation * 100).toFixed(0);
  return `${table(columns, rows)}\n${dim(`Output tokens; $/Mtok and J/token at ${sold} % utilisation.`)}`;
}

function unitCost({ own }: MakeOrBuyScenario, { unit, developmentUsdPerChip }: MakeOrBuy): string {
  const parts = [
    ...unit.parts,
    { name: "server", usd: own.serverUsdPerChip },
    ...(developmentUsdPerChip === null ? [] : [{ name: "development", usd: developmentUsdPerChip }]),
  ];
  const all = parts.reduce((sum, { usd }) => sum + usd, 0);
  const rows = [
    ...parts.map(({ name, usd }) => [name, dollars(usd), cyan(bar(all > 0 ? usd / all : 0, barColumns))]),
    [bold("one chip at work"), bold(dollars(all)), ""],
  ];
  const { diesPerWafer, dieYield, dieUsd, dieSquareMillimetres } = unit;
  const die = `A die of ${dieSquareMillimetres.toFixed(0)} mm²: ${diesPerWafer} on a wafer, ${(dieYield * 100).toFixed(0)} % of them work, ${dollars(dieUsd)} each.`;
  return `${table([{ title: "what one costs" }, { title: "$", align: "right" }, { title: "" }], rows)}\n${dim(die)}`;
}

function years({ years: each }: MakeOrBuy): string {
  const rows = each.map(({ year, chips, softwareEfficiency, cheapestMerchant, merchantUsdPerMtok, savedUsd }) => [
    String(year + 1),
    chips.toLocaleString("en", { maximumFractionDigits: 0 }),
    `${(softwareEfficiency * 100).toFixed(0)} %`,
    cheapestMerchant,
    `$${merchantUsdPerMtok.toFixed(3)}`,
    signed(savedUsd),
  ]);
  const columns = [
    { title: "year" },
    { title: "chips", align: "right" as const },
    { title: "software", align: "right" as const },
    { title: "instead of" },
    { title: "its $/Mtok", align: "right" as const },
    { title: "saved over their life", align: "right" as const },
  ];
  return table(columns, rows);
}

function verdict(comparison: MakeOrBuy): string {
  const { chips, savedUsd, developmentUsd, worthUsd, breakEvenChips, yearsDelayUsd } = comparison;
  const count = (value: number) => Math.ceil(value).toLocaleString("en");
  const breakEven =
    breakEvenChips === null
      ? red("at no volume: each chip loses, or none is built")
      : `${count(breakEvenChips)} chips ${dim(`of ${count(chips)} planned`)}`;
  const delay =
    yearsDelayUsd >= 0
      ? `loses ${dollars(yearsDelayUsd)}`
      : `spares ${dollars(-yearsDelayUsd)}, for less is lost on chips`;
  const lines: [string, string][] = [
    ["saved", signed(savedUsd)],
    ["development", dollars(-developmentUsd)],
    ["making it is worth", bold(signed(worthUsd))],
    ["breaks even", breakEven],
    ["a year's delay", delay],
  ];
  return lines.map(([what, value]) => `${dim(pad(what, 20, "left"))}${value}`).join("\n");
}

/** Bars to the left and the right of the worth as planned. */
function swings({ worthUsd }: MakeOrBuy, moved: readonly Sensitivity[]): string {
  const deltas = moved.flatMap(({ lowerUsd, higherUsd }) => [lowerUsd - worthUsd, higherUsd - worthUsd]);
  const widest = Math.max(1, ...deltas.map(Math.abs));
  const rows = moved.map(({ assumption, lowerUsd, higherUsd }) => [
    assumption,
    signed(lowerUsd),
    swing(lowerUsd - worthUsd, higherUsd - worthUsd, widest),
    signed(higherUsd),
  ]);
  const columns = [
    { title: "worth, if it is" },
    { title: "a fifth lower", align: "right" as const },
    { title: `${" ".repeat(swingColumns - 6)}as planned` },
    { title: "a fifth higher", align: "right" as const },
  ];
  return table(columns, rows);
}

/** What lessens the worth grows to the left in red, what adds to it to the right in green. */
function swing(lowerDelta: number, higherDelta: number, widest: number): string {
  const loss = Math.max(0, -Math.min(lowerDelta, higherDelta));
  const gain = Math.max(0, lowerDelta, higherDelta);
  const columns = (amount: number) => Math.round((amount / widest) * swingColumns);
  const left = pad("█".repeat(columns(loss)), swingColumns, "right");
  const right = pad("█".repeat(columns(gain)), swingColumns, "left");
  return `${red(left)}│${green(right)}`;
}

function signed(amount: number): string {
  return amount < 0 ? red(dollars(amount)) : green(dollars(amount));
}
