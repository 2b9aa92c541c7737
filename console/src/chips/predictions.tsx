/** Predictions: chips compared for a model and an objective; the question is in the address, and a change is answered at once. */
import { Button, Progress } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Refusal } from "../answers/ask.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { count } from "../format/number.ts";
import { Copy } from "../parts/copy.tsx";
import { Empty, Refused, Waiting } from "../parts/page.tsx";
import { Panel } from "../parts/panel.tsx";
import { saveJson } from "../parts/save.ts";
import { addressOf, type Predicted, predicted, type Question, questionOf } from "./predict.ts";
import { CliffPanel, ParetoPanel } from "./prediction-charts.tsx";
import { BuildUpPanel } from "./prediction-cost.tsx";
import { PredictionForm } from "./prediction-form.tsx";
import { LosersPanel } from "./prediction-losers.tsx";
import type { Models } from "./prediction-shapes.ts";
import { SideBySidePanel } from "./prediction-table.tsx";
import { WinnerTiles } from "./prediction-tiles.tsx";
import type { Catalog } from "./shapes.ts";

/** After the last key was pressed. */
const waitMs = 450;

export function PredictionsView() {
  const { t, i18n } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const [question, setQuestion] = useState(() => questionOf(address));
  const [settled] = useDebouncedValue(question, waitMs);
  const catalog = useAnswer<Catalog>("/api/chips");
  const models = useAnswer<Models>("/api/perf/models");
  const [found, setFound] = useState<{ readonly question: Question; readonly predicted: readonly Predicted[] }>();
  const [refusal, setRefusal] = useState<Refusal>();
  const [done, setDone] = useState<number>();
  const asking = useRef<AbortController>(undefined);

  const run = useCallback(async (asked: Question) => {
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
  }, []);

  useEffect(() => {
    if (settled.chips.length > 0) void run(settled);
    return () => asking.current?.abort();
  }, [settled]);

  const titleOf = useCallback(
    (name: string) => catalog.answer?.chips.find((chip) => chip.name === name)?.title ?? name,
    [catalog.answer],
  );
  const isStale = found !== undefined && addressOf(found.question).toString() !== addressOf(question).toString();
  const shown = found === undefined ? undefined : { ...found, titleOf };

  return (
    <div className="sections">
      <Panel
        title={t("predictions.question")}
        hint={t("predictions.questionHint")}
        actions={
          <>
            <Copy
              text={`${window.location.origin}/chips/predictions?${addressOf(question).toString()}`}
              label={t("predictions.link")}
            />
            {shown === undefined ? undefined : (
              <Button size="xs" variant="default" onClick={() => saveJson("predictions", found)}>
                JSON
              </Button>
            )}
          </>
        }
      >
        <PredictionForm
          question={question}
          chips={catalog.answer?.chips ?? []}
          models={withAsked(models.answer?.models ?? [], question.model)}
          titleOf={titleOf}
          onChange={(part) => setQuestion((before) => ({ ...before, ...part }))}
        />
        <div className="prediction-state">
          <p className="foot-note" role="status">
            {done !== undefined
              ? t("predictions.searching", { done, all: question.chips.length })
              : isStale
                ? t("predictions.stale")
                : shown === undefined
                  ? ""
                  : t("predictions.searched", { text: count(tried(found?.predicted ?? []), i18n.language) })}
          </p>
          {done !== undefined ? (
            <>
              <Progress
                value={(done / Math.max(1, question.chips.length)) * 100}
                animated
                size="sm"
                aria-label={t("predictions.progress")}
              />
              <Button size="xs" color="red" variant="light" onClick={() => asking.current?.abort()}>
                {t("cancel")}
              </Button>
            </>
          ) : isStale || (shown === undefined && refusal === undefined && question.chips.length > 0) ? (
            <Button size="xs" variant="default" onClick={() => void run(question)}>
              {t("predictions.run")}
            </Button>
          ) : undefined}
        </div>
      </Panel>
      {refusal === undefined ? undefined : <Refused refusal={refusal} again={() => void run(question)} />}
      {question.chips.length === 0 ? (
        <Empty icon="chip" title={t("predictions.noChips")}>
          <p>{t("predictions.noChipsHint")}</p>
        </Empty>
      ) : shown === undefined ? (
        refusal === undefined && done !== undefined ? (
          <Waiting rows={8} />
        ) : undefined
      ) : (
        <section
          className={`sections${isStale || refusal !== undefined ? " stale" : ""}`}
          aria-label={t("predictions.result")}
        >
          <WinnerTiles {...shown} />
          <SideBySidePanel {...shown} />
          {shown.predicted.every(({ front }) => front.length === 0) ? undefined : <ParetoPanel {...shown} />}
          {shown.predicted.every(({ estimated }) => estimated === undefined) ? undefined : (
            <>
              <CliffPanel {...shown} />
              <BuildUpPanel {...shown} />
            </>
          )}
          <LosersPanel {...shown} />
          <p className="foot-note">{t("predictions.note")}</p>
        </section>
      )}
    </div>
  );
}

/** A model that nobody knows is still what is asked for. */
function withAsked(models: Models["models"], asked: string): Models["models"] {
  return models.some(({ name }) => name === asked) ? models : [{ name: asked, title: asked }, ...models];
}

/** Deployments that were looked at. */
function tried(all: readonly Predicted[]): number {
  return all.reduce((sum, { found }) => sum + found.candidates, 0);
}
