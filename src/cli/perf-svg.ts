/** Pictures of predictions as SVG files. */
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Standpoint } from "../perf/search/findings.ts";

echarts.use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** Okabe and Ito, "Color Universal Design" (2008). */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

export type Curve = { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] };

type Picture = {
  readonly title: string;
  readonly x: { readonly title: string; readonly log?: boolean };
  readonly y: { readonly title: string; readonly log?: boolean };
  readonly curves: readonly Curve[];
  readonly marks?: boolean;
};

export function frontSvg(front: readonly Standpoint[], model: string): string {
  const byChip = Map.groupBy(front, ({ candidate }) => candidate.served.chip.title);
  return svgOf({
    title: `${model}: tokens from an accelerator against speed of a user`,
    x: { title: "tokens/s of a user", log: true },
    y: { title: "tokens/s of an accelerator", log: true },
    curves: [...byChip].map(([name, points]) => ({
      name,
      points: points.map(({ point }) => [point.tokensPerSecondPerUser, point.outputTokensPerSecondPerAccelerator]),
    })),
    marks: true,
  });
}

export function svgOf({ title, x, y, curves, marks = false }: Picture): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 860, height: 520 });
  const axis = (of: Picture["x"], gap: number) => ({
    type: of.log ? ("log" as const) : ("value" as const),
    name: of.title,
    nameLocation: "middle" as const,
    nameGap: gap,
    splitLine: { lineStyle: { color: "#e2e8f0" } },
    ...(of.log && rangeOf(curves, of === x ? 0 : 1)),
  });
  chart.setOption({
    backgroundColor: "#ffffff",
    color: colours,
    title: { text: title, left: 16, top: 8, textStyle: { fontSize: 15 } },
    legend: { top: 36, left: 16, data: curves.map(({ name }) => name) },
    grid: { left: 72, right: 32, top: 76, bottom: 56 },
    xAxis: axis(x, 32),
    yAxis: axis(y, 52),
    series: curves.map(({ name, points }) => ({
      name,
      type: "line" as const,
      showSymbol: marks,
      symbolSize: 6,
      data: points.map(([one, other]) => [one, other]),
    })),
  });
  const svg = chart.renderToSVGString();
  // A chart that is not disposed of keeps its process.
  chart.dispose();
  return svg;
}

function rangeOf(curves: readonly Curve[], of: 0 | 1) {
  const values = curves.flatMap(({ points }) => points.map((point) => point[of])).filter((value) => value > 0);
  if (values.length === 0) return {};
  const nice = (value: number, round: (value: number) => number) => {
    const step = 10 ** Math.floor(Math.log10(value));
    return round(value / step) * step;
  };
  return { min: nice(Math.min(...values), Math.floor), max: nice(Math.max(...values), Math.ceil) };
}
