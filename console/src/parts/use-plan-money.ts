/** A plan's amounts in the reader's language. */
import { useTranslation } from "react-i18next";
import { useMoney } from "./money.tsx";
import { largeMoney, perMtokMoney, wholeMoney } from "../format/plan-money.ts";

export function usePlanMoney() {
  const { i18n } = useTranslation();
  const { symbol } = useMoney();
  return {
    large: (amount: number) => largeMoney(amount, symbol, i18n.language),
    whole: (amount: number) => wholeMoney(amount, symbol, i18n.language),
    perMtok: (amount: number) => perMtokMoney(amount, symbol),
    perHour: (amount: number) => `${symbol}${amount.toFixed(2)}`,
  };
}
