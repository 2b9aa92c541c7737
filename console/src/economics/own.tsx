/** A case changed by its reader: what differs, as text, with mistakes told at their lines. */
import { Alert, Button } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import { Editor } from "../chips/editor.tsx";
import { problemsOf, spanOfLine } from "../chips/problems.ts";
import { Icon } from "../parts/icon.tsx";
import { Panel } from "../parts/panel.tsx";
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
  const field = useRef<HTMLTextAreaElement>(null);
  const [refused, setRefused] = useState<{ readonly text: string; readonly message: string }>();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      onRun(await ask<WorkedOut>("/api/scenarios/run", { method: "POST", body: { yaml: text, draws } }));
      setRefused(undefined);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setRefused({ text, message: error.message });
    } finally {
      setBusy(false);
    }
  };
  const problems = refused === undefined ? [] : problemsOf(refused.message);
  const [before, now] = [refused?.text.split("\n") ?? [], text.split("\n")];
  // A line that was edited since may be right by now.
  const wrong = problems.flatMap(({ line }) =>
    line !== undefined && before[line - 1] === now[line - 1] ? [line] : [],
  );
  const goTo = (line: number) => {
    field.current?.focus();
    field.current?.setSelectionRange(...spanOfLine(text, line));
  };
  return (
    <Panel title={t("economics.own")} hint={t("economics.ownHint")}>
      <div className="sections own-scenario">
        <Editor
          label={t("economics.own")}
          value={text}
          wrong={wrong}
          field={field}
          describedBy={undefined}
          onChange={onChange}
          onRun={() => void run()}
        />
        <div className="toolbar">
          <Button loading={busy} onClick={() => void run()}>
            {t("economics.ownRun")}
          </Button>
          <span className="quiet small">{t("makeOrBuy.keys")}</span>
        </div>
        {problems.length === 0 ? undefined : (
          <Alert color="red" variant="light" icon={<Icon name="warning" />} title={t("makeOrBuy.refused")} role="alert">
            <ul className="scenario-problems">
              {problems.map(({ line, text: said }, index) => (
                <li key={index}>
                  {line === undefined ? undefined : (
                    <button type="button" onClick={() => goTo(line)}>
                      {t("makeOrBuy.line", { line })}
                    </button>
                  )}{" "}
                  {said}
                </li>
              ))}
            </ul>
          </Alert>
        )}
      </div>
    </Panel>
  );
}
