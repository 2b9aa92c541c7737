/** What a case can be taken away as: every quarter as CSV, and a report as PDF. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Refusal } from "../answers/ask.ts";
import { saveCsv, savePdf } from "../parts/save.ts";
import { incomeLayers, powerRoutes, type ScenarioRun } from "./shapes.ts";

export function Exports({ run, asks }: { readonly run: ScenarioRun; readonly asks: object }) {
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
