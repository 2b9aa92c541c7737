/** TTFT against clients where the KV cache is full: measured as dots, predicted as lines, on logarithmic axes. */
import { svgOf } from "./chart.ts";

export type Series = {
  readonly name: string;
  readonly points: readonly { readonly clients: number; readonly ttftMs: number; readonly predictedMs: number }[];
  readonly onset: number | undefined;
  readonly predictedOnset: number | undefined;
};

const colours = ["#0f766e", "#7c3aed", "#d97706", "#2563eb", "#be123c", "#4d7c0f", "#0891b2", "#a16207", "#475569"];

export function cliffPicture(cliffs: readonly Series[]): string {
  return svgOf(900, 460, {
    title: { text: "TTFT where the KV cache is full (dots: measured)", left: 16, top: 8, textStyle: { fontSize: 15 } },
    legend: {
      orient: "vertical",
      top: 48,
      left: 664,
      itemWidth: 16,
      data: cliffs.map(short),
      textStyle: { fontSize: 11 },
    },
    grid: { left: 64, right: 256, top: 48, bottom: 48 },
    xAxis: { type: "log", logBase: 2, name: "clients", nameLocation: "middle", nameGap: 30, min: 4 },
    yAxis: { type: "log", name: "seconds", nameLocation: "middle", nameGap: 44 },
    series: cliffs.flatMap((one, index) => {
      const [name, points] = [short(one), one.points];
      const itemStyle = { color: colours[index % colours.length]! };
      return [
        {
          name,
          type: "line" as const,
          showSymbol: false,
          itemStyle,
          lineStyle: { width: 1.5 },
          data: points.map(({ clients, predictedMs }) => [clients, predictedMs / 1e3]),
        },
        {
          name,
          type: "scatter" as const,
          symbolSize: 7,
          itemStyle,
          data: points.map(({ clients, ttftMs }) => [clients, ttftMs / 1e3]),
        },
      ];
    }),
  });
}

/** All are of one model. */
function short({ name }: Series): string {
  return name.replace(" llama-3.1-70b", "").replace("tensorrt-llm", "trt-llm");
}
