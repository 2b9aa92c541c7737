/** A deal's pictures, for reports. The console draws its own, in its own colours. */
import type { EChartsCoreOption } from "echarts/core";
import { monthOf, quarterOf, quarterText } from "../../planner/deal/calendar.ts";
import type { DealEvaluation, MonthlyCash } from "../../planner/deal/evaluate.ts";
import type { Distribution } from "../../planner/deal/monte-carlo.ts";
import type { Portfolio } from "../../planner/deal/portfolio.ts";
import type { Swing } from "../../planner/deal/tornado.ts";
import { costWords, fieldShown } from "./deal-words.ts";
import { ink, seriesColors } from "./look.ts";
import { dollars, hourly } from "./numbers.ts";

const [blue = "", orange = "", green = "", pink = "", red = ""] = seriesColors;

/** The scale of a picture's money: `$ bn` and what to divide by. */
function scaleOf(values: readonly number[]): { readonly name: string; readonly by: number } {
  const most = Math.max(...values.map(Math.abs));
  if (most >= 1e9) return { name: "$ bn", by: 1e9 };
  return most >= 1e6 ? { name: "$ M", by: 1e6 } : { name: "$ k", by: 1e3 };
}

/** Parts of an hour's cost one upon the other, up to the price. */
export function buildUpOption({ buildUp, contract, role }: DealEvaluation): EChartsCoreOption {
  const parts = [
    ...buildUp.parts.map(({ part, usdPerHour }) => ({ name: costWords[part], usd: usdPerHour, color: blue })),
    ...(buildUp.financeUsdPerHour === 0
      ? []
      : [{ name: "cost of capital", usd: buildUp.financeUsdPerHour, color: orange }]),
    ...(role === "seller" ? [{ name: "price", usd: contract.usdPerAcceleratorHour, color: green }] : []),
  ];
  let below = 0;
  const bases = parts.map(({ name, usd }) => {
    const base = name === "price" ? 0 : below;
    below += usd;
    return base;
  });
  return {
    grid: { left: 128, right: 48, top: 4, bottom: 36 },
    xAxis: { type: "value", name: "$ an hour", nameLocation: "middle", nameGap: 22 },
    yAxis: { type: "category", inverse: true, data: parts.map(({ name }) => name), axisTick: { show: false } },
    series: [
      { type: "bar", stack: "cost", silent: true, itemStyle: { color: "transparent" }, data: bases },
      {
        type: "bar",
        stack: "cost",
        barCategoryGap: "30%",
        data: parts.map(({ usd, color }) => ({ value: usd, itemStyle: { color } })),
        label: {
          show: true,
          position: "right",
          color: ink.text,
          formatter: ({ value }: { value: number }) => hourly(value),
        },
      },
    ],
  };
}

/** By quarter: months would be too fine to see. */
export function cashOption({ from, cashUsd, runningCashUsd }: MonthlyCash): EChartsCoreOption {
  const first = monthOf(`${from}-01`);
  const quarters = [...Map.groupBy(cashUsd.keys(), (month) => quarterOf(first + month))];
  const cash = quarters.map(([, months]) => months.reduce((total, month) => total + (cashUsd[month] ?? 0), 0));
  const running = quarters.map(([, months]) => runningCashUsd[months.at(-1) ?? 0] ?? 0);
  const { name, by } = scaleOf([...cash, ...running]);
  return {
    grid: { left: 48, right: 12, top: 28, bottom: 48 },
    legend: { bottom: 0, data: ["cash of the quarter", "running total"] },
    xAxis: {
      type: "category",
      data: quarters.map(([quarter]) => quarterText(quarter)),
      axisLabel: { hideOverlap: true },
      axisLine: { onZero: false },
    },
    yAxis: { type: "value", name },
    series: [
      { name: "cash of the quarter", type: "bar", itemStyle: { color: blue }, data: cash.map((usd) => usd / by) },
      {
        name: "running total",
        type: "line",
        itemStyle: { color: red },
        lineStyle: { color: red },
        data: running.map((usd) => usd / by),
      },
    ],
  };
}

export function runOffOption({ rpo }: DealEvaluation): EChartsCoreOption {
  const closing = rpo.map(({ closingUsd }) => Number(closingUsd));
  const { name, by } = scaleOf(closing);
  return {
    grid: { left: 52, right: 12, top: 28, bottom: 28 },
    xAxis: { type: "category", data: rpo.map(({ quarter }) => quarter), axisLabel: { interval: everyOf(rpo.length) } },
    yAxis: { type: "value", name },
    series: [{ type: "bar", itemStyle: { color: green }, data: closing.map((usd) => usd / by) }],
  };
}

export function tornadoOption(swings: readonly Swing[], npvUsd: number, count: number): EChartsCoreOption {
  const shown = swings.slice(0, count).toReversed();
  const { name, by } = scaleOf(shown.flatMap(({ npvLowUsd, npvHighUsd }) => [npvLowUsd, npvHighUsd]));
  const widest = Math.max(
    ...shown.flatMap((one) => [one.npvLowUsd, one.npvHighUsd].map((usd) => Math.abs(usd - npvUsd))),
  );
  const bars = (title: string, color: string, of: (swing: Swing) => number, said: (swing: Swing) => number) => ({
    name: title,
    type: "bar",
    stack: "swing",
    itemStyle: { color },
    data: shown.map((swing) => {
      const moved = of(swing) - npvUsd;
      const label = {
        show: Math.abs(moved) > widest / 100,
        color: ink.quiet,
        fontSize: 10,
        formatter: fieldShown(swing.field).text(said(swing)),
        position: moved < 0 ? "left" : "right",
      };
      return { value: moved / by, label };
    }),
  });
  // Room for the words at the ends of the bars.
  const end = (widest * 1.3) / by;
  return {
    grid: { left: 232, right: 12, top: 8, bottom: 64 },
    legend: { bottom: 0, data: ["at its low", "at its high"] },
    xAxis: {
      type: "value",
      name: `NPV less ${dollars(npvUsd)}, ${name}`,
      nameLocation: "middle",
      nameGap: 24,
      min: -end,
      max: end,
      axisLabel: { showMinLabel: false, showMaxLabel: false },
    },
    yAxis: {
      type: "category",
      data: shown.map(({ field }) => fieldShown(field).label),
      axisLabel: { width: 220, overflow: "truncate" },
      axisLine: { show: false },
      axisTick: { show: false },
    },
    series: [
      bars(
        "at its low",
        pink,
        (swing) => swing.npvLowUsd,
        (swing) => swing.low,
      ),
      bars(
        "at its high",
        blue,
        (swing) => swing.npvHighUsd,
        (swing) => swing.high,
      ),
    ],
  };
}

/** @param scale Divides the values; `name` says by what. */
export function histogramOption(
  { histogram: { from, to, counts }, mean }: Distribution,
  { name, by }: { readonly name: string; readonly by: number },
): EChartsCoreOption {
  const width = (to - from) / counts.length;
  const draws = counts.reduce((total, count) => total + count, 0);
  const middles = counts.map((_, bin) => (from + (bin + 0.5) * width) / by);
  return {
    grid: { left: 44, right: 16, top: 28, bottom: 40 },
    xAxis: {
      type: "value",
      name,
      nameLocation: "middle",
      nameGap: 24,
      min: from / by,
      max: to / by,
      axisLabel: { hideOverlap: true },
    },
    yAxis: { type: "value", name: "% of draws" },
    series: [
      {
        type: "bar",
        barWidth: "94%",
        data: counts.map((count, bin) => ({
          value: [middles[bin] ?? 0, (100 * count) / draws],
          itemStyle: { color: (middles[bin] ?? 0) < 0 ? red : blue },
        })),
        markLine: { data: [{ xAxis: mean / by }], label: { formatter: "mean", position: "end" } },
      },
    ],
  };
}

export function moneyScale({ p5, p95 }: Distribution): { readonly name: string; readonly by: number } {
  return scaleOf([p5, p95]);
}

/** What remains, customer upon customer. */
export function portfolioRunOffOption({ rpo, customers }: Portfolio): EChartsCoreOption {
  const { name, by } = scaleOf(rpo.map(({ totalUsd }) => Number(totalUsd)));
  return {
    grid: { left: 52, right: 12, top: 28, bottom: 52 },
    legend: { bottom: 0 },
    xAxis: { type: "category", data: rpo.map(({ quarter }) => quarter), axisLabel: { interval: everyOf(rpo.length) } },
    yAxis: { type: "value", name },
    series: customers.map(({ counterparty }, customer) => ({
      name: counterparty,
      type: "bar",
      stack: "rpo",
      data: rpo.map(({ closingUsd }) => Number(closingUsd[customer]) / by),
    })),
  };
}

/** Of so many quarters, how many labels are skipped. */
function everyOf(quarters: number): number {
  return quarters <= 14 ? 0 : 3;
}
