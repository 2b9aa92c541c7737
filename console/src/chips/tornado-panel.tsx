/** What decides: each assumption a fifth lower and a fifth higher, and what making is worth then. */
import { useTranslation } from "react-i18next";
import { Panel } from "../parts/panel.tsx";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import type { MakeOrBuy } from "./shapes.ts";
import { tornado } from "./tornado.ts";

/** How the planner names them. */
const assumptionNames = {
  volume: "volume",
  "software efficiency": "software",
  "merchants' prices": "prices",
  "merchants' yearly progress": "progress",
  "development cost": "development",
  "defect density": "defects",
  "wafer price": "wafer",
  "memory price": "memory",
  "own server": "server",
  "own power": "power",
  electricity: "electricity",
  "cost of capital": "capital",
} as const;

export function TornadoPanel({ result }: { readonly result: MakeOrBuy }) {
  const { t } = useTranslation();
  const { large } = usePlanMoney();
  const { swings, planned, zero } = tornado(result);
  const tone = (usd: number) => (usd < 0 ? "number bad" : "number good");
  return (
    <Panel title={t("makeOrBuy.decides")} hint={t("makeOrBuy.decidesHint", { worth: large(result.worthUsd) })}>
      <table className="waterfall tornado">
        <thead>
          <tr>
            <th scope="col">{t("makeOrBuy.assumption")}</th>
            <th scope="col" className="number">
              <span className="swatch lower" />
              {t("makeOrBuy.lower")}
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
              {t("makeOrBuy.higher")}
            </th>
          </tr>
        </thead>
        <tbody>
          {swings.map(({ assumption, lowerUsd, higherUsd, lower, higher }) => (
            <tr key={assumption} className="step">
              <th scope="row">
                {assumption in assumptionNames
                  ? t(`makeOrBuy.assumptions.${assumptionNames[assumption as keyof typeof assumptionNames]}`)
                  : assumption}
              </th>
              <td className={tone(lowerUsd)}>{large(lowerUsd)}</td>
              <td className="track" aria-hidden="true">
                {zero === undefined ? undefined : <span className="tornado-zero" style={{ left: `${zero * 100}%` }} />}
                <span className="bar lower" style={between(planned, lower)} />
                <span className="bar higher" style={between(planned, higher)} />
                <span className="tornado-planned" style={{ left: `${planned * 100}%` }} />
              </td>
              <td className={tone(higherUsd)}>{large(higherUsd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function between(one: number, other: number) {
  const [from, to] = one < other ? [one, other] : [other, one];
  return { left: `${from * 100}%`, width: `max(${(to - from) * 100}%, 1px)` };
}
