/** The rooflines of the chips that are compared, the ridge of each marked, on log axes. */
import { useComputedColorScheme } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { quantity } from "../format/number.ts";
import { inks } from "../palette.ts";
import { Chart } from "../parts/chart.tsx";
import { ChartPanel, TableFrame } from "../parts/panel.tsx";
import { fontFamily } from "../theme.ts";
import { lookOf } from "./compared.ts";
import { attained, intensities, intensityMax, intensityMin, roofOf } from "./roofline.ts";
import type { Chip, Precision } from "./shapes.ts";

type Props = { readonly chips: readonly Chip[]; readonly precision: Precision };

/** Decode of few, decode of many, speculation or small prefill, a long prefill. */
const tabled = [1, 10, 100, 1000] as const;

export function RooflinePanel({ chips, precision }: Props) {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  const scheme = useComputedColorScheme("light");
  const roofs = useMemo(
    () =>
      chips.flatMap((chip, index) => {
        const roof = roofOf(chip, precision);
        return roof === undefined ? [] : [{ ...roof, look: lookOf(index) }];
      }),
    [chips, precision],
  );
  const isNarrow = useMediaQuery("(max-width: 48em)") ?? false;
  const unit = precision === "int8" ? "TOP/s" : "TFLOP/s";
  const missing = chips.filter((chip) => chip.peakTeraflops[precision] === undefined);

  const option = useMemo(() => {
    const ink = inks[scheme];
    const at = intensities(roofs);
    const name = (roof: (typeof roofs)[number]) => roof.chip.title;
    const ridges = new Map(roofs.map((roof) => [name(roof), roof.ridge]));
    const axis = {
      type: "log",
      logBase: 10,
      nameTextStyle: { color: ink.quiet, fontFamily, fontSize: 12 },
      axisLine: { show: true, lineStyle: { color: ink.line } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.quiet, fontSize: 11, formatter: (value: number) => quantity(value, locale) },
    };
    return {
      textStyle: { fontFamily, color: ink.text },
      animation: false,
      grid: { left: 8, right: 18, top: isNarrow ? 44 + 18 * roofs.length : 30, bottom: 26, containLabel: true },
      legend: {
        orient: "vertical",
        // Under the roofs' flat ends there is room, unless all is small.
        ...(isNarrow ? { left: 0, top: 0 } : { right: 30, bottom: 66 }),
        padding: 8,
        backgroundColor: ink.panel,
        itemWidth: 36,
        itemHeight: 9,
        textStyle: { color: ink.quiet, fontFamily, fontSize: 12 },
        formatter: (title: string) =>
          t("chips.roofline.ridgeOf", { chip: title, ridge: quantity(Math.round(ridges.get(title) ?? 0), locale) }),
      },
      tooltip: {
        trigger: "axis",
        confine: true,
        backgroundColor: ink.panel,
        borderColor: ink.line,
        textStyle: { color: ink.text, fontFamily, fontSize: 12 },
        axisPointer: { type: "line", lineStyle: { color: ink.quiet }, label: { show: false } },
        formatter: (points: readonly { marker: string; seriesName: string; value: readonly number[] }[]) => {
          const head = t("chips.roofline.at", { intensity: quantity(points[0]?.value[0] ?? 0, locale) });
          const lines = points.map(
            ({ marker, seriesName, value }) =>
              `${marker}${seriesName}  <b>${quantity(value[1] ?? 0, locale)}</b> ${unit}`,
          );
          return [head, ...lines].join("<br>");
        },
      },
      xAxis: {
        ...axis,
        min: intensityMin,
        max: intensityMax,
        name: t("chips.roofline.intensity"),
        nameLocation: "middle",
        nameGap: 28,
      },
      yAxis: { ...axis, name: unit, nameLocation: "end", nameTextStyle: { ...axis.nameTextStyle, align: "left" } },
      series: roofs.map((roof) => ({
        type: "line",
        name: name(roof),
        data: at.map((intensity) => ({
          value: [intensity, attained(roof, intensity)],
          symbol: intensity === roof.ridge ? roof.look.symbol : "none",
          symbolSize: roof.look.size,
        })),
        showAllSymbol: true,
        symbol: roof.look.symbol,
        lineStyle: { color: roof.look.color, width: roof.look.width, type: roof.look.stroke },
        itemStyle: { color: roof.look.color },
        emphasis: { disabled: true },
      })),
    };
  }, [roofs, scheme, locale, unit, isNarrow]);

  return (
    <ChartPanel
      title={t("chips.roofline.title")}
      hint={t("chips.roofline.hint")}
      chart={
        <>
          <Chart option={option} height={540} label={t("chips.roofline.label", { count: roofs.length })} />
          {missing.length === 0 ? undefined : (
            <p className="foot-note">
              {t("chips.roofline.missing", { chips: missing.map(({ title }) => title).join(", ") })}
            </p>
          )}
        </>
      }
      table={
        <TableFrame label={t("chips.roofline.title")}>
          <thead>
            <tr>
              <th scope="col">{t("chips.chip")}</th>
              <th scope="col" className="number">
                {t("chips.roofline.ridge")}
              </th>
              {tabled.map((intensity) => (
                <th key={intensity} scope="col" className="number">
                  {t("chips.roofline.at", { intensity: quantity(intensity, locale) })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {roofs.map((roof) => (
              <tr key={roof.chip.name}>
                <th scope="row">{roof.chip.title}</th>
                <td className="number">{quantity(roof.ridge, locale)}</td>
                {tabled.map((intensity) => (
                  <td key={intensity} className="number">
                    {quantity(attained(roof, intensity), locale)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </TableFrame>
      }
    />
  );
}
