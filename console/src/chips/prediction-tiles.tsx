/** Which chip is best by what, and which others cannot be told apart from it: their ranges meet. */
import { useTranslation } from "react-i18next";
import { joules, quantity } from "../format/number.ts";
import { Tile } from "../parts/tile.tsx";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { type Predicted, ranked } from "./predict.ts";
import type { Banded, EstimatedPoint } from "./prediction-shapes.ts";

type Props = { readonly predicted: readonly Predicted[]; readonly titleOf: (chip: string) => string };

export function WinnerTiles({ predicted, titleOf }: Props) {
  const { t, i18n } = useTranslation();
  const { perMtok } = usePlanMoney();
  const locale = i18n.language;
  const tiles: {
    readonly name: "cheapest" | "leastEnergy" | "densest";
    readonly of: (point: EstimatedPoint) => Banded | undefined;
    readonly text: (value: number) => string;
    readonly mostIsBest?: boolean;
  }[] = [
    { name: "cheapest", of: (point) => point.usdPerMillionOutputTokens, text: perMtok },
    { name: "leastEnergy", of: (point) => point.joulesPerOutputToken, text: (value) => joules(value, locale) },
    {
      name: "densest",
      of: (point) => point.outputTokensPerSecondPerAccelerator,
      text: (value) => `${quantity(value, locale)} tok/s`,
      mostIsBest: true,
    },
  ];
  return (
    <dl className="tiles winners" aria-label={t("predictions.winners")}>
      {tiles.map(({ name, of, text, mostIsBest = false }) => {
        const [best, ...close] = ranked(predicted, of, mostIsBest);
        const note =
          best === undefined
            ? t("predictions.nobody")
            : `${text(best.figure.value)} (${text(best.figure.low)} – ${text(best.figure.high)})${
                close.length === 0
                  ? ""
                  : `; ${t("predictions.asGood", { chips: close.map(({ chip }) => titleOf(chip)).join(", ") })}`
              }`;
        return (
          <Tile key={name} name={t(`predictions.tiles.${name}`)} note={note}>
            {best === undefined ? "—" : titleOf(best.chip)}
          </Tile>
        );
      })}
    </dl>
  );
}
