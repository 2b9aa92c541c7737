/** A case changed by its reader: what differs, as text, with mistakes told at their lines. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import { Panel } from "../parts/panel.tsx";
import { ScenarioForm } from "../parts/scenario-form.tsx";
import type { WorkedOut } from "./shapes.ts";

/** Something to begin with that changes one figure. */
export function ownText(name: string): string {
  return `extends: ${name}
name: mine
title: With dearer equipment
inputs:
  itCapital:
    readings:
      - value: 44000000
        unit: USD/MW
        source: our supplier's quote
        asOf: "2026-10"
        confidence: reported
  itLife: { use: 2 }   # another of its readings
`;
}

type Props = {
  readonly text: string;
  readonly draws: number;
  readonly onChange: (text: string) => void;
  readonly onRun: (answer: WorkedOut) => void;
};

export function OwnPanel({ text, draws, onChange, onRun }: Props) {
  const { t } = useTranslation();
  const [refused, setRefused] = useState<{ readonly yaml: string; readonly refusal: Refusal }>();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      onRun(await ask<WorkedOut>("/api/scenarios/run", { method: "POST", body: { yaml: text, draws } }));
      setRefused(undefined);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setRefused({ yaml: text, refusal: error });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title={t("economics.own")} hint={t("economics.ownHint")}>
      <div className="own-scenario">
        <ScenarioForm
          label={t("economics.own")}
          yaml={text}
          busy={busy}
          refused={refused}
          refusedTitle={t("makeOrBuy.refused")}
          runLabel={t("economics.ownRun")}
          onChange={onChange}
          onRun={() => void run()}
        />
      </div>
    </Panel>
  );
}
