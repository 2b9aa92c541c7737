/**
 * How far off predictions are, a panel for each engine on each chip: predicted over measured TPOT (left half) and TTFT,
 * against clients. On the line is right; between the thin ones within 25 %.
 */
import { svgOf } from "./chart.ts";

const colours: Readonly<Record<string, string>> = {
  fitted: "#94a3b8",
  "never fitted": "#7c3aed",
  "model held out": "#d97706",
  "chip held out": "#0f766e",
};

type Point = {
  readonly panel: string;
  readonly standing: string;
  readonly concurrency: number;
  readonly tpotMs: number;
  readonly predictedTpotMs: number;
  readonly ttftMs: number;
  readonly predictedTtftMs: number;
};

const [columns, width, height] = [2, 520, 230];
const half = (width - 110) / 2;

export function picture(points: readonly Point[]): string {
  const panels = [...Map.groupBy(points, ({ panel }) => panel)].toSorted();
  const kinds = [
    { name: "TPOT", ratio: (one: Point) => one.predictedTpotMs / one.tpotMs },
    { name: "TTFT", ratio: (one: Point) => one.predictedTtftMs / one.ttftMs },
  ];
  const places = panels.flatMap(([panel, of], nth) =>
    kinds.map(({ name, ratio }, side) => ({
      title: side === 0 ? `${panel}: ${name}` : name,
      left: (nth % columns) * width + 54 + side * (half + 34),
      top: Math.floor(nth / columns) * height + 76,
      of: of.map((one) => ({ standing: one.standing, at: [one.concurrency, Math.min(4, Math.max(0.25, ratio(one)))] })),
    })),
  );
  const lines = [0.8, 1, 1.25].map((yAxis) => ({ yAxis }));
  return svgOf(columns * width, Math.ceil(panels.length / columns) * height + 60, {
    legend: { top: 8, itemGap: 28, data: Object.keys(colours) },
    title: places.map(({ title, left, top }) => ({ text: title, left, top: top - 26, textStyle: { fontSize: 12 } })),
    grid: places.map(({ left, top }) => ({ left, top, width: half, height: height - 76 })),
    xAxis: places.map((_, gridIndex) => ({
      gridIndex,
      type: "log" as const,
      logBase: 4,
      min: 1,
      max: 4096,
      axisLabel: { hideOverlap: true },
    })),
    yAxis: places.map((_, gridIndex) => ({ gridIndex, type: "log" as const, logBase: 2, min: 0.25, max: 4 })),
    series: places.flatMap(({ of }, index) => [
      ...Object.entries(colours).map(([standing, color]) => ({
        name: standing,
        type: "scatter" as const,
        symbolSize: 4,
        xAxisIndex: index,
        yAxisIndex: index,
        itemStyle: { color, opacity: 0.6 },
        data: of.filter((one) => one.standing === standing).map(({ at }) => at),
      })),
      ...lines.map(({ yAxis }) => ({
        type: "line" as const,
        showSymbol: false,
        xAxisIndex: index,
        yAxisIndex: index,
        lineStyle: { color: "#334155", width: yAxis === 1 ? 1 : 0.4 },
        data: [
          [1, yAxis],
          [4096, yAxis],
        ],
      })),
    ]),
  });
}
