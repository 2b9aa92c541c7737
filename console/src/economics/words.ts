/** The planner's names in the reader's language: cases, strategies, deals and assumptions; its own words where there are none. */
import { useTranslation } from "react-i18next";
import { quantity } from "../format/number.ts";

type Named = { readonly name: string; readonly title: string };

export function useWords() {
  const { t } = useTranslation();
  const words = (path: "cases" | "strategies" | "deals" | "inputs" | "fields") =>
    t(`economics.${path}`, { returnObjects: true }) as Readonly<Record<string, string>>;
  const [cases, strategies, deals, inputs, fields] = [
    words("cases"),
    words("strategies"),
    words("deals"),
    words("inputs"),
    words("fields"),
  ];
  return {
    caseTitle: ({ name, title }: Named) => cases[name] ?? title,
    caseAbout: ({ name, about }: { readonly name: string; readonly about: string }) => cases[`${name}-about`] ?? about,
    strategy: ({ name, title }: Named) => strategies[name] ?? title,
    deal: (name: string, what: string) => deals[name] ?? what,
    /** Of an assumption, by where it stands in its file. */
    assumption: (path: string, what: string) => {
      const [kind = "", name = "", field = ""] = path.split(".");
      if (kind === "inputs") return inputs[name] ?? what;
      if (kind === "deals" && fields[field] !== undefined && deals[name] !== undefined) {
        return `${deals[name]}: ${fields[field]}`;
      }
      return what;
    },
  };
}

/** The names that the charts print. */
export function useChartWords() {
  const { t, i18n } = useTranslation();
  return {
    routes: t("economics.routes", { returnObjects: true }),
    sellers: t("economics.sellers", { returnObjects: true }),
    number: (value: number) => quantity(value, i18n.language),
  };
}
