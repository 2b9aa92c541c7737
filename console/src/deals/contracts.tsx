/** Contracts that the factory has signed: what is open of each in its ledger, and one by month. */
import { Button, useComputedColorScheme } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAnswer } from "../answers/use-answer.ts";
import { sum } from "../format/money.ts";
import { inks } from "../palette.ts";
import { Chart } from "../parts/chart.tsx";
import { Money } from "../parts/money.tsx";
import { Refused, Waiting } from "../parts/page.tsx";
import { ChartPanel, Panel, TableFrame } from "../parts/panel.tsx";
import { saveCsv } from "../parts/save.ts";
import { contractOption, monthsOf } from "./contract-chart.ts";
import { useSession } from "../session/session.tsx";
import { SavePicture } from "../parts/save-picture.tsx";
import type { ContractStatement, ContractSummary } from "./shapes.ts";
import { useDealWords } from "./words.ts";

const everyMs = 15_000;

/** Nothing stands here while nothing is signed, and for developers, who do not see the factory's books. */
export function SignedContracts() {
  const { t } = useTranslation();
  const path = useSession().role === "developer" ? undefined : "/api/contracts";
  const { answer } = useAnswer<{ readonly contracts: readonly ContractSummary[] }>(path, { everyMs });
  const [chosen, setChosen] = useState<string>();
  const contracts = answer?.contracts ?? [];
  const shown = contracts.find(({ name }) => name === chosen) ?? contracts[0];
  if (shown === undefined) return undefined;
  const open = sum(...contracts.flatMap(({ role, openUsd }) => (role === "seller" ? [openUsd] : [])));
  return (
    <>
      <Panel
        title={t("contracts.title")}
        hint={
          <>
            {t("contracts.hint")} <Money amount={open} />
          </>
        }
        flush
      >
        <TableFrame label={t("contracts.title")}>
          <thead>
            <tr>
              <th scope="col">{t("contracts.contract")}</th>
              <th scope="col">{t("deals.with")}</th>
              <th scope="col">{t("contracts.status")}</th>
              <th scope="col">{t("contracts.term")}</th>
              {(["total", "delivered", "shortfall", "open"] as const).map((name) => (
                <th key={name} scope="col" className="number">
                  {t(`contracts.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {contracts.map((one) => (
              <tr
                key={one.name}
                className={one === shown ? "clickable chosen" : "clickable"}
                onClick={() => setChosen(one.name)}
              >
                <th scope="row">
                  <button type="button" className="row-button" aria-pressed={one === shown}>
                    {one.name}
                  </button>
                </th>
                <td>{t(one.role === "seller" ? "deals.soldTo" : "deals.boughtFrom", { name: one.counterparty })}</td>
                <td>{t(`contracts.statuses.${one.status}`)}</td>
                <td className="deal-date">{t("deals.span", { from: one.from, to: one.to })}</td>
                <td className="number">
                  <Money amount={one.totalUsd} />
                </td>
                <td className="number">
                  <Money amount={one.deliveredUsd} />
                </td>
                <td className="number">
                  <Money amount={one.shortfallUsd} />
                </td>
                <td className="number">
                  <Money amount={one.openUsd} />
                </td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      </Panel>
      <ContractMonths name={shown.name} />
    </>
  );
}

function ContractMonths({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const { large } = useDealWords();
  const path = `/api/contracts/${encodeURIComponent(name)}`;
  const { answer, refusal, again } = useAnswer<ContractStatement>(path, { everyMs });
  const scheme = useComputedColorScheme("light");
  const words = {
    recognised: t("contracts.recognised"),
    expected: t("contracts.expected"),
    open: t("contracts.open"),
    text: large,
  };
  const months = useMemo(() => (answer === undefined ? [] : monthsOf(answer)), [answer]);
  const option = useMemo(() => contractOption(months, inks[scheme], words), [months, scheme, words.open, large]);
  if (refusal !== undefined) return <Refused refusal={refusal} again={again} />;
  if (answer === undefined) return <Waiting rows={6} />;
  const columns = ["opening", "signed", "recognised", "cancelled", "closing"] as const;
  const rows = answer.months.map((one) => [one.month, ...columns.map((column) => one[column])]);
  return (
    <ChartPanel
      title={t("contracts.months", { name })}
      hint={t("contracts.monthsHint")}
      actions={
        <>
          <SavePicture name={`contract-${name}`} />
          <Button
            size="xs"
            variant="default"
            onClick={() => saveCsv(`contract-${name}`, [["month", ...columns], ...rows])}
          >
            {t("exports.csv")}
          </Button>
        </>
      }
      chart={<Chart option={option} height={300} label={t("contracts.monthsLabel", { count: months.length })} />}
      table={
        <TableFrame label={t("contracts.months", { name })}>
          <thead>
            <tr>
              <th scope="col">{t("contracts.month")}</th>
              {columns.map((column) => (
                <th key={column} scope="col" className="number">
                  {t(`deals.rpo.${column}Usd`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {answer.months.map((one) => (
              <tr key={one.month}>
                <th scope="row">{one.month}</th>
                {columns.map((column) => (
                  <td key={column} className="number">
                    <Money amount={one[column]} />
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
