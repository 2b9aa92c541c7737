/** Measured configurations of each model with the front among them, and where those of the predicted front lie. */
import { svgOf } from "./chart.ts";

/** Tokens a second of one user, and of one accelerator. */
export type Speed = { readonly user: number; readonly accelerator: number };
export type Choice = { readonly id: string; readonly measured: Speed; readonly predicted: Speed };

/** Those that no other beats in both. */
export function frontOf(choices: readonly Choice[], of: (choice: Choice) => Speed): Choice[] {
  const front: Choice[] = [];
  for (const one of choices.toSorted((a, b) => of(b).user - of(a).user || of(b).accelerator - of(a).accelerator)) {
    if (of(one).accelerator > (front.length === 0 ? 0 : of(front.at(-1)!).accelerator)) front.push(one);
  }
  return front;
}

export function rankingPicture(
  groups: readonly { readonly name: string; readonly choices: readonly Choice[] }[],
): string {
  const shown = groups.toSorted((one, other) => other.choices.length - one.choices.length).slice(0, 12);
  const [columns, width, height] = [3, 380, 280];
  const place = (index: number) => [(index % columns) * width, Math.floor(index / columns) * height + 40] as const;
  const at = ({ measured }: Choice) => [measured.user, measured.accelerator];
  return svgOf(columns * width, Math.ceil(shown.length / columns) * height + 60, {
    legend: { top: 8, itemGap: 28, data: ["measured", "measured front", "predicted front, as measured"] },
    title: shown.map(({ name }, index) => ({
      text: name,
      left: place(index)[0] + 56,
      top: place(index)[1],
      textStyle: { fontSize: 12 },
    })),
    grid: shown.map((_, index) => ({
      left: place(index)[0] + 56,
      top: place(index)[1] + 28,
      width: width - 84,
      height: height - 84,
    })),
    xAxis: shown.map((_, gridIndex) => ({
      gridIndex,
      type: "value" as const,
      name: "tok/s/user (up: tok/s/accelerator)",
      nameLocation: "middle" as const,
      nameGap: 24,
    })),
    yAxis: shown.map((_, gridIndex) => ({ gridIndex, type: "log" as const })),
    series: shown.flatMap(({ choices }, index) => {
      const axes = { xAxisIndex: index, yAxisIndex: index };
      return [
        {
          ...axes,
          name: "measured",
          type: "scatter" as const,
          symbolSize: 4,
          itemStyle: { color: "#94a3b8" },
          data: choices.map(at),
        },
        {
          ...axes,
          name: "measured front",
          type: "line" as const,
          showSymbol: false,
          itemStyle: { color: "#334155" },
          data: frontOf(choices, ({ measured }) => measured).map(at),
        },
        {
          ...axes,
          name: "predicted front, as measured",
          type: "scatter" as const,
          symbolSize: 7,
          itemStyle: { color: "#d97706" },
          data: frontOf(choices, ({ predicted }) => predicted).map(at),
        },
      ];
    }),
  });
}
