/** What decides: each assumption a fifth lower and a fifth higher, and what making is worth then. */
import { useTranslation } from "react-i18next";
import { Panel } from "../parts/panel.tsx";
import { Tornado } from "../parts/tornado.tsx";
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
  return (
    <Panel title={t("makeOrBuy.decides")} hint={t("makeOrBuy.decidesHint", { worth: large(result.worthUsd) })}>
      <Tornado
        tones
        lower={t("makeOrBuy.lower")}
        higher={t("makeOrBuy.higher")}
        planned={planned}
        zero={zero}
        rows={swings.map(({ assumption, lowerUsd, higherUsd, lower, higher }) => ({
          key: assumption,
          name:
            assumption in assumptionNames
              ? t(`makeOrBuy.assumptions.${assumptionNames[assumption as keyof typeof assumptionNames]}`)
              : assumption,
          ends: [lowerUsd, higherUsd],
          lower,
          higher,
        }))}
      />
    </Panel>
  );
}
