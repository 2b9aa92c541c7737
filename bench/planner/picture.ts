/** Seconds of a capacity plan and of its relaxation against the number of sites. */
import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

export function growthPicture(
  runs: readonly {
    readonly sites: number;
    readonly rootSeconds: number;
    readonly seconds: number;
    readonly gap: number | null;
  }[],
): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 720, height: 420 });
  const bars = (name: string, color: string, data: readonly number[], labels: readonly string[]) => ({
    name,
    type: "bar" as const,
    stack: "seconds",
    itemStyle: { color },
    data: data.map((value, index) => ({
      value: Number(value.toFixed(1)),
      label: { show: labels[index] !== "", position: "top" as const, color: "#1f2530", formatter: labels[index] ?? "" },
    })),
  });
  chart.setOption({
    backgroundColor: "#ffffff",
    title: { text: "A capacity plan by its number of sites", left: 16, top: 8, textStyle: { fontSize: 15 } },
    legend: { top: 36 },
    grid: { left: 64, right: 24, top: 80, bottom: 56 },
    xAxis: { type: "category", data: runs.map(({ sites }) => `${sites} sites`) },
    yAxis: { type: "value", name: "seconds" },
    series: [
      bars(
        "root relaxation",
        "#0f766e",
        runs.map(({ rootSeconds }) => rootSeconds),
        runs.map(() => ""),
      ),
      bars(
        "strategic choices and dive",
        "#d97706",
        runs.map(({ rootSeconds, seconds }) => seconds - rootSeconds),
        runs.map(({ gap, seconds }) => `${seconds.toFixed(0)} s, gap ${gap === null ? "?" : (gap * 100).toFixed(2)} %`),
      ),
    ],
  });
  const svg = chart.renderToSVGString();
  // A chart that is not disposed of keeps its process.
  chart.dispose();
  return svg;
}
