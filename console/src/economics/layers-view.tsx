/** What each layer keeps of its price: companies of the industry as public sources have it, and this factory. */
import { useTranslation } from "react-i18next";
import { layers as layerNames } from "../../../src/stack/layer.ts";
import type { LayerRow, StackReport } from "../../../src/stack/report.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { percent } from "../format/number.ts";
import { layerColor } from "../palette.ts";
import { Refused, Waiting } from "../parts/page.tsx";
import { Panel } from "../parts/panel.tsx";
import type { Industry, LayerMargin } from "./shapes.ts";
import { SourceLinks, useSourceText } from "./sources.tsx";

const window = "30d";

export function LayersView() {
  const { t } = useTranslation();
  const industry = useAnswer<Industry>("/api/industry");
  const own = useAnswer<StackReport>(`/api/stack?window=${window}`);
  if (industry.waiting) return <Waiting rows={8} />;
  if (industry.answer === undefined) {
    return industry.refusal === undefined ? undefined : <Refused refusal={industry.refusal} again={industry.again} />;
  }
  const { margins } = industry.answer;
  const sources = [...new Set(margins.flatMap(({ margin }) => margin.readings.map(({ source }) => source)))];
  return (
    <div className="sections">
      <Panel title={t("economics.layersTitle")} hint={t("economics.layersHint")}>
        <div className="scroll-x" role="region" tabIndex={0} aria-label={t("economics.layersTitle")}>
          <table className="compared margins">
            <thead>
              <tr>
                <th scope="col" colSpan={2} />
                <td className="track" aria-hidden="true">
                  <Scale />
                </td>
                <th scope="col" className="number">
                  {t("figures.margin")}
                </th>
                <th scope="col">{t("economics.measure")}</th>
              </tr>
            </thead>
            {layerNames.toReversed().map((layer) => (
              <LayerGroup
                key={layer}
                layer={layer}
                own={own.answer?.layers.find((one) => one.layer === layer)}
                margins={margins.filter((one) => one.layer === layer)}
                sources={sources}
              />
            ))}
          </table>
        </div>
        <p className="foot-note">{t("economics.layersNote")}</p>
      </Panel>
      <Panel title={t("chips.sources")}>
        <ol className="sources">
          {sources.map((source, index) => (
            <li key={source}>
              <span className="quiet">[{index + 1}]</span>
              <span>
                <SourceLinks text={source} />
              </span>
            </li>
          ))}
        </ol>
      </Panel>
    </div>
  );
}

type GroupProps = {
  readonly layer: LayerRow["layer"];
  readonly own: LayerRow | undefined;
  readonly margins: readonly LayerMargin[];
  readonly sources: readonly string[];
};

function LayerGroup({ layer, own, margins, sources }: GroupProps) {
  const { t, i18n } = useTranslation();
  const sourceText = useSourceText();
  const rows = margins.length + 1;
  const ratio = own?.marginRatio ?? null;
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" rowSpan={rows}>
          <span className="swatch" style={{ background: layerColor[layer] }} />
          {t(`layers.${layer}`)}
        </th>
        <th scope="row" className="compared-chip strong">
          {t("economics.thisFactory")}
        </th>
        <td className="track" aria-hidden="true">
          {ratio === null ? undefined : (
            <MarginBar low={ratio} high={ratio} used={ratio} color="var(--mantine-color-text)" />
          )}
        </td>
        <td className="number strong">
          {ratio === null ? <span className="none">—</span> : percent(ratio, i18n.language)}
        </td>
        <td className="quiet">{t("economics.lastDays")}</td>
      </tr>
      {margins.map(({ who, measure, margin, note, ratio: used }) => {
        const values = margin.readings.map(({ value }) => value);
        const spread =
          new Set(values).size > 1
            ? ` (${percent(Math.min(...values), i18n.language, 0)} … ${percent(Math.max(...values), i18n.language, 0)})`
            : "";
        return (
          <tr key={who} title={[sourceText(margin), note].filter(Boolean).join("\n")}>
            <th scope="row" className="compared-chip">
              {who}{" "}
              <small className="quiet inline">
                {[...new Set(margin.readings.map(({ source }) => `[${sources.indexOf(source) + 1}]`))].join(" ")}
              </small>
              {note === undefined ? undefined : <small>{note}</small>}
            </th>
            <td className="track" aria-hidden="true">
              <MarginBar low={Math.min(...values)} high={Math.max(...values)} used={used} color={layerColor[layer]} />
            </td>
            <td className="number">
              {percent(used, i18n.language, 0)}
              <small className="quiet">{spread}</small>
            </td>
            <td className="quiet">{t(`economics.measures.${measure}`)}</td>
          </tr>
        );
      })}
    </tbody>
  );
}

/** From a loss of the whole price to keeping all of it. */
const place = (ratio: number) => ((Math.min(1, Math.max(-1, ratio)) + 1) / 2) * 100;

function MarginBar({
  low,
  high,
  used,
  color,
}: {
  readonly low: number;
  readonly high: number;
  readonly used: number;
  readonly color: string;
}) {
  const [from, to] = [Math.min(place(0), place(used)), Math.max(place(0), place(used))];
  return (
    <span className="margin-track">
      <span className="margin-bar" style={{ left: `${from}%`, width: `max(${to - from}%, 2px)`, background: color }} />
      {low < high ? (
        <span className="margin-range" style={{ left: `${place(low)}%`, width: `${place(high) - place(low)}%` }} />
      ) : undefined}
    </span>
  );
}

function Scale() {
  return (
    <span className="margin-scale">
      {[-100, -50, 0, 50, 100].map((mark) => (
        <span key={mark} style={{ left: `${(mark + 100) / 2}%` }}>
          {mark < 0 ? `−${-mark}` : mark} %
        </span>
      ))}
    </span>
  );
}
