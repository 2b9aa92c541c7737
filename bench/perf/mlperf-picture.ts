/** Predicted against measured, for each Server run: TPOT at the offered rate, and tokens a second at the concurrency. */
import { LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Prediction } from "../../src/perf/predict.ts";
import type { MlperfRun } from "./mlperf-measured.ts";

echarts.use([LineChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

type Point = {
  readonly run: MlperfRun & { readonly scenario: "Server" };
  readonly predicted: Prediction;
  readonly tokensPerSecond: number;
};

const palette = ["#0f766e", "#d97706", "#7c3aed", "#2563eb", "#be123c"];

export function mlperfPicture(points: readonly Point[]): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 1000, height: 520 });
  const benchmarks = [...new Set(points.map(({ run }) => run.benchmark))].toSorted();
  const panels = [
    {
      title: "TPOT at the offered rate, ms",
      range: [5, 300] as const,
      of: ({ run, predicted }: Point) => [run.tpotMs.mean, predicted.tpotMs.mean],
    },
    {
      title: "Tokens/s of an accelerator at the measured concurrency",
      range: [10, 30_000] as const,
      of: ({ run, tokensPerSecond }: Point) => [
        (run.requestsPerSecond * run.outputTokens) / run.accelerators,
        tokensPerSecond / run.accelerators,
      ],
    },
  ];
  const axis = (name: string, gridIndex: number, [min, max]: readonly [number, number]) => ({
    gridIndex,
    type: "log" as const,
    name,
    min,
    max,
    nameLocation: "middle" as const,
    nameGap: 34,
  });
  chart.setOption({
    backgroundColor: "#ffffff",
    legend: { top: 8, data: benchmarks },
    title: panels.map(({ title }, at) => ({ text: title, left: at * 500 + 60, top: 36, textStyle: { fontSize: 13 } })),
    grid: panels.map((_, at) => ({ left: at * 500 + 70, top: 70, width: 400, height: 380 })),
    xAxis: panels.map(({ range }, at) => axis("measured", at, range)),
    yAxis: panels.map(({ range }, at) => axis("predicted", at, range)),
    series: panels.flatMap(({ range: [min, max], of }, at) => [
      ...benchmarks.map((name, nth) => ({
        name,
        type: "scatter" as const,
        symbolSize: 7,
        xAxisIndex: at,
        yAxisIndex: at,
        itemStyle: { color: palette[nth % palette.length]!, opacity: 0.7 },
        data: points.filter(({ run }) => run.benchmark === name).map(of),
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
  const svg = chart.renderToSVGString();
  // A chart that is not disposed of keeps its process.
  chart.dispose();
  return svg;
}
