/** The course of the span: cost and idle capacity stacked under revenue, or the tokens. */
import { SegmentedControl, useComputedColorScheme } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SeriesPoint } from "../answers/shapes.ts";
import { dollars } from "../format/money.ts";
import { compact, count } from "../format/number.ts";
import { axisTime, dateAndTime } from "../format/time.ts";
import { Chart } from "../parts/chart.tsx";
import { amounts, category, frame } from "../parts/chart-frame.ts";
import { Money, useMoney } from "../parts/money.tsx";
import { ChartPanel, TableFrame } from "../parts/panel.tsx";
import { inks, layerColor } from "../palette.ts";

type Props = { readonly points: readonly SeriesPoint[]; readonly spanMs: number };

export function SeriesPanel({ points, spanMs }: Props) {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const locale = i18n.language;
  const scheme = useComputedColorScheme("light");
  const [shows, setShows] = useState<"money" | "tokens">("money");

  const option = useMemo(() => {
    const ink = inks[scheme];
    const times = points.map(({ at }) => axisTime(at, spanMs, locale));
    const inDollars = (name: "revenue" | "cost" | "idle") => points.map((point) => dollars(point[name]));
    const bars = { type: "bar", stack: "paid", barCategoryGap: "25%", emphasis: { focus: "none" } };
    const hatch = {
      symbol: "rect",
      dashArrayX: [1, 0],
      dashArrayY: [2, 4],
      rotation: -Math.PI / 4,
      color: ink.idleHatch,
    };
    const inMoney = shows === "money";
    return {
      ...frame(ink, (value) => (inMoney ? money.rate(value) : count(value, locale))),
      xAxis: category(times, ink),
      yAxis: amounts(ink, (value) => (inMoney ? axisMoney(value, money.symbol) : compact(value, locale))),
      series: inMoney
        ? [
            { ...bars, name: t("figures.cost"), data: inDollars("cost"), itemStyle: { color: layerColor.platform } },
            {
              ...bars,
              name: t("figures.idle"),
              data: inDollars("idle"),
              itemStyle: { color: ink.idle, decal: hatch },
            },
            {
              type: "line",
              name: t("figures.revenue"),
              data: inDollars("revenue"),
              symbol: "none",
              lineStyle: { color: ink.revenue, width: 2 },
              itemStyle: { color: ink.revenue },
            },
          ]
        : [
            {
              type: "bar",
              name: t("figures.tokens"),
              data: points.map(({ tokens }) => tokens),
              itemStyle: { color: layerColor.platform },
            },
          ],
    };
  }, [points, scheme, shows, locale, spanMs]);

  return (
    <ChartPanel
      title={t("series.title")}
      hint={t("series.hint")}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("series.shows")}
          value={shows}
          onChange={setShows}
          data={[
            { value: "money", label: t("series.money") },
            { value: "tokens", label: t("figures.tokens") },
          ]}
        />
      }
      chart={<Chart option={option} height={400} label={t("series.label", { count: points.length })} />}
      table={
        <TableFrame label={t("series.title")}>
          <thead>
            <tr>
              <th scope="col">{t("series.time")}</th>
              {(["revenue", "cost", "idle", "margin", "tokens"] as const).map((name) => (
                <th key={name} scope="col" className="number">
                  {t(`figures.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.toReversed().map((point) => (
              <tr key={point.at}>
                <th scope="row">{dateAndTime(point.at, locale)}</th>
                <td className="number">
                  <Money amount={point.revenue} />
                </td>
                <td className="number">
                  <Money amount={point.cost} />
                </td>
                <td className="number">
                  <Money amount={point.idle} />
                </td>
                <td className="number">
                  <Money amount={point.margin} signed />
                </td>
                <td className="number">{count(point.tokens, locale)}</td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      }
    />
  );
}

/** The mark of an axis: its steps are round, so no digits are added to them. */
function axisMoney(value: number, symbol: string): string {
  const text =
    Math.abs(value) < 1e-4 && value !== 0 ? value.toFixed(12).replace(/0+$/, "") : String(Number(value.toPrecision(6)));
  return `${value < 0 ? "−" : ""}${symbol}${text.replace("-", "")}`;
}
