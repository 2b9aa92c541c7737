/** Power by source over time, the strategies beside each other on one scale. */
import { Button, useComputedColorScheme } from "@mantine/core";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { inks } from "../palette.ts";
import { Chart } from "../parts/chart.tsx";
import { ChartPanel, TableFrame } from "../parts/panel.tsx";
import { savePng } from "../parts/save.ts";
import { powerRoutes, type ScenarioRun } from "./shapes.ts";
import { capacityOption, grownQuarters } from "./stacked.ts";
import { useChartWords, useWords } from "./words.ts";

export function CapacityPanel({ run }: { readonly run: ScenarioRun }) {
  const { t, i18n } = useTranslation();
  const { strategy } = useWords();
  const words = useChartWords();
  const scheme = useComputedColorScheme("light");
  const box = useRef<HTMLDivElement>(null);
  const options = useMemo(
    () => run.strategies.map((one) => capacityOption(run, one, inks[scheme], words)),
    [run, scheme, i18n.language],
  );
  const shown = grownQuarters(run);
  const base = (run.baseMw / 1000).toFixed(2);
  return (
    <ChartPanel
      title={t("economics.capacity")}
      hint={run.baseMw > 0 ? t("economics.capacityBase", { base }) : t("economics.capacityHint")}
      chart={
        <div className="small-multiples" ref={box}>
          {run.strategies.map((one, index) => (
            <figure key={one.name}>
              <figcaption>
                {strategy(one)}
                <Button
                  size="compact-xs"
                  variant="subtle"
                  onClick={() => void savePng(`${run.name}-${one.name}`, box.current?.children[index] ?? null)}
                >
                  PNG
                </Button>
              </figcaption>
              <Chart
                option={options[index] ?? {}}
                height={270}
                label={t("economics.capacityLabel", { strategy: strategy(one) })}
              />
            </figure>
          ))}
        </div>
      }
      table={
        <TableFrame label={t("economics.capacity")}>
          <thead>
            <tr>
              <th scope="col">{t("economics.strategy")}</th>
              <th scope="col">{t("economics.quarter")}</th>
              {powerRoutes.map((route) => (
                <th key={route} scope="col" className="number">
                  {t(`economics.routes.${route}`)}, GW
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {run.strategies.flatMap((one) =>
              shown
                .filter(({ quarter }) => quarter.endsWith("Q4"))
                .map(({ quarter, t: at }) => (
                  <tr key={`${one.name} ${quarter}`}>
                    <th scope="row">{strategy(one)}</th>
                    <td>{quarter}</td>
                    {powerRoutes.map((route) => (
                      <td key={route} className="number">
                        {((one.mw[route][at] ?? 0) / 1000).toFixed(2)}
                      </td>
                    ))}
                  </tr>
                )),
            )}
          </tbody>
        </TableFrame>
      }
    />
  );
}
