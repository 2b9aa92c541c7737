/** What decides: how far each assumption alone swings an amount, as bars on one track. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Placed } from "./track.ts";
import { usePlanMoney } from "./use-plan-money.ts";

type Row = Placed<{
  readonly key: string;
  readonly name: ReactNode;
  /** Amounts at the assumption's two ends. */
  readonly ends: readonly [lower: number, higher: number];
}>;

type Props = {
  /** Sets the widths of its columns. */
  readonly kind?: "deal-swings" | "pause-swings";
  readonly lower: string;
  readonly higher: string;
  readonly rows: readonly Row[];
  readonly planned: number;
  /** Marked as where it begins to pay. */
  readonly zero?: number | undefined;
  /** Colours amounts that are gained and lost. */
  readonly tones?: boolean;
};

export function Tornado({ kind, lower, higher, rows, planned, zero, tones = false }: Props) {
  const { t } = useTranslation();
  const { large } = usePlanMoney();
  const look = (amount: number) => (tones ? `number ${amount < 0 ? "bad" : "good"}` : "number");
  return (
    <table className={kind === undefined ? "waterfall tornado" : `waterfall tornado ${kind}`}>
      <thead>
        <tr>
          <th scope="col">{t("makeOrBuy.assumption")}</th>
          <th scope="col" className="number">
            <span className="swatch lower" />
            {lower}
          </th>
          <td className="track" aria-hidden="true">
            {zero === undefined ? undefined : (
              <span className="tornado-zero-mark" style={{ left: `${zero * 100}%` }}>
                {t("makeOrBuy.paysFrom")}
              </span>
            )}
          </td>
          <th scope="col" className="number">
            <span className="swatch higher" />
            {higher}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, ends: [low, high], ...at }) => (
          <tr key={key} className="step">
            <th scope="row">{name}</th>
            <td className={look(low)}>{large(low)}</td>
            <td className="track" aria-hidden="true">
              {zero === undefined ? undefined : <span className="tornado-zero" style={{ left: `${zero * 100}%` }} />}
              <span className="bar lower" style={between(planned, at.lower)} />
              <span className="bar higher" style={between(planned, at.higher)} />
              <span className="tornado-planned" style={{ left: `${planned * 100}%` }} />
            </td>
            <td className={look(high)}>{large(high)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function between(one: number, other: number) {
  const [from, to] = one < other ? [one, other] : [other, one];
  return { left: `${from * 100}%`, width: `max(${(to - from) * 100}%, 1px)` };
}
