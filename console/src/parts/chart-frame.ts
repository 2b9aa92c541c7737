/** What the options of charts over categories have in common. Pure. */
import type { EChartsCoreOption } from "echarts/core";
import type { Inks } from "../palette.ts";
import { fontFamily } from "../theme.ts";

export type Writer = (value: number) => string;

/** A chart over categories: its legend above it, and each value of a category told where one points. */
export function frame(ink: Inks, text: Writer): EChartsCoreOption {
  return {
    textStyle: { fontFamily, color: ink.text },
    animation: false,
    grid: { left: 8, right: 16, top: 34, bottom: 4, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      itemWidth: 12,
      itemHeight: 8,
      itemGap: 14,
      textStyle: { color: ink.quiet, fontFamily, fontSize: 12 },
    },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: ink.panel,
      borderColor: ink.line,
      textStyle: { color: ink.text, fontFamily, fontSize: 12 },
      axisPointer: { type: "shadow", shadowStyle: { color: ink.line, opacity: 0.35 } },
      valueFormatter: text,
    },
  };
}

export function category(data: readonly string[], ink: Inks) {
  return {
    type: "category",
    data,
    axisLine: { lineStyle: { color: ink.line }, onZero: false },
    axisTick: { show: false },
    axisLabel: { color: ink.quiet, fontSize: 11, hideOverlap: true },
  };
}

/** @param text Writes the axis's values; as they are when absent. */
export function amounts(ink: Inks, text?: Writer) {
  return {
    type: "value",
    splitNumber: 4,
    splitLine: { lineStyle: { color: ink.line } },
    axisLabel: { color: ink.quiet, fontSize: 11, ...(text && { formatter: text }) },
  };
}
