/** The question of the predictions page: model, objective, load and chips, and what is assumed in place of the catalog's figures. */
import { NativeSelect, NumberInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { quantity } from "../format/number.ts";
import { Icon } from "../parts/icon.tsx";
import { TableFrame } from "../parts/panel.tsx";
import { lookOf } from "./compared.ts";
import { assumptions, type Assumption, chipsMost, engines, modes, type Question, weights } from "./predict.ts";
import type { Chip } from "./shapes.ts";

type Props = {
  readonly question: Question;
  readonly chips: readonly Chip[];
  readonly models: readonly { readonly name: string; readonly title: string }[];
  readonly titleOf: (chip: string) => string;
  readonly onChange: (part: Partial<Question>) => void;
};

export function PredictionForm({ question, chips, models, titleOf, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <form
        className="prediction-form"
        aria-label={t("predictions.question")}
        onSubmit={(event) => event.preventDefault()}
      >
        <NativeSelect
          label={t("predictions.model")}
          value={question.model}
          onChange={(event) => onChange({ model: event.currentTarget.value })}
          data={models.map(({ name, title }) => ({ value: name, label: title }))}
        />
        <Amount
          label={t("predictions.ttftLimit")}
          suffix=" ms"
          value={question.objective.ttftMs}
          onChange={(ttftMs) => onChange({ objective: { ...question.objective, ttftMs } })}
        />
        <Amount
          label={t("predictions.tpotLimit")}
          suffix=" ms"
          value={question.objective.tpotMs}
          onChange={(tpotMs) => onChange({ objective: { ...question.objective, tpotMs } })}
        />
        <Amount
          label={t("predictions.promptTokens")}
          most={200_000}
          whole
          value={question.promptTokens}
          onChange={(promptTokens) => onChange({ promptTokens })}
        />
        <Amount
          label={t("predictions.outputTokens")}
          least={2}
          most={32_768}
          whole
          value={question.outputTokens}
          onChange={(outputTokens) => onChange({ outputTokens })}
        />
        <NativeSelect
          label={t("predictions.mode")}
          value={question.mode}
          onChange={(event) =>
            onChange({ mode: modes.find((one) => one === event.currentTarget.value) ?? question.mode })
          }
          data={modes.map((one) => ({ value: one, label: t(`predictions.modes.${one}`) }))}
        />
        <NativeSelect
          label={t("predictions.engine")}
          value={question.engine ?? ""}
          onChange={(event) => onChange({ engine: engines.find((one) => one === event.currentTarget.value) })}
          data={[
            { value: "", label: t("predictions.engineAny") },
            ...engines.map((one) => ({ value: one, label: engineTitles[one] })),
          ]}
        />
        <NativeSelect
          label={t("predictions.weights")}
          value={question.weights ?? ""}
          onChange={(event) => onChange({ weights: weights.find((one) => one === event.currentTarget.value) })}
          data={[
            { value: "", label: t("predictions.weightsUsual") },
            ...weights.map((one) => ({ value: one, label: one.toUpperCase() })),
          ]}
        />
      </form>
      <ul className="chosen-chips" aria-label={t("predictions.chips")}>
        {question.chips.map((name, index) => (
          <li key={name}>
            <span className="swatch" style={{ background: lookOf(index).color }} />
            {titleOf(name)}
            <button
              type="button"
              aria-label={t("chips.compare.leave", { chip: titleOf(name) })}
              onClick={() => onChange({ chips: question.chips.filter((one) => one !== name) })}
            >
              <Icon name="cross" size={13} />
            </button>
          </li>
        ))}
        {question.chips.length >= chipsMost ? (
          <li className="quiet none small">{t("predictions.fourMost")}</li>
        ) : (
          <li className="adds">
            <NativeSelect
              size="xs"
              aria-label={t("predictions.add")}
              value=""
              onChange={(event) => onChange({ chips: [...question.chips, event.currentTarget.value] })}
              data={[
                { value: "", label: t("predictions.add") },
                ...chips
                  .filter(({ name }) => !question.chips.includes(name))
                  .map(({ name, title }) => ({ value: name, label: title })),
              ]}
            />
          </li>
        )}
      </ul>
      <Assumptions question={question} chips={chips} titleOf={titleOf} onChange={onChange} />
    </>
  );
}

const engineTitles = { vllm: "vLLM", sglang: "SGLang", "tensorrt-llm": "TensorRT-LLM", atom: "ATOM" } as const;

/** Prices, memory and blocks by chip, and the site's energy: the catalog's until somebody says otherwise. */
function Assumptions({ question, chips, titleOf, onChange }: Omit<Props, "models">) {
  const { t, i18n } = useTranslation();
  const { assumed } = question;
  const [isOpen, setOpen] = useState(() => assumptions.some((name) => Object.keys(assumed[name]).length > 0));
  const usually = (name: Assumption, chip: Chip | undefined): string => {
    if (name === "blocks") return t("predictions.assume.workedOut");
    if (name === "memory") return t("predictions.assume.engines");
    const figure = name === "rent" ? chip?.rentUsdPerHour : chip?.capitalUsd;
    return figure === undefined ? t("predictions.assume.unknown") : `$${quantity(Number(figure.value), i18n.language)}`;
  };
  const assume = (name: Assumption, chip: string) => (value: number | undefined) => {
    const { [chip]: _, ...others } = assumed[name];
    onChange({ assumed: { ...assumed, [name]: value === undefined ? others : { ...others, [chip]: value } } });
  };
  return (
    <details className="assumptions" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("predictions.assume.title")}</summary>
      <div className="assumptions-site">
        <Amount
          label={t("predictions.assume.kwh")}
          prefix="$"
          least={0.001}
          most={10}
          value={question.usdPerKwh}
          onChange={(usdPerKwh) => onChange({ usdPerKwh })}
        />
        <Amount label="PUE" least={1} most={3} value={question.pue} onChange={(pue) => onChange({ pue })} />
      </div>
      <TableFrame label={t("predictions.assume.title")}>
        <thead>
          <tr>
            <th scope="col">{t("chips.chip")}</th>
            {assumptions.map((name) => (
              <th scope="col" key={name}>
                {t(`predictions.assume.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {question.chips.map((chip) => (
            <tr key={chip}>
              <th scope="row">{titleOf(chip)}</th>
              {assumptions.map((name) => (
                <td key={name}>
                  <NumberInput
                    size="xs"
                    aria-label={`${titleOf(chip)}: ${t(`predictions.assume.${name}`)}`}
                    placeholder={usually(
                      name,
                      chips.find((one) => one.name === chip),
                    )}
                    prefix={name === "blocks" || name === "memory" ? "" : "$"}
                    suffix={name === "memory" ? " %" : ""}
                    thousandSeparator=","
                    allowNegative={false}
                    allowDecimal={name !== "blocks"}
                    hideControls
                    {...(name === "memory" && { min: 10, max: 100 })}
                    value={assumed[name][chip] ?? ""}
                    onChange={(value) => assume(name, chip)(typeof value === "number" && value > 0 ? value : undefined)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </TableFrame>
      <p className="foot-note">{t("predictions.assume.note")}</p>
    </details>
  );
}

type AmountProps = {
  readonly label: ReactNode;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
  readonly prefix?: string;
  readonly suffix?: string;
};

/** A number that is asked with only while it can be; what is wrong stands beside the field. */
function Amount({ label, value, onChange, least = 1, most, whole = false, prefix, suffix }: AmountProps) {
  const { t, i18n } = useTranslation();
  const [typed, setTyped] = useState<number | string>(value);
  const isWrong = (one: number | string) => {
    if (typeof one !== "number") return true;
    return one < least || (most !== undefined && one > most);
  };
  const range =
    most === undefined
      ? t("predictions.atLeast", { least: quantity(least, i18n.language) })
      : t("predictions.between", { least: quantity(least, i18n.language), most: quantity(most, i18n.language) });
  return (
    <NumberInput
      label={label}
      value={typed}
      allowDecimal={!whole}
      allowNegative={false}
      clampBehavior="none"
      step={value >= 100 ? 100 : value >= 5 ? 5 : 0.01}
      {...(prefix !== undefined && { prefix })}
      {...(suffix !== undefined && { suffix })}
      error={isWrong(typed) ? range : undefined}
      onChange={(next) => {
        setTyped(next);
        if (typeof next === "number" && !isWrong(next)) onChange(next);
      }}
    />
  );
}
