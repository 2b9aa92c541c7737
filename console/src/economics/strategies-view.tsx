/** A company's strategies side by side: its power by source over time, contracts, money, and what a pause cost. */
import { Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Tile } from "../parts/tile.tsx";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { Refused, Waiting } from "../parts/page.tsx";
import { CapacityPanel } from "./capacity-panel.tsx";
import { DealsPanel } from "./deals-panel.tsx";
import { Exports } from "./exports.tsx";
import { OwnPanel, ownText } from "./own.tsx";
import { caseNames, type ScenarioRun, type Spread, type WorkedOut } from "./shapes.ts";
import { SharesPanel } from "./shares-panel.tsx";
import { SideBySide } from "./side-by-side.tsx";
import { AuditPanel } from "./sources.tsx";
import { PauseTornado } from "./tornado.tsx";
import { useRun } from "./use-run.ts";
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
      <CapacityPanel run={run} />
      <SideBySide run={run} />
      <DealsPanel run={run} />
      <div className="columns wide-left from-top">
        <PauseTornado run={run} />
        <SharesPanel run={run} />
      </div>
      <AuditPanel audit={audit} />
      <p className="foot-note">{t("economics.note")}</p>
    </>
  );
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
