/** A company's strategies side by side: its power by source over time, contracts, money, and what a pause cost. */
import { Button, SegmentedControl, useComputedColorScheme } from "@mantine/core";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Refusal } from "../answers/ask.ts";
import { useRun } from "./use-run.ts";
import { usePlanMoney } from "../chips/use-plan-money.ts";
import { percent, quantity } from "../format/number.ts";
import { inks } from "../palette.ts";
import { Chart } from "../parts/chart.tsx";
import { Refused, Waiting } from "../parts/page.tsx";
import { ChartPanel, Panel, TableFrame } from "../parts/panel.tsx";
import { saveCsv, savePdf, savePng } from "../parts/save.ts";
import { OwnPanel, ownText } from "./own.tsx";
import {
  caseNames,
  incomeLayers,
  powerRoutes,
  type ScenarioRun,
  sellers,
  type Spread,
  type StrategyRun,
  type WorkedOut,
} from "./shapes.ts";
import { AuditPanel } from "./sources.tsx";
import { capacityOption, grownQuarters, sharesOption } from "./stacked.ts";
import { PauseTornado } from "./tornado.tsx";
import { useWords } from "./words.ts";

const draws = 2000;

export function StrategiesView() {
  const { t } = useTranslation();
  const [name, setName] = useState<string>(caseNames[0]);
  const { answer, refusal, again, stale } = useRun(name, draws);
  const [own, setOwn] = useState<{ readonly text: string; readonly answer?: WorkedOut }>();
  const short = t("economics.companies", { returnObjects: true }) as Readonly<Record<string, string>>;
  const shown = own?.answer ?? answer;
  return (
    <div className="sections">
      <div className="toolbar">
        <SegmentedControl
          aria-label={t("economics.case")}
          value={name}
          onChange={(next) => {
            setName(next);
            setOwn(undefined);
          }}
          data={caseNames.map((value) => ({ value, label: short[value] ?? value }))}
        />
        <span className="spacer" />
        <Button
          size="xs"
          variant="default"
          onClick={() => setOwn(own === undefined ? { text: ownText(name) } : undefined)}
        >
          {own === undefined ? t("economics.ownOpen") : t("economics.ownClose")}
        </Button>
        {shown === undefined ? undefined : (
          <Exports run={shown.run} asks={own?.answer === undefined ? { name } : { yaml: own.text }} />
        )}
      </div>
      {own === undefined ? undefined : (
        <OwnPanel
          text={own.text}
          draws={draws}
          onChange={(text) => setOwn((before) => ({ ...before, text }))}
          onRun={(worked) => setOwn((before) => before && { ...before, answer: worked })}
        />
      )}
      {refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />}
      {shown === undefined ? (
        refusal === undefined ? (
          <Waiting rows={8} />
        ) : undefined
      ) : (
        <div className={`sections${stale ? " stale" : ""}`} aria-busy={stale}>
          <Case answer={shown} />
        </div>
      )}
    </div>
  );
}

function Case({ answer: { run, audit } }: { readonly answer: WorkedOut }) {
  const { t } = useTranslation();
  const { caseTitle, caseAbout } = useWords();
  return (
    <>
      <div className="prose">
        <h2>{caseTitle(run)}</h2>
        <p className="quiet">{caseAbout(run)}</p>
      </div>
      <Verdict run={run} />
      <Capacities run={run} />
      <SideBySide run={run} />
      <Deals run={run} />
      <div className="columns wide-left from-top">
        <PauseTornado run={run} />
        <Shares run={run} />
      </div>
      <AuditPanel audit={audit} />
      <p className="foot-note">{t("economics.note")}</p>
    </>
  );
}

function Exports({ run, asks }: { readonly run: ScenarioRun; readonly asks: object }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const pdf = async () => {
    setBusy(true);
    try {
      await savePdf(run.name, "/api/scenarios/report", { ...asks, draws: run.pause.draws, seed: run.pause.seed });
      setRefusal(undefined);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {refusal === undefined ? undefined : <span className="bad small">{refusal.message}</span>}
      <Button size="xs" variant="default" onClick={() => saveCsv(run.name, quarterRows(run))}>
        {t("economics.csv")}
      </Button>
      <Button size="xs" variant="default" loading={busy} onClick={() => void pdf()}>
        {t("economics.pdf")}
      </Button>
    </>
  );
}

/** A row for every quarter of every strategy. */
function quarterRows({ quarters, strategies, currency }: ScenarioRun): (readonly (string | number)[])[] {
  const titles = [
    "strategy",
    "quarter",
    ...powerRoutes.map((route) => `${route}_mw`),
    `revenue_${currency}`,
    ...incomeLayers.map((layer) => `gross_profit_${layer}_${currency}`),
    `capex_${currency}`,
    `rpo_closing_${currency}`,
  ];
  const rows = strategies.flatMap((one) =>
    quarters.map((quarter, t) => [
      one.name,
      quarter,
      ...powerRoutes.map((route) => one.mw[route][t] ?? 0),
      one.revenue[t] ?? 0,
      ...incomeLayers.map((layer) => one.grossProfit[layer][t] ?? 0),
      one.capex[t] ?? 0,
      one.rpo[t]?.closing ?? 0,
    ]),
  );
  return [titles, ...rows];
}

function Verdict({ run }: { readonly run: ScenarioRun }) {
  const { t } = useTranslation();
  const { large } = usePlanMoney();
  const { strategy } = useWords();
  const { pause, strategies } = run;
  const range = ({ p10, p90 }: Spread) => t("economics.range", { low: large(p10), high: large(p90) });
  const title = (name: string) => strategy(strategies.find((one) => one.name === name) ?? { name, title: name });
  const frozen = Math.max(...strategies.map(({ frozenMw }) => frozenMw)) / 1000;
  return (
    <dl className="tiles economics-verdict">
      <Tile
        name={t("economics.forgone")}
        tone={pause.used.grossProfit > 0 ? "bad" : "good"}
        note={range(pause.grossProfit)}
      >
        {large(pause.used.grossProfit)}
      </Tile>
      <Tile name={t("economics.ofDeals")} note={t("economics.ofDealsNote")}>
        {large(pause.ofDeals)}
      </Tile>
      <Tile name={t("economics.contractsForgone")} note={range(pause.signed)}>
        {large(pause.used.signed)}
      </Tile>
      <Tile name={t("economics.worth")} note={range(pause.value)}>
        {large(pause.used.value)}
      </Tile>
      <Tile
        name={t("economics.frozen")}
        note={t("economics.versus", { without: title(pause.without), with: title(pause.with) })}
      >
        {frozen.toFixed(2)} GW
      </Tile>
    </dl>
  );
}

type TileProps = {
  readonly name: string;
  readonly tone?: "good" | "bad";
  readonly note: string;
  readonly children: ReactNode;
};

function Tile({ name, tone, note, children }: TileProps) {
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd className={tone === undefined ? "tile-value" : `tile-value ${tone}`}>{children}</dd>
      <dd className="tile-note">{note}</dd>
    </div>
  );
}

/** The names that the charts print. */
export function useChartWords() {
  const { t, i18n } = useTranslation();
  return {
    routes: t("economics.routes", { returnObjects: true }),
    sellers: t("economics.sellers", { returnObjects: true }),
    number: (value: number) => quantity(value, i18n.language),
  };
}

function Capacities({ run }: { readonly run: ScenarioRun }) {
  const { t, i18n } = useTranslation();
  const { strategy } = useWords();
  const words = useChartWords();
  const scheme = useComputedColorScheme("light");
  const box = useRef<HTMLDivElement>(null);
  const options = useMemo(
    () => run.strategies.map((one) => capacityOption(run, one, inks[scheme], words)),
    [run, scheme, i18n.language],
  );
  const shown = grownQuarters(run);
  const base = (run.baseMw / 1000).toFixed(2);
  return (
    <ChartPanel
      title={t("economics.capacity")}
      hint={run.baseMw > 0 ? t("economics.capacityBase", { base }) : t("economics.capacityHint")}
      chart={
        <div className="small-multiples" ref={box}>
          {run.strategies.map((one, index) => (
            <figure key={one.name}>
              <figcaption>
                {strategy(one)}
                <Button
                  size="compact-xs"
                  variant="subtle"
                  onClick={() => void savePng(`${run.name}-${one.name}`, box.current?.children[index] ?? null)}
                >
                  PNG
                </Button>
              </figcaption>
              <Chart
                option={options[index] ?? {}}
                height={270}
                label={t("economics.capacityLabel", { strategy: strategy(one) })}
              />
            </figure>
          ))}
        </div>
      }
      table={
        <TableFrame label={t("economics.capacity")}>
          <thead>
            <tr>
              <th scope="col">{t("economics.strategy")}</th>
              <th scope="col">{t("economics.quarter")}</th>
              {powerRoutes.map((route) => (
                <th key={route} scope="col" className="number">
                  {t(`economics.routes.${route}`)}, GW
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {run.strategies.flatMap((one) =>
              shown
                .filter(({ quarter }) => quarter.endsWith("Q4"))
                .map(({ quarter, t: at }) => (
                  <tr key={`${one.name} ${quarter}`}>
                    <th scope="row">{strategy(one)}</th>
                    <td>{quarter}</td>
                    {powerRoutes.map((route) => (
                      <td key={route} className="number">
                        {((one.mw[route][at] ?? 0) / 1000).toFixed(2)}
                      </td>
                    ))}
                  </tr>
                )),
            )}
          </tbody>
        </TableFrame>
      }
    />
  );
}

function SideBySide({ run }: { readonly run: ScenarioRun }) {
  const { t, i18n } = useTranslation();
  const { large } = usePlanMoney();
  const { strategy } = useWords();
  const gross = ({ totals }: StrategyRun) => incomeLayers.reduce((sum, layer) => sum + totals.grossProfit[layer], 0);
  const lines: {
    name: string;
    of: (one: StrategyRun) => string;
    isLoss?: (one: StrategyRun) => boolean;
    strong?: boolean;
  }[] = [
    { name: t("economics.frozen"), of: ({ frozenMw }) => `${(frozenMw / 1000).toFixed(2)} GW` },
    { name: t("economics.signed"), of: ({ deals }) => large(deals.reduce((sum, { value }) => sum + value, 0)) },
    { name: t("figures.revenue"), of: ({ totals }) => large(totals.revenue) },
    ...incomeLayers.map((layer) => ({
      name: t("economics.grossOf", { layer: t(`layers.${layer}`) }),
      of: ({ totals }: StrategyRun) => large(totals.grossProfit[layer]),
      isLoss: ({ totals }: StrategyRun) => totals.grossProfit[layer] < 0,
    })),
    { name: t("economics.gross"), of: (one) => large(gross(one)), isLoss: (one) => gross(one) < 0, strong: true },
    { name: t("economics.capex"), of: ({ totals }) => large(totals.capex) },
    { name: t("economics.worthOf"), of: ({ totals }) => large(totals.value), isLoss: ({ totals }) => totals.value < 0 },
    {
      name: t("economics.roic"),
      of: ({ totals }) => (totals.roic === null ? "—" : percent(totals.roic, i18n.language)),
    },
  ];
  return (
    <Panel
      title={t("economics.sideBySide")}
      hint={t("economics.span", { from: run.quarters[0], to: run.quarters.at(-1) })}
      flush
    >
      <TableFrame label={t("economics.sideBySide")}>
        <thead>
          <tr>
            <td />
            {run.strategies.map((one) => (
              <th key={one.name} scope="col" className="number" title={one.about}>
                {strategy(one)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, of, isLoss, strong }) => (
            <tr key={name} className={strong === true ? "strong" : undefined}>
              <th scope="row">{name}</th>
              {run.strategies.map((one) => (
                <td key={one.name} className={isLoss?.(one) === true ? "number bad" : "number"}>
                  {of(one)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}

function Deals({ run }: { readonly run: ScenarioRun }) {
  const { t, i18n } = useTranslation();
  const { large, perHour } = usePlanMoney();
  const { strategy, deal: dealWords } = useWords();
  const states = t("economics.states", { returnObjects: true }) as Readonly<Record<string, string>>;
  const deals = run.strategies[0]?.deals ?? [];
  if (deals.length === 0) return undefined;
  return (
    <Panel title={t("economics.dealsTitle")} hint={t("economics.dealsHint")} flush>
      <TableFrame label={t("economics.dealsTitle")}>
        <thead>
          <tr>
            <th scope="col">{t("economics.contract")}</th>
            <th scope="col" className="number">
              GW
            </th>
            <th scope="col" className="number">
              {t("economics.perHour")}
            </th>
            <th scope="col" className="number">
              {t("economics.dealMargin")}
            </th>
            {run.strategies.map((one) => (
              <th key={one.name} scope="col" className="number">
                {strategy(one)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {deals.map(({ name, what, buyer, mwAsked, economics }, index) => {
            const leased = economics.find(({ route }) => route === "lease");
            return (
              <tr key={name}>
                <th scope="row" className="wrapped">
                  {dealWords(name, what)}
                  <small className="quiet">{buyer}</small>
                </th>
                <td className="number">{(mwAsked / 1000).toFixed(2)}</td>
                <td className="number">{leased === undefined ? "—" : perHour(leased.perAcceleratorHour)}</td>
                <td className={`number${(leased?.margin ?? 0) < 0 ? " bad" : ""}`}>
                  {leased === undefined ? "—" : percent(leased.margin, i18n.language, 0)}
                </td>
                {run.strategies.map((one) => {
                  const deal = one.deals[index];
                  return (
                    <td
                      key={one.name}
                      className={`number ${deal?.state === "lost" ? "bad" : ""}`}
                      title={deal?.why ?? undefined}
                    >
                      {deal?.state === "taken" ? (
                        <>
                          {large(deal.value)}
                          <small className="quiet block">
                            {deal.at}, {(deal.mw / 1000).toFixed(2)} GW
                          </small>
                        </>
                      ) : (
                        <span className={deal?.state === "lost" ? undefined : "quiet"}>
                          {states[deal?.state ?? ""] ?? "—"}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </TableFrame>
    </Panel>
  );
}

function Shares({ run }: { readonly run: ScenarioRun }) {
  const { t, i18n } = useTranslation();
  const { strategy } = useWords();
  const words = useChartWords();
  const scheme = useComputedColorScheme("light");
  const box = useRef<HTMLDivElement>(null);
  const [name, setName] = useState<string>();
  const shown = run.strategies.find((one) => one.name === name) ?? run.strategies[0];
  const option = useMemo(() => sharesOption(shown?.shares ?? [], inks[scheme], words), [shown, scheme, i18n.language]);
  if (shown === undefined || shown.shares.length === 0) return undefined;
  return (
    <ChartPanel
      title={t("economics.shares")}
      hint={t("economics.sharesHint")}
      actions={
        <Button size="xs" variant="default" onClick={() => void savePng(`${run.name}-backlogs`, box.current)}>
          PNG
        </Button>
      }
      chart={
        <div ref={box}>
          <SegmentedControl
            size="xs"
            aria-label={t("economics.strategy")}
            value={shown.name}
            onChange={setName}
            data={run.strategies.map((one) => ({ value: one.name, label: strategy(one) }))}
          />
          <Chart option={option} height={330} label={t("economics.sharesLabel", { strategy: strategy(shown) })} />
        </div>
      }
      table={<SharesTable shares={shown.shares} />}
    />
  );
}

export function SharesTable({ shares }: { readonly shares: StrategyRun["shares"] }) {
  const { t, i18n } = useTranslation();
  return (
    <TableFrame label={t("economics.shares")}>
      <thead>
        <tr>
          <th scope="col">{t("economics.quarter")}</th>
          {sellers.map((seller) => (
            <th key={seller} scope="col" className="number">
              {t(`economics.sellers.${seller}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shares.map(({ quarter, backlogs }) => {
          const all = sellers.reduce((sum, seller) => sum + backlogs[seller], 0);
          return (
            <tr key={quarter}>
              <th scope="row">{quarter}</th>
              {sellers.map((seller) => (
                <td key={seller} className="number">
                  {percent(backlogs[seller] / all, i18n.language, 0)}{" "}
                  <small className="quiet">{Math.round(backlogs[seller])}</small>
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </TableFrame>
  );
}
