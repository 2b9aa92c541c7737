/** A capacity plan as text for a terminal: what to decide, and what comes of it quarter by quarter. Pure. */
import { dollars, hourly, percent } from "../api/report/numbers.ts";
import type { QuarterAccount } from "../planner/capacity/account.ts";
import type { Decision } from "../planner/capacity/decided.ts";
import type { CapacityPlan } from "../planner/capacity/plan-capacity.ts";
import type { Learned } from "../planner/capacity/learning.ts";
import type { Binding } from "../planner/capacity/prices.ts";
import type { CapacityScenario } from "../planner/capacity/scenario.ts";
import { type PlanSummary, summaryOf } from "../planner/capacity/summary.ts";
import type { WhatIf } from "../planner/capacity/what-if.ts";
import { bar, bold, cyan, dim, green, pad, red, table, yellow } from "./terminal.ts";

const barColumns = 36;
const cashColumns = 20;
const bindingsShown = 8;
const right = { align: "right" as const };

export function capacityPicture(scenario: CapacityScenario, plan: CapacityPlan, changed: WhatIf | undefined): string {
  const summary = summaryOf(plan);
  return [
    heading(plan),
    decisions(plan),
    capacity(summary),
    work(summary),
    cash(summary, plan.futures.length > 1),
    layers(summary, scenario.objective !== "cost"),
    prices(summary),
    bindings(plan),
    ...plan.learned.map((one) => learning(plan, one)),
    ...(changed === undefined ? [] : [whatIfs(changed)]),
    futures(plan),
  ].join("\n\n");
}

function heading({ name, objective, solved, problems }: CapacityPlan): string {
  const { status, value, bound, unit, gap, seconds, columns, rows, wholeNumbers } = solved;
  const amount = (of: number) => (unit === "usd" ? dollars(of) : `${(of * 100).toFixed(1)} % a year`);
  const title = { profit: "present value", cost: "present value of its cost", roic: "return on capital, leases in it" }[
    objective
  ];
  const shown = objective === "cost" ? -value : value;
  const marked = status === "best so far" ? yellow("best so far: the time ran out, or it was stopped") : status;
  const proof = gap === null || bound === null ? "nothing proven" : `${percent(gap, 2)} from the best at most`;
  const size = `${columns.toLocaleString("en")} columns, ${rows.toLocaleString("en")} rows, ${wholeNumbers.toLocaleString("en")} whole numbers`;
  return [
    `${bold(name)}  ${title} ${bold(amount(shown))}`,
    dim(`${marked}; ${proof}; ${size}; ${seconds.toFixed(1)} s`),
    ...problems.map((problem) => red(`broken rule, a defect: ${problem}`)),
  ].join("\n");
}

/** What is decided for all futures is for now; what is decided later is told for each. */
function decisions({ decisions: all, futures: every, quarters }: CapacityPlan): string {
  const names = every.map(({ future }) => future);
  const isForAll = ({ futures }: Decision) => futures.length === names.length;
  const rows = quarters.flatMap((quarter) => {
    const now = all.filter((decision) => decision.quarter === quarter);
    const groups = Map.groupBy(now, (decision) => (isForAll(decision) ? "" : decision.futures.join(", ")));
    return [...groups].map(([which, list], index) => [
      index === 0 ? quarter : "",
      which === "" ? bold("decide") : dim(`if ${which}`),
      told(list),
    ]);
  });
  if (rows.length === 0) return dim("Nothing has to be decided.");
  return table([{ title: "quarter" }, { title: "" }, { title: "what" }], rows);
}

function told(list: readonly Decision[]): string {
  return list
    .flatMap((one): string[] => {
      if (one.kind === "accept") return [green(`accept ${one.deal}`)];
      if (one.kind === "programme") return [green(`start ${one.accelerator}`)];
      if (one.kind === "build") return [cyan(`${mw(one.mw)} ${one.supply} at ${one.site}`)];
      if (one.kind === "reserve") return [yellow(`reserve ${mw(one.mw)} ${one.supply} at ${one.site}`)];
      if (one.kind === "buy") return [`${mw(one.mw)} ${one.accelerator} for ${one.site}`];
      return one.kind === "rent" ? [yellow(`${mw(one.mw)} ${one.accelerator} of ${one.supply} in ${one.region}`)] : [];
    })
    .join(", ");
}

const paints = [dim, cyan, green, yellow, red, bold];
const fills = ["░", "█", "▓", "▒", "■", "▪"];

/** Stacked bars of MW by source, in the mean of the futures. */
function capacity({ supplies, quarters }: PlanSummary): string {
  const sums = quarters.map(({ capacityMw }) => supplies.reduce((sum, supply) => sum + (capacityMw[supply] ?? 0), 0));
  const most = Math.max(1e-9, ...sums);
  const draw = (index: number, text: string) => paints[index % paints.length]!(text);
  const fill = (index: number) => fills[index % fills.length]!;
  const rows = quarters.map(({ quarter, capacityMw }, at) => {
    // Rounding the running total keeps the stack as long as its sum.
    let [sum, drawn] = [0, 0];
    const segments = supplies.map((supply, index) => {
      sum += capacityMw[supply] ?? 0;
      const end = Math.round((sum / most) * barColumns);
      const text = fill(index).repeat(Math.max(0, end - drawn));
      drawn = end;
      return draw(index, text);
    });
    return [quarter, mw(sums[at] ?? 0), segments.join("")];
  });
  const legend = supplies.map((supply, index) => draw(index, `${fill(index)} ${supply}`)).join("  ");
  const columns = [{ title: "capacity" }, { title: "IT", ...right }, { title: "by source, mean of the futures" }];
  return `${table(columns, rows)}\n${legend}`;
}

/** How much of what is wanted is made, bought, and left. */
function work({ quarters }: PlanSummary): string {
  const columns = [
    { title: "work" },
    ...(quarters[0]?.work ?? []).map(({ model, tier, unit }) => ({
      title: `${model}, ${tier} (${unit === "tokens" ? "Ttok" : "Mh"})`,
      ...right,
    })),
  ];
  const rows = quarters.map(({ quarter, work: all }) => [
    quarter,
    ...all.map(({ demanded, boughtShare, unmetShare }) => {
      const notes = [
        ...(boughtShare > 0.005 ? [dim(`${percent(boughtShare, 0)} bought`)] : []),
        ...(unmetShare > 0.005 ? [red(`${percent(unmetShare, 0)} unmet`)] : []),
      ];
      return [...notes, demanded.toFixed(demanded >= 100 ? 0 : 1)].join(" ");
    }),
  ]);
  return table(columns, rows);
}

/** Cash to the left of nothing in red, to the right in green; with the span over the futures. */
function cash({ quarters }: PlanSummary, hasSpan: boolean): string {
  const widest = Math.max(
    1,
    ...quarters.flatMap(({ lowestCashUsd, highestCashUsd }) => [-lowestCashUsd, highestCashUsd]),
  );
  const rows = quarters.map(({ quarter, investedUsd, cashFlowUsd, cashUsd, lowestCashUsd, highestCashUsd }) => {
    const columns = Math.round((Math.abs(cashUsd) / widest) * cashColumns);
    const below = pad(cashUsd < 0 ? "█".repeat(columns) : "", cashColumns, "right");
    const above = pad(cashUsd < 0 ? "" : "█".repeat(columns), cashColumns, "left");
    return [
      quarter,
      dollars(investedUsd),
      signed(cashFlowUsd),
      signed(cashUsd),
      `${red(below)}│${green(above)}`,
      hasSpan ? dim(`${dollars(lowestCashUsd)} to ${dollars(highestCashUsd)}`) : "",
    ];
  });
  const columns = [
    { title: "cash" },
    { title: "invested", ...right },
    { title: "flow", ...right },
    { title: "balance", ...right },
    { title: "" },
    { title: hasSpan ? "over the futures" : "" },
  ];
  return table(columns, rows);
}

/** What of the revenue each layer takes, and what is left above it. */
function layers({ layers: all, revenueUsd, damagesUsd }: PlanSummary, hasRevenue: boolean): string {
  const rows = all.map(({ layer, costUsd, costShare, leftUsd, marginShare }) => [
    layer,
    dollars(costUsd),
    ...(hasRevenue && costShare !== null && marginShare !== null
      ? [percent(costShare), signed(leftUsd), percent(marginShare)]
      : ["", "", ""]),
    cyan(bar(costShare ?? 0, barColumns)),
  ]);
  const columns = [
    { title: "layer" },
    { title: "cost", ...right },
    { title: "of revenue", ...right },
    { title: "left above it", ...right },
    { title: "margin", ...right },
    { title: "" },
  ];
  const damages = damagesUsd > 0 ? ` Damages of ${dollars(damagesUsd)} are not in it.` : "";
  const note = `Revenue ${dollars(revenueUsd)} over the plan, mean of the futures; depreciation is a cost, interest is not.${damages}`;
  return `${table(columns, rows)}\n${dim(note)}`;
}

/** Marginal and average cost, in the mean of the futures. */
function prices({ quarters }: PlanSummary): string {
  const columns = [
    { title: "cost of one more" },
    ...(quarters[0]?.work ?? []).flatMap(({ model, tier, unit }) => [
      { title: `${model}, ${tier}, $/${unit === "tokens" ? "Mtok" : "h"}`, ...right },
      { title: "average", ...right },
    ]),
  ];
  const rows = quarters.map(({ quarter, work: all }) => [
    quarter,
    ...all.flatMap(({ marginalUsd, averageUsd }) => [hourly(marginalUsd), dim(hourly(averageUsd))]),
  ]);
  return table(columns, rows);
}

function bindings({ bindings: all }: CapacityPlan): string {
  if (all.length === 0) return dim("No limit of power, of a vendor or of capital binds.");
  const rows = all.slice(0, bindingsShown).map((one) => [what(one), span(one), worth(one)]);
  return table([{ title: "what binds" }, { title: "when" }, { title: "worth of one more", align: "right" }], rows);
}

/** From the first quarter in which something is made. */
function learning({ quarters }: CapacityPlan, { accelerator, sharePerDoubling, ...one }: Learned): string {
  const first = one.madeMw.findIndex((mw) => mw > 0);
  const title = `${accelerator} costs ${percent(sharePerDoubling, 0)} less with each doubling`;
  if (first < 0) return dim(`${title}: none is made.`);
  const rows = quarters
    .slice(first)
    .map((quarter, index) => [
      quarter,
      one.madeMw[first + index]!.toFixed(0),
      dollars(one.usdPerAccelerator[first + index]!),
    ]);
  const note = `Price and volume agree to ${percent(one.offShare, 1)} after ${one.rounds} rounds; the volume is the mean of the futures.`;
  const columns = [{ title }, { title: "made, MW", ...right }, { title: "each", ...right }];
  return `${table(columns, rows)}\n${dim(note)}`;
}

function what({ limit, of }: Binding): string {
  return { power: `power at ${of}`, allocation: `${of} from its vendor`, capital: "capital" }[limit];
}

function span({ quarters }: Binding): string {
  return quarters.length === 1 ? quarters[0]! : `${quarters[0]} to ${quarters.at(-1)}, ${quarters.length} quarters`;
}

function worth({ limit, worthUsd }: Binding): string {
  return limit === "capital" ? `$${worthUsd.toFixed(2)} for $1 a quarter` : `${dollars(worthUsd)} for 1 MW a quarter`;
}

function whatIfs({ monthSooner, perfectInformationUsd, stochasticSolutionUsd }: WhatIf): string {
  const rows = [
    ...monthSooner.map(({ supply, worthUsd }) => [`${supply} a month sooner`, dollars(worthUsd)]),
    ...(perfectInformationUsd === null ? [] : [["knowing the future (EVPI)", dollars(perfectInformationUsd)]]),
    ...(stochasticSolutionUsd === null
      ? []
      : [["planning for all futures, not for their mean (VSS)", dollars(stochasticSolutionUsd)]]),
  ];
  const note = dim("By solving linear relaxations again, each with the one thing changed.");
  return `${table([{ title: "what would be worth" }, { title: "", align: "right" }], rows)}\n${note}`;
}

function futures({ futures: all }: CapacityPlan): string {
  const rows = all.map(({ future, probability, valueUsd, quarters }) => {
    const peak = Math.min(0, ...quarters.map(({ cashUsd }) => cashUsd));
    const total = (of: (account: QuarterAccount) => number) => quarters.reduce((sum, one) => sum + of(one), 0);
    return [
      future,
      percent(probability, 0),
      signed(valueUsd),
      dollars(total(({ revenueUsd }) => revenueUsd)),
      signed(total(({ profitUsd }) => profitUsd)),
      dollars(total(({ investedUsd }) => investedUsd)),
      dollars(-peak),
    ];
  });
  const titles = ["probability", "present value", "revenue", "profit", "invested", "peak funding"];
  return table([{ title: "future" }, ...titles.map((title) => ({ title, ...right }))], rows);
}

function mw(value: number): string {
  return `${value.toFixed(value >= 10 ? 0 : 1)} MW`;
}

function signed(amount: number): string {
  return amount < 0 ? red(dollars(amount)) : green(dollars(amount));
}
