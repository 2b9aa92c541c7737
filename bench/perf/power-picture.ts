/** Wall power by accelerator, measured beside predicted: the accelerator and its share of the server. */
import { svgOf } from "./chart.ts";

type Row = {
  readonly run: string;
  readonly measuredWatts: number;
  readonly acceleratorWatts: number;
  readonly host: number;
};

export function powerPicture(rows: readonly Row[]): string {
  const bars = (name: string, stack: string, color: string, of: (row: Row) => number) => ({
    name,
    stack,
    type: "bar" as const,
    itemStyle: { color },
    data: rows.map((row) => Number(of(row).toFixed(0))),
  });
  return svgOf(900, 420, {
    title: { text: "Wall power of a B200, MLPerf inference v5.1, W", left: 16, top: 8, textStyle: { fontSize: 15 } },
    legend: { top: 36, itemGap: 28 },
    grid: { left: 56, right: 24, top: 72, bottom: 40 },
    xAxis: { type: "category", data: rows.map(({ run }) => run), axisLabel: { fontSize: 10, interval: 0 } },
    yAxis: { type: "value" },
    series: [
      bars("measured", "measured", "#334155", ({ measuredWatts }) => measuredWatts),
      bars("predicted: accelerator", "predicted", "#0f766e", ({ acceleratorWatts }) => acceleratorWatts),
      bars("predicted: host, fans, losses", "predicted", "#5eead4", ({ host }) => host),
    ],
  });
}
