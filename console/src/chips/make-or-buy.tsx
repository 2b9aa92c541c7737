/** Make or buy: a scenario as text, and what comes of it once it is run. */
import { Alert, Button } from "@mantine/core";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import { Icon } from "../parts/icon.tsx";
import { Refused, Waiting } from "../parts/page.tsx";
import { Panel } from "../parts/panel.tsx";
import { Editor } from "./editor.tsx";
import { problemsOf, spanOfLine } from "./problems.ts";
import { Result } from "./result.tsx";
import { example } from "./scenario.ts";
import type { MakeOrBuy } from "./shapes.ts";

type Props = { readonly yaml: string; readonly onChange: (yaml: string) => void };

export function MakeOrBuyView({ yaml, onChange }: Props) {
  const { t } = useTranslation();
  const problemsId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [ran, setRan] = useState<{ readonly yaml: string; readonly result: MakeOrBuy }>();
  const [refused, setRefused] = useState<{ readonly yaml: string; readonly refusal: Refusal }>();
  const [busy, setBusy] = useState(false);
  const latest = useRef(0);

  const run = async () => {
    const turn = ++latest.current;
    setBusy(true);
    try {
      const result = await ask<MakeOrBuy>("/api/chips/make-or-buy", { method: "POST", body: { yaml } });
      if (turn !== latest.current) return;
      setRan({ yaml, result });
      setRefused(undefined);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (turn === latest.current) setRefused({ yaml, refusal: error });
    } finally {
      if (turn === latest.current) setBusy(false);
    }
  };

  // Something to read at once: the scenario as it stands.
  useEffect(() => {
    void run();
  }, []);

  const isWrong = refused?.refusal.code === "invalid_value";
  const problems = isWrong ? problemsOf(refused.refusal.message) : [];
  // A line that was edited since may be right by now.
  const before = refused?.yaml.split("\n") ?? [];
  const now = yaml.split("\n");
  const wrong = problems.flatMap(({ line }) =>
    line !== undefined && before[line - 1] === now[line - 1] ? [line] : [],
  );
  const goTo = (line: number) => {
    const textarea = field.current;
    if (textarea === null) return;
    const [from, to] = spanOfLine(yaml, line);
    textarea.focus();
    textarea.setSelectionRange(from, to);
    textarea.scrollTop = Math.max(0, line - 6) * (textarea.scrollHeight / Math.max(1, now.length));
    textarea.scrollLeft = 0;
  };
  const isStale = ran !== undefined && ran.yaml !== yaml;

  return (
    <div className="make-or-buy">
      <div className="scenario">
        <Panel title={t("makeOrBuy.scenario")} hint={t("makeOrBuy.scenarioHint")}>
          <div className="sections">
            <Editor
              label={t("makeOrBuy.scenario")}
              value={yaml}
              wrong={wrong}
              field={field}
              describedBy={problems.length > 0 ? problemsId : undefined}
              onChange={onChange}
              onRun={() => void run()}
            />
            <div className="toolbar">
              <Button loading={busy} onClick={() => void run()}>
                {t("makeOrBuy.run")}
              </Button>
              <span className="quiet small">{t("makeOrBuy.keys")}</span>
              <span className="spacer" />
              {yaml === example ? undefined : (
                <Button size="xs" variant="subtle" onClick={() => onChange(example)}>
                  {t("makeOrBuy.reset")}
                </Button>
              )}
            </div>
            {refused === undefined ? undefined : isWrong ? (
              <Alert
                color="red"
                variant="light"
                icon={<Icon name="warning" />}
                title={t("makeOrBuy.refused")}
                role="alert"
                id={problemsId}
              >
                <ul className="scenario-problems">
                  {problems.map(({ line, text }, index) => (
                    <li key={index}>
                      {line === undefined ? undefined : (
                        <button type="button" onClick={() => goTo(line)}>
                          {t("makeOrBuy.line", { line })}
                        </button>
                      )}{" "}
                      {text}
                    </li>
                  ))}
                </ul>
              </Alert>
            ) : (
              <Refused refusal={refused.refusal} again={() => void run()} />
            )}
          </div>
        </Panel>
      </div>
      {ran === undefined ? (
        refused === undefined ? (
          <Waiting rows={8} />
        ) : (
          <p className="quiet">{t("makeOrBuy.nothing")}</p>
        )
      ) : (
        <div>
          {isStale ? (
            <p className="stale-note" role="status">
              {t("makeOrBuy.stale")}
            </p>
          ) : undefined}
          <Result result={ran.result} stale={isStale} />
        </div>
      )}
    </div>
  );
}
