/** What one chip at work costs, part upon part: a list that is its own table. */
import { useTranslation } from "react-i18next";
import { percent, quantity } from "../format/number.ts";
import { Panel } from "../parts/panel.tsx";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import type { MakeOrBuy } from "./shapes.ts";
import { costSteps } from "./unit-cost.ts";

/** How the planner names the parts. */
const partNames = {
  dies: "dies",
  memory: "memory",
  "package and test": "package",
  "design partner": "partner",
  server: "server",
  development: "development",
  whole: "whole",
} as const;

export function UnitCostPanel({ result }: { readonly result: MakeOrBuy }) {
  const { t, i18n } = useTranslation();
  const { whole } = usePlanMoney();
  const locale = i18n.language;
  const { dieSquareMillimetres, diesPerWafer, dieYield, dieUsd } = result.unit;
  const steps = costSteps(result);
  const sum = steps.at(-1)?.usd ?? 0;
  return (
    <Panel
      title={t("makeOrBuy.unitCost")}
      hint={t("makeOrBuy.die", {
        area: quantity(Math.round(dieSquareMillimetres), locale),
        dies: diesPerWafer,
        works: percent(dieYield, locale, 0),
        price: whole(dieUsd),
      })}
    >
      <table className="waterfall cost-steps">
        <thead>
          <tr>
            <th scope="col">{t("makeOrBuy.part")}</th>
            <td aria-hidden="true" />
            <th scope="col" className="number">
              {t("figures.amount")}
            </th>
            <th scope="col" className="number">
              {t("makeOrBuy.share")}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ is, usd, from, to }) => (
            <tr key={is} className={is === "whole" ? "step revenue" : "step"}>
              <th scope="row">
                {is in partNames ? t(`makeOrBuy.parts.${partNames[is as keyof typeof partNames]}`) : is}
              </th>
              <td className="track" aria-hidden="true">
                <span
                  className={is === "whole" ? "bar revenue" : "bar part"}
                  style={{ left: `${from * 100}%`, width: `max(${(to - from) * 100}%, 2px)` }}
                />
              </td>
              <td className="number">{whole(usd)}</td>
              <td className="number quiet">{sum > 0 ? percent(usd / sum, locale, 0) : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
