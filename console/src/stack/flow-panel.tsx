/** The flow of value through the layers, drawn as a Sankey diagram, with its links as a table. */
import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { pico } from "../../../src/stack/money.ts";
import type { LayerRow } from "../../../src/stack/report.ts";
import { dollars } from "../format/money.ts";
import { Chart } from "../parts/chart.tsx";
import { Money, useMoney } from "../parts/money.tsx";
import { ChartPanel, TableFrame } from "../parts/panel.tsx";
import { inks, layerColor } from "../palette.ts";
import { fontFamily } from "../theme.ts";
import { columns, flow, type Station } from "./flow.ts";

export function FlowPanel({ rows }: { readonly rows: readonly LayerRow[] }) {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const scheme = useComputedColorScheme("light");
  // A live report is a new object although nothing changed: the drawing changes with its figures only.
  const key = JSON.stringify(rows.map(({ revenue, cost, idle }) => [revenue, cost, idle]));
  const links = useMemo(() => flow(rows), [key]);
  const option = useMemo(() => {
    const ink = inks[scheme];
    const colors: Record<Station, string> = {
      ...layerColor,
      outside: ink.idleHatch,
      added: ink.margin,
      revenue: ink.revenue,
      idle: ink.idle,
      lost: ink.loss,
    };
    const name = (station: Station) => t(`flow.${station}`);
    const places = columns(links);
    const through = (station: Station) => {
      const sum = (way: "from" | "to") =>
        links.filter((link) => link[way] === station).reduce((total, { amount }) => total + amount, 0n);
      const [into, out] = [sum("to"), sum("from")];
      return into > out ? into : out;
    };
    return {
      textStyle: { fontFamily, color: ink.text },
      // Live figures would start it over and over.
      animation: false,
      tooltip: {
        trigger: "item",
        confine: true,
        backgroundColor: ink.panel,
        borderColor: ink.line,
        textStyle: { color: ink.text, fontFamily, fontSize: 12 },
      },
      series: [
        {
          type: "sankey",
          left: 4,
          right: 130,
          top: 12,
          bottom: 12,
          nodeWidth: 14,
          nodeGap: 20,
          draggable: false,
          emphasis: { focus: "adjacency" },
          // In the order of the columns: energy first.
          layoutIterations: 0,
          data: [...places].map(([station, depth]) => ({
            name: name(station),
            depth,
            itemStyle: { color: colors[station], borderWidth: 0 },
            tooltip: { formatter: `${name(station)} <b>${money.text(pico(through(station)))}</b>` },
          })),
          links: links.map(({ from, to, amount }) => ({
            source: name(from),
            target: name(to),
            value: dollars(amount),
            lineStyle: {
              color: to === "idle" || to === "lost" ? colors[to] : colors[from],
              opacity: scheme === "dark" ? 0.42 : 0.32,
              curveness: 0.5,
            },
            tooltip: { formatter: `${name(from)} → ${name(to)} <b>${money.text(amount)}</b>` },
          })),
          label: { color: ink.text, fontSize: 12, fontFamily, textBorderColor: ink.panel, textBorderWidth: 3 },
        },
      ],
    };
    // The language changes every name.
  }, [links, scheme, i18n.language]);

  if (links.length === 0) return undefined;
  const label = t("flow.label", { links: links.length });
  return (
    <ChartPanel
      title={t("flow.title")}
      hint={t("flow.hint")}
      chart={
        <div className="scroll-x" role="region" aria-label={t("flow.title")} tabIndex={0}>
          <div className="flow-width">
            <Chart option={option} height={320} label={label} />
          </div>
        </div>
      }
      table={
        <TableFrame label={t("flow.title")}>
          <thead>
            <tr>
              <th scope="col">{t("flow.from")}</th>
              <th scope="col">{t("flow.to")}</th>
              <th scope="col" className="number">
                {t("figures.amount")}
              </th>
            </tr>
          </thead>
          <tbody>
            {links.map(({ from, to, amount }) => (
              <tr key={`${from} ${to}`}>
                <td>{t(`flow.${from}`)}</td>
                <td>{t(`flow.${to}`)}</td>
                <td className="number">
                  <Money amount={amount} />
                </td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      }
    />
  );
}
