/** Pictures of a report: an ECharts option drawn as SVG on the server, without a browser. */
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { fontFamily, ink, seriesColors } from "./look.ts";

echarts.use([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

const axis = {
  axisLine: { lineStyle: { color: ink.line } },
  axisTick: { lineStyle: { color: ink.line } },
  axisLabel: { color: ink.quiet },
  nameTextStyle: { color: ink.quiet },
  splitLine: { lineStyle: { color: ink.line } },
};

const markLine = { symbol: "none", lineStyle: { color: ink.text, type: "dashed" }, label: { color: ink.text } };

function theme(family: string): Record<string, unknown> {
  return {
    color: seriesColors,
    backgroundColor: "transparent",
    textStyle: { fontFamily: family, color: ink.text, fontSize: 12 },
    title: { textStyle: { fontFamily: family, fontSize: 14, fontWeight: "bold", color: ink.text } },
    legend: { textStyle: { color: ink.quiet }, itemWidth: 14, itemHeight: 9 },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: axis,
    logAxis: axis,
    timeAxis: axis,
    line: { symbol: "none", lineStyle: { width: 2 }, markLine },
    bar: { markLine },
    scatter: { markLine },
  };
}

/**
 * The picture as a self-contained SVG.
 *
 * @param width In CSS pixels, as is `height`; text is 12 of them high.
 * @param family The font family that its text names.
 */
export function svgOf(
  option: echarts.EChartsCoreOption,
  width: number,
  height: number,
  family: string = fontFamily,
): string {
  const chart = echarts.init(null, theme(family), { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ ...option, animation: false });
    return chart.renderToSVGString();
  } finally {
    // A chart that is not disposed of keeps its process.
    chart.dispose();
  }
}
