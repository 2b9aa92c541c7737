/** One deal: its file as text, and what comes of it once it is run. What runs is kept. */
import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ask, Refusal } from "../answers/ask.ts";
import { ScenarioForm } from "../parts/scenario-form.tsx";
import { Page } from "../parts/page.tsx";
import { LastResult } from "../parts/last-result.tsx";
import { Panel } from "../parts/panel.tsx";
import { saveCsv, savePdf } from "../parts/save.ts";
import type { DealFile } from "./files.ts";
import { Result } from "./result.tsx";
import type { DealEvaluation } from "./shapes.ts";

type Props = {
  readonly file: DealFile;
  readonly onKeep: (yaml: string) => void;
  readonly onCopy: (yaml: string) => void;
  readonly onRemove: () => void;
};

export function DealView({ file, onKeep, onCopy, onRemove }: Props) {
  const { t } = useTranslation();
  const [yaml, setYaml] = useState(file.yaml);
  const [ran, setRan] = useState<{ readonly yaml: string; readonly deal: DealEvaluation }>();
  const [refused, setRefused] = useState<{ readonly yaml: string; readonly refusal: Refusal }>();
  const [busy, setBusy] = useState(false);
  const [isOpen, setIsOpen] = useState(false);
  const latest = useRef(0);

  const run = async () => {
    const turn = ++latest.current;
    setBusy(true);
    try {
      const deal = await ask<DealEvaluation>("/api/deals/evaluate", { method: "POST", body: { yaml } });
      if (turn !== latest.current) return;
      setRan({ yaml, deal });
      setRefused(undefined);
      if (yaml !== file.yaml) onKeep(yaml);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (turn !== latest.current) return;
      setRefused({ yaml, refusal: error });
      setIsOpen(true);
    } finally {
      if (turn === latest.current) setBusy(false);
    }
  };

  // Something to read at once: the deal as it stands.
  useEffect(() => {
    void run();
  }, []);

  const isStale = ran !== undefined && ran.yaml !== yaml;
  const { example } = file;
  return (
    <Page
      title={ran?.deal.title ?? file.key}
      lead={<Link to="/deals">{t("deals.back")}</Link>}
      tools={
        ran === undefined ? undefined : (
          <>
            <Button size="xs" variant="default" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
              {t(isOpen ? "deals.hideFile" : "deals.showFile")}
            </Button>
            <Button size="xs" variant="default" onClick={() => saveCsv(file.key, monthRows(ran.deal))}>
              {t("exports.csv")}
            </Button>
            <Button
              size="xs"
              variant="default"
              onClick={() => void savePdf(file.key, "/api/deals/report", { kind: "deal", yamls: [ran.yaml] })}
            >
              {t("exports.pdf")}
            </Button>
          </>
        )
      }
    >
      <div className={isOpen ? "scenario-beside" : undefined}>
        {isOpen ? (
          <div className="scenario">
            <Panel title={t("deals.file")} hint={t("deals.fileHint")}>
              <ScenarioForm
                label={t("deals.file")}
                yaml={yaml}
                busy={busy}
                refused={refused}
                refusedTitle={t("deals.refused")}
                tools={
                  <>
                    {example === undefined || yaml === example ? undefined : (
                      <Button size="xs" variant="subtle" onClick={() => setYaml(example)}>
                        {t("makeOrBuy.reset")}
                      </Button>
                    )}
                    <Button size="xs" variant="subtle" onClick={() => onCopy(yaml)}>
                      {t("deals.copy")}
                    </Button>
                    <Button size="xs" variant="subtle" color="red" onClick={onRemove}>
                      {t("deals.remove")}
                    </Button>
                  </>
                }
                onChange={setYaml}
                onRun={() => void run()}
              />
            </Panel>
          </div>
        ) : undefined}
        <LastResult isRefused={refused !== undefined} isStale={isStale}>
          {ran === undefined ? undefined : <Result deal={ran.deal} stale={isStale} />}
        </LastResult>
      </div>
    </Page>
  );
}

function monthRows({ months: { from, ...columns } }: DealEvaluation): (string | number)[][] {
  const [year = 0, first = 1] = from.split("-").map(Number);
  const names = Object.keys(columns) as (keyof typeof columns)[];
  const monthAt = (index: number) => {
    const at = year * 12 + first - 1 + index;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`;
  };
  return [
    ["month", ...names],
    ...columns.cashUsd.map((_, index) => [
      monthAt(index),
      ...names.map((name) => (columns[name][index] ?? 0).toFixed(2)),
    ]),
  ];
}
