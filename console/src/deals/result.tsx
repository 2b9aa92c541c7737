/** What comes of a deal: what it earns, what an hour costs, what decides, what may come, what remains, and from where we know. */
import { SegmentedControl, useComputedColorScheme } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { count, percent, quantity } from "../format/number.ts";
import { Chart } from "../parts/chart.tsx";
import { ChartPanel, Panel, TableFrame } from "../parts/panel.tsx";
import { inks } from "../palette.ts";
import { buildUpOption, histogramOption, runOffOption } from "./charts.ts";
import { FiguresPanel } from "./figures-panel.tsx";
import { CashPanel } from "./pipeline.tsx";
import { SavePicture } from "../parts/save-picture.tsx";
import type { CostPart, DealEvaluation } from "./shapes.ts";
import { SwingsPanel } from "./swings-panel.tsx";
import { Tile } from "../parts/tile.tsx";
import { useDealWords } from "./words.ts";

type Props = { readonly deal: DealEvaluation };

export function Result({ deal, stale }: Props & { readonly stale: boolean }) {
  const { t } = useTranslation();
  return (
    <section
      className={`sections deal-result${stale ? " stale" : ""}`}
      aria-busy={stale}
      aria-label={t("makeOrBuy.result")}
    >
      <div className="wide sections">
        <Summary deal={deal} />
        <Tiles deal={deal} />
      </div>
      <BuildUp deal={deal} />
      <CashPanel title={t("deals.cash")} cash={deal.months} />
      <SwingsPanel deal={deal} />
      <div className="sections">
        <RiskPanel deal={deal} />
        <RunOff deal={deal} />
      </div>
      <div className="wide sections">
        <Years deal={deal} />
        {deal.claims.length === 0 ? undefined : <Claims deal={deal} />}
        <FiguresPanel deal={deal} />
        <p className="foot-note">{t("deals.note")}</p>
      </div>
    </section>
  );
}

function Summary({ deal }: Props) {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  return (
    <p className="deal-summary">
      {t(deal.role === "seller" ? "deals.soldTo" : "deals.boughtFrom", { name: deal.counterparty })}
      {" · "}
      {t("deals.size", {
        accelerators: count(deal.accelerators, locale),
        accelerator: deal.accelerator,
        megawatts: quantity(deal.megawattsIt, locale),
      })}
      {" · "}
      {t("deals.span", { from: deal.from, to: deal.to })}
      {deal.nearestListed === undefined ? undefined : (
        <small className="deal-unlisted">
          {t("deals.unlisted", { name: deal.accelerator, nearest: deal.nearestListed.join(", ") })}
        </small>
      )}
    </p>
  );
}

function Tiles({ deal }: Props) {
  const { t, i18n } = useTranslation();
  const { large, hour, share, irr, months } = useDealWords();
  const { contract, breakEven, risk } = deal;
  const billed =
    breakEven.billedShare === null
      ? t("deals.breakEvenNever")
      : t(deal.role === "seller" ? "deals.breakEvenBilled" : "deals.breakEvenUsed", {
          share: share(breakEven.billedShare, 0),
        });
  return (
    <dl className="tiles four">
      <Tile name={t("deals.value")} note={t("deals.perHour", { price: hour(contract.usdPerAcceleratorHour) })}>
        {large(Number(contract.totalUsd))}
      </Tile>
      <Tile name={t("deals.margin")} note={t("deals.ebitda", { share: share(deal.ebitdaMargin) })}>
        {share(deal.grossMargin)}
      </Tile>
      <Tile
        name={t("deals.npv")}
        note={t("deals.atRate", { rate: share(deal.costOfCapital) })}
        tone={deal.npvUsd < 0 ? "bad" : "good"}
      >
        {large(deal.npvUsd)}
      </Tile>
      <Tile name={t("deals.irr")} note={t("deals.roic", { share: share(deal.roic) })}>
        {irr(deal.irr)}
      </Tile>
      {deal.debt !== undefined && (
        <Tile
          name={t("deals.leveredIrr")}
          note={t("deals.leveredNote", {
            amount: large(deal.debt.drawnUsd),
            cover: Math.min(...deal.debt.coverRatios).toFixed(2),
          })}
        >
          {irr(deal.debt.leveredIrr)}
        </Tile>
      )}
      <Tile name={t("deals.peakFunding")} note={t("deals.capital", { amount: large(deal.capitalUsd) })}>
        {large(deal.peakFundingUsd)}
      </Tile>
      <Tile name={t("deals.paybackTitle")} note={t("deals.paybackNote")}>
        {months(deal.paybackMonths)}
      </Tile>
      <Tile name={t("deals.breakEven")} note={billed}>
        {hour(breakEven.usdPerAcceleratorHour)}
      </Tile>
      <Tile name={t("deals.loss")} note={t("deals.lossNote", { draws: count(risk.draws, i18n.language) })}>
        {share(risk.lossProbability, 0)}
      </Tile>
    </dl>
  );
}

function BuildUp({ deal }: Props) {
  const { t } = useTranslation();
  const { hour, share } = useDealWords();
  const scheme = useComputedColorScheme("light");
  const { buildUp } = deal;
  const part = (name: string) => t(`deals.parts.${name as CostPart}`);
  const words = { part, finance: t("deals.finance"), price: t("deals.price"), text: hour };
  const option = useMemo(() => buildUpOption(deal, inks[scheme], words), [deal, scheme, words.finance]);
  const rows = buildUp.parts.length + (buildUp.financeUsdPerHour === 0 ? 0 : 1) + (deal.role === "seller" ? 1 : 0);
  return (
    <ChartPanel
      title={t("deals.buildUp")}
      hint={t("deals.buildUpHint", {
        straight: hour(buildUp.usdPerHour),
        economic: hour(buildUp.economicUsdPerHour),
      })}
      actions={<SavePicture name={`${deal.name}-cost`} />}
      chart={<Chart option={option} height={44 + rows * 34} label={t("deals.buildUpLabel")} />}
      table={
        <TableFrame label={t("deals.buildUp")}>
          <thead>
            <tr>
              <th scope="col">{t("makeOrBuy.part")}</th>
              <th scope="col" className="number">
                {t("deals.anHour")}
              </th>
              <th scope="col" className="number">
                {t("makeOrBuy.share")}
              </th>
            </tr>
          </thead>
          <tbody>
            {[
              ...buildUp.parts.map((one) => ({ name: part(one.part), usd: one.usdPerHour })),
              { name: words.finance, usd: buildUp.financeUsdPerHour },
            ].map(({ name, usd }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="number">{hour(usd)}</td>
                <td className="number">{share(usd / buildUp.economicUsdPerHour)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t("deals.economic")}</th>
              <td className="number">{hour(buildUp.economicUsdPerHour)}</td>
              <td className="number">{share(1)}</td>
            </tr>
          </tfoot>
        </TableFrame>
      }
    />
  );
}

function RiskPanel({ deal }: Props) {
  const { t, i18n } = useTranslation();
  const { large, share } = useDealWords();
  const scheme = useComputedColorScheme("light");
  const [shows, setShows] = useState<"npv" | "irr" | "margin">("npv");
  const { risk } = deal;
  const asShare = (value: number) => percent(value, i18n.language, 0);
  const one = shows === "npv" ? risk.npvUsd : shows === "irr" ? risk.irrPerYear : risk.grossMargin;
  const text = shows === "npv" ? large : asShare;
  const option = useMemo(
    () => (one === null ? {} : histogramOption(one, inks[scheme], { draws: t("deals.ofDraws"), text })),
    [one, scheme, i18n.language],
  );
  const rows = [
    { name: t("deals.npv"), of: risk.npvUsd, write: large },
    { name: t("deals.irr"), of: risk.irrPerYear, write: (value: number) => share(value) },
    { name: t("deals.margin"), of: risk.grossMargin, write: (value: number) => share(value) },
  ];
  return (
    <ChartPanel
      title={t("deals.risk")}
      hint={t("deals.riskHint", {
        draws: count(risk.draws, i18n.language),
        seed: risk.seed,
        atRisk: large(risk.valueAtRisk95Usd),
        late: share(risk.late.share, 0),
        defaulted: share(risk.defaulted),
        obsolete: share(risk.obsolete, 0),
      })}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("deals.riskShows")}
            value={shows}
            onChange={setShows}
            data={[
              { value: "npv", label: t("deals.npv") },
              ...(risk.irrPerYear === null ? [] : [{ value: "irr" as const, label: t("deals.irr") }]),
              ...(risk.grossMargin === null ? [] : [{ value: "margin" as const, label: t("deals.margin") }]),
            ]}
          />
          <SavePicture name={`${deal.name}-${shows}`} />
        </>
      }
      chart={<Chart option={option} height={260} label={t("deals.riskLabel")} />}
      table={
        <TableFrame label={t("deals.risk")}>
          <thead>
            <tr>
              <td />
              {["p5", "p25", "p50", "p75", "p95"].map((name) => (
                <th key={name} scope="col" className="number">
                  {name}
                </th>
              ))}
              <th scope="col" className="number">
                {t("deals.mean")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.flatMap(({ name, of, write }) =>
              of === null
                ? []
                : [
                    <tr key={name}>
                      <th scope="row">{name}</th>
                      {[of.p5, of.p25, of.p50, of.p75, of.p95, of.mean].map((value, index) => (
                        <td key={index} className={value < 0 ? "number bad" : "number"}>
                          {write(value)}
                        </td>
                      ))}
                    </tr>,
                  ],
            )}
          </tbody>
        </TableFrame>
      }
    />
  );
}

function RunOff({ deal }: Props) {
  const { t } = useTranslation();
  const { large } = useDealWords();
  const scheme = useComputedColorScheme("light");
  const words = { remaining: t("deals.remaining"), text: large };
  const option = useMemo(() => runOffOption(deal, inks[scheme], words), [deal, scheme, words.remaining, large]);
  const names = ["openingUsd", "signedUsd", "recognisedUsd", "cancelledUsd", "closingUsd"] as const;
  return (
    <ChartPanel
      title={t(deal.role === "seller" ? "deals.remaining" : "deals.owed")}
      hint={t("deals.runOffHint", { amount: large(Number(deal.contract.committedUsd)) })}
      actions={<SavePicture name={`${deal.name}-obligations`} />}
      chart={<Chart option={option} height={240} label={t("deals.remainingLabel", { count: deal.rpo.length })} />}
      table={
        <TableFrame label={t("deals.remaining")}>
          <thead>
            <tr>
              <th scope="col">{t("deals.quarter")}</th>
              {names.map((name) => (
                <th key={name} scope="col" className="number">
                  {t(`deals.rpo.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {deal.rpo.map((one) => (
              <tr key={one.quarter}>
                <th scope="row">{one.quarter}</th>
                {names.map((name) => (
                  <td key={name} className="number">
                    {large(Number(one[name]))}
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

function Years({ deal }: Props) {
  const { t } = useTranslation();
  const { large, share } = useDealWords();
  return (
    <Panel title={t("makeOrBuy.years")} hint={t("deals.yearsHint")} flush>
      <TableFrame label={t("makeOrBuy.years")}>
        <thead>
          <tr>
            <th scope="col">{t("deals.yearFrom")}</th>
            {(["revenue", "grossProfit", "margin", "ebitdaTitle", "capitalTitle", "cash"] as const).map((name) => (
              <th key={name} scope="col" className="number">
                {t(`deals.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {deal.years.map((year) => (
            <tr key={year.year}>
              <th scope="row">{year.from}</th>
              <td className="number">{large(year.revenueUsd)}</td>
              <td className="number">{large(year.grossProfitUsd)}</td>
              <td className="number">{share(year.grossMargin)}</td>
              <td className="number">{large(year.ebitdaUsd)}</td>
              <td className="number">{large(year.capitalUsd)}</td>
              <td className={year.cashUsd < 0 ? "number bad" : "number"}>{large(year.cashUsd)}</td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}

function Claims({ deal }: Props) {
  const { t } = useTranslation();
  const { claim } = useDealWords();
  return (
    <Panel title={t("deals.claims")} hint={t("deals.claimsHint")} flush>
      <TableFrame label={t("deals.claims")}>
        <thead>
          <tr>
            <th scope="col">{t("deals.measure")}</th>
            <th scope="col" className="number">
              {t("deals.claimed")}
            </th>
            <th scope="col" className="number">
              {t("deals.here")}
            </th>
            <th scope="col" />
            <th scope="col">{t("chips.source")}</th>
          </tr>
        </thead>
        <tbody>
          {deal.claims.map((one, index) => (
            <tr key={index}>
              <th scope="row">{t(`deals.metrics.${one.metric}`)}</th>
              <td className="number">
                {one.low === one.high
                  ? claim(one.metric, one.low)
                  : `${claim(one.metric, one.low)} – ${claim(one.metric, one.high)}`}
              </td>
              <td className="number">{one.found === null ? "—" : claim(one.metric, one.found)}</td>
              <td className={one.verdict === "inside" ? "good" : "quiet"}>{t(`deals.verdicts.${one.verdict}`)}</td>
              <td className="deal-source">
                {one.source} <span className="quiet">({one.asOf})</span>
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}
