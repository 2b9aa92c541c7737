/** The runs that the factory has: looked at one by one, or marked to stand side by side. */
import { Button, Checkbox } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Panel, TableFrame } from "../parts/panel.tsx";
import type { Listed } from "./shapes.ts";
import { isUnderWay } from "./use-runs.ts";
import { usePlanWords } from "./words.ts";

type Props = {
  readonly runs: readonly Listed[];
  readonly shown: string | undefined;
  readonly marked: readonly string[];
  readonly onMark: (id: string) => void;
  readonly onStop: (id: string) => void;
};

export function RunsPanel({ runs, shown, marked, onMark, onStop }: Props) {
  const { t, i18n } = useTranslation();
  const { objective, value, share } = usePlanWords();
  const at = new Intl.DateTimeFormat(i18n.language, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return (
    <Panel title={t("plan.runs")} hint={t("plan.runsHint")} flush>
      {runs.length === 0 ? (
        <p className="quiet plan-none">{t("plan.none")}</p>
      ) : (
        <TableFrame label={t("plan.runs")}>
          <thead>
            <tr>
              <th scope="col">{t("plan.compare")}</th>
              <th scope="col">{t("plan.scenario")}</th>
              <th scope="col">{t("plan.objective")}</th>
              <th scope="col" className="number">
                {t("plan.value")}
              </th>
              <th scope="col" className="number">
                {t("plan.gap")}
              </th>
              <th scope="col">{t("plan.state")}</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <tr key={run.id} aria-current={run.id === shown ? "true" : undefined}>
                <td>
                  <Checkbox
                    size="xs"
                    aria-label={t("plan.mark", { name: run.name, objective: objective(run.objective) })}
                    checked={marked.includes(run.id)}
                    disabled={run.solved === null}
                    onChange={() => onMark(run.id)}
                  />
                </td>
                <th scope="row">
                  <Link className="row-link" to={`/plan/${run.id}`}>
                    {run.name}
                  </Link>
                  <small className="plan-at">{at.format(new Date(run.askedAt))}</small>
                </th>
                <td>{objective(run.objective)}</td>
                <td className="number">{run.solved === null ? "—" : value(run.solved)}</td>
                <td className="number">{share(run.solved?.gap ?? run.at?.gap ?? null, 2)}</td>
                <td>
                  {isUnderWay(run) ? (
                    <span className="plan-state">
                      {run.at === null ? t(`plan.states.${run.state}`) : t(`plan.phases.${run.at.phase}`)}
                      <Button size="compact-xs" color="red" variant="subtle" onClick={() => onStop(run.id)}>
                        {t("plan.stop")}
                      </Button>
                    </span>
                  ) : (
                    t(run.solved === null ? `plan.states.${run.state}` : `plan.status.${run.solved.status}`)
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      )}
    </Panel>
  );
}
