/** Chips side by side within the objective: speed, cost from the energy up, and joules of a token. */
import { useTranslation } from "react-i18next";
import { count, joules, percent, quantity, span } from "../format/number.ts";
import { layerColor } from "../palette.ts";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { lookOf } from "./compared.ts";
import { atBest, type Predicted } from "./predict.ts";
import type { Found } from "./prediction-shapes.ts";
import { usePlanMoney } from "../parts/use-plan-money.ts";

type Props = { readonly predicted: readonly Predicted[]; readonly titleOf: (chip: string) => string };

/** The layers of the stack that a token's cost comes from, upwards. */
const parts = [
  { name: "energyUsd", color: layerColor.energy },
  { name: "hostingUsd", color: layerColor.infrastructure },
  { name: "chipsUsd", color: layerColor.chips },
] as const;

export function VerdictPanel({ predicted, titleOf }: Props) {
  const { t, i18n } = useTranslation();
  const { perMtok } = usePlanMoney();
  const locale = i18n.language;
  return (
    <Panel title={t("predictions.verdict")} hint={t("predictions.verdictHint")} flush>
      <TableFrame label={t("predictions.verdict")} kind="list">
        <thead>
          <tr>
            <th scope="col">{t("chips.chip")}</th>
            <th scope="col">{t("predictions.deployment")}</th>
            <th scope="col" className="number">
              {t("predictions.clientsColumn")}
            </th>
            <th scope="col" className="number">
              {t("predictions.ttftP90")}
            </th>
            <th scope="col" className="number">
              {t("predictions.tpotP90")}
            </th>
            <th scope="col" className="number">
              {t("predictions.perAccelerator")}
            </th>
            <th scope="col" className="number">
              {t("predictions.rentPerMtok")}
            </th>
            <th scope="col" className="number">
              {t("predictions.joules")}
            </th>
            <th scope="col">{t("predictions.bound")}</th>
            <th scope="col">{t("chips.howKnown")}</th>
          </tr>
        </thead>
        <tbody>
          {predicted.map((one, index) => {
            const { chip, best, why } = one;
            const at = atBest(one);
            const usd = at?.usdPerMillionOutputTokens;
            const pools = best && poolsOf(best);
            return (
              <tr key={chip}>
                <th scope="row" className="nowrap">
                  <span className="swatch" style={{ background: lookOf(index).color }} /> {titleOf(chip)}
                </th>
                {best === undefined ? (
                  <td colSpan={9} className="quiet">
                    {t("predictions.misses")}
                    {why === undefined ? "" : ` ${why}`}
                  </td>
                ) : (
                  <>
                    <td className="nowrap" title={best.deployment}>
                      {shortName(best)}
                      {pools !== undefined && <small className="quiet under pools">{pools}</small>}
                    </td>
                    <td className="number">{count(best.concurrency, locale)}</td>
                    <td className="number nowrap">{span(best.ttftP90Ms)}</td>
                    <td className="number nowrap">{span(best.tpotP90Ms)}</td>
                    <td className="number">{quantity(best.outputTokensPerSecondPerAccelerator, locale)}</td>
                    <td className="number nowrap">
                      {best.usdPerMillionOutputTokens === undefined ? "—" : perMtok(best.usdPerMillionOutputTokens)}
                      {usd === undefined ? undefined : (
                        <small className="quiet under">
                          {perMtok(usd.low)} – {perMtok(usd.high)}
                        </small>
                      )}
                    </td>
                    <td className="number nowrap">
                      {best.joulesPerOutputToken === undefined ? "—" : joules(best.joulesPerOutputToken, locale)}
                    </td>
                    <td>{at === undefined ? "—" : t(`predictions.bounds.${at.boundBy}`)}</td>
                    <td className="nowrap" title={at?.beyond.join("; ")}>
                      {t(`predictions.known.${best.provenance}`)}
                      {at !== undefined && at.beyond.length > 0 ? (
                        <small className="quiet under">{t("predictions.beyond")}</small>
                      ) : undefined}
                    </td>
                  </>
                )}
              </tr>
            );
          })}
        </tbody>
      </TableFrame>
    </Panel>
  );
}

/** `2 × TensorRT-LLM fp8 tp2`: the chip stands beside it. */
function shortName({ deployment, chip }: Found): string {
  return deployment.replace(` ${chip} `, " ").replace(/, .*$/, "");
}

/** `2 × tp4 prefill + 1 × tp8-dp2 decode`, where prompts and answers have pools of their own. */
function poolsOf({ deployment }: Found): string | undefined {
  return /, (.* decode), /.exec(deployment)?.[1];
}

export function BuildUpPanel({ predicted, titleOf }: Props) {
  const { t, i18n } = useTranslation();
  const { perMtok } = usePlanMoney();
  const locale = i18n.language;
  const shown = predicted.flatMap((one) => {
    const at = atBest(one);
    return at === undefined ? [] : [{ chip: one.chip, at }];
  });
  const most = Math.max(...shown.map(({ at }) => at.buildUp?.totalUsd ?? 0), Number.MIN_VALUE);
  return (
    <Panel title={t("predictions.buildUp")} hint={t("predictions.buildUpHint")}>
      <ul className="build-up-legend">
        {parts.map(({ name, color }) => (
          <li key={name}>
            <span className="swatch" style={{ background: color }} /> {t(`predictions.parts.${name}`)}
          </li>
        ))}
      </ul>
      <TableFrame label={t("predictions.buildUp")} kind="build-up">
        <thead>
          <tr>
            <th scope="col">{t("chips.chip")}</th>
            <td aria-hidden="true" />
            {parts.map(({ name }) => (
              <th scope="col" className="number" key={name}>
                {t(`predictions.parts.${name}`)}
              </th>
            ))}
            <th scope="col" className="number">
              {t("predictions.perMtok")}
            </th>
            <th scope="col" className="number">
              {t("predictions.watts")}
            </th>
            <th scope="col" className="number">
              {t("predictions.joules")}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ chip, at: { buildUp, wattsPerAccelerator, joulesPerOutputToken } }) => (
            <tr key={chip}>
              <th scope="row" className="nowrap">
                {titleOf(chip)}
              </th>
              <td className="track" aria-hidden="true">
                <span className="build-up-bar">
                  {parts.map(({ name, color }) => (
                    <span
                      key={name}
                      style={{ width: `${((buildUp?.[name] ?? 0) / most) * 100}%`, background: color }}
                    />
                  ))}
                </span>
              </td>
              {parts.map(({ name }) => (
                <td className="number nowrap" key={name}>
                  {buildUp === undefined ? "—" : perMtok(buildUp[name])}
                  {buildUp === undefined ? undefined : (
                    <small className="quiet"> {percent(buildUp[name] / buildUp.totalUsd, locale, 0)}</small>
                  )}
                </td>
              ))}
              <td className="number">{buildUp === undefined ? "—" : perMtok(buildUp.totalUsd)}</td>
              <td className="number">
                {wattsPerAccelerator === undefined ? "—" : count(Math.round(wattsPerAccelerator), locale)}
              </td>
              <td className="number nowrap">
                {joulesPerOutputToken === undefined ? "—" : joules(joulesPerOutputToken.value, locale)}
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}
