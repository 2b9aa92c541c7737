/** factory.yaml: read, edited, compared with what is, and applied once the difference and its price have been seen. */
import { Alert, Button, Checkbox, Textarea } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import type { Change, Resources } from "../answers/shapes.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { Icon } from "../parts/icon.tsx";
import { Refused, Waiting } from "../parts/page.tsx";
import { Panel } from "../parts/panel.tsx";
import { useSession } from "../session/session.tsx";
import { Changes } from "./changes.tsx";
import { yamlText } from "./yaml-text.ts";

type Compared = { readonly yaml: string; readonly prune: boolean; readonly changes: readonly Change[] };

export default function Declaration() {
  const { t } = useTranslation();
  const { role } = useSession();
  const { answer, refusal, waiting, again } = useAnswer<Resources>("/api/resources");
  const current = useMemo(() => (answer === undefined ? "" : yamlText(answer)), [answer]);
  const [text, setText] = useState<string>();
  const [prune, setPrune] = useState(false);
  const [compared, setCompared] = useState<Compared>();
  const [problem, setProblem] = useState<Refusal>();
  const [busy, setBusy] = useState(false);
  const [applied, setApplied] = useState<number>();
  const yaml = text ?? current;
  const isCompared = compared !== undefined && compared.yaml === yaml && compared.prune === prune;

  useEffect(() => {
    if (text === undefined || text === current) return undefined;
    const keep = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", keep);
    return () => removeEventListener("beforeunload", keep);
  }, [text, current]);

  if (waiting) return <Waiting rows={8} />;
  if (answer === undefined) return refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />;

  const act = async (path: "diff" | "apply") => {
    setBusy(true);
    setProblem(undefined);
    setApplied(undefined);
    try {
      const { changes } = await ask<{ changes: readonly Change[] }>(`/api/resources/${path}`, {
        method: "POST",
        body: { yaml, prune },
      });
      if (path === "diff") setCompared({ yaml, prune, changes });
      else {
        setCompared(undefined);
        setText(undefined);
        setApplied(changes.length);
        again();
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };

  const mayWrite = role === "admin";
  const lines = yaml.split("\n").length;
  return (
    <div className="columns even">
      <Panel
        title="factory.yaml"
        hint={mayWrite ? t("declaration.hint") : t("declaration.readOnly")}
        actions={
          mayWrite && text !== undefined && text !== current ? (
            <Button size="xs" variant="subtle" onClick={() => setText(undefined)}>
              {t("declaration.reset")}
            </Button>
          ) : undefined
        }
      >
        <Textarea
          classNames={{ input: "yaml" }}
          aria-label="factory.yaml"
          value={yaml}
          onChange={(event) => setText(event.currentTarget.value)}
          readOnly={!mayWrite}
          rows={Math.min(34, Math.max(16, lines + 1))}
          spellCheck={false}
          wrap="off"
        />
      </Panel>
      <Panel title={t("declaration.difference")} hint={t("declaration.differenceHint")}>
        <div className="sections">
          {mayWrite ? (
            <div className="toolbar">
              <Button
                variant={isCompared ? "default" : "filled"}
                loading={busy && !isCompared}
                onClick={() => void act("diff")}
              >
                {t("declaration.compare")}
              </Button>
              <Button
                disabled={!isCompared || compared.changes.length === 0}
                loading={busy && isCompared}
                onClick={() => void act("apply")}
              >
                {t("declaration.apply")}
              </Button>
              <Checkbox
                label={t("declaration.prune")}
                checked={prune}
                onChange={(event) => setPrune(event.currentTarget.checked)}
              />
            </div>
          ) : undefined}
          {problem === undefined ? undefined : (
            <Alert
              color="red"
              variant="light"
              icon={<Icon name="warning" />}
              title={t("declaration.refused")}
              role="alert"
            >
              <pre className="problems">{problem.message}</pre>
            </Alert>
          )}
          {applied === undefined ? undefined : (
            <p className="good" role="status">
              {t("declaration.applied", { count: applied })}
            </p>
          )}
          {isCompared ? (
            <Changes changes={compared.changes} />
          ) : problem === undefined && applied === undefined ? (
            <p className="quiet">{t("declaration.notCompared")}</p>
          ) : undefined}
        </div>
      </Panel>
    </div>
  );
}
