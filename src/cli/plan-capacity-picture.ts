/** A capacity plan as text for a terminal: what to decide, and what comes of it quarter by quarter. Pure. */
import type { FutureAccount, LayerCosts, QuarterAccount } from "../planner/capacity/account.ts";
import type { Decision } from "../planner/capacity/decided.ts";
import type { CapacityPlan } from "../planner/capacity/plan-capacity.ts";
import type { Binding } from "../planner/capacity/prices.ts";
import type { CapacityScenario } from "../planner/capacity/scenario.ts";
import type { WhatIf } from "../planner/capacity/what-if.ts";
import { bar, bold, cyan, dim, green, pad, red, table, yellow } from "./terminal.ts";

const barColumns = 36;
const cashColumns = 20;
const bindingsShown = 8;

export function capacityPicture(scenario: CapacityScenario, plan: CapacityPlan, changed: WhatIf | undefined): string {
  return [
    heading(plan),
    decisions(plan),
    capacity(plan),
    work(plan),
    cash(plan),
    layers(plan, scenario.objective !== "cost"),
    prices(plan),
    bindings(plan),
    ...(changed === undefined ? [] : [whatIfs(changed)]),
    futures(plan),
  ].join("\n\n");
}

function heading({ name, objective, solved, problems }: CapacityPlan): string {
  const { status, value, bound, unit, gap, seconds, columns, rows, wholeNumbers } = solved;
  const amount = (of: number) => (unit === "usd" ? dollars(of) : `${(of * 100).toFixed(1)} % a year`);
  const title = { profit: "present value", cost: "present value of its cost", roic: "return on capital" }[objective];
  const shown = objective === "cost" ? -value : value;
  const marked = status === "best so far" ? yellow("best so far: the time ran out, or it was stopped") : status;
  const proof = gap === null || bound === null ? "nothing proven" : `${percent(gap)} from the best at most`;
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
  return table([{ title: "quarter" }, { title: "" }, { title: "what" }], rows);
}

function told(list: readonly Decision[]): string {
  return list
    .flatMap((one): string[] => {
      if (one.kind === "accept") return [green(`accept ${one.deal}`)];
      if (one.kind === "programme") return [green(`start ${one.accelerator}`)];
      if (one.kind === "build") return [cyan(`${mw(one.mw)} ${one.supply} at ${one.site}`)];
      if (one.kind === "buy") return [`${mw(one.mw)} ${one.accelerator} for ${one.site}`];
      return one.kind === "rent" ? [yellow(`${mw(one.mw)} ${one.accelerator} of ${one.supply} in ${one.region}`)] : [];
    })
    .join(", ");
}

const paints = [dim, cyan, green, yellow, red, bold];
const fills = ["░", "█", "▓", "▒", "■", "▪"];

/** Stacked bars of MW by source, in the mean of the futures. */
function capacity({ futures, quarters }: CapacityPlan): string {
  const supplies = [
    ...new Set(futures.flatMap(({ quarters }) => quarters.flatMap(({ capacityMw }) => Object.keys(capacityMw)))),
  ];
  const byQuarter = quarters.map((_, quarter) =>
    supplies.map((supply) => mean(futures, quarter, ({ capacityMw }) => capacityMw[supply] ?? 0)),
  );
  const most = Math.max(1e-9, ...byQuarter.map((values) => values.reduce((sum, value) => sum + value, 0)));
  const used = supplies.filter((_, index) => byQuarter.some((values) => (values[index] ?? 0) > 0));
  const draw = (supply: string, text: string) => paints[used.indexOf(supply) % paints.length]!(text);
  const rows = byQuarter.map((values, quarter) => {
    // Rounding the running total keeps the stack as long as its sum.
    let [sum, drawn] = [0, 0];
    const segments = supplies.map((supply, index) => {
      sum += values[index] ?? 0;
      const end = Math.round((sum / most) * barColumns);
      const text = fills[used.indexOf(supply) % fills.length]!.repeat(Math.max(0, end - drawn));
      drawn = end;
      return used.includes(supply) ? draw(supply, text) : "";
    });
    return [quarters[quarter]!, mw(sum), segments.join("")];
  });
  const legend = used
    .map((supply) => draw(supply, `${fills[used.indexOf(supply) % fills.length]} ${supply}`))
    .join("  ");
  const columns = [
    { title: "capacity" },
    { title: "IT", align: "right" as const },
    { title: "by source, mean of the futures" },
  ];
  return `${table(columns, rows)}\n${legend}`;
}

/** How much of what is wanted is made, bought, and left, in the mean. */
function work({ futures, quarters }: CapacityPlan): string {
  const classes = futures[0]?.quarters[0]?.work ?? [];
  const columns = [
    { title: "work" },
    ...classes.map(({ model, tier, unit }) => ({
      title: `${model}, ${tier} (${unit === "tokens" ? "Ttok" : "Mh"})`,
      align: "right" as const,
    })),
  ];
  const rows = quarters.map((name, quarter) => [
    name,
    ...classes.map((_, index) => {
      const of = (measure: "demanded" | "unmet" | "bought") =>
        mean(futures, quarter, ({ work: all }) => all[index]![measure]);
      const [demanded, unmet, bought] = [of("demanded"), of("unmet"), of("bought")];
      const left = demanded > 0 ? unmet / demanded : 0;
      const notes = [
        ...(bought / Math.max(1e-9, demanded) > 0.005 ? [dim(`${percent(bought / demanded, 0)} bought`)] : []),
        ...(left > 0.005 ? [red(`${percent(left, 0)} unmet`)] : []),
      ];
      return [...notes, demanded.toFixed(demanded >= 100 ? 0 : 1)].join(" ");
    }),
  ]);
  return table(columns, rows);
}

/** Cash to the left of nothing in red, to the right in green; with the span over the futures. */
function cash({ futures, quarters }: CapacityPlan): string {
  const each = quarters.map((_, quarter) => futures.map(({ quarters: all }) => all[quarter]?.cashUsd ?? 0));
  const widest = Math.max(1, ...each.flat().map(Math.abs));
  const rows = quarters.map((name, quarter) => {
    const value = mean(futures, quarter, ({ cashUsd }) => cashUsd);
    const columns = Math.round((Math.abs(value) / widest) * cashColumns);
    const left = pad(value < 0 ? "█".repeat(columns) : "", cashColumns, "right");
    const right = pad(value < 0 ? "" : "█".repeat(columns), cashColumns, "left");
    const flow = mean(futures, quarter, ({ cashFlowUsd }) => cashFlowUsd);
    const invested = mean(futures, quarter, ({ investedUsd }) => investedUsd);
    return [
      name,
      dollars(invested),
      signed(flow),
      signed(value),
      `${red(left)}│${green(right)}`,
      futures.length > 1
        ? dim(`${dollars(Math.min(...each[quarter]!))} to ${dollars(Math.max(...each[quarter]!))}`)
        : "",
    ];
  });
  const right = { align: "right" as const };
  const columns = [
    { title: "cash" },
    { title: "invested", ...right },
    { title: "flow", ...right },
    { title: "balance", ...right },
    { title: "" },
    { title: futures.length > 1 ? "over the futures" : "" },
  ];
  return table(columns, rows);
}

const layerNames: readonly (keyof LayerCosts)[] = ["energy", "chips", "infrastructure", "platform"];

/** What of the revenue each layer takes, and what is left above it. */
function layers({ futures, quarters }: CapacityPlan, hasRevenue: boolean): string {
  const total = (of: (account: QuarterAccount) => number) =>
    quarters.reduce((sum, _, quarter) => sum + mean(futures, quarter, of), 0);
  const revenue = total(({ revenueUsd }) => revenueUsd);
  let left = revenue;
  const share = (of: number) => (revenue > 0 ? of / revenue : 0);
  const rows = layerNames.map((layer) => {
    const cost = total(({ costUsd }) => costUsd[layer]);
    left -= cost;
    const rest = hasRevenue && revenue > 0 ? [percent(share(cost)), signed(left), percent(share(left))] : ["", "", ""];
    return [layer, dollars(cost), ...rest, cyan(bar(share(cost), barColumns))];
  });
  const damages = total(({ damagesUsd }) => damagesUsd);
  if (damages > 0) rows.push(["damages", dollars(damages), percent(share(damages)), signed(left - damages), "", ""]);
  const right = { align: "right" as const };
  const columns = [
    { title: "layer" },
    { title: "cost", ...right },
    { title: "of revenue", ...right },
    { title: "left above it", ...right },
    { title: "margin", ...right },
    { title: "" },
  ];
  const note = `Revenue ${dollars(revenue)} over the plan, mean of the futures; depreciation is a cost, interest is not.`;
  return `${table(columns, rows)}\n${dim(note)}`;
}

/** Marginal and average cost, in the mean of the futures. */
function prices({ prices: all, futures, quarters }: CapacityPlan): string {
  const classes = [...new Map(all.map((one) => [`${one.model}, ${one.tier}`, one])).entries()];
  const of = (quarter: string, name: string) => {
    const list = futures.map(({ future, probability }) => ({
      probability,
      price: all.find(
        (one) => one.quarter === quarter && one.futures.includes(future) && `${one.model}, ${one.tier}` === name,
      ),
    }));
    const known = list.filter(({ price }) => price !== undefined);
    const weigh = (value: (price: (typeof all)[number]) => number) =>
      known.reduce((sum, { probability, price }) => sum + probability * value(price!), 0) /
      known.reduce((sum, { probability }) => sum + probability, 0);
    const averages = known.every(({ price }) => price!.averageUsd !== null);
    return known.length === 0
      ? ["–", "–"]
      : [
          usd(weigh(({ marginalUsd }) => marginalUsd)),
          averages ? dim(usd(weigh(({ averageUsd }) => averageUsd ?? 0))) : dim("–"),
        ];
  };
  const right = { align: "right" as const };
  const columns = [
    { title: "cost of one more" },
    ...classes.flatMap(([name, { unit }]) => [
      { title: `${name}, $/${unit === "tokens" ? "Mtok" : "h"}`, ...right },
      { title: "average", ...right },
    ]),
  ];
  const rows = quarters.map((quarter) => [quarter, ...classes.flatMap(([name]) => of(quarter, name))]);
  return table(columns, rows);
}

function bindings({ bindings: all }: CapacityPlan): string {
  if (all.length === 0) return dim("No limit of power, of a vendor or of capital binds.");
  const rows = all.slice(0, bindingsShown).map((one) => [what(one), span(one), worth(one)]);
  return table([{ title: "what binds" }, { title: "when" }, { title: "worth of one more", align: "right" }], rows);
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
  const right = { align: "right" as const };
  const titles = ["probability", "present value", "revenue", "profit", "invested", "peak funding"];
  return table([{ title: "future" }, ...titles.map((title) => ({ title, ...right }))], rows);
}

function mean(futures: readonly FutureAccount[], quarter: number, of: (account: QuarterAccount) => number): number {
  return futures.reduce((sum, { probability, quarters }) => sum + probability * of(quarters[quarter]!), 0);
}

function mw(value: number): string {
  return `${value.toFixed(value >= 10 ? 0 : 1)} MW`;
}

function percent(share: number, digits = 2): string {
  return `${(share * 100).toFixed(share >= 0.1 ? Math.min(digits, 1) : digits)} %`;
}

function usd(value: number): string {
  return `$${value.toFixed(value >= 10 ? 2 : 3)}`;
}

/** Dollars with as many digits as a plan deserves. */
function dollars(amount: number): string {
  const sign = amount < 0 ? "−" : "";
  const size = Math.abs(amount);
  if (size >= 1e9) return `${sign}$${(size / 1e9).toFixed(2)} bn`;
  if (size >= 1e6) return `${sign}$${(size / 1e6).toFixed(size >= 1e7 ? 0 : 1)} M`;
  return `${sign}$${size.toLocaleString("en", { maximumFractionDigits: 0 })}`;
}

function signed(amount: number): string {
  return amount < 0 ? red(dollars(amount)) : green(dollars(amount));
}
