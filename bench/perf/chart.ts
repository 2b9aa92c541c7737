/** Draws a chart as an SVG: on white, without animation. The chart is disposed of, as it would keep the process alive. */
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

export function svgOf(width: number, height: number, option: echarts.EChartsCoreOption): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption({ backgroundColor: "#ffffff", animation: false, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

/** Predicted against measured values in panels side by side, on logarithmic axes. Points on the line are right. */
export type Panel = {
  readonly title: string;
  readonly range: readonly [least: number, most: number];
  readonly points: readonly { readonly group: string; readonly measured: number; readonly predicted: number }[];
};

const palette = ["#0f766e", "#d97706", "#7c3aed", "#2563eb", "#be123c", "#64748b"];

export function comparisons(panels: readonly Panel[]): string {
  const groups = [...new Set(panels.flatMap(({ points }) => points.map(({ group }) => group)))].toSorted();
  const axis = (name: string, gridIndex: number, [min, max]: Panel["range"]) => ({
    gridIndex,
    type: "log" as const,
    name,
    min,
    max,
    nameLocation: "middle" as const,
    nameGap: 34,
  });
  return svgOf(500 * panels.length, 520, {
    legend: { top: 8, itemGap: 28, data: groups },
    title: panels.map(({ title }, at) => ({ text: title, left: at * 500 + 60, top: 36, textStyle: { fontSize: 13 } })),
    grid: panels.map((_, at) => ({ left: at * 500 + 70, top: 70, width: 400, height: 380 })),
    xAxis: panels.map(({ range }, at) => axis("measured", at, range)),
    yAxis: panels.map(({ range }, at) => axis("predicted", at, range)),
    series: panels.flatMap(({ range: [min, max], points }, at) => [
      ...groups.map((name, nth) => ({
        name,
        type: "scatter" as const,
        symbolSize: 7,
        xAxisIndex: at,
        yAxisIndex: at,
        itemStyle: { color: palette[nth % palette.length]!, opacity: 0.7 },
        data: points.filter(({ group }) => group === name).map((point) => [point.measured, point.predicted]),
      })),
      {
        type: "line" as const,
        showSymbol: false,
        xAxisIndex: at,
        yAxisIndex: at,
        lineStyle: { color: "#334155", width: 1 },
        data: [
          [min, min],
          [max, max],
        ],
      },
    ]),
  });
}
