/** Which assumptions decide what a pause cost: each alone at either end of its range. */
import { useTranslation } from "react-i18next";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { Panel } from "../parts/panel.tsx";
import { Tornado } from "../parts/tornado.tsx";
import { trackOf } from "../parts/track.ts";
import type { ScenarioRun } from "./shapes.ts";
import { useWords } from "./words.ts";

const shownMost = 10;

export function PauseTornado({ run }: { readonly run: ScenarioRun }) {
  const { t, i18n } = useTranslation();
  const { large } = usePlanMoney();
  const { assumption } = useWords();
  const { pause } = run;
  const { swings, planned } = trackOf(pause.used.grossProfit, pause.swings.slice(0, shownMost), ({ atLow, atHigh }) => [
    atLow,
    atHigh,
  ]);
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
        <Tornado
          kind="pause-swings"
          lower={t("economics.atLow")}
          higher={t("economics.atHigh")}
          planned={planned}
          rows={swings.map(({ path, what, unit, low, high, atLow, atHigh, lower, higher }) => ({
            key: path,
            name: (
              <span>
                {assumption(path, what)}
                <small>
                  {short(low)} … {short(high)} {unit}
                </small>
              </span>
            ),
            ends: [atLow, atHigh],
            lower,
            higher,
          }))}
        />
      </div>
    </Panel>
  );
}
