/** What decides: each assumption alone at the ends of its range, and what the deal is worth then. */
import { useTranslation } from "react-i18next";
import { Panel } from "../parts/panel.tsx";
import type { DealEvaluation } from "./shapes.ts";
import { swingsOf } from "./swings.ts";
import { useDealWords } from "./words.ts";

const shownMost = 12;

export function SwingsPanel({ deal }: { readonly deal: DealEvaluation }) {
  const { t } = useTranslation();
  const { large, field, figure } = useDealWords();
  const { swings, planned, zero } = swingsOf(deal, shownMost);
  const tone = (usd: number) => (usd < 0 ? "number bad" : "number good");
  return (
    <Panel title={t("makeOrBuy.decides")} hint={t("deals.decidesHint", { worth: large(deal.npvUsd) })}>
      <div className="scroll-x" role="region" tabIndex={0} aria-label={t("makeOrBuy.decides")}>
        <table className="waterfall tornado deal-swings">
          <thead>
            <tr>
              <th scope="col">{t("makeOrBuy.assumption")}</th>
              <th scope="col" className="number">
                <span className="swatch lower" />
                {t("deals.atLow")}
              </th>
              <td className="track" aria-hidden="true">
                {zero === undefined ? undefined : (
                  <span className="tornado-zero-mark" style={{ left: `${zero * 100}%` }}>
                    {t("makeOrBuy.paysFrom")}
                  </span>
                )}
              </td>
              <th scope="col" className="number">
                <span className="swatch higher" />
                {t("deals.atHigh")}
              </th>
            </tr>
          </thead>
          <tbody>
            {swings.map((swing) => (
              <tr key={swing.field} className="step">
                <th scope="row">
                  <span>
                    {field(swing.field)}
                    <small>
                      {figure(swing.field, swing.low)} … {figure(swing.field, swing.high)}
                      {swing.isRanged ? "" : ` · ${t("deals.unranged")}`}
                    </small>
                  </span>
                </th>
                <td className={tone(swing.npvLowUsd)}>{large(swing.npvLowUsd)}</td>
                <td className="track" aria-hidden="true">
                  {zero === undefined ? undefined : (
                    <span className="tornado-zero" style={{ left: `${zero * 100}%` }} />
                  )}
                  <span className="bar lower" style={between(planned, swing.lower)} />
                  <span className="bar higher" style={between(planned, swing.higher)} />
                  <span className="tornado-planned" style={{ left: `${planned * 100}%` }} />
                </td>
                <td className={tone(swing.npvHighUsd)}>{large(swing.npvHighUsd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function between(one: number, other: number) {
  const [from, to] = one < other ? [one, other] : [other, one];
  return { left: `${from * 100}%`, width: `max(${(to - from) * 100}%, 1px)` };
}
