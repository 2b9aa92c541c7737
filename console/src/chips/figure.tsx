/** A figure of the catalog: its value, and a mark for what is not as published by who makes it. */
import { useTranslation } from "react-i18next";
import { count, quantity } from "../format/number.ts";
import { useMoney } from "../parts/money.tsx";
import type { FigureName } from "./catalog.ts";
import type { Confidence, Figure } from "./shapes.ts";

/** As the command line and the docs write them. */
export const marks: Readonly<Record<Confidence, string>> = {
  reported: "",
  estimate: "~",
  derived: "=",
  assumption: "?",
};

type Props = {
  readonly name: FigureName;
  readonly figure: Figure<number | string> | undefined;
  /** Without the sign of its money, where a heading has it. */
  readonly bare?: boolean;
};

export function FigureCell({ name, figure, bare = false }: Props) {
  const { t } = useTranslation();
  const text = useFigureText();
  if (figure === undefined) {
    return (
      <span className="none" role="img" aria-label={t("chips.unpublished")}>
        —
      </span>
    );
  }
  const { confidence, source, asOf } = figure;
  return (
    <span title={`${t(`chips.known.${confidence}`)} · ${asOf} · ${source}`}>
      <span className="sourced-mark">{marks[confidence]}</span>
      {text(name, Number(figure.value), bare)}
    </span>
  );
}

/** A figure's value as its name suggests: money with its sign, memory in whole GiB. */
export function useFigureText(): (name: FigureName, value: number, bare?: boolean) => string {
  const { i18n } = useTranslation();
  const { symbol } = useMoney();
  return (name, value, bare = false) => {
    const sign = bare ? "" : symbol;
    if (name === "rent") return `${sign}${value.toFixed(2)}`;
    if (name === "capital") return `${sign}${count(Math.round(value), i18n.language)}`;
    return quantity(name === "memory" ? Math.round(value) : value, i18n.language);
  };
}
