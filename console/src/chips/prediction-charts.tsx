/** The pictures of predictions: the Pareto front of each chip, and first tokens against clients with the cliff. */
import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { count, quantity, span } from "../format/number.ts";
import { inks } from "../palette.ts";
import { Chart } from "../parts/chart.tsx";
import { ChartPanel, TableFrame } from "../parts/panel.tsx";
import { fontFamily } from "../theme.ts";
import { lookOf } from "./compared.ts";
import type { Predicted } from "./predict.ts";

/** Ends of an axis at a digit and zeros. */
const least = ({ min }: { readonly min: number }) => rounded(min, Math.floor);
const most = ({ max }: { readonly max: number }) => rounded(max, Math.ceil);

function rounded(value: number, round: (value: number) => number): number {
  const step = 10 ** Math.floor(Math.log10(value));
  return round(value / step) * step;
}

type Props = { readonly predicted: readonly Predicted[]; readonly titleOf: (chip: string) => string };

function useFrame() {
  const { i18n } = useTranslation();
  const locale = i18n.language;
  const scheme = useComputedColorScheme("light");
  return useMemo(() => {
    const ink = inks[scheme];
    const axis = (name: string) => ({
      type: "log",
      logBase: 10,
      name,
      nameLocation: "middle",
      nameGap: 30,
      nameTextStyle: { color: ink.quiet, fontFamily, fontSize: 12 },
      axisLine: { show: true, lineStyle: { color: ink.line } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.quiet, fontSize: 11, formatter: (value: number) => quantity(value, locale) },
    });
    const base = {
      textStyle: { fontFamily, color: ink.text },
      animation: false,
      grid: { left: 34, right: 24, top: 44, bottom: 40, containLabel: true },
      legend: {
        top: 4,
        left: 0,
        itemWidth: 34,
        itemHeight: 9,
        textStyle: { color: ink.quiet, fontFamily, fontSize: 12 },
      },
      tooltip: {
        trigger: "item",
        confine: true,
        backgroundColor: ink.panel,
        borderColor: ink.line,
        textStyle: { color: ink.text, fontFamily, fontSize: 12 },
      },
    };
    return { ink, axis, base, locale };
  }, [scheme, locale]);
}

export function ParetoPanel({ predicted, titleOf }: Props) {
  const { t } = useTranslation();
  const { axis, base, locale } = useFrame();
  const option = useMemo(
    () => ({
      ...base,
      xAxis: { ...axis(t("predictions.perUser")), min: least, max: most },
      yAxis: { ...axis(t("predictions.perAccelerator")), nameGap: 48 },
      series: predicted.map(({ chip, front, best }, index) => {
        const look = lookOf(index);
        return {
          type: "line",
          name: titleOf(chip),
          symbol: look.symbol,
          itemStyle: { color: look.color },
          lineStyle: { color: look.color, width: 2, type: look.stroke },
          emphasis: { disabled: true },
          data: front.map((point) => ({
            value: [point.tokensPerSecondPerUser, point.outputTokensPerSecondPerAccelerator],
            symbolSize: point.deployment === best?.deployment && point.concurrency === best.concurrency ? look.size : 6,
            tooltip: {
              formatter: () =>
                [
                  point.deployment,
                  t("predictions.clients", { count: point.concurrency }),
                  `${quantity(point.tokensPerSecondPerUser, locale)} ${t("predictions.perUser")}`,
                  `${quantity(point.outputTokensPerSecondPerAccelerator, locale)} ${t("predictions.perAccelerator")}`,
                ].join("<br>"),
            },
          })),
        };
      }),
    }),
    [predicted, base, axis, t, locale, titleOf],
  );
  return (
    <ChartPanel
      title={t("predictions.pareto")}
      hint={t("predictions.paretoHint")}
      chart={<Chart option={option} height={400} label={t("predictions.paretoLabel")} />}
      table={
        <TableFrame label={t("predictions.pareto")} kind="list">
          <thead>
            <tr>
              <th scope="col">{t("predictions.deployment")}</th>
              <th scope="col" className="number">
                {t("predictions.clientsColumn")}
              </th>
              <th scope="col" className="number">
                {t("predictions.perUser")}
              </th>
              <th scope="col" className="number">
                {t("predictions.perAccelerator")}
              </th>
            </tr>
          </thead>
          <tbody>
            {predicted.flatMap(({ front, chip }) =>
              front.map((point) => (
                <tr key={`${chip} ${point.deployment} ${point.concurrency}`}>
                  <th scope="row">{point.deployment}</th>
                  <td className="number">{count(point.concurrency, locale)}</td>
                  <td className="number">{quantity(point.tokensPerSecondPerUser, locale)}</td>
                  <td className="number">{quantity(point.outputTokensPerSecondPerAccelerator, locale)}</td>
                </tr>
              )),
            )}
          </tbody>
        </TableFrame>
      }
    />
  );
}

export function CliffPanel({ predicted, titleOf }: Props) {
  const { t } = useTranslation();
  const { axis, base, locale, ink } = useFrame();
  const shown = predicted.flatMap(({ chip, best, estimated }, index) =>
    estimated === undefined || best === undefined ? [] : [{ chip, best, estimated, look: lookOf(index) }],
  );
  const option = useMemo(
    () => ({
      ...base,
      // The bands are drawn beneath and are no entries of their own.
      legend: { ...base.legend, data: shown.map(({ chip }) => titleOf(chip)) },
      xAxis: axis(t("predictions.clientsColumn")),
      yAxis: { ...axis(t("predictions.ttftAxis")), nameGap: 62 },
      series: shown.flatMap(({ chip, estimated, look }) => {
        const line = (of: (point: (typeof estimated.points)[number]) => number) =>
          estimated.points.map((point) => [point.concurrency, of(point)]);
        const edge = {
          type: "line",
          showSymbol: false,
          silent: true,
          lineStyle: { color: look.color, width: 1.5, opacity: 0.75, type: "dotted" },
        };
        const full = estimated.kv?.fullAt;
        return [
          {
            ...edge,
            name: `${chip} low`,
            data: line(({ ttftMs }) => ttftMs.band.low),
            itemStyle: { color: look.color },
          },
          {
            ...edge,
            name: `${chip} high`,
            data: line(({ ttftMs }) => ttftMs.band.high),
            itemStyle: { color: look.color },
          },
          {
            type: "line",
            name: titleOf(chip),
            symbol: look.symbol,
            symbolSize: 7,
            itemStyle: { color: look.color },
            lineStyle: { color: look.color, width: look.width, type: look.stroke },
            emphasis: { disabled: true },
            data: line(({ ttftMs }) => ttftMs.mean),
            tooltip: {
              formatter: ({ value }: { readonly value: readonly number[] }) =>
                `${titleOf(chip)}<br>${t("predictions.clients", { count: value[0] ?? 0 })}<br><b>${span(value[1] ?? 0)}</b>`,
            },
            ...(full !== undefined && {
              markLine: {
                silent: true,
                symbol: "none",
                lineStyle: { color: look.color, type: "solid", width: 1 },
                label: {
                  formatter: t("predictions.fullMark"),
                  color: ink.quiet,
                  fontFamily,
                  fontSize: 11,
                  position: "insideEndTop",
                },
                data: [{ xAxis: full }],
              },
            }),
          },
        ];
      }),
    }),
    [shown.map(({ chip }) => chip).join(), predicted, base, axis, t, titleOf, ink],
  );
  return (
    <ChartPanel
      title={t("predictions.cliff")}
      hint={t("predictions.cliffHint")}
      chart={<Chart option={option} height={400} label={t("predictions.cliffLabel")} />}
      table={
        <TableFrame label={t("predictions.cliff")} kind="list">
          <thead>
            <tr>
              <th scope="col">{t("predictions.deployment")}</th>
              <th scope="col" className="number">
                {t("predictions.clientsColumn")}
              </th>
              <th scope="col" className="number">
                TTFT
              </th>
              <th scope="col" className="number">
                {t("predictions.within")}
              </th>
              <th scope="col" className="number">
                {t("predictions.kvShare")}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.flatMap(({ best, estimated }) =>
              estimated.points.map((point) => (
                <tr key={`${best.deployment} ${point.concurrency}`}>
                  <th scope="row">{best.deployment}</th>
                  <td className="number">{count(point.concurrency, locale)}</td>
                  <td className="number">{span(point.ttftMs.mean)}</td>
                  <td className="number">
                    {span(point.ttftMs.band.low)} – {span(point.ttftMs.band.high)}
                  </td>
                  <td className="number">{Math.round(point.kvShare * 100)} %</td>
                </tr>
              )),
            )}
          </tbody>
        </TableFrame>
      }
    />
  );
}
