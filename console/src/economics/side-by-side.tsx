/** The strategies' sums beside each other. */
import { useTranslation } from "react-i18next";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { percent } from "../format/number.ts";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { incomeLayers, type ScenarioRun, type StrategyRun } from "./shapes.ts";
import { useWords } from "./words.ts";

export function SideBySide({ run }: { readonly run: ScenarioRun }) {
  const { t, i18n } = useTranslation();
  const { large } = usePlanMoney();
  const { strategy } = useWords();
  const gross = ({ totals }: StrategyRun) => incomeLayers.reduce((sum, layer) => sum + totals.grossProfit[layer], 0);
  const lines: {
    name: string;
    of: (one: StrategyRun) => string;
    isLoss?: (one: StrategyRun) => boolean;
    strong?: boolean;
  }[] = [
    { name: t("economics.frozen"), of: ({ frozenMw }) => `${(frozenMw / 1000).toFixed(2)} GW` },
    { name: t("economics.signed"), of: ({ deals }) => large(deals.reduce((sum, { value }) => sum + value, 0)) },
    { name: t("figures.revenue"), of: ({ totals }) => large(totals.revenue) },
    ...incomeLayers.map((layer) => ({
      name: t("economics.grossOf", { layer: t(`layers.${layer}`) }),
      of: ({ totals }: StrategyRun) => large(totals.grossProfit[layer]),
      isLoss: ({ totals }: StrategyRun) => totals.grossProfit[layer] < 0,
    })),
    { name: t("economics.gross"), of: (one) => large(gross(one)), isLoss: (one) => gross(one) < 0, strong: true },
    { name: t("economics.capex"), of: ({ totals }) => large(totals.capex) },
    { name: t("economics.worthOf"), of: ({ totals }) => large(totals.value), isLoss: ({ totals }) => totals.value < 0 },
    {
      name: t("economics.roic"),
      of: ({ totals }) => (totals.roic === null ? "—" : percent(totals.roic, i18n.language)),
    },
  ];
  return (
    <Panel
      title={t("economics.sideBySide")}
      hint={t("economics.span", { from: run.quarters[0], to: run.quarters.at(-1) })}
      flush
    >
      <TableFrame label={t("economics.sideBySide")}>
        <thead>
          <tr>
            <td />
            {run.strategies.map((one) => (
              <th key={one.name} scope="col" className="number" title={one.about}>
                {strategy(one)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, of, isLoss, strong }) => (
            <tr key={name} className={strong === true ? "strong" : undefined}>
              <th scope="row">{name}</th>
              {run.strategies.map((one) => (
                <td key={one.name} className={isLoss?.(one) === true ? "number bad" : "number"}>
                  {of(one)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}
