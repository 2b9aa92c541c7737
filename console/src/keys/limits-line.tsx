/** Limits in one line. */
import { useTranslation } from "react-i18next";
import type { Limits } from "../../../src/stack/resource.ts";
import { compact } from "../format/number.ts";
import { useMoney } from "../parts/money.tsx";

export function LimitsLine({ limits }: { readonly limits: Limits }) {
  const { t, i18n } = useTranslation();
  const money = useMoney();
  const { requestsPerMinute, tokensPerMinute, concurrency, budget } = limits;
  const short = (value: number) => compact(value, i18n.language);
  const parts = [
    ...(requestsPerMinute === undefined ? [] : [t("limits.short.requests", { shown: short(requestsPerMinute) })]),
    ...(tokensPerMinute === undefined ? [] : [t("limits.short.tokens", { shown: short(tokensPerMinute) })]),
    ...(concurrency === undefined ? [] : [t("limits.short.concurrency", { shown: short(concurrency) })]),
    ...(budget === undefined ? [] : [`${money.text(budget.amountUsd)} ${t(`limits.per.${budget.period}`)}`]),
  ];
  if (parts.length === 0) return <span className="quiet">{t("limits.noLimit")}</span>;
  return <>{parts.join(" · ")}</>;
}
