/** The layers from applications down to energy, each with its unit of trade, what it sold and what is left. */
import { useTranslation } from "react-i18next";
import type { LayerRow, StackReport } from "../../../src/stack/report.ts";
import { usd } from "../../../src/stack/money.ts";
import { sum } from "../format/money.ts";
import { compact, percent, quantity } from "../format/number.ts";
import { FigureValue, Known } from "../parts/known.tsx";
import { Money } from "../parts/money.tsx";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { layerColor } from "../palette.ts";

type Props = { readonly report: Pick<StackReport, "layers" | "total"> };

export function LayersPanel({ report }: Props) {
  const { t, i18n } = useTranslation();
  const { layers, total } = report;
  const ratio =
    usd(total.revenue) > 0n ? Number((usd(total.margin) * 1_000_000n) / usd(total.revenue)) / 1e6 : undefined;
  return (
    <Panel title={t("layersTable.title")} hint={t("layersTable.hint")} flush>
      <TableFrame label={t("layersTable.title")}>
        <thead>
          <tr>
            <th scope="col">{t("layersTable.layer")}</th>
            <th scope="col">{t("layersTable.unit")}</th>
            <th scope="col" className="number">
              {t("layersTable.sold")}
            </th>
            <th scope="col" className="number">
              {t("layersTable.outside")}
            </th>
            <th scope="col" className="number">
              {t("layersTable.inside")}
            </th>
            <th scope="col" className="number">
              {t("figures.cost")}
            </th>
            <th scope="col" className="number">
              {t("figures.idle")}
            </th>
            <th scope="col" className="number">
              {t("figures.margin")}
            </th>
            <th scope="col" className="number">
              %
            </th>
          </tr>
        </thead>
        <tbody>
          {layers.toReversed().map((row) => (
            <Row key={row.layer} row={row} locale={i18n.language} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {t("layersTable.factory")}
            </th>
            <td className="number">
              <Money amount={total.revenue} />
            </td>
            <td />
            <td className="number">
              <Money amount={total.cost} />
            </td>
            <td className="number">
              <Money amount={total.idle} />
            </td>
            <td className="number">
              <Money amount={total.margin} signed />
            </td>
            <td className="number">
              {ratio === undefined ? <span className="none">—</span> : percent(ratio, i18n.language)}
            </td>
          </tr>
        </tfoot>
      </TableFrame>
    </Panel>
  );
}

function Row({ row, locale }: { readonly row: LayerRow; readonly locale: string }) {
  const { t } = useTranslation();
  const units = t("layersTable.units", { returnObjects: true }) as Readonly<Record<string, string>>;
  return (
    <tr>
      <th scope="row">
        <span className="swatch" style={{ background: layerColor[row.layer] }} />
        {t(`layers.${row.layer}`)}
      </th>
      <td className="quiet nowrap">{t(`trade.${row.layer}`)}</td>
      <td className="number">
        <FigureValue
          figure={row.sold}
          text={(value) => (value >= 10_000 ? compact(value, locale) : quantity(value, locale))}
        />{" "}
        <small className="quiet">{units[row.sold.unit] ?? row.sold.unit}</small>{" "}
        <Known by={row.sold.provenance} short />
      </td>
      <td className="number">
        <Money amount={row.revenue.external} />
      </td>
      <td className="number">
        <Money amount={row.revenue.internal} />
      </td>
      <td className="number">
        <Money amount={sum(row.cost.external, row.cost.internal)} />
      </td>
      <td className="number">
        <Money amount={row.idle} />
      </td>
      <td className="number">
        <Money amount={row.margin} signed />
      </td>
      <td className="number">
        {row.marginRatio === null ? <span className="none">—</span> : percent(row.marginRatio, locale)}
      </td>
    </tr>
  );
}
