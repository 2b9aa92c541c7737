/** What decides: each assumption alone at the ends of its range, and what the deal is worth then. */
import { useTranslation } from "react-i18next";
import { Panel } from "../parts/panel.tsx";
import { Tornado } from "../parts/tornado.tsx";
import type { DealEvaluation } from "./shapes.ts";
import { swingsOf } from "./swings.ts";
import { useDealWords } from "./words.ts";

const shownMost = 12;

export function SwingsPanel({ deal }: { readonly deal: DealEvaluation }) {
  const { t } = useTranslation();
  const { large, field, figure } = useDealWords();
  const { swings, planned, zero } = swingsOf(deal, shownMost);
  return (
    <Panel title={t("makeOrBuy.decides")} hint={t("deals.decidesHint", { worth: large(deal.npvUsd) })}>
      <div className="scroll-x" role="region" tabIndex={0} aria-label={t("makeOrBuy.decides")}>
        <Tornado
          kind="deal-swings"
          tones
          lower={t("deals.atLow")}
          higher={t("deals.atHigh")}
          planned={planned}
          zero={zero}
          rows={swings.map((swing) => ({
            key: swing.field,
            name: (
              <span>
                {field(swing.field)}
                <small>
                  {figure(swing.field, swing.low)} … {figure(swing.field, swing.high)}
                  {swing.isRanged ? "" : ` · ${t("deals.unranged")}`}
                </small>
              </span>
            ),
            ends: [swing.npvLowUsd, swing.npvHighUsd],
            lower: swing.lower,
            higher: swing.higher,
          }))}
        />
      </div>
    </Panel>
  );
}
