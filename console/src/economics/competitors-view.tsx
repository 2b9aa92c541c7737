/** Companies side by side as it happened: shares of backlogs by quarter, power, contracts, profit and returns. */
import { Button, useComputedColorScheme } from "@mantine/core";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useAnswer } from "../answers/use-answer.ts";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { percent } from "../format/number.ts";
import { inks } from "../palette.ts";
import { Chart } from "../parts/chart.tsx";
import { Icon } from "../parts/icon.tsx";
import { Refused, Waiting } from "../parts/page.tsx";
import { ChartPanel, Panel, TableFrame } from "../parts/panel.tsx";
import { saveCsv, savePng } from "../parts/save.ts";
import { routeColor } from "./colors.ts";
import { type Cases, type Headline, incomeLayers, powerRoutes, type ScenarioRun } from "./shapes.ts";
import { SourceLinks } from "./sources.tsx";
import { RecordPanels } from "./record.tsx";
import { SharesTable } from "./shares-panel.tsx";
import { sharesOption } from "./stacked.ts";
import { useChartWords } from "./words.ts";

const shownQuarter = "2028Q4";
const returnYears = [2029, 2030, 2031];

export function CompetitorsView() {
  const { t, i18n } = useTranslation();
  const { answer, refusal, waiting, again } = useAnswer<Cases>("/api/scenarios");
  const words = useChartWords();
  const scheme = useComputedColorScheme("light");
  const box = useRef<HTMLDivElement>(null);
  const shares = recordOf(answer?.cases[0]?.run)?.shares ?? [];
  const option = useMemo(() => sharesOption(shares, inks[scheme], words), [answer, scheme, i18n.language]);
  if (waiting) return <Waiting rows={8} />;
  if (answer === undefined) return refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />;
  return (
    <div className="sections">
      <p className="prose">{t("economics.competitorsLead")}</p>
      <Companies cases={answer} />
      <ChartPanel
        title={t("economics.shares")}
        hint={t("economics.sharesReported")}
        actions={
          <Button size="xs" variant="default" onClick={() => void savePng("backlogs", box.current)}>
            PNG
          </Button>
        }
        chart={
          <div ref={box}>
            <Chart
              option={option}
              height={340}
              label={t("economics.sharesLabel", { strategy: t("economics.reported") })}
            />
          </div>
        }
        table={<SharesTable shares={shares} />}
      />
      <RecordPanels />
      <Headlines headlines={answer.headlines} />
    </div>
  );
}

/** What really happened is the first strategy that is named so. */
function recordOf(run: ScenarioRun | undefined) {
  return run?.strategies.find(({ name }) => name === "as-it-happened");
}

function Companies({ cases: { cases } }: { readonly cases: Cases }) {
  const { t, i18n } = useTranslation();
  const { large } = usePlanMoney();
  const names = t("economics.companies", { returnObjects: true }) as Readonly<Record<string, string>>;
  const rows = cases.map(({ name, run }) => {
    const record = recordOf(run);
    const at = run.quarters.indexOf(shownQuarter);
    const returns = record?.roic.filter(({ year, ratio }) => returnYears.includes(year) && ratio !== null) ?? [];
    return {
      name: names[name] ?? run.company,
      mw: powerRoutes.map((route) => ({ route, mw: record?.mw[route][at] ?? 0 })),
      signed: record?.deals.reduce((sum, { value }) => sum + value, 0) ?? 0,
      gross: incomeLayers.reduce((sum, layer) => sum + (record?.totals.grossProfit[layer] ?? 0), 0),
      capex: record?.totals.capex ?? 0,
      roic: returns.length === 0 ? null : returns.reduce((sum, { ratio }) => sum + (ratio ?? 0), 0) / returns.length,
      pause: run.pause.used.grossProfit,
    };
  });
  const total = (mw: (typeof rows)[number]["mw"]) => mw.reduce((sum, one) => sum + one.mw, 0);
  const most = Math.max(...rows.map(({ mw }) => total(mw)), 1);
  const csv = () =>
    saveCsv("competitors", [
      [
        "company",
        ...powerRoutes.map((route) => `${route}_mw_${shownQuarter}`),
        "contracts_usd",
        "gross_profit_usd",
        "capex_usd",
        "roic_2029_2031",
        "pause_gross_profit_usd",
      ],
      ...rows.map(({ name, mw, signed, gross, capex, roic, pause }) => [
        name,
        ...mw.map((one) => one.mw),
        signed,
        gross,
        capex,
        roic ?? "",
        pause,
      ]),
    ]);
  return (
    <Panel
      title={t("economics.companiesTitle")}
      hint={t("economics.companiesHint")}
      actions={
        <Button size="xs" variant="default" onClick={csv}>
          CSV
        </Button>
      }
      flush
    >
      <TableFrame label={t("economics.companiesTitle")}>
        <thead>
          <tr>
            <th scope="col">{t("economics.company")}</th>
            <th scope="col" colSpan={2}>
              {t("economics.powerAt", { quarter: shownQuarter })}{" "}
              {powerRoutes.map((route) => (
                <span key={route} className="legend-mark">
                  <span className="swatch" style={{ background: routeColor[route] }} />
                  {t(`economics.routes.${route}`)}
                </span>
              ))}
            </th>
            <th scope="col" className="number">
              {t("economics.signed")}
            </th>
            <th scope="col" className="number">
              {t("economics.gross")}
            </th>
            <th scope="col" className="number">
              {t("economics.capex")}
            </th>
            <th scope="col" className="number">
              {t("economics.roicServed")}
            </th>
            <th scope="col" className="number">
              {t("economics.pauseWould")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, mw, signed, gross, capex, roic, pause }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="power-track" aria-hidden="true">
                <span>
                  {mw.map(({ route, mw: part }) => (
                    <span key={route} style={{ width: `${(part / most) * 100}%`, background: routeColor[route] }} />
                  ))}
                </span>
              </td>
              <td
                className="number"
                title={mw
                  .map(({ route, mw: part }) => `${t(`economics.routes.${route}`)} ${(part / 1000).toFixed(2)} GW`)
                  .join("\n")}
              >
                {(total(mw) / 1000).toFixed(2)} GW
              </td>
              <td className="number">{signed === 0 ? <span className="none">—</span> : large(signed)}</td>
              <td className={gross < 0 ? "number bad" : "number"}>{large(gross)}</td>
              <td className="number">{large(capex)}</td>
              <td className="number">
                {roic === null ? <span className="none">—</span> : percent(roic, i18n.language)}
              </td>
              <td className="number">{large(pause)}</td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}

function Headlines({ headlines }: { readonly headlines: readonly Headline[] }) {
  const { t } = useTranslation();
  const text = (value: number, unit: string) => `${unit === "GW" ? value.toFixed(2) : value.toFixed(1)} ${unit}`;
  return (
    <Panel title={t("economics.headlines")} hint={t("economics.headlinesHint")} flush>
      <TableFrame label={t("economics.headlines")}>
        <thead>
          <tr>
            <th scope="col">{t("example.figure")}</th>
            <th scope="col" className="number">
              {t("example.here")}
            </th>
            <th scope="col" className="number">
              {t("example.published")}
            </th>
            <td />
            <th scope="col">{t("chips.source")}</th>
          </tr>
        </thead>
        <tbody>
          {headlines.map(({ what, unit, ours, published, source, isReproduced, isInput, note }) => (
            <tr key={what} className={isInput ? "faded" : undefined}>
              <th scope="row" className="wrapped" title={note}>
                {what}
              </th>
              <td className="number strong">{text(ours, unit)}</td>
              <td className="number quiet">{text(published, unit)}</td>
              <td>
                <span
                  className={isReproduced ? "good" : "bad"}
                  role="img"
                  aria-label={t(isReproduced ? "example.same" : "example.differs")}
                >
                  <Icon name={isReproduced ? "check" : "warning"} size={15} />
                </span>{" "}
                {isInput ? <small className="quiet">{t("economics.isInput")}</small> : undefined}
              </td>
              <td className="source-cell">
                <SourceLinks text={source} /> <small className="quiet because">{note}</small>
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}
