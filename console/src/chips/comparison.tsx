/** Two to four chips side by side: each figure as a share of the largest among them, and their rooflines. */
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../parts/panel.tsx";
import { type FigureName, figureOf, valueOf } from "./catalog.ts";
import { lookOf } from "./compared.ts";
import { FigureCell } from "./figure.tsx";
import { RooflinePanel } from "./roofline-panel.tsx";
import { type Chip, type Precision, precisions } from "./shapes.ts";

export function Comparison({ chips }: { readonly chips: readonly Chip[] }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Precision>();
  const offered = precisions.filter((precision) => chips.some((chip) => chip.peakTeraflops[precision] !== undefined));
  const precision = offered.find((one) => one === asked) ?? mostServed(chips);
  return (
    <div className="sections">
      <div className="toolbar">
        <span className="quiet">{t("chips.precision")}</span>
        <SegmentedControl
          size="xs"
          aria-label={t("chips.precision")}
          value={precision}
          onChange={setAsked}
          data={offered.map((value) => ({ value, label: t(`chips.columns.${value}`) }))}
        />
      </div>
      <div className="columns even">
        <Bars chips={chips} precision={precision} />
        <RooflinePanel chips={chips} precision={precision} />
      </div>
    </div>
  );
}

/** What one would serve in, where all can: narrow formats first. */
const servedIn: readonly Precision[] = ["fp4", "fp8", "bf16", "int8", "tf32", "fp32"];

function mostServed(chips: readonly Chip[]): Precision {
  const having = (precision: Precision) => chips.filter((chip) => chip.peakTeraflops[precision] !== undefined).length;
  return servedIn.reduce((best, one) => (having(one) > having(best) ? one : best));
}

function Bars({ chips, precision }: { readonly chips: readonly Chip[]; readonly precision: Precision }) {
  const { t } = useTranslation();
  const more = [precision, "bandwidth", "memory", "scaleUp"] as const;
  const less = ["rent", "capital", "tdp", "allIn"] as const;
  return (
    <Panel title={t("chips.compare.bars")} hint={t("chips.compare.barsHint")}>
      <table className="compared by-figure">
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t("chips.figure")}</th>
            <th scope="col">{t("chips.chip")}</th>
            <th scope="col">{t("chips.value")}</th>
          </tr>
        </thead>
        {[...more, ...less].map((name) => (
          <Measure key={name} name={name} chips={chips} isCost={(less as readonly FigureName[]).includes(name)} />
        ))}
      </table>
    </Panel>
  );
}

type MeasureProps = { readonly name: FigureName; readonly chips: readonly Chip[]; readonly isCost: boolean };

function Measure({ name, chips, isCost }: MeasureProps) {
  const { t } = useTranslation();
  const values = chips.map((chip) => valueOf(chip, name));
  if (values.every((value) => value === undefined)) return undefined;
  const unit = chips
    .map((chip) => figureOf(chip, name)?.unit)
    .find((one) => one !== undefined && !one.startsWith("USD"));
  const most = Math.max(...values.map((value) => value ?? 0), Number.MIN_VALUE);
  return (
    <tbody>
      {chips.map((chip, index) => (
        <tr key={chip.name}>
          {index === 0 ? (
            <th scope="rowgroup" rowSpan={chips.length}>
              {t(`chips.measures.${name}`)}
              <small>
                {[...(unit === undefined ? [] : [unit]), ...(isCost ? [t("chips.compare.less")] : [])].join(" · ")}
              </small>
            </th>
          ) : undefined}
          <th scope="row" className="compared-chip">
            <span className="swatch" style={{ background: lookOf(index).color }} />
            {chip.title}
          </th>
          <td className="track" aria-hidden="true">
            <span
              className="compared-bar"
              style={{ width: `${((values[index] ?? 0) / most) * 100}%`, background: lookOf(index).color }}
            />
          </td>
          <td className="number">
            <FigureCell name={name} figure={figureOf(chip, name)} />
          </td>
        </tr>
      ))}
    </tbody>
  );
}
