/** Options of the page's charts. Pure. */
import type { EChartsCoreOption } from "echarts/core";
import type { Inks } from "../palette.ts";
import { categoryColors, layerColor } from "../palette.ts";
import { amounts, category, frame, type Writer } from "../parts/chart-frame.ts";
import type { Plan, Planned, Step } from "./shapes.ts";

const colorAt = (index: number) => categoryColors[index % categoryColors.length]!;

/** MW of IT by source, in the mean of the futures. */
export function capacityOption(
  { summary }: Plan,
  ink: Inks,
  words: { readonly supply: (name: string) => string; readonly text: Writer },
): EChartsCoreOption {
  return {
    ...frame(ink, words.text),
    xAxis: category(quartersOf(summary.quarters), ink),
    yAxis: amounts(ink, words.text),
    series: summary.supplies.map((supply, index) => ({
      type: "bar",
      stack: "capacity",
      barCategoryGap: "18%",
      name: words.supply(supply),
      itemStyle: { color: supply === "standing" ? ink.idle : colorAt(index) },
      emphasis: { focus: "none" },
      data: summary.quarters.map(({ capacityMw }) => capacityMw[supply] ?? 0),
    })),
  };
}

/** What flows in a quarter, what there is after it, and how far that is apart over the futures. */
export function cashOption(
  { summary: { quarters } }: Plan,
  ink: Inks,
  words: { flow: string; balance: string; lowest: string; highest: string; text: Writer },
): EChartsCoreOption {
  const line = (name: string, data: readonly number[], dashed: boolean) => ({
    type: "line",
    name,
    symbol: "none",
    lineStyle: { color: layerColor.chips, width: dashed ? 1 : 2, type: dashed ? "dashed" : "solid" },
    itemStyle: { color: layerColor.chips },
    data,
  });
  return {
    ...frame(ink, words.text),
    xAxis: category(quartersOf(quarters), ink),
    yAxis: amounts(ink, words.text),
    series: [
      {
        type: "bar",
        name: words.flow,
        itemStyle: { color: layerColor.platform },
        emphasis: { focus: "none" },
        data: quarters.map(({ cashFlowUsd }) => cashFlowUsd),
      },
      line(
        words.balance,
        quarters.map(({ cashUsd }) => cashUsd),
        false,
      ),
      line(
        words.lowest,
        quarters.map(({ lowestCashUsd }) => lowestCashUsd),
        true,
      ),
      line(
        words.highest,
        quarters.map(({ highestCashUsd }) => highestCashUsd),
        true,
      ),
    ],
  };
}

/** What one more unit of work of each class costs. */
export function pricesOption(
  { summary: { quarters } }: Plan,
  unit: "tokens" | "acceleratorHours",
  ink: Inks,
  text: Writer,
): EChartsCoreOption {
  const classes = (quarters[0]?.work ?? []).filter((work) => work.unit === unit);
  return {
    ...frame(ink, text),
    xAxis: category(quartersOf(quarters), ink),
    yAxis: { ...amounts(ink, text), scale: true },
    series: classes.map(({ model, tier }, index) => ({
      type: "line",
      step: "middle",
      symbol: "none",
      name: `${model}, ${tier}`,
      lineStyle: { color: colorAt(index), width: 2 },
      itemStyle: { color: colorAt(index) },
      data: quarters.map(
        ({ work }) => work.find((one) => one.model === model && one.tier === tier)?.marginalUsd ?? null,
      ),
    })),
  };
}

/** How the gap closes while a plan is worked out. */
export function gapOption(steps: readonly Step[], ink: Inks, name: string): EChartsCoreOption {
  const percentOf = (value: number) => `${value.toFixed(2)} %`;
  return {
    ...frame(ink, percentOf),
    legend: { show: false },
    grid: { left: 8, right: 16, top: 12, bottom: 4, containLabel: true },
    xAxis: {
      type: "value",
      min: 0,
      axisLabel: { color: ink.quiet, fontSize: 11, formatter: (seconds: number) => `${seconds} s` },
      splitLine: { show: false },
      axisLine: { lineStyle: { color: ink.line } },
    },
    yAxis: { ...amounts(ink, percentOf), min: 0 },
    series: [
      {
        type: "line",
        step: "end",
        name,
        symbol: "none",
        lineStyle: { color: layerColor.platform, width: 2 },
        data: steps.flatMap(({ seconds, gap }) => (gap === null ? [] : [[Number(seconds.toFixed(2)), gap * 100]])),
      },
    ],
  };
}

/** A figure of each quarter, one line for each plan. */
export function besideOption(
  runs: readonly Planned[],
  of: (quarter: Plan["summary"]["quarters"][number]) => number,
  ink: Inks,
  text: Writer,
  name: (run: Planned) => string,
): EChartsCoreOption {
  const quarters = quartersOfAll(runs);
  return {
    ...frame(ink, text),
    xAxis: category(quarters, ink),
    yAxis: amounts(ink, text),
    series: runs.map((run, index) => ({
      type: "line",
      symbol: "none",
      name: name(run),
      lineStyle: { color: colorAt(index), width: 2 },
      itemStyle: { color: colorAt(index) },
      data: quarters.map((quarter) => {
        const found = run.plan.summary.quarters.find((one) => one.quarter === quarter);
        return found === undefined ? null : of(found);
      }),
    })),
  };
}

/** In their order. */
export function quartersOfAll(runs: readonly Planned[]): string[] {
  return [...new Set(runs.flatMap(({ plan }) => quartersOf(plan.summary.quarters)))].toSorted();
}

export function totalMw({ capacityMw }: Plan["summary"]["quarters"][number]): number {
  return Object.values(capacityMw).reduce((sum, mw) => sum + mw, 0);
}

function quartersOf(quarters: Plan["summary"]["quarters"]): string[] {
  return quarters.map(({ quarter }) => quarter);
}
