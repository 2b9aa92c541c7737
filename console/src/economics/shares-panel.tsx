/** Shares of backlogs by quarter, as a strategy makes them. */
import { Button, SegmentedControl, useComputedColorScheme } from "@mantine/core";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { percent } from "../format/number.ts";
import { inks } from "../palette.ts";
import { Chart } from "../parts/chart.tsx";
import { ChartPanel, TableFrame } from "../parts/panel.tsx";
import { savePng } from "../parts/save.ts";
import { type ScenarioRun, sellers, type StrategyRun } from "./shapes.ts";
import { sharesOption } from "./stacked.ts";
import { useChartWords, useWords } from "./words.ts";

export function SharesPanel({ run }: { readonly run: ScenarioRun }) {
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
