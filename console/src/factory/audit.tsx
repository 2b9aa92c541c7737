/** Who changed what, latest first. */
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "../answers/shapes.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { dateAndTime } from "../format/time.ts";
import { Empty, Refused, Waiting } from "../parts/page.tsx";
import { Panel, TableFrame } from "../parts/panel.tsx";

export function Audit() {
  const { t, i18n } = useTranslation();
  const { answer, refusal, waiting, again } = useAnswer<{ entries: readonly AuditEntry[] }>("/api/audit?limit=200");
  if (waiting) return <Waiting rows={6} />;
  if (answer === undefined) return refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />;
  const actions = t("audit.actions", { returnObjects: true }) as Readonly<Record<string, string>>;
  return (
    <Panel title={t("factory.parts.audit")} hint={t("audit.hint")} flush>
      {answer.entries.length === 0 ? <Empty icon="table" title={t("audit.none")} /> : undefined}
      <TableFrame label={t("factory.parts.audit")}>
        <thead>
          <tr>
            <th scope="col">{t("requests.time")}</th>
            <th scope="col">{t("audit.who")}</th>
            <th scope="col">{t("audit.action")}</th>
            <th scope="col">{t("audit.what")}</th>
            <th scope="col">{t("factory.detail")}</th>
          </tr>
        </thead>
        <tbody>
          {answer.entries.map((entry) => (
            <tr key={entry.sequence}>
              <td className="nowrap">{dateAndTime(entry.at, i18n.language)}</td>
              <td>{entry.actor}</td>
              <td>{actions[entry.action] ?? entry.action}</td>
              <td>
                <code>{entry.subject}</code>
              </td>
              <td>
                <details>
                  <summary>{t("audit.show")}</summary>
                  <pre className="json">{JSON.stringify(entry.detail, undefined, 2)}</pre>
                </details>
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}
