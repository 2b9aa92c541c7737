/** Contracts that each strategy wins and loses, and what they bring. */
import { useTranslation } from "react-i18next";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { percent } from "../format/number.ts";
import { Panel, TableFrame } from "../parts/panel.tsx";
import type { ScenarioRun } from "./shapes.ts";
import { useWords } from "./words.ts";

export function DealsPanel({ run }: { readonly run: ScenarioRun }) {
  const { t, i18n } = useTranslation();
  const { large, perHour } = usePlanMoney();
  const { strategy, deal: dealWords } = useWords();
  const states = t("economics.states", { returnObjects: true }) as Readonly<Record<string, string>>;
  const deals = run.strategies[0]?.deals ?? [];
  if (deals.length === 0) return undefined;
  return (
    <Panel title={t("economics.dealsTitle")} hint={t("economics.dealsHint")} flush>
      <TableFrame label={t("economics.dealsTitle")}>
        <thead>
          <tr>
            <th scope="col">{t("economics.contract")}</th>
            <th scope="col" className="number">
              GW
            </th>
            <th scope="col" className="number">
              {t("economics.perHour")}
            </th>
            <th scope="col" className="number">
              {t("economics.dealMargin")}
            </th>
            {run.strategies.map((one) => (
              <th key={one.name} scope="col" className="number">
                {strategy(one)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {deals.map(({ name, what, buyer, mwAsked, economics }, index) => {
            const leased = economics.find(({ route }) => route === "lease");
            return (
              <tr key={name}>
                <th scope="row" className="wrapped">
                  {dealWords(name, what)}
                  <small className="quiet">{buyer}</small>
                </th>
                <td className="number">{(mwAsked / 1000).toFixed(2)}</td>
                <td className="number">{leased === undefined ? "—" : perHour(leased.perAcceleratorHour)}</td>
                <td className={`number${(leased?.margin ?? 0) < 0 ? " bad" : ""}`}>
                  {leased === undefined ? "—" : percent(leased.margin, i18n.language, 0)}
                </td>
                {run.strategies.map((one) => {
                  const deal = one.deals[index];
                  return (
                    <td
                      key={one.name}
                      className={`number ${deal?.state === "lost" ? "bad" : ""}`}
                      title={deal?.why ?? undefined}
                    >
                      {deal?.state === "taken" ? (
                        <>
                          {large(deal.value)}
                          <small className="quiet block">
                            {deal.at}, {(deal.mw / 1000).toFixed(2)} GW
                          </small>
                        </>
                      ) : (
                        <span className={deal?.state === "lost" ? undefined : "quiet"}>
                          {states[deal?.state ?? ""] ?? "—"}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </TableFrame>
    </Panel>
  );
}
