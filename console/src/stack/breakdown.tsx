/** Where revenue and cost come from: by source of compute, by model, by tenant. */
import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Breakdown, StackReport } from "../../../src/stack/report.ts";
import { dollars } from "../format/money.ts";
import { count } from "../format/number.ts";
import { Money } from "../parts/money.tsx";
import { Empty } from "../parts/page.tsx";
import { Panel, TableFrame } from "../parts/panel.tsx";

const sides = ["bySource", "byModel", "byTenant"] as const;

export function BreakdownPanel({ report }: { readonly report: StackReport }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("breakdown.title")} flush>
      <Tabs defaultValue="byModel" keepMounted={false} className="inner-tabs">
        <Tabs.List>
          {sides.map((side) => (
            <Tabs.Tab key={side} value={side}>
              {t(`breakdown.${side}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {sides.map((side) => (
          <Tabs.Panel key={side} value={side} tabIndex={-1}>
            <Rows
              title={t(`breakdown.${side}`)}
              rows={report[side]}
              {...(side === "bySource" ? { idle: new Map(report.bySource.map((row) => [row.name, row.idle])) } : {})}
            />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Panel>
  );
}

type Props = {
  readonly title: string;
  readonly rows: readonly Breakdown[];
  readonly idle?: ReadonlyMap<string, string>;
};

function Rows({ title, rows, idle }: Props) {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  if (rows.length === 0) return <Empty icon="chart" title={t("breakdown.none")} />;
  const most = Math.max(...rows.map((row) => Math.max(dollars(row.revenue), dollars(row.cost))), Number.MIN_VALUE);
  return (
    <TableFrame label={title}>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col" className="number">
            {t("figures.requests")}
          </th>
          <th scope="col" className="number">
            {t("figures.tokens")}
          </th>
          <td className="bars-head" aria-hidden="true" />
          <th scope="col" className="number">
            {t("figures.revenue")}
          </th>
          <th scope="col" className="number">
            {t("figures.cost")}
          </th>
          {idle === undefined ? undefined : (
            <th scope="col" className="number">
              {t("figures.idle")}
            </th>
          )}
          <th scope="col" className="number">
            {t("breakdown.margin")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td className="number">{count(row.requests, locale)}</td>
            <td className="number">{count(row.tokens, locale)}</td>
            <td className="bars" aria-hidden="true">
              <span className="mini revenue" style={{ width: `${(dollars(row.revenue) / most) * 100}%` }} />
              <span className="mini cost" style={{ width: `${(dollars(row.cost) / most) * 100}%` }} />
            </td>
            <td className="number">
              <Money amount={row.revenue} />
            </td>
            <td className="number">
              <Money amount={row.cost} />
            </td>
            {idle === undefined ? undefined : (
              <td className="number">
                <Money amount={idle.get(row.name) ?? "0"} />
              </td>
            )}
            <td className="number">
              <Money amount={row.margin} signed />
            </td>
          </tr>
        ))}
      </tbody>
    </TableFrame>
  );
}
