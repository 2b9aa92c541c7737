/** The run as a picture: requests a second of each gateway, as bars on a logarithmic axis. */
import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Result } from "./verdict.ts";

echarts.use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

export function picture(result: Result): string {
  const names = Object.keys(result).toReversed();
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 860, height: 90 + names.length * 64 });
  const series = [
    ["JSON", "json32.rps", "#0f766e"],
    ["64-chunk streams", "stream32.rps", "#d97706"],
  ] as const;
  chart.setOption({
    backgroundColor: "#ffffff",
    title: {
      text: "Requests a second, one worker on one core, 32 connections",
      left: 12,
      top: 8,
      textStyle: { fontSize: 15 },
    },
    legend: { right: 12, top: 10 },
    grid: { left: 100, right: 90, top: 52, bottom: 30 },
    xAxis: { type: "log", min: 10 },
    yAxis: { type: "category", data: names },
    series: series.map(([name, key, color]) => ({
      type: "bar",
      name,
      itemStyle: { color },
      label: { show: true, position: "right", formatter: ({ value }: { value: number }) => String(Math.round(value)) },
      data: names.map((one) => result[one]?.[key] ?? null),
    })),
  });
  const svg = chart.renderToSVGString();
  // A chart that is not disposed of keeps its process.
  chart.dispose();
  return svg;
}
