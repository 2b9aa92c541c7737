/** The report of a capacity plan: what to decide, what comes of it, what it costs, and where the figures are from. */
import type { Decision } from "../../planner/capacity/decided.ts";
import type { CapacityPlan } from "../../planner/capacity/plan-capacity.ts";
import type { CapacityScenario } from "../../planner/capacity/scenario.ts";
import { type PlanSummary, summaryOf } from "../../planner/capacity/summary.ts";
import { ink } from "./look.ts";
import { dollars, percent, whole } from "./numbers.ts";
import type { KeyFigure, Part, Picture, Report } from "./report.ts";

const right = { align: "right" as const };
const grid = { left: 48, right: 12, top: 28, bottom: 48 };
const legend = { bottom: 0 };
const ratio = 0.6;
/** Of a legend under half a page's picture: its width in characters, with a symbol and a gap of five each; a line's height. */
const legendColumns = 58;
const legendLine = 16;

/** The grid above a legend of these names, which may take several lines. */
function gridAbove(names: readonly string[]) {
  let [lines, used] = [1, 0];
  for (const { length } of names) {
    const wanted = length + 5;
    if (used + wanted > legendColumns && used > 0) [lines, used] = [lines + 1, 0];
    used += wanted;
  }
  return { ...grid, bottom: grid.bottom + (lines - 1) * legendLine };
}

/** @param date The day for which it holds, `2026-11-27`. */
export function capacityReport(scenario: CapacityScenario, plan: CapacityPlan, date: string): Report {
  const summary = summaryOf(plan);
  const parts: readonly Part[] = [
    { type: "figures", figures: keyFigures(plan, summary) },
    { type: "paragraph", text: proof(plan) },
    { type: "heading", text: "What comes of it" },
    { type: "pictures", pictures: [capacityPicture(summary), cashPicture(plan, summary)] },
    { type: "pictures", pictures: [layerPicture(summary), pricePicture(summary)] },
    { type: "heading", text: "What to decide" },
    decisionTable(plan),
    { type: "heading", text: "Quarter by quarter" },
    quarterTable(summary),
    futureTable(plan),
    ...bindingTable(plan),
    { type: "sources", title: "Where the figures are from", sources: sourcesOf(scenario) },
  ];
  return { title: plan.name, subtitle: `Capacity plan, ${plan.quarters[0]} to ${plan.quarters.at(-1)}`, date, parts };
}

function keyFigures(
  { solved, objective, futures }: CapacityPlan,
  { layers, revenueUsd, quarters }: PlanSummary,
): KeyFigure[] {
  const shown =
    solved.unit === "perYear" ? percent(solved.value) : dollars(objective === "cost" ? -solved.value : solved.value);
  const what = {
    profit: "Present value, with risk",
    cost: "Present value of the cost",
    roic: "Return on capital a year",
  };
  const peak = Math.min(0, ...quarters.map(({ lowestCashUsd }) => lowestCashUsd));
  const margin = layers.at(-1)?.marginShare ?? null;
  return [
    {
      label: what[objective],
      value: shown,
      note: solved.gap === null ? "nothing proven" : `${percent(solved.gap)} from the best at most`,
    },
    { label: "Revenue", value: dollars(revenueUsd), note: "mean of the futures" },
    ...(margin === null
      ? []
      : [{ label: "Margin", value: percent(margin), note: "after all layers, before interest" }]),
    { label: "Peak funding", value: dollars(-peak), note: futures.length > 1 ? "in the worst future" : "at most" },
  ];
}

function proof({ solved, problems }: CapacityPlan): string {
  const { status, columns, rows, wholeNumbers, seconds } = solved;
  const size = `${whole(columns)} columns, ${whole(rows)} rows and ${whole(wholeNumbers)} whole numbers, in ${seconds.toFixed(1)} s`;
  const check =
    problems.length === 0
      ? "An independent check of the plan against its scenario found no rule broken."
      : `The independent check found broken rules: ${problems.join(" ")}`;
  return `Solved as a mixed-integer programme of ${size} (${status}). ${check}`;
}

function capacityPicture({ supplies, quarters }: PlanSummary): Picture {
  return {
    title: "Capacity by source, MW of IT",
    option: {
      grid: gridAbove(supplies),
      legend,
      xAxis: { type: "category", data: quarters.map(({ quarter }) => quarter) },
      yAxis: { type: "value", name: "MW" },
      series: supplies.map((name) => ({
        name,
        type: "bar",
        stack: "capacity",
        data: quarters.map(({ capacityMw }) => rounded(capacityMw[name] ?? 0)),
      })),
    },
    ratio,
    caption: "What can be used in a quarter, mean of the futures.",
  };
}

function cashPicture({ futures }: CapacityPlan, { quarters }: PlanSummary): Picture {
  return {
    title: "Cash, $ million",
    option: {
      grid: gridAbove(futures.map(({ future }) => future)),
      legend,
      xAxis: { type: "category", data: quarters.map(({ quarter }) => quarter) },
      yAxis: { type: "value", name: "$ M" },
      series: futures.map(({ future, quarters: all }) => ({
        name: future,
        type: "line",
        showSymbol: false,
        data: all.map(({ cashUsd }) => rounded(cashUsd / 1e6)),
      })),
    },
    ratio,
    caption: "The running balance in each future.",
  };
}

function layerPicture({ layers, revenueUsd }: PlanSummary): Picture {
  const last = layers.at(-1)?.leftUsd ?? 0;
  const names = [...layers.map(({ layer }) => layer), "left"];
  const values = [...layers.map(({ costUsd }) => costUsd), last].map((usd) => rounded(usd / 1e6));
  return {
    title: "Where the revenue goes, $ million",
    option: {
      grid: { ...grid, bottom: 28 },
      xAxis: { type: "category", data: names, axisLabel: { interval: 0, fontSize: 10 } },
      yAxis: { type: "value", name: "$ M" },
      series: [{ type: "bar", data: values, label: { show: true, position: "top", color: ink.text } }],
    },
    ratio,
    caption: `Of ${dollars(revenueUsd)} over the plan, mean of the futures; depreciation is a cost, interest is not.`,
  };
}

function pricePicture({ quarters }: PlanSummary): Picture {
  const classes = (quarters[0]?.work ?? [])
    .map((one, index) => ({ ...one, index }))
    .filter(({ unit }) => unit === "tokens");
  return {
    title: "Cost of one more million tokens, $",
    option: {
      grid: gridAbove(classes.map(({ model, tier }) => `${model}, ${tier}`)),
      legend,
      xAxis: { type: "category", data: quarters.map(({ quarter }) => quarter) },
      yAxis: { type: "value", name: "$/Mtok" },
      series: classes.map(({ model, tier, index }) => ({
        name: `${model}, ${tier}`,
        type: "line",
        step: "middle",
        showSymbol: false,
        data: quarters.map(({ work }) => rounded(work[index]?.marginalUsd ?? null)),
      })),
    },
    ratio,
    caption: "The marginal cost where it is made, mean of the futures.",
  };
}

function decisionTable({ decisions, futures, quarters }: CapacityPlan): Part {
  const rows = quarters.flatMap((quarter) => {
    const now = decisions.filter((one) => one.quarter === quarter && one.kind !== "open");
    const groups = Map.groupBy(now, (one) => (one.futures.length === futures.length ? "now" : one.futures.join(", ")));
    return [...groups].map(([which, list], group) => [group === 0 ? quarter : "", which, list.map(told).join(", ")]);
  });
  return {
    type: "table",
    columns: [{ title: "quarter" }, { title: "future" }, { title: "decision", isWide: true }],
    rows,
    note: "What is decided before the futures part is decided for all of them.",
  };
}

function told(one: Decision): string {
  if (one.kind === "accept") return `accept ${one.deal}`;
  if (one.kind === "reserve") return `reserve ${one.mw.toFixed(0)} MW ${one.supply} at ${one.site}`;
  if (one.kind === "programme") return `start ${one.accelerator}`;
  if (one.kind === "open") return `open ${one.site} for ${one.supply}`;
  if (one.kind === "build") return `${one.mw.toFixed(0)} MW ${one.supply} at ${one.site}`;
  if (one.kind === "buy")
    return `${one.mw.toFixed(1)} MW ${one.accelerator} for ${one.site} (${whole(one.accelerators)})`;
  return `${one.mw.toFixed(1)} MW ${one.accelerator} of ${one.supply} in ${one.region}`;
}

function quarterTable({ quarters, supplies }: PlanSummary): Part {
  const classes = quarters[0]?.work ?? [];
  return {
    type: "table",
    columns: [
      { title: "quarter" },
      { title: "MW", ...right },
      ...classes.map(({ model, tier }) => ({ title: `${model}, ${tier}`, ...right })),
      { title: "invested", ...right },
      { title: "cash flow", ...right },
      { title: "balance", ...right },
    ],
    rows: quarters.map(({ quarter, capacityMw, work, investedUsd, cashFlowUsd, cashUsd }) => [
      quarter,
      supplies.reduce((sum, supply) => sum + (capacityMw[supply] ?? 0), 0).toFixed(0),
      ...work.map(({ marginalUsd, unit, unmetShare }) => {
        const price = marginalUsd === null ? "–" : `$${marginalUsd.toFixed(3)}/${unit === "tokens" ? "Mtok" : "h"}`;
        return unmetShare > 0.005 ? `${price}, ${percent(unmetShare, 0)} unmet` : price;
      }),
      dollars(investedUsd),
      dollars(cashFlowUsd),
      dollars(cashUsd),
    ]),
    note: "Mean of the futures. Of each work: the cost of one more unit.",
  };
}

function futureTable({ futures }: CapacityPlan): Part {
  return {
    type: "table",
    columns: [
      { title: "future" },
      ...["probability", "present value", "revenue", "profit", "invested"].map((title) => ({ title, ...right })),
    ],
    rows: futures.map(({ future, probability, valueUsd, quarters }) => {
      const total = (of: (one: (typeof quarters)[number]) => number) => quarters.reduce((sum, one) => sum + of(one), 0);
      return [
        future,
        percent(probability, 0),
        dollars(valueUsd),
        dollars(total(({ revenueUsd }) => revenueUsd)),
        dollars(total(({ profitUsd }) => profitUsd)),
        dollars(total(({ investedUsd }) => investedUsd)),
      ];
    }),
  };
}

function bindingTable({ bindings }: CapacityPlan): Part[] {
  if (bindings.length === 0) return [];
  const names = { power: "power at ", allocation: "vendor's allocation of ", capital: "capital" };
  return [
    {
      type: "table",
      title: "What binds",
      columns: [{ title: "limit" }, { title: "quarters" }, { title: "worth of one more", ...right }],
      rows: bindings.map(({ limit, of, quarters, worthUsd }) => [
        `${names[limit]}${of}`,
        quarters.join(", "),
        limit === "capital" ? `$${worthUsd.toFixed(2)} for $1 a quarter` : `${dollars(worthUsd)} for 1 MW`,
      ]),
      note: "By the duals of the linear relaxation: at the plan's beginning, over all quarters.",
    },
  ];
}

/** Each source once, with what it is for. */
function sourcesOf({ sites, supply, accelerators, demand, deals, finance }: CapacityScenario): string[] {
  return [
    ...[...sites, ...supply, ...accelerators, ...deals].map(({ name, source }) => `${name}: ${source}`),
    ...demand.map(({ model, tier, region, source }) => `Demand for ${model}, ${tier}, ${region}: ${source}`),
    `Discount: ${finance.source}`,
  ];
}

function rounded(value: number): number;
function rounded(value: number | null): number | null;
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
