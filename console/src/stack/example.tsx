/** A published worked example, reproduced by the code that accounts for live requests: its figures beside ours. */
import { useTranslation } from "react-i18next";
import type { Example, ExampleLine } from "../answers/shapes.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { quantity } from "../format/number.ts";
import { useMoney } from "../parts/money.tsx";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { Refused, Waiting } from "../parts/page.tsx";
import { Icon } from "../parts/icon.tsx";
import { layerColor } from "../palette.ts";
import { FlowPanel } from "./flow-panel.tsx";
import { LayersPanel } from "./layers-panel.tsx";
import { isSameAsPrinted, printed } from "./printed.ts";
import { WaterfallPanel } from "./waterfall-panel.tsx";

export function ExampleView() {
  const { t } = useTranslation();
  const { answer, refusal, waiting, again } = useAnswer<Example>("/api/examples/h200-chain");
  if (waiting) return <Waiting rows={8} />;
  if (answer === undefined) return refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />;
  const { lines, report } = answer;
  return (
    <div className="sections">
      <p className="prose">{t("example.lead")}</p>
      <div className="columns wide-left from-top">
        <Panel title={t("example.lines")} hint={t("example.source", { source: lines[0]?.source ?? "—" })} flush>
          <TableFrame label={t("example.lines")}>
            <thead>
              <tr>
                <th scope="col">{t("layersTable.layer")}</th>
                <th scope="col">{t("example.figure")}</th>
                <th scope="col" className="number">
                  {t("example.here")}
                </th>
                <th scope="col" className="number">
                  {t("example.published")}
                </th>
                <th scope="col">{t("example.unit")}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {lines.map((line, index) => (
                <Line
                  key={`${line.layer} ${line.label}`}
                  line={line}
                  isFirst={lines[index - 1]?.layer !== line.layer}
                />
              ))}
            </tbody>
          </TableFrame>
        </Panel>
        <WaterfallPanel report={report} />
      </div>
      <LayersPanel report={report} />
      <FlowPanel rows={report.layers} />
    </div>
  );
}

function Line({ line, isFirst }: { readonly line: ExampleLine; readonly isFirst: boolean }) {
  const { t, i18n } = useTranslation();
  const { rate, symbol } = useMoney();
  const { layer, label, value, unit, published } = line;
  const isMoney = unit.startsWith("USD");
  const shown = isMoney ? rate(value) : quantity(value, i18n.language);
  const names = t("example.labels", { returnObjects: true }) as Readonly<Record<string, string>>;
  const units = t("example.units", { returnObjects: true }) as Readonly<Record<string, string>>;
  const same = published === null ? undefined : isSameAsPrinted(value, published);
  return (
    <tr className={isFirst ? "group-first" : undefined}>
      <th scope="row">
        {isFirst ? (
          <>
            <span className="swatch" style={{ background: layerColor[layer] }} />
            {t(`layers.${layer}`)}
          </>
        ) : (
          <span className="visually-hidden">{t(`layers.${layer}`)}</span>
        )}
      </th>
      <td>{names[label] ?? label}</td>
      <td className="number strong">{shown}</td>
      <td className="number quiet">
        {published === null ? (
          <span className="none">—</span>
        ) : isMoney ? (
          `${symbol}${printed(published, 2)}`
        ) : (
          printed(published)
        )}
      </td>
      <td className="quiet nowrap">{units[unit] ?? unit}</td>
      <td>
        {same === undefined ? undefined : (
          <span className={same ? "good" : "bad"} role="img" aria-label={t(same ? "example.same" : "example.differs")}>
            <Icon name={same ? "check" : "warning"} size={15} />
          </span>
        )}
      </td>
    </tr>
  );
}
