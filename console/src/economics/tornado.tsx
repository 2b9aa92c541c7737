/** Which assumptions decide what a pause cost: each alone at either end of its range. */
import { useTranslation } from "react-i18next";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { Panel } from "../parts/panel.tsx";
import type { ScenarioRun } from "./shapes.ts";
import { useWords } from "./words.ts";

const shownMost = 10;

export function PauseTornado({ run }: { readonly run: ScenarioRun }) {
  const { t, i18n } = useTranslation();
  const { large } = usePlanMoney();
  const { assumption } = useWords();
  const { pause } = run;
  const swings = pause.swings.slice(0, shownMost);
  const all = [pause.used.grossProfit, ...swings.flatMap(({ atLow, atHigh }) => [atLow, atHigh])];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const place = (amount: number) => (most > least ? ((amount - least) / (most - least)) * 100 : 50);
  const between = (one: number, other: number) => ({
    left: `${Math.min(place(one), place(other))}%`,
    width: `max(${Math.abs(place(one) - place(other))}%, 1px)`,
  });
  const short = (value: number) =>
    new Intl.NumberFormat(i18n.language, { notation: "compact", maximumSignificantDigits: 3 }).format(value);
  return (
    <Panel
      title={t("makeOrBuy.decides")}
      hint={t("economics.decidesHint", {
        used: large(pause.used.grossProfit),
        draws: pause.draws,
        share: (100 * pause.shareCostly).toFixed(1),
      })}
    >
      <div className="scroll-x" role="region" tabIndex={0} aria-label={t("makeOrBuy.decides")}>
        <table className="waterfall tornado pause-swings">
          <thead>
            <tr>
              <th scope="col">{t("makeOrBuy.assumption")}</th>
              <th scope="col" className="number">
                <span className="swatch lower" />
                {t("economics.atLow")}
              </th>
              <td className="track" aria-hidden="true" />
              <th scope="col" className="number">
                <span className="swatch higher" />
                {t("economics.atHigh")}
              </th>
            </tr>
          </thead>
          <tbody>
            {swings.map(({ path, what, unit, low, high, atLow, atHigh }) => (
              <tr key={path} className="step">
                <th scope="row">
                  <span>
                    {assumption(path, what)}
                    <small>
                      {short(low)} … {short(high)} {unit}
                    </small>
                  </span>
                </th>
                <td className="number">{large(atLow)}</td>
                <td className="track" aria-hidden="true">
                  <span className="bar lower" style={between(pause.used.grossProfit, atLow)} />
                  <span className="bar higher" style={between(pause.used.grossProfit, atHigh)} />
                  <span className="tornado-planned" style={{ left: `${place(pause.used.grossProfit)}%` }} />
                </td>
                <td className="number">{large(atHigh)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
