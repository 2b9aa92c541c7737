/** Predictions: chips compared for a model and an objective; the question is in the address. */
import { Button, NativeSelect, NumberInput } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Refusal } from "../answers/ask.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { Icon } from "../parts/icon.tsx";
import { Refused, Waiting } from "../parts/page.tsx";
import { Panel } from "../parts/panel.tsx";
import { lookOf } from "./compared.ts";
import { addressOf, chipsMost, modes, type Predicted, predicted, type Question, questionOf } from "./predict.ts";
import { CliffPanel, ParetoPanel } from "./prediction-charts.tsx";
import { BuildUpPanel, VerdictPanel } from "./prediction-cost.tsx";
import type { Models } from "./prediction-shapes.ts";
import type { Catalog } from "./shapes.ts";

export function PredictionsView() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const [question, setQuestion] = useState(() => questionOf(address));
  const catalog = useAnswer<Catalog>("/api/chips");
  const models = useAnswer<Models>("/api/perf/models");
  const [found, setFound] = useState<{ readonly question: Question; readonly predicted: readonly Predicted[] }>();
  const [refusal, setRefusal] = useState<Refusal>();
  const [done, setDone] = useState<number>();
  const asking = useRef<AbortController>(undefined);

  const run = async (asked: Question) => {
    asking.current?.abort();
    const mine = new AbortController();
    asking.current = mine;
    setDone(0);
    setRefusal(undefined);
    setAddress(addressOf(asked), { replace: true });
    try {
      const answer = await predicted(asked, mine.signal, setDone);
      setFound({ question: asked, predicted: answer });
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      setRefusal(error);
    } finally {
      if (asking.current === mine) setDone(undefined);
    }
  };

  // Something to read at once: the question as it stands.
  useEffect(() => {
    void run(question);
    return () => asking.current?.abort();
  }, []);

  const chips = catalog.answer?.chips ?? [];
  const titleOf = useCallback(
    (name: string) => catalog.answer?.chips.find((chip) => chip.name === name)?.title ?? name,
    [catalog.answer],
  );
  const change = (part: Partial<Question>) => setQuestion({ ...question, ...part });
  const limit = (name: "ttftMs" | "tpotMs") => (value: number | string) => {
    if (typeof value === "number" && value > 0) change({ objective: { ...question.objective, [name]: value } });
  };
  const isStale = found !== undefined && addressOf(found.question).toString() !== addressOf(question).toString();

  return (
    <div className="sections">
      <Panel title={t("predictions.question")} hint={t("predictions.questionHint")}>
        <form
          className="prediction-form"
          aria-label={t("predictions.question")}
          onSubmit={(event) => {
            event.preventDefault();
            void run(question);
          }}
        >
          <NativeSelect
            label={t("predictions.model")}
            value={question.model}
            onChange={(event) => change({ model: event.currentTarget.value })}
            data={(models.answer?.models ?? [{ name: question.model, title: question.model }]).map(
              ({ name, title }) => ({
                value: name,
                label: title,
              }),
            )}
          />
          <NumberInput
            label={t("predictions.ttftLimit")}
            suffix=" ms"
            min={1}
            value={question.objective.ttftMs}
            onChange={limit("ttftMs")}
          />
          <NumberInput
            label={t("predictions.tpotLimit")}
            suffix=" ms"
            min={1}
            value={question.objective.tpotMs}
            onChange={limit("tpotMs")}
          />
          <NumberInput
            label={t("predictions.promptTokens")}
            min={1}
            max={200_000}
            value={question.promptTokens}
            onChange={(value) => typeof value === "number" && value > 0 && change({ promptTokens: value })}
          />
          <NumberInput
            label={t("predictions.outputTokens")}
            min={2}
            max={32_768}
            value={question.outputTokens}
            onChange={(value) => typeof value === "number" && value > 0 && change({ outputTokens: value })}
          />
          <NativeSelect
            label={t("predictions.mode")}
            value={question.mode}
            onChange={(event) =>
              change({ mode: modes.find((one) => one === event.currentTarget.value) ?? question.mode })
            }
            data={modes.map((one) => ({ value: one, label: t(`predictions.modes.${one}`) }))}
          />
          <Button type="submit" loading={done !== undefined} disabled={question.chips.length === 0}>
            {t("predictions.run")}
          </Button>
        </form>
        <ul className="chosen-chips" aria-label={t("predictions.chips")}>
          {question.chips.map((name, index) => (
            <li key={name}>
              <span className="swatch" style={{ background: lookOf(index).color }} />
              {titleOf(name)}
              <button
                type="button"
                aria-label={t("chips.compare.leave", { chip: titleOf(name) })}
                onClick={() => change({ chips: question.chips.filter((one) => one !== name) })}
              >
                <Icon name="cross" size={13} />
              </button>
            </li>
          ))}
          {question.chips.length >= chipsMost ? undefined : (
            <li className="adds">
              <NativeSelect
                size="xs"
                aria-label={t("predictions.add")}
                value=""
                onChange={(event) => change({ chips: [...question.chips, event.currentTarget.value] })}
                data={[
                  { value: "", label: t("predictions.add") },
                  ...chips
                    .filter(({ name }) => !question.chips.includes(name))
                    .map(({ name, title }) => ({ value: name, label: title })),
                ]}
              />
            </li>
          )}
        </ul>
        <p className="foot-note" role="status">
          {done === undefined
            ? isStale
              ? t("predictions.stale")
              : ""
            : t("predictions.searching", { done, all: question.chips.length })}
        </p>
      </Panel>
      {refusal === undefined ? undefined : <Refused refusal={refusal} again={() => void run(question)} />}
      {found === undefined ? (
        refusal === undefined ? (
          <Waiting rows={8} />
        ) : undefined
      ) : (
        <section className={`sections${isStale ? " stale" : ""}`} aria-label={t("predictions.result")}>
          <VerdictPanel predicted={found.predicted} titleOf={titleOf} />
          <ParetoPanel predicted={found.predicted} titleOf={titleOf} />
          <CliffPanel predicted={found.predicted} titleOf={titleOf} />
          <BuildUpPanel predicted={found.predicted} titleOf={titleOf} />
          <p className="foot-note">{t("predictions.note")}</p>
        </section>
      )}
    </div>
  );
}
