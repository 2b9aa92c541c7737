/** The stack: what every layer earned and cost over a span of time, live; and the published chain beside it. */
import "./stack.css";
import { SegmentedControl, Tabs } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import type { StackReport } from "../../../src/stack/report.ts";
import type { SeriesPoint } from "../answers/shapes.ts";
import { useLive } from "../answers/live.tsx";
import { useAnswer } from "../answers/use-answer.ts";
import { dateAndTime, timeOfDay } from "../format/time.ts";
import { LiveMark } from "../parts/live-mark.tsx";
import { Known } from "../parts/known.tsx";
import { Page, Refused, Waiting } from "../parts/page.tsx";
import { BreakdownPanel } from "./breakdown.tsx";
import { ExampleView } from "./example.tsx";
import { FlowPanel } from "./flow-panel.tsx";
import { LayersPanel } from "./layers-panel.tsx";
import { SeriesPanel } from "./series-panel.tsx";
import { NothingYet } from "./nothing-yet.tsx";
import { Tiles } from "./tiles.tsx";
import { isEmpty } from "./waterfall.ts";
import { WaterfallPanel } from "./waterfall-panel.tsx";

const windows = ["15m", "1h", "24h", "7d", "30d"] as const;
type Window = (typeof windows)[number];
/** The span of the reports that arrive by themselves. */
const liveWindow: Window = "15m";
const refreshAtMostEveryMs = 4_000;

export default function StackPage() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const [window, setWindow] = useState<Window>("1h");
  const shows = pathname === "/example" ? "example" : "factory";
  return (
    <Page
      title={t("pages.stack")}
      lead={t("stack.lead")}
      tools={
        shows === "factory" ? (
          <>
            <LiveMark />
            <SegmentedControl
              size="sm"
              aria-label={t("stack.window")}
              value={window}
              onChange={(value) => setWindow(value)}
              data={windows.map((value) => ({ value, label: t(`stack.windows.${value}`) }))}
            />
          </>
        ) : undefined
      }
    >
      <Tabs value={shows} onChange={(tab) => void navigate(tab === "example" ? "/example" : "/")} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="factory">{t("stack.thisFactory")}</Tabs.Tab>
          <Tabs.Tab value="example">{t("stack.example")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="factory" tabIndex={-1}>
          <FactoryStack window={window} />
        </Tabs.Panel>
        <Tabs.Panel value="example" tabIndex={-1}>
          <ExampleView />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function FactoryStack({ window }: { readonly window: Window }) {
  const { t, i18n } = useTranslation();
  const { answer, refusal, waiting, stale, again } = useAnswer<StackReport>(`/api/stack?window=${window}`, {
    keep: true,
    everyMs: 30_000,
  });
  const series = useAnswer<{ points: readonly SeriesPoint[] }>(`/api/stack/series?window=${window}`, {
    keep: true,
    everyMs: 30_000,
  });
  const [latest, setLatest] = useState<StackReport>();
  const soon = useSoon(() => {
    if (window !== liveWindow) again();
    series.again();
  });
  useLive({
    stack: (report) => {
      setLatest(report);
      soon();
    },
  });

  if (waiting) return <Waiting rows={8} />;
  const newer = latest !== undefined && (answer === undefined || latest.to >= answer.to);
  const report = window === liveWindow && newer && !stale ? latest : answer;
  if (report === undefined) return refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />;
  const points = series.answer?.points ?? [];
  const spanMs = Date.parse(report.to) - Date.parse(report.from);
  const instant = spanMs > 20 * 3_600_000 ? dateAndTime : timeOfDay;
  return (
    <div className={`sections${stale ? " stale" : ""}`} aria-busy={stale}>
      {refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />}
      {isEmpty(report) ? <NothingYet /> : undefined}
      <Tiles report={report} />
      <div className="columns wide-left">
        <WaterfallPanel report={report} />
        <SeriesPanel points={points} spanMs={spanMs} />
      </div>
      <LayersPanel report={report} />
      <FlowPanel rows={report.layers} />
      {isEmpty(report) ? undefined : <BreakdownPanel report={report} />}
      <p className="foot-note legend">
        {t("stack.legend")} <Known by="measured" /> <Known by="modelled" /> <Known by="unavailable" />
      </p>
      <p className="foot-note">
        {t("stack.span", { from: instant(report.from, i18n.language), to: instant(report.to, i18n.language) })}
      </p>
    </div>
  );
}

/** Does it once soon, however often it is asked meanwhile. */
function useSoon(act: () => void): () => void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const lastMs = useRef(0);
  return useCallback(() => {
    if (timer.current !== undefined) return;
    const inMs = Math.max(0, lastMs.current + refreshAtMostEveryMs - Date.now());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      lastMs.current = Date.now();
      if (document.visibilityState === "visible") latest.current();
    }, inMs);
  }, []);
}
