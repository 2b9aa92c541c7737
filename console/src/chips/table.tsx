/** The catalog as a table: sorted by any column, two to four of its rows chosen to be compared. */
import { Checkbox } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { count } from "../format/number.ts";
import { TableFrame } from "../parts/panel.tsx";
import { columns, figureOf, type Order } from "./catalog.ts";
import { comparedMax } from "./compared.ts";
import { FigureCell } from "./figure.tsx";
import type { Chip } from "./shapes.ts";

type Props = {
  readonly chips: readonly Chip[];
  /** The one whose sources are open. */
  readonly open: string | undefined;
  readonly compared: readonly string[];
  readonly order: Order | undefined;
  readonly search: string;
  readonly onOrder: (by: Order["by"]) => void;
  readonly onCompare: (name: string, chosen: boolean) => void;
};

export function ChipTable({ chips, open, compared, order, search, onOrder, onCompare }: Props) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const head = (by: Order["by"], number: boolean) => (
    <Head
      key={by}
      by={by}
      title={t(`chips.columns.${by}`)}
      hint={t(`chips.hints.${by}`)}
      number={number}
      order={order}
      onOrder={onOrder}
    />
  );
  return (
    <div className="chip-table">
      <TableFrame label={t("chips.catalog")}>
        <thead>
          <tr>
            <th scope="col" className="compare-cell">
              <span className="visually-hidden">{t("chips.compare.title")}</span>
            </th>
            {head("name", false)}
            {head("available", false)}
            {columns.map((column) => head(column, true))}
          </tr>
        </thead>
        <tbody>
          {chips.map((chip) => {
            const isCompared = compared.includes(chip.name);
            const to = { pathname: `/chips/${chip.name}`, search };
            return (
              <tr
                key={chip.name}
                className={`clickable${chip.name === open ? " chosen" : ""}`}
                onClick={() => void navigate(to)}
              >
                <td className="compare-cell" onClick={(event) => event.stopPropagation()}>
                  <Checkbox
                    size="xs"
                    aria-label={t("chips.compare.choose", { chip: chip.title })}
                    checked={isCompared}
                    disabled={!isCompared && compared.length >= comparedMax}
                    onChange={(event) => onCompare(chip.name, event.currentTarget.checked)}
                  />
                </td>
                <th scope="row">
                  <Link to={to} className="row-link" onClick={(event) => event.stopPropagation()}>
                    {chip.title}
                  </Link>
                  <small className="quiet"> {chip.vendor}</small>
                </th>
                <td className="nowrap">{chip.available.value}</td>
                {columns.map((column) => (
                  <td key={column} className="number">
                    <FigureCell name={column} figure={figureOf(chip, column)} bare />
                    {column === "scaleUp" && chip.scaleUp !== undefined ? (
                      <small className="quiet"> × {count(chip.scaleUp.accelerators.value, i18n.language)}</small>
                    ) : undefined}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </TableFrame>
    </div>
  );
}

type HeadProps = {
  readonly by: Order["by"];
  readonly title: string;
  readonly hint: string;
  readonly number: boolean;
  readonly order: Order | undefined;
  readonly onOrder: (by: Order["by"]) => void;
};

function Head({ by, title, hint, number, order, onOrder }: HeadProps) {
  const isBy = order?.by === by;
  const way = !isBy ? "none" : order.down ? "descending" : "ascending";
  return (
    <th scope="col" className={number ? "number" : undefined} aria-sort={way}>
      <button type="button" className="sort" title={hint} onClick={() => onOrder(by)}>
        {title}
        {isBy ? <span aria-hidden="true"> {order.down ? "▾" : "▴"}</span> : undefined}
      </button>
    </th>
  );
}
