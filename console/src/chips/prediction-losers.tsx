/** Why deployments lost that were looked at besides the best: those that were simulated first. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { saveCsv } from "../parts/save.ts";
import { lookOf } from "./compared.ts";
import { losersInOrder, type Predicted } from "./predict.ts";
import { loserRows } from "./prediction-rows.ts";

type Props = { readonly predicted: readonly Predicted[]; readonly titleOf: (chip: string) => string };

const shownMost = 8;

export function LosersPanel({ predicted, titleOf }: Props) {
  const { t } = useTranslation();
  return (
    <Panel
      title={t("predictions.losers")}
      hint={t("predictions.losersHint", { most: shownMost })}
      actions={
        <Button size="xs" variant="default" onClick={() => saveCsv("losers", loserRows(predicted))}>
          {t("exports.csv")}
        </Button>
      }
      flush
    >
      <TableFrame label={t("predictions.losers")}>
        <thead>
          <tr>
            <th scope="col">{t("chips.chip")}</th>
            <th scope="col">{t("predictions.deployment")}</th>
            <th scope="col">{t("predictions.why")}</th>
          </tr>
        </thead>
        {predicted.map(({ chip, found }, at) => (
          <tbody key={chip}>
            {losersInOrder(found)
              .slice(0, shownMost)
              .map(({ deployment, why }, index) => (
                <tr key={deployment} className={index === 0 ? "group-first" : undefined}>
                  <th scope="row" className="nowrap">
                    {index === 0 ? (
                      <>
                        <span className="swatch" style={{ background: lookOf(at).color }} />
                        {titleOf(chip)}
                      </>
                    ) : (
                      <span className="visually-hidden">{titleOf(chip)}</span>
                    )}
                  </th>
                  <td>{deployment}</td>
                  <td>{why}</td>
                </tr>
              ))}
          </tbody>
        ))}
      </TableFrame>
    </Panel>
  );
}
