/** Options of the page's charts. Pure. */
import type { EChartsCoreOption } from "echarts/core";
import type { Inks } from "../palette.ts";
import { categoryColors, layerColor } from "../palette.ts";
import { amounts, category, frame, type Writer } from "../parts/chart-frame.ts";
import { fontFamily } from "../theme.ts";
import type { DealEvaluation, Distribution, MonthlyCash, Portfolio } from "./shapes.ts";

/** The parts of an hour's cost one after the other, then the price. */
export function buildUpOption(
  { buildUp, contract, role }: DealEvaluation,
  ink: Inks,
  words: {
    readonly part: (part: string) => string;
    readonly finance: string;
    readonly price: string;
    readonly text: Writer;
  },
): EChartsCoreOption {
  const parts = [
    ...buildUp.parts.map(({ part, usdPerHour }) => ({
      name: words.part(part),
      usd: usdPerHour,
      color: layerColor.platform,
    })),
    ...(buildUp.financeUsdPerHour === 0
      ? []
      : [{ name: words.finance, usd: buildUp.financeUsdPerHour, color: layerColor.energy }]),
  ];
  const price =
    role === "seller" ? [{ name: words.price, usd: contract.usdPerAcceleratorHour, color: layerColor.models }] : [];
  let below = 0;
  const bases = [
    ...parts.map(({ usd }) => {
      const base = below;
      below += usd;
      return base;
    }),
    ...price.map(() => 0),
  ];
  const all = [...parts, ...price];
  return {
    textStyle: { fontFamily, color: ink.text },
    animation: false,
    grid: { left: 8, right: 64, top: 4, bottom: 4, containLabel: true },
    xAxis: amounts(ink, words.text),
    yAxis: {
      ...category(
        all.map(({ name }) => name),
        ink,
      ),
      inverse: true,
      axisLabel: { color: ink.text, fontSize: 12 },
    },
    series: [
      { type: "bar", stack: "cost", silent: true, itemStyle: { color: "transparent" }, data: bases },
      {
        type: "bar",
        stack: "cost",
        barCategoryGap: "32%",
        emphasis: { focus: "none" },
        data: all.map(({ usd, color }) => ({ value: usd, itemStyle: { color, borderRadius: 2 } })),
        label: {
          show: true,
          position: "right",
          color: ink.text,
          fontSize: 12,
          formatter: ({ value }: { value: number }) => words.text(value),
        },
      },
    ],
  };
}

export type Quarter = { readonly quarter: string; readonly cash: number; readonly running: number };

/** Months added up to the quarters in which they lie. */
export function quartersOf({ from, cashUsd, runningCashUsd }: MonthlyCash): Quarter[] {
  const [year = 0, month = 1] = from.split("-").map(Number);
  const quarters = new Map<string, Quarter>();
  for (const [index, usd] of cashUsd.entries()) {
    const at = year * 12 + month - 1 + index;
    const quarter = `${Math.floor(at / 12)}Q${Math.floor((at % 12) / 3) + 1}`;
    const before = quarters.get(quarter)?.cash ?? 0;
    quarters.set(quarter, { quarter, cash: before + usd, running: runningCashUsd[index] ?? 0 });
  }
  return [...quarters.values()];
}

export function cashOption(
  quarters: readonly Quarter[],
  ink: Inks,
  words: { readonly cash: string; readonly running: string; readonly text: Writer },
): EChartsCoreOption {
  return {
    ...frame(ink, words.text),
    xAxis: category(
      quarters.map(({ quarter }) => quarter),
      ink,
    ),
    yAxis: amounts(ink, words.text),
    series: [
      {
        type: "bar",
        name: words.cash,
        itemStyle: { color: layerColor.platform },
        emphasis: { focus: "none" },
        data: quarters.map(({ cash }) => cash),
      },
      {
        type: "line",
        name: words.running,
        symbol: "none",
        lineStyle: { color: layerColor.chips, width: 2 },
        itemStyle: { color: layerColor.chips },
        data: quarters.map(({ running }) => running),
      },
    ],
  };
}

export function runOffOption(
  { rpo }: DealEvaluation,
  ink: Inks,
  words: { readonly remaining: string; readonly text: Writer },
): EChartsCoreOption {
  return {
    ...frame(ink, words.text),
    legend: { show: false },
    grid: { left: 8, right: 16, top: 12, bottom: 4, containLabel: true },
    xAxis: category(
      rpo.map(({ quarter }) => quarter),
      ink,
    ),
    yAxis: amounts(ink, words.text),
    series: [
      {
        type: "bar",
        name: words.remaining,
        itemStyle: { color: layerColor.models },
        emphasis: { focus: "none" },
        data: rpo.map(({ closingUsd }) => Number(closingUsd)),
      },
    ],
  };
}

/** @param text Writes a value of what is distributed. */
export function histogramOption(
  { histogram: { from, to, counts } }: Distribution,
  ink: Inks,
  words: { readonly draws: string; readonly text: Writer },
): EChartsCoreOption {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const width = (to - from) / counts.length;
  return {
    ...frame(ink, (value) => `${value.toFixed(1)} %`),
    legend: { show: false },
    grid: { left: 8, right: 16, top: 12, bottom: 4, containLabel: true },
    xAxis: {
      ...category(
        counts.map((_, bin) => words.text(from + (bin + 0.5) * width)),
        ink,
      ),
    },
    yAxis: amounts(ink, (value) => `${value}%`),
    series: [
      {
        type: "bar",
        name: words.draws,
        barCategoryGap: "8%",
        emphasis: { focus: "none" },
        data: counts.map((count, bin) => ({
          value: (100 * count) / total,
          itemStyle: { color: from + (bin + 0.5) * width < 0 ? ink.loss : layerColor.platform },
        })),
      },
    ],
  };
}

/** What remains, customer upon customer. */
export function customersOption({ rpo, customers }: Portfolio, ink: Inks, text: Writer): EChartsCoreOption {
  return {
    ...frame(ink, text),
    xAxis: category(
      rpo.map(({ quarter }) => quarter),
      ink,
    ),
    yAxis: amounts(ink, text),
    series: customers.map(({ counterparty }, customer) => ({
      type: "bar",
      stack: "remaining",
      barCategoryGap: "22%",
      name: counterparty,
      itemStyle: { color: categoryColors[customer % categoryColors.length] },
      emphasis: { focus: "none" },
      data: rpo.map(({ closingUsd }) => Number(closingUsd[customer])),
    })),
  };
}
