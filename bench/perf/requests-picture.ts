/** Measured against predicted, for each card: who runs and waits over time, and the distribution of whole times. */
import type { Prediction } from "../../src/perf/predict.ts";
import { svgOf } from "./chart.ts";
import type { RequestRun } from "./requests-measured.ts";

const measuredColour = "#334155";
const colours = { running: "#0f766e", waiting: "#d97706", whole: "#7c3aed" };

export function requestsPicture(
  judged: readonly { readonly run: RequestRun; readonly prediction: Prediction }[],
): string {
  const [width, height] = [460, 300];
  const panels = judged.flatMap(({ run, prediction }, row) => {
    const of = `${run.served.model.title} on ${run.served.chip.name}`;
    const { timeline } = prediction.result.pools[0]!.replicas[0]!;
    const over = (column: Int32Array) => Array.from(column, (value, at) => [timeline.seconds[at]!, value]);
    const queue = (name: "running" | "waiting") => run.timeline.map((tick) => [tick.seconds, tick[name]]);
    return [
      {
        title: `${of}: requests over time`,
        axis: "s",
        place: [0, row],
        lines: [
          line("running, predicted", colours.running, over(timeline.running)),
          line("running, measured", colours.running, queue("running"), true),
          line("waiting, predicted", colours.waiting, over(timeline.waiting)),
          line("waiting, measured", colours.waiting, queue("waiting"), true),
        ],
      },
      {
        title: `${of}: share done within`,
        axis: "s",
        place: [1, row],
        lines: [
          line("whole, predicted", colours.whole, shares(prediction.result.e2eSeconds)),
          line("whole, measured", measuredColour, shares(run.e2eSeconds), true),
        ],
      },
    ];
  });
  return svgOf(2 * width, judged.length * height + 60, {
    legend: { top: 8, itemWidth: 24, itemGap: 20, textStyle: { fontSize: 11 } },
    title: panels.map(({ title, place: [column = 0, row = 0] }) => ({
      text: title,
      left: column * width + 48,
      top: row * height + 48,
      textStyle: { fontSize: 13 },
    })),
    grid: panels.map(({ place: [column = 0, row = 0] }) => ({
      left: column * width + 48,
      top: row * height + 80,
      width: width - 80,
      height: height - 80,
    })),
    xAxis: panels.map(({ axis }, gridIndex) => ({ gridIndex, type: "value" as const, name: axis })),
    yAxis: panels.map((_, gridIndex) => ({ gridIndex, type: "value" as const })),
    series: panels.flatMap(({ lines }, index) =>
      lines.map((one) => ({ ...one, xAxisIndex: index, yAxisIndex: index })),
    ),
  });
}

function line(name: string, color: string, data: number[][], dashed = false) {
  return {
    name,
    type: "line" as const,
    showSymbol: false,
    itemStyle: { color },
    lineStyle: { color, width: 1.5, type: dashed ? ("dashed" as const) : ("solid" as const) },
    data,
  };
}

function shares(seconds: Float64Array): number[][] {
  return Array.from(seconds.toSorted(), (value, at) => [value, (at + 1) / seconds.length]);
}
