/** A case worked out, as text for a terminal: power by source over time, shares of backlogs, strategies side by side. Pure. */
import { compact, gigawatts } from "../api/report/numbers.ts";
import { companyTitle, sellers } from "../catalog/industry/companies.ts";
import type { PauseCost } from "../planner/scenario/pause.ts";
import type { ScenarioRun, StrategyRun } from "../planner/scenario/run.ts";
import { type Route, routes } from "../planner/scenario/scenario.ts";
import { incomeLayers } from "../planner/scenario/money.ts";
import { bar, bold, cyan, dim, green, pad, red, table, yellow } from "./terminal.ts";

const barColumns = 46;
/** Columns on each side of what the pause cost as used. */
const swingColumns = 18;
const swingsShown = 10;

/** Told apart without colour, too. */
const glyphs: Readonly<Record<Route, (text: string) => string>> = {
  build: (text) => cyan("█".repeat(text.length)),
  lease: (text) => yellow("▓".repeat(text.length)),
  rent: (text) => green("▒".repeat(text.length)),
  partner: (text) => red("░".repeat(text.length)),
};

export function scenarioPicture(run: ScenarioRun): string {
  return [
    bold(run.title),
    dim(run.about),
    "",
    capacities(run),
    "",
    ...dealTables(run),
    sideBySide(run),
    ...shares(run),
    "",
    pausePicture(run.pause, run),
  ].join("\n");
}

function capacities(run: ScenarioRun): string {
  const { quarters, strategies } = run;
  const ends = quarters.flatMap((quarter, t) => (quarter.endsWith("Q4") ? [{ year: quarter.slice(0, 4), t }] : []));
  const shown = ends.filter(({ year }) => year >= "2024" && year <= "2029");
  const total = (one: StrategyRun, t: number) => routes.reduce((sum, route) => sum + (one.mw[route][t] ?? 0), 0);
  const most = Math.max(1, ...strategies.flatMap((one) => shown.map(({ t }) => total(one, t))));
  const rows = strategies.flatMap((one) =>
    shown.map(({ year, t }, index) => [
      index === 0 ? one.title : "",
      year,
      gigawatts(total(one, t)),
      stacked(one, t, most),
    ]),
  );
  const legend = routes.map((route) => `${glyphs[route]("  ")} ${route}`).join("   ");
  const base = run.baseMw > 0 ? dim(`   on a fleet of ${gigawatts(run.baseMw)} GW beside it`) : "";
  const columns = [
    { title: "power in service, year's end" },
    { title: "" },
    { title: "GW", align: "right" as const },
    { title: "" },
  ];
  return `${table(columns, rows)}\n${legend}${base}`;
}

function stacked({ mw }: StrategyRun, t: number, most: number): string {
  let sum = 0;
  let drawn = 0;
  return routes
    .map((route) => {
      sum += mw[route][t] ?? 0;
      const columns = Math.round((sum / most) * barColumns) - drawn;
      drawn += columns;
      return glyphs[route](" ".repeat(columns));
    })
    .join("");
}

function dealTables({ strategies }: ScenarioRun): string[] {
  const deals = strategies[0]?.deals ?? [];
  if (deals.length === 0) return [];
  const rows = deals.map(({ name, what, buyer, mwAsked }, index) => [
    name,
    buyer,
    gigawatts(mwAsked),
    ...strategies.map((one) => {
      const deal = one.deals[index];
      if (deal?.state === "taken") return green(`${money(deal.value)} for ${gigawatts(deal.mw)} GW`);
      return deal?.state === "lost" ? red("lost") : dim(deal?.state ?? "–");
    }),
    dim(what),
  ]);
  const columns = [
    { title: "contract" },
    { title: "buyer" },
    { title: "GW", align: "right" as const },
    ...strategies.map(({ title }) => ({ title })),
    { title: "" },
  ];
  const why = strategies.flatMap((one) =>
    one.deals.flatMap((deal) => (deal.why === null ? [] : [dim(`  ${one.title}, ${deal.name}: ${deal.why}.`)])),
  );
  const frozen = strategies.flatMap((one) =>
    one.frozenMw > 0
      ? [
          dim(
            `  ${one.title}: ${gigawatts(one.frozenMw)} GW frozen (${one.frozen.map(({ what }) => what).join("; ")}).`,
          ),
        ]
      : [],
  );
  return [table(columns, rows), ...why, ...frozen, ""];
}

function sideBySide({ strategies }: ScenarioRun): string {
  const line = (title: string, of: (one: StrategyRun) => string) => [title, ...strategies.map(of)];
  const gross = (one: StrategyRun) => incomeLayers.reduce((sum, layer) => sum + one.totals.grossProfit[layer], 0);
  const rows = [
    line("contracts signed", (one) => money(one.deals.reduce((sum, { value }) => sum + value, 0))),
    line("revenue", ({ totals }) => money(totals.revenue)),
    ...incomeLayers.map((layer) =>
      line(dim(`  gross profit, ${layer}`), ({ totals }) => signed(totals.grossProfit[layer])),
    ),
    line("gross profit", (one) => bold(signed(gross(one)))),
    line("capex", ({ totals }) => money(totals.capex)),
    line("worth above its capital's cost", ({ totals }) => signed(totals.value)),
    line("return on invested capital", ({ totals }) =>
      totals.roic === null ? "–" : `${(totals.roic * 100).toFixed(1)} %`,
    ),
  ];
  return table(
    [{ title: "over the span" }, ...strategies.map(({ title }) => ({ title, align: "right" as const }))],
    rows,
  );
}

function shares({ strategies }: ScenarioRun): string[] {
  const paints = [red, cyan, yellow, green, dim];
  const marks = ["█", "▓", "▒", "░", "·"];
  const rows = strategies.flatMap((one, at) => {
    const same = strategies.slice(0, at).some((other) => JSON.stringify(other.shares) === JSON.stringify(one.shares));
    if (same) return [];
    return one.shares.map(({ quarter, backlogs }, index) => {
      const all = sellers.reduce((sum, seller) => sum + backlogs[seller], 0);
      let [sum, drawn] = [0, 0];
      const parts = sellers.map((seller, which) => {
        sum += backlogs[seller];
        const columns = Math.round((sum / all) * barColumns) - drawn;
        drawn += columns;
        return (paints[which] ?? dim)((marks[which] ?? "·").repeat(columns));
      });
      const percents = sellers.map((seller) => `${((100 * backlogs[seller]) / all).toFixed(0)} %`);
      return [index === 0 ? one.title : "", quarter, ...percents, parts.join("")];
    });
  });
  if (rows.length === 0) return [];
  const columns = [
    { title: "shares of backlogs" },
    { title: "" },
    ...sellers.map((seller) => ({ title: companyTitle[seller], align: "right" as const })),
    { title: "" },
  ];
  return ["", table(columns, rows)];
}

function pausePicture(pause: PauseCost, { strategies }: ScenarioRun): string {
  const title = (name: string) => strategies.find((one) => one.name === name)?.title ?? name;
  const isDrawn = pause.draws > 0;
  const range = ({ p10, p50, p90 }: PauseCost["grossProfit"]) =>
    isDrawn ? [`${signed(p10)} … ${signed(p50)} … ${signed(p90)}`] : [];
  const rows = [
    ["contracts signed", signed(pause.used.signed), ...range(pause.signed)],
    ["revenue", signed(pause.used.revenue), ...range(pause.revenue)],
    [bold("gross profit"), bold(signed(pause.used.grossProfit)), ...range(pause.grossProfit)],
    ["worth above its capital's cost", signed(pause.used.value), ...range(pause.value)],
  ];
  const right = { align: "right" } as const;
  const ranges = `p10 … p50 … p90 of ${pause.draws.toLocaleString("en")} draws, seed ${pause.seed}`;
  const columns = [
    { title: `what the pause cost: ${title(pause.without)} less ${title(pause.with)}` },
    { title: "as used", ...right },
    ...(isDrawn ? [{ title: ranges, ...right }] : []),
  ];
  return [
    table(columns, rows),
    dim(
      `Of the gross profit, ${money(pause.ofDeals)} is of the contracts themselves, from leased power; the rest is what the same power earns beside them.`,
    ),
    ...(isDrawn ? [dim(`It cost gross profit in ${(pause.shareCostly * 100).toFixed(1)} % of the draws.`)] : []),
    "",
    swings(pause),
  ].join("\n");
}

/** Which assumptions decide: the gross profit forgone with each at either end of its range. */
function swings({ swings: all, used }: PauseCost): string {
  const shown = all.slice(0, swingsShown);
  const widest = Math.max(
    1,
    ...shown.flatMap(({ atLow, atHigh }) => [atLow, atHigh].map((one) => Math.abs(one - used.grossProfit))),
  );
  const rows = shown.map(({ what, unit, low, high, atLow, atHigh }) => [
    what,
    `${compact(low)} to ${compact(high)} ${unit}`,
    signed(atLow),
    swing(Math.min(atLow, atHigh) - used.grossProfit, Math.max(atLow, atHigh) - used.grossProfit, widest),
    signed(atHigh),
  ]);
  const columns = [
    { title: "what decides it" },
    { title: "from … to" },
    { title: "at the low", align: "right" as const },
    { title: `${" ".repeat(swingColumns - 4)}as used` },
    { title: "at the high", align: "right" as const },
  ];
  return table(columns, rows);
}

function swing(down: number, up: number, widest: number): string {
  const columns = (amount: number) => bar(Math.max(0, amount) / widest, swingColumns).length;
  const left = pad("█".repeat(columns(-down)), swingColumns, "right");
  return `${red(left)}│${green(pad("█".repeat(columns(up)), swingColumns, "left"))}`;
}

function money(amount: number): string {
  const size = Math.abs(amount);
  return size >= 1e9
    ? `$${(amount / 1e9).toFixed(1)} bn`
    : size >= 1e6
      ? `$${(amount / 1e6).toFixed(0)} M`
      : `$${amount.toFixed(0)}`;
}

function signed(amount: number): string {
  return amount < 0 ? red(`−${money(-amount)}`) : money(amount);
}
