/** Fields for limits and a budget, each checked as it is typed. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { limitCounts, type LimitProblems, type LimitText, type Period, periods } from "./limit-text.ts";

type Props = {
  readonly title: string;
  readonly text: LimitText;
  readonly problems: LimitProblems;
  readonly onChange: (text: LimitText) => void;
};

export function LimitFields({ title, text, problems, onChange }: Props) {
  const { t } = useTranslation();
  const error = (name: keyof LimitText) => (problems[name] === undefined ? undefined : t(`limits.${problems[name]}`));
  return (
    <fieldset className="limit-fields">
      <legend>{title}</legend>
      <div className="field-grid">
        {limitCounts.map((name) => (
          <TextInput
            key={name}
            label={t(`limits.${name}`)}
            placeholder={t("limits.none")}
            inputMode="numeric"
            value={text[name]}
            onChange={(event) => onChange({ ...text, [name]: event.currentTarget.value })}
            error={error(name)}
          />
        ))}
        <TextInput
          label={t("limits.budget")}
          placeholder={t("limits.none")}
          inputMode="decimal"
          leftSection="$"
          value={text.budgetUsd}
          onChange={(event) => onChange({ ...text, budgetUsd: event.currentTarget.value })}
          error={error("budgetUsd")}
        />
        <NativeSelect
          label={t("limits.period")}
          value={text.period}
          onChange={(event) => onChange({ ...text, period: event.currentTarget.value as Period })}
          data={periods.map((value) => ({ value, label: t(`limits.periods.${value}`) }))}
        />
      </div>
    </fieldset>
  );
}
