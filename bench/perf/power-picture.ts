/** Wall power by accelerator, measured beside predicted: the accelerator and its share of the server. */
import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

type Row = {
  readonly run: string;
  readonly measuredWatts: number;
  readonly acceleratorWatts: number;
  readonly host: number;
};

export function powerPicture(rows: readonly Row[]): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 900, height: 420 });
  const bars = (name: string, stack: string, color: string, of: (row: Row) => number) => ({
    name,
    stack,
    type: "bar" as const,
    itemStyle: { color },
    data: rows.map((row) => Number(of(row).toFixed(0))),
  });
  chart.setOption({
    backgroundColor: "#ffffff",
    title: { text: "Wall power of a B200, MLPerf inference v5.1, W", left: 16, top: 8, textStyle: { fontSize: 15 } },
    legend: { top: 36 },
    grid: { left: 56, right: 24, top: 72, bottom: 40 },
    xAxis: { type: "category", data: rows.map(({ run }) => run), axisLabel: { fontSize: 10, interval: 0 } },
    yAxis: { type: "value" },
    series: [
      bars("measured", "measured", "#334155", ({ measuredWatts }) => measuredWatts),
      bars("predicted: accelerator", "predicted", "#0f766e", ({ acceleratorWatts }) => acceleratorWatts),
      bars("predicted: host, fans, losses", "predicted", "#5eead4", ({ host }) => host),
    ],
  });
  const svg = chart.renderToSVGString();
  // A chart that is not disposed of keeps its process.
  chart.dispose();
  return svg;
}
