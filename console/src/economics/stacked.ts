/** Options of the page's charts. Pure. */
import type { EChartsCoreOption } from "echarts/core";
import type { Inks } from "../palette.ts";
import { amounts, category, frame } from "../parts/chart-frame.ts";
import { routeColor, sellerColor } from "./colors.ts";
import { powerRoutes, type ScenarioRun, type Seller, sellers, type ShareQuarter, type StrategyRun } from "./shapes.ts";

export type Words = {
  readonly routes: Readonly<Record<(typeof powerRoutes)[number], string>>;
  readonly sellers: Readonly<Record<Seller, string>>;
  readonly number: (value: number) => string;
};

/** Quarters that a picture of power shows: the years in which it grows. */
export function grownQuarters({ quarters }: ScenarioRun): readonly { readonly quarter: string; readonly t: number }[] {
  return quarters
    .map((quarter, t) => ({ quarter, t }))
    .filter(({ quarter }) => quarter >= "2024Q3" && quarter <= "2029Q1");
}

/** In GW, at the latest of the quarters: the most of any strategy, so that all share an axis. */
export function mostGigawatts({ strategies, quarters }: ScenarioRun): number {
  const at = ({ mw }: StrategyRun, t: number) => powerRoutes.reduce((sum, route) => sum + (mw[route][t] ?? 0), 0);
  return Math.max(0.1, ...strategies.flatMap((one) => quarters.map((_, t) => at(one, t) / 1000)));
}

export function capacityOption(run: ScenarioRun, strategy: StrategyRun, ink: Inks, words: Words): EChartsCoreOption {
  const shown = grownQuarters(run);
  return {
    ...frame(ink, words.number),
    xAxis: category(
      shown.map(({ quarter }) => quarter),
      ink,
    ),
    yAxis: { ...amounts(ink), max: roundedUp(mostGigawatts(run)), splitNumber: 4 },
    series: powerRoutes.map((route) => ({
      type: "bar",
      stack: "power",
      barCategoryGap: "12%",
      name: words.routes[route],
      itemStyle: { color: routeColor[route] },
      emphasis: { focus: "none" },
      data: shown.map(({ t }) => (strategy.mw[route][t] ?? 0) / 1000),
    })),
  };
}

/** To the next of 1, 2, 4 or 8 times a power of ten, so that the axis is divided evenly. */
function roundedUp(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([1, 2, 4, 8].find((step) => step * power >= most) ?? 10);
}

/** Parts of the whole, quarter by quarter, in percent. */
export function sharesOption(shares: readonly ShareQuarter[], ink: Inks, words: Words): EChartsCoreOption {
  const parts = shares.map(({ backlogs }) => {
    const all = sellers.reduce((sum, seller) => sum + backlogs[seller], 0);
    return Object.fromEntries(sellers.map((seller) => [seller, (100 * backlogs[seller]) / all]));
  });
  return {
    ...frame(ink, words.number),
    xAxis: category(
      shares.map(({ quarter }) => quarter),
      ink,
    ),
    yAxis: { ...amounts(ink), max: 100, interval: 25 },
    series: sellers.map((seller) => ({
      type: "bar",
      stack: "share",
      barCategoryGap: "22%",
      name: words.sellers[seller],
      itemStyle: { color: sellerColor[seller] },
      emphasis: { focus: "none" },
      label: {
        show: true,
        color: "#ffffff",
        textBorderColor: sellerColor[seller],
        textBorderWidth: 2,
        fontSize: 11,
        formatter: ({ value: part }: { value: number }) => (part < 2.5 ? "" : part.toFixed(0)),
      },
      data: parts.map((one) => one[seller] ?? 0),
    })),
  };
}
