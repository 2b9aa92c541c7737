/** What came of a plan: its worth, what to decide when, capacity, cash, layers, prices, and what binds. */
import { Alert, Button, useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { SavePicture } from "../parts/save-picture.tsx";
import { Tile } from "../parts/tile.tsx";
import { Chart } from "../parts/chart.tsx";
import { Icon } from "../parts/icon.tsx";
import { ChartPanel, Panel, TableFrame } from "../parts/panel.tsx";
import { saveAnswer } from "../parts/save.ts";
import { inks, layerColor } from "../palette.ts";
import { capacityOption, cashOption, pricesOption, totalMw } from "./charts.ts";
import { decisionLines } from "./decided.ts";
import type { Plan, Planned, WorkUnit } from "./shapes.ts";
import { usePlanWords } from "./words.ts";

export function Result({ run }: { readonly run: Planned }) {
  const { t } = useTranslation();
  const { plan } = run;
  const path = `/api/plan/capacity/runs/${run.id}`;
  return (
    <section className="sections" aria-label={t("plan.result")}>
      <div className="toolbar">
        <h2>{run.name}</h2>
        <span className="spacer" />
        <Button size="xs" variant="default" onClick={() => void saveAnswer("plan.csv", `${path}/csv`)}>
          {t("exports.csv")}
        </Button>
        <Button size="xs" variant="default" onClick={() => void saveAnswer("plan.pdf", `${path}/report`)}>
          {t("exports.pdf")}
        </Button>
      </div>
      {plan.problems.length === 0 ? undefined : (
        <Alert color="red" variant="light" icon={<Icon name="warning" />} title={t("plan.problems")} role="alert">
          <ul>
            {plan.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Alert>
      )}
      <Figures run={run} />
      <div className="columns wide-left from-top">
        <Capacity plan={plan} />
        <Decisions plan={plan} />
      </div>
      <Cash plan={plan} />
      <div className="plan-beside">
        <Layers plan={plan} />
        <Bindings plan={plan} />
      </div>
      <Prices plan={plan} unit="tokens" />
      <Prices plan={plan} unit="acceleratorHours" />
      <p className="foot-note">{t("plan.note")}</p>
    </section>
  );
}

function Figures({ run: { plan, objective } }: { readonly run: Planned }) {
  const { t } = useTranslation();
  const { large, share, mw, value } = usePlanWords();
  const { solved, summary, futures } = plan;
  const invested = summary.quarters.reduce((sum, { investedUsd }) => sum + investedUsd, 0);
  const lowest = summary.quarters.reduce((least, one) => (one.lowestCashUsd < least.lowestCashUsd ? one : least));
  const margin = summary.layers.at(-1);
  const first = summary.quarters[0];
  const last = summary.quarters.at(-1);
  const worths = futures.map(({ future, valueUsd }) => `${future} ${large(valueUsd)}`).join(", ");
  return (
    <dl className="tiles six">
      <Tile name={t(`plan.worth.${objective}`)} note={worths}>
        {value(solved)}
      </Tile>
      <Tile
        name={t("plan.proven")}
        tone={solved.status === "best so far" ? "bad" : undefined}
        note={`${t(`plan.status.${solved.status}`)} · ${solved.seconds.toFixed(1)} s`}
      >
        {solved.gap === null ? "—" : t("plan.within", { gap: share(solved.gap, 2) })}
      </Tile>
      <Tile name={t("plan.margin")} note={t("plan.ofRevenue", { revenue: large(summary.revenueUsd) })}>
        {share(margin?.marginShare ?? null)}
      </Tile>
      <Tile name={t("plan.capacity")} note={t("plan.from", { mw: mw(first === undefined ? 0 : totalMw(first)) })}>
        {mw(last === undefined ? 0 : totalMw(last))}
      </Tile>
      <Tile name={t("plan.invested")} note={t("plan.investedNote")}>
        {large(invested)}
      </Tile>
      <Tile name={t("plan.lowestCash")} note={t("plan.inQuarter", { quarter: lowest.quarter })}>
        {large(lowest.lowestCashUsd)}
      </Tile>
    </dl>
  );
}

function Capacity({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  const { mw, supply } = usePlanWords();
  const scheme = useComputedColorScheme("light");
  const option = useMemo(() => capacityOption(plan, inks[scheme], { supply, text: mw }), [plan, scheme, supply, mw]);
  const { supplies, quarters } = plan.summary;
  return (
    <ChartPanel
      title={t("plan.capacityBySource")}
      hint={t("plan.capacityHint")}
      actions={<SavePicture name="capacity" />}
      chart={<Chart option={option} height={340} label={t("plan.capacityLabel", { count: quarters.length })} />}
      table={
        <TableFrame label={t("plan.capacityBySource")}>
          <thead>
            <tr>
              <th scope="col">{t("plan.quarter")}</th>
              {supplies.map((name) => (
                <th key={name} scope="col" className="number">
                  {supply(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {quarters.map(({ quarter, capacityMw }) => (
              <tr key={quarter}>
                <th scope="row">{quarter}</th>
                {supplies.map((name) => (
                  <td key={name} className="number">
                    {mw(capacityMw[name] ?? 0)}
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

function Decisions({ plan: { decisions, futures } }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  const { decision } = usePlanWords();
  const lines = decisionLines(
    decisions,
    futures.map(({ future }) => future),
  );
  return (
    <Panel title={t("plan.decide")} hint={t("plan.decideHint")} flush>
      <div className="plan-decisions" role="region" aria-label={t("plan.decide")} tabIndex={0}>
        <table className="table">
          <tbody>
            {lines.map((line) => (
              <tr key={`${line.quarter} ${line.futures.join(" ")}`}>
                <th scope="row">{line.quarter}</th>
                <td className="plan-if">
                  {line.futures.length === 0 ? (
                    <strong>{t("plan.always")}</strong>
                  ) : (
                    t("plan.if", { futures: line.futures.join(", ") })
                  )}
                </td>
                <td className="plan-what">
                  {line.decisions.map((one) => (
                    <span key={JSON.stringify(one)}>{decision(one)}</span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Cash({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  const { large } = usePlanWords();
  const scheme = useComputedColorScheme("light");
  const { quarters } = plan.summary;
  const words = {
    flow: t("plan.cashFlow"),
    balance: t("plan.balance"),
    lowest: t("plan.lowest"),
    highest: t("plan.highest"),
    text: large,
  };
  const option = useMemo(() => cashOption(plan, inks[scheme], words), [plan, scheme, words.flow, large]);
  return (
    <ChartPanel
      title={t("plan.cash")}
      hint={t("plan.cashHint")}
      actions={<SavePicture name="cash" />}
      chart={<Chart option={option} height={300} label={t("plan.cashLabel", { count: quarters.length })} />}
      table={
        <TableFrame label={t("plan.cash")}>
          <thead>
            <tr>
              <th scope="col">{t("plan.quarter")}</th>
              {[t("plan.invested"), words.flow, words.balance, words.lowest, words.highest].map((title) => (
                <th key={title} scope="col" className="number">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {quarters.map((one) => (
              <tr key={one.quarter}>
                <th scope="row">{one.quarter}</th>
                {[one.investedUsd, one.cashFlowUsd, one.cashUsd, one.lowestCashUsd, one.highestCashUsd].map(
                  (usd, index) => (
                    <td key={index} className={usd < 0 ? "number bad" : "number"}>
                      {large(usd)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </TableFrame>
      }
    />
  );
}

function Layers({ plan: { summary } }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  const { large, share } = usePlanWords();
  return (
    <Panel title={t("plan.layers")} hint={t("plan.layersHint")}>
      <table className="compared">
        <thead>
          <tr>
            <th scope="col">{t("plan.layer")}</th>
            <th aria-hidden="true" />
            <th scope="col" className="number">
              {t("plan.cost")}
            </th>
            <th scope="col" className="number">
              {t("plan.share")}
            </th>
            <th scope="col" className="number">
              {t("plan.left")}
            </th>
          </tr>
        </thead>
        <tbody>
          {summary.layers.map(({ layer, costUsd, costShare, marginShare }) => (
            <tr key={layer}>
              <th scope="row" className="compared-chip">
                {t(`layers.${layer}`)}
              </th>
              <td className="track" aria-hidden="true">
                <span
                  className="compared-bar"
                  style={{ width: `max(${(costShare ?? 0) * 100}%, 1px)`, background: layerColor[layer] }}
                />
              </td>
              <td className="number">{large(costUsd)}</td>
              <td className="number">{share(costShare)}</td>
              <td className="number">{share(marginShare)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Bindings({ plan: { bindings } }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  const { large } = usePlanWords();
  if (bindings.length === 0) {
    return (
      <Panel title={t("plan.binds")}>
        <p className="quiet">{t("plan.bindsNothing")}</p>
      </Panel>
    );
  }
  return (
    <Panel title={t("plan.binds")} hint={t("plan.bindsHint")} flush>
      <TableFrame label={t("plan.binds")}>
        <thead>
          <tr>
            <th scope="col">{t("plan.limit")}</th>
            <th scope="col">{t("plan.quarters")}</th>
            <th scope="col" className="number">
              {t("plan.oneMore")}
            </th>
          </tr>
        </thead>
        <tbody>
          {bindings.map(({ limit, of, quarters, worthUsd }) => (
            <tr key={`${limit} ${of}`}>
              <th scope="row">{t(`plan.limits.${limit}`, { of })}</th>
              <td>{quarters.length === 1 ? quarters[0] : `${quarters[0]} – ${quarters.at(-1)}`}</td>
              <td className="number">{t(`plan.worthOf.${limit}`, { usd: large(worthUsd) })}</td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}

function Prices({ plan, unit }: { readonly plan: Plan; readonly unit: WorkUnit }) {
  const { t } = useTranslation();
  const { price, share } = usePlanWords();
  const scheme = useComputedColorScheme("light");
  const { quarters } = plan.summary;
  const text = (usd: number) => price(usd, unit);
  const option = useMemo(() => pricesOption(plan, unit, inks[scheme], text), [plan, unit, scheme]);
  const classes = (quarters[0]?.work ?? []).filter((work) => work.unit === unit);
  if (classes.length === 0) return undefined;
  const title = t(`plan.prices.${unit}`);
  return (
    <ChartPanel
      title={title}
      hint={t("plan.pricesHint")}
      actions={<SavePicture name={`marginal-${unit}`} />}
      chart={<Chart option={option} height={260} label={title} />}
      table={
        <TableFrame label={title}>
          <thead>
            <tr>
              <th scope="col">{t("plan.quarter")}</th>
              {classes.flatMap(({ model, tier }) =>
                [`${model}, ${tier}`, t("plan.average"), t("plan.unmet")].map((name, index) => (
                  <th key={`${model} ${tier} ${index}`} scope="col" className="number">
                    {name}
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {quarters.map(({ quarter, work }) => (
              <tr key={quarter}>
                <th scope="row">{quarter}</th>
                {work
                  .filter((one) => one.unit === unit)
                  .flatMap(({ model, tier, marginalUsd, averageUsd, unmetShare }) =>
                    [price(marginalUsd, unit), price(averageUsd, unit), share(unmetShare, 0)].map((cell, index) => (
                      <td key={`${model} ${tier} ${index}`} className="number">
                        {cell}
                      </td>
                    )),
                  )}
              </tr>
            ))}
          </tbody>
        </TableFrame>
      }
    />
  );
}
