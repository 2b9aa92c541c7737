/** A file as text with a button that runs it; what is wrong with it is told, and gone to, line by line. */
import { Alert, Button } from "@mantine/core";
import { type ReactNode, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Refusal } from "../answers/ask.ts";
import { Icon } from "./icon.tsx";
import { Refused } from "./page.tsx";
import { Editor } from "./editor.tsx";
import { problemsOf, spanOfLine } from "./problems.ts";

type Props = {
  readonly label: string;
  readonly yaml: string;
  readonly busy: boolean;
  /** Of what the text was when it was run. */
  readonly refused: { readonly yaml: string; readonly refusal: Refusal } | undefined;
  readonly refusedTitle: string;
  /** On the button. */
  readonly runLabel?: string;
  /** Stands at the end of the toolbar. */
  readonly tools?: ReactNode;
  readonly onChange: (yaml: string) => void;
  readonly onRun: () => void;
};

export function ScenarioForm(props: Props) {
  const { t } = useTranslation();
  const { label, yaml, busy, refused, refusedTitle, runLabel = t("makeOrBuy.run"), tools, onChange, onRun } = props;
  const problemsId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
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
  return (
    <div className="sections">
      <Editor
        label={label}
        value={yaml}
        wrong={wrong}
        field={field}
        describedBy={problems.length > 0 ? problemsId : undefined}
        onChange={onChange}
        onRun={onRun}
      />
      <div className="toolbar">
        <Button loading={busy} onClick={onRun}>
          {runLabel}
        </Button>
        <span className="quiet small">{t("makeOrBuy.keys")}</span>
        <span className="spacer" />
        {tools}
      </div>
      {refused === undefined ? undefined : isWrong ? (
        <Alert
          color="red"
          variant="light"
          icon={<Icon name="warning" />}
          title={refusedTitle}
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
        <Refused refusal={refused.refusal} again={onRun} />
      )}
    </div>
  );
}
