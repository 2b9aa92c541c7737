/** The pictures of predictions: the Pareto front of each chip, and first tokens against clients with the cliff. */
import { SegmentedControl, useComputedColorScheme } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { count, joules, percent, quantity, span } from "../format/number.ts";
import { inks } from "../palette.ts";
import { Chart } from "../parts/chart.tsx";
import { ChartPanel, TableFrame } from "../parts/panel.tsx";
import { Saves } from "../parts/save-picture.tsx";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { fontFamily } from "../theme.ts";
import { lookOf } from "./compared.ts";
import type { Predicted, Question } from "./predict.ts";
import { frontRows, loadRows } from "./prediction-rows.ts";
import type { EstimatedPoint, Found } from "./prediction-shapes.ts";

/** Ends of an axis at a digit and zeros. */
const least = ({ min }: { readonly min: number }) => rounded(min, Math.floor);
const most = ({ max }: { readonly max: number }) => rounded(max, Math.ceil);

function rounded(value: number, round: (value: number) => number): number {
  const step = 10 ** Math.floor(Math.log10(value));
  return round(value / step) * step;
}

type Props = {
  readonly predicted: readonly Predicted[];
  readonly question: Question;
  readonly titleOf: (chip: string) => string;
};

function useFrame() {
  const { i18n } = useTranslation();
  const locale = i18n.language;
  const scheme = useComputedColorScheme("light");
  // Four chips' names then take two rows.
  const isNarrow = useMediaQuery("(max-width: 48em)") ?? false;
  return useMemo(() => {
    const ink = inks[scheme];
    const axis = (name: string, text = (value: number) => quantity(value, locale)) => ({
      type: "log",
      logBase: 10,
      name,
      nameLocation: "middle",
      nameGap: 30,
      nameTextStyle: { color: ink.quiet, fontFamily, fontSize: 12 },
      axisLine: { show: true, lineStyle: { color: ink.line } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.quiet, fontSize: 11, formatter: text },
    });
    const base = {
      textStyle: { fontFamily, color: ink.text },
      animation: false,
      grid: { left: 30, right: 24, top: isNarrow ? 70 : 44, bottom: 30, containLabel: true },
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
  }, [scheme, locale, isNarrow]);
}

function sameAs(one: Found, other: Found): boolean {
  return one.deployment === other.deployment && one.concurrency === other.concurrency;
}

/** An upright or level line with a word beside it: where the objective is, or where a cache is full. */
function mark(
  at: { readonly xAxis: number } | { readonly yAxis: number },
  text: string,
  color: string,
  position = "insideEndTop",
) {
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color, type: "solid", width: 1.5, opacity: 0.8 },
    label: { formatter: text, color, fontFamily, fontSize: 11, position },
    data: [at],
  };
}

export function ParetoPanel({ predicted, titleOf, question }: Props) {
  const { t } = useTranslation();
  const { perMtok } = usePlanMoney();
  const { axis, base, locale, ink } = useFrame();
  const fastEnough = 1000 / question.objective.tpotMs;
  const option = useMemo(
    () => ({
      ...base,
      xAxis: { ...axis(t("predictions.perUser")), min: least, max: most },
      yAxis: { ...axis(t("predictions.perAccelerator")), nameGap: 48, min: least, max: most },
      series: predicted.map(({ chip, front, best }, index) => {
        const look = lookOf(index);
        // Cheapest within the objective need not be on the front.
        const shown =
          best === undefined || front.some((point) => sameAs(point, best))
            ? front
            : [...front, best].toSorted((one, other) => one.tokensPerSecondPerUser - other.tokensPerSecondPerUser);
        const isBest = (point: Found) => best !== undefined && sameAs(point, best);
        return {
          type: "line",
          name: titleOf(chip),
          symbol: look.symbol,
          itemStyle: { color: look.color },
          lineStyle: { color: look.color, width: 2, type: look.stroke },
          emphasis: { disabled: true },
          ...(index === 0 && {
            markLine: mark(
              { xAxis: fastEnough },
              t("predictions.objectiveMark", { rate: quantity(fastEnough, locale) }),
              ink.quiet,
              "end",
            ),
          }),
          data: shown.map((point) => ({
            value: [point.tokensPerSecondPerUser, point.outputTokensPerSecondPerAccelerator],
            symbolSize: isBest(point) ? look.size + 3 : 7,
            ...(isBest(point) && { itemStyle: { color: look.color, borderColor: ink.text, borderWidth: 2 } }),
            tooltip: {
              formatter: () =>
                [
                  `<b>${point.deployment}</b>`,
                  t("predictions.clients", { count: point.concurrency, text: count(point.concurrency, locale) }),
                  `${quantity(point.tokensPerSecondPerUser, locale)} ${t("predictions.perUser")}`,
                  `${quantity(point.outputTokensPerSecondPerAccelerator, locale)} ${t("predictions.perAccelerator")}`,
                  `TTFT p90 ${span(point.ttftP90Ms)}, TPOT p90 ${span(point.tpotP90Ms)}`,
                  [
                    ...(point.usdPerMillionOutputTokens === undefined
                      ? []
                      : [`${perMtok(point.usdPerMillionOutputTokens)}/Mtok`]),
                    ...(point.joulesPerOutputToken === undefined
                      ? []
                      : [t("predictions.joulesOf", { joules: joules(point.joulesPerOutputToken, locale) })]),
                    t(`predictions.known.${point.provenance}`),
                  ].join(" · "),
                ].join("<br>"),
            },
          })),
        };
      }),
    }),
    [predicted, base, axis, t, locale, titleOf, fastEnough, ink, perMtok],
  );
  return (
    <ChartPanel
      title={t("predictions.pareto")}
      hint={t("predictions.paretoHint")}
      actions={<Saves name="pareto" rows={() => frontRows(predicted)} />}
      chart={<Chart option={option} height={420} label={t("predictions.paretoLabel")} />}
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

/** Of the words at lines that may stand close together: at the ends, where no curve crosses them, left and right. */
const heights = ["insideEndTop", "insideStartTop", "insideEndBottom", "insideStartBottom"];

/** Of a log axis: 10 ms, 1 s, 1000 s. */
const time = (ms: number) => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);

const measures = ["ttftMs", "tpotMs", "kvShare"] as const;
type Measure = (typeof measures)[number];

export function CliffPanel({ predicted, titleOf, question }: Props) {
  const { t } = useTranslation();
  const { axis, base, locale, ink } = useFrame();
  const [measure, setMeasure] = useState<Measure>("ttftMs");
  const shown = useMemo(
    () =>
      predicted.flatMap(({ chip, best, estimated }, index) =>
        estimated === undefined || best === undefined ? [] : [{ chip, best, estimated, look: lookOf(index) }],
      ),
    [predicted],
  );
  const option = useMemo(() => {
    const text = (value: number) => (measure === "kvShare" ? percent(value, locale, 0) : time(value));
    const valueOf = (point: EstimatedPoint) => (measure === "kvShare" ? point.kvShare : point[measure].mean);
    return {
      ...base,
      // The bands are drawn beneath and are no entries of their own.
      legend: { ...base.legend, data: shown.map(({ chip }) => titleOf(chip)) },
      xAxis: { ...axis(t("predictions.clientsColumn")), max: "dataMax" },
      yAxis:
        measure === "kvShare"
          ? { ...axis(t("predictions.measures.kvShare"), text), type: "value", min: 0, max: 1, nameGap: 48 }
          : { ...axis(t(`predictions.measures.${measure}`), text), nameGap: 58 },
      series: shown.flatMap(({ chip, estimated, look }, index) => {
        const line = (of: (point: EstimatedPoint) => number) =>
          estimated.points.map((point) => [point.concurrency, of(point)]);
        const edge = {
          type: "line",
          showSymbol: false,
          silent: true,
          lineStyle: { color: look.color, width: 1.5, opacity: 0.75, type: "dotted" },
          itemStyle: { color: look.color },
        };
        const full = estimated.kv?.fullAt;
        const edges =
          measure === "kvShare"
            ? []
            : (["low", "high"] as const).map((end) => ({
                ...edge,
                name: `${chip} ${end}`,
                data: line((point) => point[measure].band[end]),
              }));
        const limit = measure === "kvShare" ? undefined : question.objective[measure];
        return [
          ...edges,
          {
            type: "line",
            name: titleOf(chip),
            symbol: look.symbol,
            symbolSize: 7,
            itemStyle: { color: look.color },
            lineStyle: { color: look.color, width: Math.min(3, look.width), type: look.stroke },
            emphasis: { disabled: true },
            data: line(valueOf),
            tooltip: {
              formatter: ({ dataIndex }: { readonly dataIndex: number }) => {
                const point = estimated.points[dataIndex];
                if (point === undefined) return "";
                const { concurrency, ttftMs, tpotMs, kvShare } = point;
                return [
                  `<b>${titleOf(chip)}</b>`,
                  t("predictions.clients", { count: concurrency, text: count(concurrency, locale) }),
                  `TTFT ${span(ttftMs.mean)} (${span(ttftMs.band.low)} – ${span(ttftMs.band.high)})`,
                  `TPOT ${span(tpotMs.mean)} (${span(tpotMs.band.low)} – ${span(tpotMs.band.high)})`,
                  `${t("predictions.kvShare")}: ${percent(kvShare, locale, 0)}`,
                ].join("<br>");
              },
            },
            ...(full !== undefined && {
              markLine: mark(
                { xAxis: full },
                t("predictions.fullMark", { text: count(full, locale) }),
                look.color,
                heights[index],
              ),
            }),
          },
          ...(index === 0 && limit !== undefined
            ? [
                {
                  type: "line",
                  name: "objective",
                  silent: true,
                  data: [],
                  markLine: mark({ yAxis: limit }, t("predictions.limitMark", { limit: span(limit) }), ink.quiet),
                },
              ]
            : []),
        ];
      }),
    };
  }, [shown, base, axis, t, titleOf, ink, measure, locale, question]);
  return (
    <ChartPanel
      title={t("predictions.cliff")}
      hint={t("predictions.cliffHint")}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("predictions.measure")}
            value={measure}
            onChange={(value) => setMeasure(measures.find((one) => one === value) ?? measure)}
            data={[
              { value: "ttftMs", label: "TTFT" },
              { value: "tpotMs", label: "TPOT" },
              { value: "kvShare", label: "KV" },
            ]}
          />
          <Saves name="kv-cliff" rows={() => loadRows(predicted)} />
        </>
      }
      chart={<Chart option={option} height={420} label={t("predictions.cliffLabel")} />}
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
                TPOT
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
                  <td className="number">{span(point.tpotMs.mean)}</td>
                  <td className="number">
                    {span(point.tpotMs.band.low)} – {span(point.tpotMs.band.high)}
                  </td>
                  <td className="number">{percent(point.kvShare, locale, 0)}</td>
                </tr>
              )),
            )}
          </tbody>
        </TableFrame>
      }
    />
  );
}
