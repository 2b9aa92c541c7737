/** Every figure of a deal's file with its range, how far it is known, and who says so. */
import { useTranslation } from "react-i18next";
import { Panel, TableFrame } from "../parts/panel.tsx";
import type { DealEvaluation } from "./shapes.ts";
import { useDealWords } from "./words.ts";

export function FiguresPanel({ deal }: { readonly deal: DealEvaluation }) {
  const { t } = useTranslation();
  const { field, figure } = useDealWords();
  return (
    <Panel title={t("deals.figures")} hint={t("deals.figuresHint")} flush>
      <TableFrame label={t("deals.figures")}>
        <thead>
          <tr>
            <th scope="col">{t("deals.figureAndSource")}</th>
            <th scope="col" className="number">
              {t("chips.value")}
            </th>
            <th scope="col" className="number">
              {t("deals.range")}
            </th>
            <th scope="col">{t("chips.howKnown")}</th>
            <th scope="col">{t("chips.asOf")}</th>
          </tr>
        </thead>
        <tbody>
          {deal.figures.map((one) => (
            <tr key={one.field}>
              <th scope="row" className="deal-figure">
                {field(one.field)}
                <small>{one.source}</small>
              </th>
              <td className="number">{figure(one.field, one.value)}</td>
              <td className="number">
                {one.low === undefined && one.high === undefined
                  ? ""
                  : `${figure(one.field, one.low ?? one.value)} … ${figure(one.field, one.high ?? one.value)}`}
              </td>
              <td>
                <span className={`known ${one.confidence}`} title={t(`chips.why.${one.confidence}`)}>
                  {t(`chips.known.${one.confidence}`)}
                </span>
              </td>
              <td className="deal-date">{one.asOf}</td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}
