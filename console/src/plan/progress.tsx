/** A run under way: where it is, how the gap closes, and a way to stop it with the best so far. */
import { Button, Progress, useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Chart } from "../parts/chart.tsx";
import { Panel } from "../parts/panel.tsx";
import { inks } from "../palette.ts";
import { gapOption } from "./charts.ts";
import type { Run } from "./shapes.ts";
import { usePlanWords } from "./words.ts";

type Props = { readonly run: Run; readonly onStop: () => void };

export function RunProgress({ run, onStop }: Props) {
  const { t } = useTranslation();
  const { share } = usePlanWords();
  const scheme = useComputedColorScheme("light");
  const step = run.steps.at(-1);
  const option = useMemo(() => gapOption(run.steps, inks[scheme], t("plan.gap")), [run.steps, scheme, t]);
  const where =
    step === undefined ? t("plan.states.queued") : `${t(`plan.phases.${step.phase}`)} · ${step.seconds.toFixed(1)} s`;
  const hasGap = run.steps.some(({ gap }) => gap !== null);
  return (
    <Panel
      title={t("plan.underWay")}
      hint={run.name}
      actions={
        <Button size="xs" color="red" variant="light" onClick={onStop}>
          {t("plan.stop")}
        </Button>
      }
    >
      <div className="sections">
        <p role="status" className="plan-where">
          <strong>{where}</strong>
          {step?.gap == null ? undefined : (
            <span className="quiet"> {t("plan.atMost", { gap: share(step.gap, 2) })}</span>
          )}
        </p>
        <Progress value={(step?.settled ?? 0) * 100} animated aria-label={t("plan.settled")} />
        {hasGap ? <Chart option={option} height={180} label={t("plan.gapLabel")} /> : undefined}
      </div>
    </Panel>
  );
}
