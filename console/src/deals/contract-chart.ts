/** A contract's months: what was recognised and what is expected to be, and what is open at the end of each. Pure. */
import type { EChartsCoreOption } from "echarts/core";
import { layerColor, type Inks } from "../palette.ts";
import { amounts, category, frame, type Writer } from "../parts/chart-frame.ts";
import type { ContractStatement } from "./shapes.ts";

export type ContractMonth = {
  readonly month: string;
  readonly recognised: number;
  readonly expected: number;
  /** At the month's end; while it runs, at the end that is expected. */
  readonly open: number;
};

/** Past months and those to come in one line; the current one has some of both. */
export function monthsOf({ months, runOff }: Pick<ContractStatement, "months" | "runOff">): ContractMonth[] {
  const past = new Map(months.map((one) => [one.month, one]));
  const expected = new Map(runOff.map(({ month, usd }) => [month, Number(usd)]));
  let open = Number(months.at(-1)?.closing ?? 0);
  const last = months.at(-1)?.month ?? "";
  return [...new Set([...past.keys(), ...expected.keys()])].toSorted().map((month) => {
    const booked = past.get(month);
    const ahead = expected.get(month) ?? 0;
    if (month >= last) open -= ahead;
    return {
      month,
      recognised: Number(booked?.recognised ?? 0),
      expected: ahead,
      open: month < last ? Number(booked?.closing ?? 0) : open,
    };
  });
}

export function contractOption(
  months: readonly ContractMonth[],
  ink: Inks,
  words: { readonly recognised: string; readonly expected: string; readonly open: string; readonly text: Writer },
): EChartsCoreOption {
  const bars = { type: "bar", stack: "month", emphasis: { focus: "none" } } as const;
  return {
    ...frame(ink, words.text),
    xAxis: category(
      months.map(({ month }) => month),
      ink,
    ),
    yAxis: [amounts(ink, words.text), { ...amounts(ink, words.text), splitLine: { show: false } }],
    series: [
      {
        ...bars,
        name: words.recognised,
        itemStyle: { color: layerColor.platform },
        data: months.map(({ recognised }) => recognised),
      },
      {
        ...bars,
        name: words.expected,
        itemStyle: { color: layerColor.platform, opacity: 0.35 },
        data: months.map(({ expected }) => expected),
      },
      {
        type: "line",
        name: words.open,
        yAxisIndex: 1,
        symbol: "none",
        lineStyle: { color: layerColor.models, width: 2 },
        itemStyle: { color: layerColor.models },
        data: months.map(({ open }) => Math.max(0, open)),
      },
    ],
  };
}
