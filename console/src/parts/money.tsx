/** An amount of dollars: its leading zeros faded, the exact amount behind it. */
import { useTranslation } from "react-i18next";
import { formatUsd, type PicoUsd } from "../../../src/stack/money.ts";
import type { UsdText } from "../../../src/stack/report.ts";
import { moneyParts, moneyText, rateText } from "../format/money.ts";

type Props = {
  readonly amount: UsdText | PicoUsd;
  /** Colours what is gained and what is lost. */
  readonly signed?: boolean;
};

export function Money({ amount, signed = false }: Props) {
  const { symbol } = useMoney();
  const { negative, lead, digits } = moneyParts(amount);
  const tone = !signed || digits === "0" ? undefined : negative ? "bad" : "good";
  const exact = typeof amount === "string" ? amount : formatUsd(amount);
  return (
    <span className={`money${tone === undefined ? "" : ` ${tone}`}`} title={`US$${exact}`}>
      {negative ? "−" : ""}
      {symbol}
      <span className="lead">{lead}</span>
      {digits}
    </span>
  );
}

/** How money is written in the reader's language: in Taiwan a bare $ is another dollar. */
export function useMoney() {
  const { t } = useTranslation();
  const symbol = t("money.symbol");
  return {
    symbol,
    text: (amount: UsdText | PicoUsd) => moneyText(amount, symbol),
    rate: (value: number) => rateText(value, symbol),
  };
}
