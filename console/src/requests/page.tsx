/** The latest requests, arriving as they end; each opens to its way through the layers. */
import "./requests.css";
import { Button, Drawer, NativeSelect, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";
import type { RequestTrace } from "../../../src/stack/report.ts";
import { ask, Refusal } from "../answers/ask.ts";
import { useLive } from "../answers/live.tsx";
import { useAnswer } from "../answers/use-answer.ts";
import { Empty, Page, Refused, Waiting } from "../parts/page.tsx";
import { LiveMark } from "../parts/live-mark.tsx";
import { Detail } from "./detail.tsx";
import { type Filter, matches, merge, newestFirst } from "./list.ts";
import { RequestTable } from "./table.tsx";

type Answer = { readonly requests: readonly RequestTrace[] };

const pageSize = 100;
const shownMax = 1000;
const outcomes = ["complete", "partial", "failed"] as const;

export default function RequestsPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const { answer, refusal, waiting, again } = useAnswer<Answer>(`/api/requests?limit=${pageSize}`);
  const [more, setMore] = useState<readonly RequestTrace[]>([]);
  const [arrived, setArrived] = useState<readonly RequestTrace[]>([]);
  const [isLast, setIsLast] = useState(false);
  const [problem, setProblem] = useState<Refusal>();
  const isNarrow = useMediaQuery("(max-width: 48em)") ?? false;

  useLive({ request: (trace) => setArrived((before) => merge([trace], before).slice(0, shownMax)) });

  const all = useMemo(
    () => newestFirst(merge(arrived, answer?.requests ?? [], more)).slice(0, shownMax),
    [arrived, answer, more],
  );
  const filter: Filter = {
    tenant: search.get("tenant") ?? "",
    model: search.get("model") ?? "",
    outcome: search.get("outcome") ?? "",
    text: search.get("text") ?? "",
  };
  const shown = all.filter((trace) => matches(trace, filter));
  const narrow = (name: keyof Filter, value: string) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === "") after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );

  const older = async () => {
    const last = all.at(-1);
    if (last === undefined) return;
    const before = new Date(Date.parse(last.at) + last.durationMs).toISOString();
    try {
      const { requests } = await ask<Answer>(`/api/requests?limit=${pageSize}&before=${encodeURIComponent(before)}`);
      setMore((known) => merge(known, requests));
      setIsLast(requests.length < pageSize);
      setProblem(undefined);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblem(error);
    }
  };

  const close = useCallback(
    () => void navigate({ pathname: "/requests", search: search.toString() }),
    [navigate, search],
  );
  const isFirstPageAll = (answer?.requests.length ?? 0) < pageSize;

  return (
    <Page title={t("pages.requests")} lead={t("requests.lead")} tools={<LiveMark />}>
      <div className="filters" role="search" aria-label={t("requests.filter")}>
        <Choice name="tenant" values={valuesOf(all, "tenant")} value={filter.tenant} onChange={narrow} />
        <Choice name="model" values={valuesOf(all, "model")} value={filter.model} onChange={narrow} />
        <NativeSelect
          label={t("requests.outcome")}
          value={filter.outcome}
          onChange={(event) => narrow("outcome", event.currentTarget.value)}
          data={[
            { value: "", label: t("requests.any") },
            ...outcomes.map((value) => ({ value, label: t(`outcomes.${value}`) })),
          ]}
        />
        <TextInput
          label={t("requests.id")}
          placeholder={t("requests.idHint")}
          value={filter.text}
          onChange={(event) => narrow("text", event.currentTarget.value.trim())}
          spellCheck={false}
        />
      </div>
      {refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />}
      {waiting ? <Waiting rows={10} /> : undefined}
      {!waiting && shown.length === 0 && refusal === undefined ? (
        <div className="panel">
          <Empty icon="requests" title={all.length === 0 ? t("requests.none") : t("requests.noMatch")}>
            <p>{all.length === 0 ? t("requests.noneHint") : t("requests.noMatchHint")}</p>
          </Empty>
        </div>
      ) : undefined}
      {shown.length === 0 ? undefined : (
        <div className="panel">
          <RequestTable traces={shown} chosen={id} search={search.toString()} isNarrow={isNarrow} />
          <div className="more">
            <span className="quiet">{t("requests.shown", { count: shown.length })}</span>
            {isLast || isFirstPageAll || all.length >= shownMax ? undefined : (
              <Button variant="default" size="xs" onClick={() => void older()}>
                {t("requests.older")}
              </Button>
            )}
          </div>
          {problem === undefined ? undefined : <Refused refusal={problem} />}
        </div>
      )}
      <Drawer
        opened={id !== undefined}
        onClose={close}
        position="right"
        size={isNarrow ? "100%" : 620}
        title={t("requests.detail")}
        closeButtonProps={{ "aria-label": t("close") }}
      >
        {id === undefined ? undefined : <Detail id={id} />}
      </Drawer>
    </Page>
  );
}

type ChoiceProps = {
  readonly name: "tenant" | "model";
  readonly values: readonly string[];
  readonly value: string;
  readonly onChange: (name: "tenant" | "model", value: string) => void;
};

function Choice({ name, values, value, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const known = values.includes(value) || value === "" ? values : [value, ...values];
  return (
    <NativeSelect
      label={t(`requests.${name}`)}
      value={value}
      onChange={(event) => onChange(name, event.currentTarget.value)}
      data={[{ value: "", label: t("requests.any") }, ...known.map((one) => ({ value: one, label: one }))]}
    />
  );
}

function valuesOf(traces: readonly RequestTrace[], name: "tenant" | "model"): string[] {
  return [...new Set(traces.map((trace) => trace[name]))].toSorted();
}
