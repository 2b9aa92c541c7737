/** The processes and engines of the factory, as its supervisor sees them. */
import { useTranslation } from "react-i18next";
import type { FactoryStatus } from "../answers/shapes.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { dateAndTime } from "../format/time.ts";
import { Refused, Waiting } from "../parts/page.tsx";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { StatusFacts } from "../shell/status.tsx";

export function Processes() {
  const { t, i18n } = useTranslation();
  const { answer, refusal, waiting, again } = useAnswer<FactoryStatus>("/api/status", { everyMs: 3_000 });
  if (waiting) return <Waiting rows={6} />;
  if (answer === undefined) return refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />;
  return (
    <div className="sections">
      {refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />}
      <Panel
        title={t("factory.state")}
        hint={
          answer.startedAt === null
            ? undefined
            : t("factory.startedAt", { at: dateAndTime(answer.startedAt, i18n.language) })
        }
      >
        {answer.degraded.length === 0 ? <p className="good">{t("factory.allWell")}</p> : undefined}
        {answer.degraded.map((reason) => (
          <p key={reason} className="warn">
            {reason}
          </p>
        ))}
        <div className="facts status-facts">
          <StatusFacts status={answer} />
        </div>
      </Panel>
      <Panel title={t("factory.engines")} flush>
        <TableFrame label={t("factory.engines")}>
          <thead>
            <tr>
              <th scope="col">{t("factory.deployment")}</th>
              <th scope="col">{t("requests.model")}</th>
              <th scope="col">{t("keys.state")}</th>
              <th scope="col">{t("factory.detail")}</th>
            </tr>
          </thead>
          <tbody>
            {answer.engines.map((engine) => (
              <tr key={engine.deployment}>
                <th scope="row">{engine.deployment}</th>
                <td>{engine.model}</td>
                <td>
                  <State state={engine.state} />
                </td>
                <td className="quiet">{engine.detail ?? "—"}</td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      </Panel>
      <Panel title={t("factory.processes")} flush>
        <TableFrame label={t("factory.processes")}>
          <thead>
            <tr>
              <th scope="col">{t("factory.process")}</th>
              <th scope="col">{t("keys.state")}</th>
              <th scope="col" className="number">
                PID
              </th>
              <th scope="col" className="number">
                {t("factory.restarts")}
              </th>
              <th scope="col">{t("factory.lastDeath")}</th>
            </tr>
          </thead>
          <tbody>
            {answer.processes.map((process) => (
              <tr key={process.name}>
                <th scope="row">{process.name}</th>
                <td>
                  <State state={process.state} />
                </td>
                <td className="number">{process.pid ?? "—"}</td>
                <td className="number">{process.restarts}</td>
                <td className="quiet">{process.lastDeath ?? "—"}</td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      </Panel>
    </div>
  );
}

function State({ state }: { readonly state: string }) {
  const { t } = useTranslation();
  const names = t("factory.states", { returnObjects: true }) as Readonly<Record<string, string>>;
  return <span className={`process-state ${state}`}>{names[state] ?? state}</span>;
}
