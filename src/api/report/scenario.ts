/** A case worked out, as a report for a board: what the pause cost, the strategies side by side, and every source. */
import { companyTitle, sellers } from "../../catalog/industry/companies.ts";
import { auditOf } from "../../planner/scenario/assumptions.ts";
import type { ScenarioRun, StrategyRun } from "../../planner/scenario/run.ts";
import { routes, type Scenario } from "../../planner/scenario/scenario.ts";
import { incomeLayers } from "../../planner/scenario/money.ts";
import { compact, gigawatts } from "./numbers.ts";
import type { Part, Report } from "./report.ts";

const swingsShown = 10;

export function scenarioReport(scenario: Scenario, run: ScenarioRun, at: Date): Report {
  const { pause, strategies } = run;
  const title = (name: string) => strategies.find((one) => one.name === name)?.title ?? name;
  const range = ({ p10, p90 }: { readonly p10: number; readonly p90: number }) =>
    pause.draws > 0 ? `${money(p10)} to ${money(p90)} in 8 of 10 draws` : "not drawn";
  return {
    title: run.title,
    subtitle: run.about,
    date: at.toISOString().slice(0, 10),
    parts: [
      {
        type: "figures",
        figures: [
          {
            label: "gross profit forgone by the pause",
            value: money(pause.used.grossProfit),
            note: range(pause.grossProfit),
          },
          {
            label: "of the contracts themselves",
            value: money(pause.ofDeals),
            note: "over their lives, from leased power",
          },
          { label: "contracts forgone", value: money(pause.used.signed), note: range(pause.signed) },
          {
            label: "worth above the capital's cost",
            value: money(pause.used.value),
            note: range(pause.value),
            tone: pause.used.value < 0 ? "good" : "bad",
          },
        ],
      },
      {
        type: "paragraph",
        text: `The difference of ${title(pause.without)} and ${title(pause.with)} from ${run.quarters[0]} to ${run.quarters.at(-1)}, under the same assumptions. ${pause.draws.toLocaleString("en")} draws over the stated ranges, seed ${pause.seed}; the pause cost gross profit in ${(100 * pause.shareCostly).toFixed(1)} % of them.`,
      },
      { type: "heading", text: "Strategies side by side" },
      totals(strategies),
      {
        type: "pictures",
        pictures: [{ title: "Power in service at each year's end, GW", option: capacityOption(run), ratio: 0.36 }],
      },
      ...contracts(strategies),
      ...shares(strategies),
      { type: "heading", text: "What decides" },
      {
        type: "table",
        columns: [
          { title: "assumption" },
          { title: "from", align: "right" },
          { title: "to", align: "right" },
          { title: "unit" },
          { title: "forgone at the low", align: "right" },
          { title: "at the high", align: "right" },
        ],
        rows: pause.swings
          .slice(0, swingsShown)
          .map(({ what, low, high, unit, atLow, atHigh }) => [
            what,
            compact(low),
            compact(high),
            unit,
            money(atLow),
            money(atHigh),
          ]),
        note: "Gross profit forgone, each assumption alone at either end of its range.",
      },
      { type: "page-break" },
      ...sources(scenario),
    ],
  };
}

function totals(strategies: readonly StrategyRun[]): Part {
  const line = (name: string, of: (one: StrategyRun) => string) => [name, ...strategies.map(of)];
  const gross = ({ totals: of }: StrategyRun) => incomeLayers.reduce((sum, layer) => sum + of.grossProfit[layer], 0);
  return {
    type: "table",
    columns: [{ title: "over the span" }, ...strategies.map(({ title }) => ({ title, align: "right" as const }))],
    rows: [
      line("frozen power, GW", ({ frozenMw }) => gigawatts(frozenMw)),
      line("contracts signed", ({ deals }) => money(deals.reduce((sum, { value }) => sum + value, 0))),
      line("revenue", ({ totals: of }) => money(of.revenue)),
      ...incomeLayers.map((layer) => line(`gross profit, ${layer}`, ({ totals: of }) => money(of.grossProfit[layer]))),
      line("capex", ({ totals: of }) => money(of.capex)),
      line("worth above the capital's cost", ({ totals: of }) => money(of.value)),
      line("return on invested capital", ({ totals: of }) =>
        of.roic === null ? "–" : `${(100 * of.roic).toFixed(1)} %`,
      ),
    ],
    total: line("gross profit", (one) => money(gross(one))),
    note: "Before overheads. Returns count leased buildings as capital.",
  };
}

/** Power by source at the years' ends, the strategies beside each other. */
function capacityOption({ quarters, strategies }: ScenarioRun) {
  const ends = quarters.flatMap((quarter, t) => (/202[4-9]Q4/.test(quarter) ? [{ year: quarter.slice(0, 4), t }] : []));
  const middle = Math.floor(ends.length / 2);
  const labels = strategies.flatMap(({ title }) => [
    ...ends.map(({ year }, index) => (index === middle ? `${year}\n${title}` : year)),
    "",
  ]);
  return {
    grid: { top: 34, bottom: 44, left: 40, right: 8 },
    xAxis: { type: "category", data: labels, axisLabel: { interval: 0, fontSize: 9 }, axisTick: { show: false } },
    yAxis: { type: "value" },
    legend: { top: 0 },
    series: routes.map((route) => ({
      name: route,
      type: "bar",
      stack: "power",
      barCategoryGap: "25%",
      data: strategies.flatMap(({ mw }) => [...ends.map(({ t }) => (mw[route][t] ?? 0) / 1000), null]),
    })),
  };
}

function contracts(strategies: readonly StrategyRun[]): Part[] {
  const deals = strategies[0]?.deals ?? [];
  if (deals.length === 0) return [];
  const margin = (index: number) => deals[index]?.economics.find(({ route }) => route === "lease")?.margin ?? 0;
  return [
    { type: "heading", text: "Contracts" },
    {
      type: "table",
      columns: [
        { title: "contract" },
        { title: "GW", align: "right" },
        { title: "margin", align: "right" },
        ...strategies.map(({ title }) => ({ title, align: "right" as const })),
      ],
      rows: deals.map(({ what, mwAsked }, index) => [
        what,
        gigawatts(mwAsked),
        `${(100 * margin(index)).toFixed(0)} %`,
        ...strategies.map((one) => {
          const deal = one.deals[index];
          return deal?.state === "taken" ? money(deal.value) : (deal?.state ?? "–");
        }),
      ]),
      note: "Margins over the whole life, from leased power.",
    },
  ];
}

function shares(strategies: readonly StrategyRun[]): Part[] {
  const distinct = strategies.filter(
    (one, at) => !strategies.slice(0, at).some((other) => JSON.stringify(other.shares) === JSON.stringify(one.shares)),
  );
  const rows = distinct.flatMap((one) =>
    one.shares.map(({ quarter, backlogs }) => {
      const all = sellers.reduce((sum, seller) => sum + backlogs[seller], 0);
      return [one.title, quarter, ...sellers.map((seller) => `${((100 * backlogs[seller]) / all).toFixed(0)} %`)];
    }),
  );
  if (rows.length === 0) return [];
  return [
    { type: "heading", text: "Shares of backlogs" },
    {
      type: "table",
      columns: [
        { title: "strategy" },
        { title: "quarter" },
        ...sellers.map((seller) => ({ title: companyTitle[seller], align: "right" as const })),
      ],
      rows,
      note: "Of the five that report one, in the quarters in which all of them are known.",
    },
  ];
}

function sources(scenario: Scenario): Part[] {
  const { rows, disagreements, byConfidence, statements } = auditOf(scenario);
  const all = [
    ...new Set([
      ...rows.flatMap((row) => row.readings.map(({ source }) => source)),
      ...statements.map(({ source }) => source),
    ]),
  ];
  const number = (source: string) => `[${all.indexOf(source) + 1}]`;
  const counts = Object.entries(byConfidence).map(([confidence, count]) => `${count} ${confidence}`);
  return [
    { type: "heading", text: "Inputs" },
    {
      type: "paragraph",
      text: `${rows.length} inputs: ${counts.join(", ")}. Sources disagree on ${disagreements.length} of them; every reading is below, the one that is used marked.`,
    },
    {
      type: "table",
      columns: [
        { title: "input" },
        { title: "", align: "right" },
        { title: "value", align: "right" },
        { title: "unit" },
        { title: "known" },
        { title: "as of" },
        { title: "source", align: "right" },
      ],
      rows: rows.flatMap((row) =>
        row.readings.map((figure, index) => [
          index === 0 ? row.what : "",
          index + 1 === row.use ? "used" : "",
          figure.value.toLocaleString("en", { maximumSignificantDigits: 6 }),
          figure.unit,
          figure.confidence,
          figure.asOf,
          number(figure.source),
        ]),
      ),
    },
    { type: "sources", sources: all },
  ];
}

function money(amount: number): string {
  const size = Math.abs(amount);
  const text = size >= 1e9 ? `$${(size / 1e9).toFixed(1)} bn` : `$${(size / 1e6).toFixed(0)} M`;
  return amount < 0 ? `−${text}` : text;
}
