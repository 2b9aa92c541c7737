/** One request: how it ended, its way through the layers, its time and its tokens. */
import { useTranslation } from "react-i18next";
import type { RequestTrace } from "../../../src/stack/report.ts";
import { usd } from "../../../src/stack/money.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { dollars } from "../format/money.ts";
import { count, joules, span } from "../format/number.ts";
import { dateOnly, timeOfDay } from "../format/time.ts";
import { FigureValue, Known } from "../parts/known.tsx";
import { Money } from "../parts/money.tsx";
import { Refused, Waiting } from "../parts/page.tsx";
import { layerColor } from "../palette.ts";
import { CutReason, OutcomeBadge } from "./outcome.tsx";

export function Detail({ id }: { readonly id: string }) {
  const { answer, refusal, waiting, again } = useAnswer<RequestTrace>(`/api/requests/${encodeURIComponent(id)}`);
  if (waiting) return <Waiting rows={8} />;
  if (answer === undefined) return refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />;
  return <Trace trace={answer} />;
}

function Trace({ trace }: { readonly trace: RequestTrace }) {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  return (
    <div className="detail">
      <div className="detail-head">
        <OutcomeBadge outcome={trace.outcome} />
        <strong>{trace.model}</strong>
        <span className="quiet">
          {dateOnly(trace.at, locale)} {timeOfDay(trace.at, locale)}
        </span>
      </div>
      {trace.cut === null ? undefined : <CutReason cut={trace.cut} outcome={trace.outcome} />}
      <dl className="detail-tiles">
        <div>
          <dt>{t("figures.revenue")}</dt>
          <dd>
            <Money amount={trace.revenue} />
          </dd>
        </div>
        <div>
          <dt>{t("figures.cost")}</dt>
          <dd>
            <Money amount={trace.cost} />
          </dd>
        </div>
        <div>
          <dt>{t("figures.margin")}</dt>
          <dd>
            <Money amount={trace.margin} signed />
          </dd>
        </div>
      </dl>
      <Path trace={trace} />
      <Timing trace={trace} />
      <Tokens trace={trace} />
      <section>
        <h3>{t("requests.facts")}</h3>
        <dl className="facts">
          <Fact name={t("requests.id")}>
            <code>{trace.id}</code>
          </Fact>
          <Fact name={t("requests.tenantAndProject")}>
            {trace.tenant} / {trace.project}
          </Fact>
          <Fact name={t("requests.endpoint")}>
            <code>{trace.endpoint}</code> {trace.streamed ? t("requests.streamed") : t("requests.whole")}
          </Fact>
          <Fact name={t("requests.place")}>
            {trace.deployment === null ? (
              <span className="none">—</span>
            ) : (
              `${trace.deployment} · ${trace.source ?? "—"}`
            )}
          </Fact>
          <Fact name={t("requests.status")}>{trace.status}</Fact>
          <Fact name={t("requests.tries")}>{trace.tries}</Fact>
          <Fact name={t("requests.acceleratorTime")}>
            <FigureValue figure={trace.acceleratorMs} text={span} /> <Known by={trace.acceleratorMs.provenance} />
          </Fact>
          <Fact name={t("figures.energyUsed")}>
            <FigureValue figure={trace.joules} text={(value) => joules(value, locale)} />{" "}
            <Known by={trace.joules.provenance} />
          </Fact>
        </dl>
      </section>
    </div>
  );
}

/** From the power meter up: what each layer was paid for this request, and what it paid itself. */
function Path({ trace }: { readonly trace: RequestTrace }) {
  const { t } = useTranslation();
  const layers = trace.layers ?? [];
  const most = Math.max(...layers.flatMap(({ revenue, cost }) => [dollars(revenue), dollars(cost)]), Number.MIN_VALUE);
  return (
    <section>
      <h3>{t("requests.path")}</h3>
      <p className="hint">{t("requests.pathHint")}</p>
      <ol className="path">
        {layers.map(({ layer, revenue, cost, margin }) => {
          const isQuiet = usd(revenue) === 0n && usd(cost) === 0n;
          return (
            <li key={layer} className={isQuiet ? "path-step still" : "path-step"}>
              <span className="path-node" style={{ background: layerColor[layer] }} aria-hidden="true" />
              <span className="path-name">{t(`layers.${layer}`)}</span>
              {isQuiet ? (
                <span className="quiet small">{t("requests.nothingHere")}</span>
              ) : (
                <>
                  <span className="path-bars" aria-hidden="true">
                    <span
                      className="path-bar"
                      style={{ width: `max(${(dollars(revenue) / most) * 100}%, 2px)`, background: layerColor[layer] }}
                    />
                    <span className="path-bar cost" style={{ width: `max(${(dollars(cost) / most) * 100}%, 2px)` }} />
                  </span>
                  <span className="path-figures">
                    <span>
                      {t("requests.earned")} <Money amount={revenue} />
                    </span>
                    <span>
                      {t("requests.paid")} <Money amount={cost} />
                    </span>
                    <span>
                      {t("figures.margin")} <Money amount={margin} signed />
                    </span>
                  </span>
                </>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Timing({ trace }: { readonly trace: RequestTrace }) {
  const { t } = useTranslation();
  const { ttftMs, durationMs, tokens } = trace;
  const made = tokens.output + tokens.reasoning;
  const decodeMs = ttftMs === null ? undefined : durationMs - ttftMs;
  const first = ttftMs === null || durationMs === 0 ? 0 : Math.min(100, (ttftMs / durationMs) * 100);
  return (
    <section>
      <h3>{t("requests.timing")}</h3>
      <div className="timing" aria-hidden="true">
        <span className="timing-first" style={{ width: `${first}%` }} />
        <span className="timing-rest" style={{ width: `${100 - first}%` }} />
      </div>
      <dl className="inline-facts">
        <Fact name={t("requests.ttft")}>{ttftMs === null ? <span className="none">—</span> : span(ttftMs)}</Fact>
        <Fact name={t("requests.duration")}>{span(durationMs)}</Fact>
        <Fact name={t("requests.tpot")}>
          {decodeMs === undefined || made < 2 || !trace.streamed ? (
            <span className="none">—</span>
          ) : (
            span(decodeMs / (made - 1))
          )}
        </Fact>
      </dl>
    </section>
  );
}

const classes = ["input", "cachedInput", "output", "reasoning"] as const;

function Tokens({ trace }: { readonly trace: RequestTrace }) {
  const { t, i18n } = useTranslation();
  const { tokens } = trace;
  const all = classes.reduce((sum, name) => sum + tokens[name], 0);
  const counters = t("countedBy", { returnObjects: true }) as Readonly<Record<string, string>>;
  return (
    <section>
      <h3>{t("figures.tokens")}</h3>
      {all === 0 ? undefined : (
        <div className="token-bar" aria-hidden="true">
          {classes.map((name) => (
            <span key={name} className={`token ${name}`} style={{ width: `${(tokens[name] / all) * 100}%` }} />
          ))}
        </div>
      )}
      <dl className="inline-facts">
        {classes.map((name) => (
          <Fact
            key={name}
            name={
              <>
                <span className={`swatch token ${name}`} />
                {t(`tokenClasses.${name}`)}
              </>
            }
          >
            {count(tokens[name], i18n.language)}
          </Fact>
        ))}
      </dl>
      <p className="hint">{t("requests.countedBy", { who: counters[trace.countedBy] ?? trace.countedBy })}</p>
    </section>
  );
}

function Fact({ name, children }: { readonly name: React.ReactNode; readonly children: React.ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
