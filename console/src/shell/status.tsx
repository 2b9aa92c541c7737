/** How the factory is, at a glance on every page: well, or what is not; with the meter, the engines and the store behind it. */
import { Button, Popover } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FactoryStatus } from "../answers/shapes.ts";
import { useLiveState } from "../answers/live.tsx";
import { useAnswer } from "../answers/use-answer.ts";
import { span } from "../format/number.ts";

const everyMs = 5_000;

export function StatusBadge() {
  const { t } = useTranslation();
  const { answer, refusal } = useAnswer<FactoryStatus>("/api/status", { everyMs });
  const live = useLiveState();
  const health =
    refusal !== undefined ? "away" : answer === undefined ? "asking" : answer.degraded.length > 0 ? "degraded" : "well";
  return (
    <Popover width={330} position="bottom-end" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button size="compact-sm" variant="default" className={`status ${health}`}>
          <span className="status-dot" aria-hidden="true" />
          <span className="status-text">{t(`status.${health}`)}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="status-card" aria-live="polite">
          {refusal === undefined ? undefined : (
            <p className="bad">{refusal.code === "unreachable" ? t("refused.unreachable") : refusal.message}</p>
          )}
          {answer?.degraded.map((reason) => (
            <p key={reason} className="warn">
              {reason}
            </p>
          ))}
          {answer === undefined ? undefined : <StatusFacts status={answer} />}
          <Fact name={t("status.live")} value={t(`live.${live}`)} />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

export function StatusFacts({ status }: { readonly status: FactoryStatus }) {
  const { t } = useTranslation();
  const { meter, engines, store, workers, version, apiUrl } = status;
  const ready = engines.filter(({ state }) => state === "ready").length;
  return (
    <>
      <Fact name="API" value={<code>{apiUrl}</code>} />
      <Fact name={t("status.workers")} value={workers} />
      <Fact name={t("status.engines")} value={t("status.enginesReady", { ready, all: engines.length })} />
      <Fact
        name={t("status.meter")}
        value={
          meter.lagEvents === 0
            ? t("status.meterUpToDate")
            : t("status.meterBehind", { span: meter.lagMs === 0 ? "—" : span(meter.lagMs) })
        }
      />
      <Fact name={t("status.intake")} value={meter.accepting ? t("status.accepting") : t("status.refusing")} />
      <Fact
        name={t("status.store")}
        value={`${t(`status.stores.${store.kind}`)} · ${store.ok ? t("status.storeOk") : t("status.storeAway")}`}
      />
      <Fact name={t("status.version")} value={version === "" ? "—" : version} />
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: React.ReactNode }) {
  return (
    <div className="fact">
      <span>{name}</span>
      <span>{value}</span>
    </div>
  );
}
