/** The words and units of a plan's figures in the reader's language. */
import { useTranslation } from "react-i18next";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { percent, quantity } from "../format/number.ts";
import type { Decision, Objective, Solved, WorkUnit } from "./shapes.ts";

export function usePlanWords() {
  const { t, i18n } = useTranslation();
  const { large, perMtok, perHour } = usePlanMoney();
  const locale = i18n.language;
  const share = (value: number | null, decimals = 1) => (value === null ? "—" : percent(value, locale, decimals));
  const mw = (value: number) => `${quantity(value, locale)} MW`;
  return {
    large,
    share,
    mw,
    objective: (one: Objective) => t(`plan.objectives.${one}`),
    supply: (name: string) => (name === "standing" ? t("plan.standing") : name),
    value: ({ value, unit }: Solved) => (unit === "usd" ? large(value) : t("plan.aYear", { share: share(value) })),
    price: (usd: number | null, unit: WorkUnit) =>
      usd === null ? "—" : unit === "tokens" ? perMtok(usd) : perHour(usd),
    decision: (one: Decision) => {
      if (one.kind === "build" || one.kind === "reserve") {
        return t(`plan.kinds.${one.kind}`, { mw: mw(one.mw), supply: one.supply, site: one.site });
      }
      if (one.kind === "buy") {
        return t("plan.kinds.buy", { mw: mw(one.mw), accelerator: one.accelerator, site: one.site });
      }
      if (one.kind === "rent") {
        const { supply, accelerator, region } = one;
        return t("plan.kinds.rent", { mw: mw(one.mw), supply, accelerator, region });
      }
      if (one.kind === "accept") return t("plan.kinds.accept", { deal: one.deal });
      return one.kind === "programme" ? t("plan.kinds.programme", { accelerator: one.accelerator }) : one.site;
    },
  };
}
