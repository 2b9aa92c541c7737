/** What a million tokens cost on each chip, from the energy up, where the accelerators are one's own. */
import { useTranslation } from "react-i18next";
import { count, joules, percent } from "../format/number.ts";
import { layerColor } from "../palette.ts";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { atBest, type Predicted, type Question } from "./predict.ts";
import { usePlanMoney } from "../parts/use-plan-money.ts";

type Props = {
  readonly predicted: readonly Predicted[];
  readonly question: Question;
  readonly titleOf: (chip: string) => string;
};

/** The layers of the stack that a token's cost comes from, upwards. */
const parts = [
  { name: "energyUsd", color: layerColor.energy },
  { name: "hostingUsd", color: layerColor.infrastructure },
  { name: "chipsUsd", color: layerColor.chips },
] as const;

export function BuildUpPanel({ predicted, question, titleOf }: Props) {
  const { t, i18n } = useTranslation();
  const { perMtok } = usePlanMoney();
  const locale = i18n.language;
  const shown = predicted.flatMap((one) => {
    const at = atBest(one);
    return at === undefined ? [] : [{ chip: one.chip, at }];
  });
  const most = Math.max(...shown.map(({ at }) => at.buildUp?.totalUsd ?? 0), Number.MIN_VALUE);
  return (
    <Panel
      title={t("predictions.buildUp")}
      hint={t("predictions.buildUpHint", { kwh: question.usdPerKwh, pue: question.pue })}
    >
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
              <td className="track">
                {buildUp === undefined ? <small className="quiet">{t("predictions.noPrice")}</small> : undefined}
                <span className="build-up-bar" aria-hidden="true">
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
