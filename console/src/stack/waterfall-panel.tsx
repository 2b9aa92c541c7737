/** The waterfall as a list that is its own table: a bar behind every amount, so that nothing is said by a picture alone. */
import { useTranslation } from "react-i18next";
import { unitOfTrade } from "../../../src/stack/layer.ts";
import type { Layer } from "../../../src/stack/layer.ts";
import { usd } from "../../../src/stack/money.ts";
import type { StackReport } from "../../../src/stack/report.ts";
import { Money, useMoney } from "../parts/money.tsx";
import { Panel } from "../parts/panel.tsx";
import { layerColor } from "../palette.ts";
import { allTokens, perMillion, type Step, waterfall } from "./waterfall.ts";

export function WaterfallPanel({ report }: { readonly report: Pick<StackReport, "layers" | "total" | "tokens"> }) {
  const { t } = useTranslation();
  const { text } = useMoney();
  const steps = waterfall(report);
  const inside = report.layers.find(({ layer }) => layer === "platform")?.revenue.internal ?? "0";
  const isAllInside = usd(report.total.revenue) === 0n && usd(inside) > 0n;
  const tokens = allTokens(report);
  return (
    <Panel title={t("waterfall.title")} hint={t("waterfall.hint")}>
      <table className="waterfall">
        <thead>
          <tr>
            <th scope="col">{t("waterfall.step")}</th>
            <td className="track-head" aria-hidden="true" />
            <th scope="col" className="number">
              {t("figures.amount")}
            </th>
            <th scope="col" className="number only-roomy">
              {t("units.usdPerMtok")}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <StepRow key={step.is} step={step} tokens={tokens} />
          ))}
        </tbody>
      </table>
      {isAllInside ? <p className="hint">{t("waterfall.inside", { amount: text(inside) })}</p> : undefined}
    </Panel>
  );
}

function StepRow({ step, tokens }: { readonly step: Step; readonly tokens: number }) {
  const { t } = useTranslation();
  const { is, amount, from, to } = step;
  const isLayer = is in unitOfTrade;
  const each = perMillion(amount, tokens);
  const tone = is === "margin" ? (amount < 0n ? "loss" : "margin") : is;
  return (
    <tr className={isLayer ? "step" : `step ${is}`}>
      <th scope="row">
        <span className={`swatch ${tone}`} style={isLayer ? { background: layerColor[is as Layer] } : undefined} />
        <span>
          {isLayer ? t(`layers.${is as Layer}`) : t(`waterfall.${is as "idle" | "margin" | "revenue"}`)}
          <small>
            {isLayer ? t(`waterfall.paid.${is as Layer}`) : t(`waterfall.why.${is as "idle" | "margin" | "revenue"}`)}
          </small>
        </span>
      </th>
      <td className="track" aria-hidden="true">
        {amount === 0n ? undefined : (
          <span
            className={`bar ${tone}`}
            style={{
              left: `${from * 100}%`,
              width: `max(${(to - from) * 100}%, 2px)`,
              ...(isLayer ? { background: layerColor[is as Layer] } : {}),
            }}
          />
        )}
      </td>
      <td className="number">
        <Money amount={amount} signed={is === "margin"} />
      </td>
      <td className="number only-roomy quiet">
        {each === undefined ? <span className="none">—</span> : <Money amount={each} />}
      </td>
    </tr>
  );
}
