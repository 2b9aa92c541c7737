/** All deals: their table, who they depend on, what remains to be recognised, and the cash of all. */
import { Button, Checkbox, useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ask, Refusal } from "../answers/ask.ts";
import { quantity } from "../format/number.ts";
import { Chart } from "../parts/chart.tsx";
import { Empty, Refused, Waiting } from "../parts/page.tsx";
import { ChartPanel, Panel, TableFrame } from "../parts/panel.tsx";
import { saveCsv, savePdf } from "../parts/save.ts";
import { categoryColors, inks } from "../palette.ts";
import { cashOption, customersOption, quartersOf } from "./charts.ts";
import { ComparedPanel } from "./compared-panel.tsx";
import type { DealFile } from "./files.ts";
import { SavePicture } from "../parts/save-picture.tsx";
import type { Portfolio } from "./shapes.ts";
import { Tile } from "../parts/tile.tsx";
import { useDealWords } from "./words.ts";

type Props = { readonly files: readonly DealFile[]; readonly onRestore: (() => void) | undefined };

export function Pipeline({ files, onRestore }: Props) {
  const { t } = useTranslation();
  const yamls = files.map(({ yaml }) => yaml);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const { answer, refusal, again } = usePortfolio(yamls);
  const restore =
    onRestore === undefined ? undefined : (
      <Button size="xs" variant="subtle" onClick={onRestore}>
        {t("deals.restore")}
      </Button>
    );
  if (files.length === 0) {
    return (
      <Empty icon="deal" title={t("deals.none")}>
        {restore}
      </Empty>
    );
  }
  if (refusal !== undefined) return <Refused refusal={refusal} again={again} />;
  if (answer === undefined) return <Waiting rows={8} />;
  const compared = files.filter(({ key }) => ticked.includes(key));
  const report = () => savePdf("portfolio", "/api/deals/report", { kind: "portfolio", yamls });
  return (
    <div className="sections">
      <Totals all={answer} />
      <Panel
        title={t("deals.pipeline")}
        hint={t("deals.pipelineHint")}
        flush
        actions={
          <>
            {restore}
            <Button size="xs" variant="default" onClick={() => saveCsv("deals", dealRows(answer))}>
              {t("exports.csv")}
            </Button>
            <Button size="xs" variant="default" onClick={() => void report()}>
              {t("exports.pdf")}
            </Button>
          </>
        }
      >
        <Deals
          all={answer}
          files={files}
          ticked={ticked}
          onTick={(key, isTicked) => setTicked(isTicked ? [...ticked, key] : ticked.filter((one) => one !== key))}
        />
      </Panel>
      {compared.length < 2 ? undefined : <ComparedPanel yamls={compared.map(({ yaml }) => yaml)} />}
      <Customers all={answer} />
      <RunOff all={answer} />
      <Cash all={answer} />
      <p className="foot-note">{t("deals.note")}</p>
    </div>
  );
}

/** Asked again when a text changes; the answer before stands meanwhile. */
function usePortfolio(yamls: readonly string[]) {
  const [state, setState] = useState<{ answer?: Portfolio; refusal?: Refusal }>({});
  const [round, setRound] = useState(0);
  const question = JSON.stringify(yamls);
  const latest = useRef(0);
  useEffect(() => {
    const turn = ++latest.current;
    if (yamls.length === 0) return;
    ask<Portfolio>("/api/deals/portfolio", { method: "POST", body: { yamls } }).then(
      (answer) => {
        if (turn === latest.current) setState({ answer });
      },
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        if (turn === latest.current) setState({ refusal: error });
      },
    );
  }, [question, round]);
  return { ...state, again: () => setRound((before) => before + 1) };
}

function Totals({ all }: { readonly all: Portfolio }) {
  const { t } = useTranslation();
  const { large, share, irr, months } = useDealWords();
  const [largest] = all.customers;
  return (
    <dl className="tiles six">
      <Tile name={t("deals.committed")} note={t("deals.committedNote", { ours: large(Number(all.purchasesUsd)) })}>
        {large(Number(all.committedUsd))}
      </Tile>
      <Tile name={t("deals.largest")} note={largest?.counterparty ?? ""}>
        {share(largest?.share ?? null, 0)}
      </Tile>
      <Tile name={t("deals.concentration")} note={t("deals.concentrationNote")}>
        {all.herfindahl === null ? "—" : all.herfindahl.toFixed(0)}
      </Tile>
      <Tile name={t("deals.npv")} note={t("deals.npvAllNote")} tone={all.npvUsd < 0 ? "bad" : "good"}>
        {large(all.npvUsd)}
      </Tile>
      <Tile name={t("deals.irr")} note={t("deals.payback", { months: months(all.paybackMonths) })}>
        {irr(all.irr)}
      </Tile>
      <Tile name={t("deals.peakFunding")} note={t("deals.inMonth", { month: all.peakFundingMonth })}>
        {large(all.peakFundingUsd)}
      </Tile>
    </dl>
  );
}

type DealsProps = {
  readonly all: Portfolio;
  readonly files: readonly DealFile[];
  readonly ticked: readonly string[];
  readonly onTick: (key: string, isTicked: boolean) => void;
};

function Deals({ all, files, ticked, onTick }: DealsProps) {
  const { t, i18n } = useTranslation();
  const { large, share, irr } = useDealWords();
  return (
    <TableFrame label={t("deals.pipeline")}>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{t("deals.compare")}</span>
          </th>
          <th scope="col">{t("deals.deal")}</th>
          <th scope="col">{t("deals.with")}</th>
          <th scope="col">{t("deals.accelerator")}</th>
          {(["value", "megawatts", "margin", "irr", "npv", "until"] as const).map((name) => (
            <th key={name} scope="col" className="number">
              {t(`deals.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {all.deals.map((deal, index) => {
          const key = files[index]?.key ?? deal.name;
          return (
            <tr key={deal.name}>
              <td>
                <Checkbox
                  size="xs"
                  aria-label={t("deals.compareOne", { deal: deal.title })}
                  checked={ticked.includes(key)}
                  onChange={(event) => onTick(key, event.currentTarget.checked)}
                />
              </td>
              <th scope="row">
                <Link className="row-link" to={`/deals/${key}`}>
                  {deal.title}
                </Link>
              </th>
              <td>{t(deal.role === "seller" ? "deals.soldTo" : "deals.boughtFrom", { name: deal.counterparty })}</td>
              <td>{deal.accelerator}</td>
              <td className="number">{large(Number(deal.totalUsd))}</td>
              <td className="number">{quantity(deal.megawattsIt, i18n.language)}</td>
              <td className="number">{share(deal.grossMargin)}</td>
              <td className="number">{irr(deal.irr)}</td>
              <td className={deal.npvUsd < 0 ? "number bad" : "number"}>{large(deal.npvUsd)}</td>
              <td className="number">{deal.to.slice(0, 7)}</td>
            </tr>
          );
        })}
      </tbody>
    </TableFrame>
  );
}

function dealRows({ deals }: Portfolio): (string | number)[][] {
  const titles = [
    "name",
    "role",
    "counterparty",
    "accelerator",
    "totalUsd",
    "committedUsd",
    "megawattsIt",
    "grossMargin",
    "npvUsd",
    "to",
  ];
  return [
    titles,
    ...deals.map((deal) => [
      deal.name,
      deal.role,
      deal.counterparty,
      deal.accelerator,
      deal.totalUsd,
      deal.committedUsd,
      deal.megawattsIt,
      deal.grossMargin ?? "",
      deal.npvUsd,
      deal.to,
    ]),
  ];
}

function Customers({ all }: { readonly all: Portfolio }) {
  const { t } = useTranslation();
  const { large, share } = useDealWords();
  return (
    <Panel title={t("deals.customers")} hint={t("deals.customersHint")}>
      <table className="compared">
        <tbody>
          {all.customers.map(({ counterparty, committedUsd, share: part }, index) => (
            <tr key={counterparty}>
              <th scope="row" className="compared-chip">
                {counterparty}
              </th>
              <td className="track" aria-hidden="true">
                <span
                  className="compared-bar"
                  style={{
                    width: `max(${part * 100}%, 1px)`,
                    background: categoryColors[index % categoryColors.length],
                  }}
                />
              </td>
              <td className="number">{large(Number(committedUsd))}</td>
              <td className="number">{share(part)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function RunOff({ all }: { readonly all: Portfolio }) {
  const { t } = useTranslation();
  const { large } = useDealWords();
  const scheme = useComputedColorScheme("light");
  const option = useMemo(() => customersOption(all, inks[scheme], large), [all, scheme, large]);
  const rows = [
    ["quarter", ...all.customers.map(({ counterparty }) => counterparty), "totalUsd", "recognisedUsd"],
    ...all.rpo.map((one) => [one.quarter, ...one.closingUsd, one.totalUsd, one.recognisedUsd]),
  ];
  return (
    <ChartPanel
      title={t("deals.remaining")}
      hint={t("deals.remainingHint")}
      actions={
        <>
          <SavePicture name="remaining-obligations" />
          <Button size="xs" variant="default" onClick={() => saveCsv("remaining-obligations", rows)}>
            {t("exports.csv")}
          </Button>
        </>
      }
      chart={<Chart option={option} height={340} label={t("deals.remainingLabel", { count: all.rpo.length })} />}
      table={
        <TableFrame label={t("deals.remaining")}>
          <thead>
            <tr>
              <th scope="col">{t("deals.quarter")}</th>
              {all.customers.map(({ counterparty }) => (
                <th key={counterparty} scope="col" className="number">
                  {counterparty}
                </th>
              ))}
              <th scope="col" className="number">
                {t("deals.all")}
              </th>
              <th scope="col" className="number">
                HHI
              </th>
            </tr>
          </thead>
          <tbody>
            {all.rpo.map((one) => (
              <tr key={one.quarter}>
                <th scope="row">{one.quarter}</th>
                {one.closingUsd.map((usd, index) => (
                  <td key={all.customers[index]?.counterparty} className="number">
                    {large(Number(usd))}
                  </td>
                ))}
                <td className="number">{large(Number(one.totalUsd))}</td>
                <td className="number">{one.herfindahl === null ? "—" : one.herfindahl.toFixed(0)}</td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      }
    />
  );
}

function Cash({ all }: { readonly all: Portfolio }) {
  const { t } = useTranslation();
  return <CashPanel title={t("deals.cashOfAll")} cash={all.cash} />;
}

export function CashPanel({ title, cash }: { readonly title: string; readonly cash: Portfolio["cash"] }) {
  const { t } = useTranslation();
  const { large } = useDealWords();
  const scheme = useComputedColorScheme("light");
  const quarters = useMemo(() => quartersOf(cash), [cash]);
  const words = { cash: t("deals.cashOfQuarter"), running: t("deals.running"), text: large };
  const option = useMemo(() => cashOption(quarters, inks[scheme], words), [quarters, scheme, words.cash, large]);
  return (
    <ChartPanel
      title={title}
      hint={t("deals.cashHint")}
      actions={<SavePicture name="cash" />}
      chart={<Chart option={option} height={300} label={t("deals.cashLabel", { count: quarters.length })} />}
      table={
        <TableFrame label={title}>
          <thead>
            <tr>
              <th scope="col">{t("deals.quarter")}</th>
              <th scope="col" className="number">
                {words.cash}
              </th>
              <th scope="col" className="number">
                {words.running}
              </th>
            </tr>
          </thead>
          <tbody>
            {quarters.map(({ quarter, cash: usd, running }) => (
              <tr key={quarter}>
                <th scope="row">{quarter}</th>
                <td className={usd < 0 ? "number bad" : "number"}>{large(usd)}</td>
                <td className={running < 0 ? "number bad" : "number"}>{large(running)}</td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      }
    />
  );
}
