/** What was said, and under every answer the meter: tokens, speed and cost, running and then as the ledger settled it. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ModelInfo, ModelPrice } from "../answers/shapes.ts";
import { count, span } from "../format/number.ts";
import { Icon } from "../parts/icon.tsx";
import { Money } from "../parts/money.tsx";
import { CutReason } from "../requests/outcome.tsx";
import type { Run, Turn } from "./chat.ts";
import { costOf } from "./cost.ts";

type Props = {
  readonly turns: readonly Turn[];
  readonly models: readonly ModelInfo[];
};

export function Conversation({ turns, models }: Props) {
  const { t } = useTranslation();
  return (
    <ol className="turns">
      {turns.map((turn, index) => (
        <li key={index} className={`turn ${turn.role}`}>
          <span className="turn-who">{turn.role === "user" ? t("playground.you") : turn.run.model}</span>
          {turn.role === "user" ? (
            <div className="turn-text">{turn.text}</div>
          ) : (
            <>
              {turn.reasoning === "" ? undefined : (
                <details className="reasoning">
                  <summary>{t("playground.reasoning")}</summary>
                  <div className="turn-text quiet">{turn.reasoning}</div>
                </details>
              )}
              <div className="turn-text" aria-live={turn.run.endedMs === undefined ? "off" : "polite"}>
                {turn.text}
                {turn.run.endedMs === undefined ? <span className="caret" aria-hidden="true" /> : undefined}
              </div>
              {turn.run.problem === undefined ? undefined : (
                <p className="cut failed" role="alert">
                  {turn.run.problem}
                </p>
              )}
              {turn.run.settled?.cut == null ? undefined : (
                <CutReason cut={turn.run.settled.cut} outcome={turn.run.settled.outcome} />
              )}
              <RunMeter run={turn.run} price={models.find(({ name }) => name === turn.run.model)?.price ?? null} />
            </>
          )}
        </li>
      ))}
    </ol>
  );
}

function RunMeter({ run, price }: { readonly run: Run; readonly price: ModelPrice | null }) {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  const nowMs = useNow(run.endedMs === undefined);
  const { tokens, firstTokenMs, startedMs, settled } = run;
  const endMs = run.endedMs ?? nowMs;
  const made = tokens.output + tokens.reasoning;
  const seconds = firstTokenMs === undefined ? 0 : (endMs - firstTokenMs) / 1000;
  const about = run.isCounted ? "" : "≈ ";
  const figures: readonly (readonly [name: string, value: React.ReactNode])[] = [
    [t("tokenClasses.input"), `${about}${count(tokens.input + tokens.cachedInput, locale)}`],
    [t("tokenClasses.output"), count(made, locale)],
    ["TTFT", firstTokenMs === undefined ? "—" : span(firstTokenMs - startedMs)],
    ["token/s", seconds > 0.002 && made > 1 ? ((made - 1) / seconds).toFixed(1) : "—"],
    [t("playground.time"), span(endMs - startedMs)],
  ];
  return (
    <dl className="run">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {settled === undefined ? (
        <div className="run-cost">
          <dt>{run.endedMs === undefined ? t("playground.costSoFar") : t("playground.costEstimate")}</dt>
          <dd>
            {price === null ? (
              <span className="none">—</span>
            ) : (
              <>
                ≈ <Money amount={costOf(tokens, price)} />
              </>
            )}
          </dd>
        </div>
      ) : (
        <>
          <div className="run-cost">
            <dt>{t("playground.settled")}</dt>
            <dd>
              <Money amount={settled.revenue} />
            </dd>
          </div>
          <div>
            <dt>{t("playground.ownCost")}</dt>
            <dd>
              <Money amount={settled.cost} />
            </dd>
          </div>
        </>
      )}
      {run.requestId === undefined || run.endedMs === undefined ? undefined : (
        <div className="run-link">
          {settled === undefined ? (
            <span className="quiet small">{t("playground.settling")}</span>
          ) : (
            <Link to={`/requests/${run.requestId}`}>
              {t("playground.trace")} <Icon name="next" size={13} />
            </Link>
          )}
        </div>
      )}
    </dl>
  );
}

/** The clock while something runs. */
function useNow(isRunning: boolean): number {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setNowMs(performance.now()), 100);
    return () => clearInterval(timer);
  }, [isRunning]);
  return nowMs;
}
