/** Predicted against measured TPOT, on logarithmic axes; on the line is right. */
import { LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([LineChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const colours: Readonly<Record<string, string>> = {
  fitted: "#94a3b8",
  "never fitted": "#7c3aed",
  "model held out": "#d97706",
  "chip held out": "#0f766e",
};

export function picture(
  points: readonly { readonly standing: string; readonly tpotMs: number; readonly predictedTpotMs: number }[],
): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 760, height: 720 });
  const axis = (name: string) => ({
    type: "log" as const,
    min: 2,
    max: 200,
    name,
    nameLocation: "middle" as const,
    nameGap: 32,
  });
  const sets = Object.keys(colours).filter((set) => points.some((point) => point.standing === set));
  chart.setOption({
    backgroundColor: "#ffffff",
    title: {
      text: "TPOT of measured deployments, predicted against measured",
      left: 16,
      top: 8,
      textStyle: { fontSize: 15 },
    },
    legend: { top: 36, data: sets },
    grid: { left: 64, right: 24, top: 72, bottom: 56 },
    xAxis: axis("measured, ms"),
    yAxis: axis("predicted, ms"),
    series: [
      ...sets.map((name) => ({
        name,
        type: "scatter" as const,
        symbolSize: 5,
        itemStyle: { color: colours[name]!, opacity: 0.6 },
        data: points.filter(({ standing }) => standing === name).map((point) => [point.tpotMs, point.predictedTpotMs]),
      })),
      {
        type: "line" as const,
        showSymbol: false,
        lineStyle: { color: "#334155", width: 1 },
        data: [
          [2, 2],
          [200, 200],
        ],
      },
    ],
  });
  const svg = chart.renderToSVGString();
  // A chart that is not disposed of keeps its process.
  chart.dispose();
  return svg;
}
