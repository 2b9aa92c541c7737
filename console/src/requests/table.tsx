/** Requests in a table; on a narrow screen with two figures to a cell. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { RequestTrace } from "../../../src/stack/report.ts";
import { count, span } from "../format/number.ts";
import { dateAndTime, timeOfDay } from "../format/time.ts";
import { Money } from "../parts/money.tsx";
import { TableFrame } from "../parts/panel.tsx";
import { OutcomeBadge } from "./outcome.tsx";

type TableProps = {
  readonly traces: readonly RequestTrace[];
  readonly chosen: string | undefined;
  readonly search: string;
  readonly isNarrow: boolean;
};

export function RequestTable({ traces, chosen, search, isNarrow }: TableProps) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const locale = i18n.language;
  const open = (id: string) => void navigate({ pathname: `/requests/${id}`, search });
  const today = useToday();
  return (
    <TableFrame label={t("pages.requests")} kind="list">
      <thead>
        <tr>
          <th scope="col">{t("requests.time")}</th>
          <th scope="col">{t("requests.tenant")}</th>
          {isNarrow ? (
            <th scope="col" className="number">
              {t("figures.tokens")}
            </th>
          ) : (
            <>
              <th scope="col">{t("requests.model")}</th>
              <th scope="col">{t("requests.outcome")}</th>
              <th scope="col" className="number">
                {t("requests.in")}
              </th>
              <th scope="col" className="number">
                {t("requests.out")}
              </th>
              <th scope="col" className="number">
                TTFT
              </th>
              <th scope="col" className="number">
                {t("requests.duration")}
              </th>
              <th scope="col" className="number">
                {t("figures.cost")}
              </th>
            </>
          )}
          <th scope="col" className="number">
            {t("figures.revenue")}
          </th>
          {isNarrow ? undefined : (
            <th scope="col" className="number">
              {t("figures.margin")}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {traces.map((trace) => (
          <tr
            key={trace.id}
            className={`clickable${trace.id === chosen ? " chosen" : ""}`}
            onClick={() => open(trace.id)}
          >
            <td className="nowrap">
              <Link
                to={{ pathname: `/requests/${trace.id}`, search }}
                className="row-link"
                title={dateAndTime(trace.at, locale)}
                onClick={(event) => event.stopPropagation()}
              >
                {new Date(trace.at).toDateString() === today
                  ? timeOfDay(trace.at, locale)
                  : dateAndTime(trace.at, locale)}
              </Link>
              {isNarrow ? (
                <div className="small">
                  <OutcomeBadge outcome={trace.outcome} />
                </div>
              ) : undefined}
            </td>
            <td>
              {trace.tenant}
              <small className="quiet">/{trace.project}</small>
              {isNarrow ? <div className="quiet small">{trace.model}</div> : undefined}
            </td>
            {isNarrow ? (
              <td className="number">
                {count(inputOf(trace), locale)}
                <div>{count(outputOf(trace), locale)}</div>
              </td>
            ) : (
              <>
                <td>
                  {trace.model}
                  {trace.source === null ? undefined : <small className="quiet"> · {trace.source}</small>}
                </td>
                <td>
                  <OutcomeBadge outcome={trace.outcome} />
                </td>
                <td className="number">{count(inputOf(trace), locale)}</td>
                <td className="number">{count(outputOf(trace), locale)}</td>
                <td className="number">
                  {trace.ttftMs === null ? <span className="none">—</span> : span(trace.ttftMs)}
                </td>
                <td className="number">{span(trace.durationMs)}</td>
                <td className="number">
                  <Money amount={trace.cost} />
                </td>
              </>
            )}
            <td className="number">
              <Money amount={trace.revenue} />
              {isNarrow ? (
                <div>
                  <Money amount={trace.margin} signed />
                </div>
              ) : undefined}
            </td>
            {isNarrow ? undefined : (
              <td className="number">
                <Money amount={trace.margin} signed />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}

function inputOf({ tokens }: RequestTrace): number {
  return tokens.input + tokens.cachedInput;
}

function outputOf({ tokens }: RequestTrace): number {
  return tokens.output + tokens.reasoning;
}

/** The reader's day, which changes at midnight. */
function useToday(): string {
  const [today, setToday] = useState(() => new Date().toDateString());
  useEffect(() => {
    const timer = setInterval(() => setToday(new Date().toDateString()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return today;
}
