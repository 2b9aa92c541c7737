/** The playground: talk to a model of the factory and watch what the answer costs while it is written. */
import "./playground.css";
import { ActionIcon, Button, NativeSelect, NumberInput, Textarea } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ModelInfo } from "../answers/shapes.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { count } from "../format/number.ts";
import { Icon } from "../parts/icon.tsx";
import { useMoney } from "../parts/money.tsx";
import { Empty, Page, Refused, Waiting } from "../parts/page.tsx";
import { type Parameters, useChat } from "./chat.ts";
import { Conversation } from "./conversation.tsx";

export default function PlaygroundPage() {
  const { t } = useTranslation();
  const { answer, refusal, waiting, again } = useAnswer<{ models: readonly ModelInfo[] }>("/api/models");
  const models = answer?.models.filter(({ capabilities }) => capabilities.includes("chat")) ?? [];
  return (
    <Page title={t("pages.playground")} lead={t("playground.lead")}>
      {waiting ? <Waiting /> : undefined}
      {refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />}
      {answer !== undefined && models.length === 0 ? (
        <div className="panel">
          <Empty icon="chat" title={t("playground.noModel")}>
            <p>{t("playground.noModelHint")}</p>
          </Empty>
        </div>
      ) : undefined}
      {models.length === 0 ? undefined : <Playground models={models} />}
    </Page>
  );
}

function Playground({ models }: { readonly models: readonly ModelInfo[] }) {
  const { t } = useTranslation();
  const chat = useChat();
  const [text, setText] = useState("");
  const [parameters, setParameters] = useState<Parameters>({
    model: firstChoice(models),
    system: "",
    temperature: 0.7,
    maxTokens: undefined,
  });
  const model = models.find(({ name }) => name === parameters.model);
  const isNarrow = useMediaQuery("(max-width: 62em)") ?? false;
  const field = useRef<HTMLTextAreaElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const said = chat.turns.length;

  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [said]);

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (text.trim() === "" || chat.isRunning) return;
    setText("");
    void chat.say(text.trim(), parameters);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends the composition of a Chinese word is not the end of the sentence.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  const settings = <Settings models={models} model={model} parameters={parameters} onChange={setParameters} />;
  return (
    <div className="playground">
      <section className="panel chat" aria-label={t("playground.conversation")}>
        {said === 0 ? (
          <Starters
            onPick={(prompt) => {
              setText(prompt);
              field.current?.focus();
            }}
          />
        ) : (
          <Conversation turns={chat.turns} models={models} />
        )}
        <div ref={end} />
        <form className="composer" onSubmit={submit}>
          <Textarea
            ref={field}
            aria-label={t("playground.message")}
            placeholder={t("playground.placeholder")}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={onKeyDown}
            autosize
            minRows={1}
            maxRows={8}
          />
          {chat.isRunning ? (
            <Button variant="default" leftSection={<Icon name="stop" size={16} />} onClick={chat.stop}>
              {t("playground.stop")}
            </Button>
          ) : (
            <Button type="submit" leftSection={<Icon name="send" size={16} />} disabled={text.trim() === ""}>
              {t("playground.send")}
            </Button>
          )}
          <ActionIcon
            size="lg"
            variant="subtle"
            color="gray"
            aria-label={t("playground.clear")}
            title={t("playground.clear")}
            onClick={() => {
              chat.clear();
              field.current?.focus();
            }}
            disabled={said === 0 || chat.isRunning}
          >
            <Icon name="trash" />
          </ActionIcon>
        </form>
      </section>
      {isNarrow ? (
        <details className="panel settings">
          <summary>
            <Icon name="settings" size={16} /> {t("playground.settings")}
          </summary>
          {settings}
        </details>
      ) : (
        <section className="panel settings" aria-label={t("playground.settings")}>
          {settings}
        </section>
      )}
    </div>
  );
}

/** An engine of ours that is ready, else an upstream that may be, else whatever there is. */
function firstChoice(models: readonly ModelInfo[]): string {
  const inState = (wanted: string) => models.find(({ replicas }) => replicas.some(({ state }) => state === wanted));
  return (inState("ready") ?? inState("upstream") ?? models[0])?.name ?? "";
}

type SettingsProps = {
  readonly models: readonly ModelInfo[];
  readonly model: ModelInfo | undefined;
  readonly parameters: Parameters;
  readonly onChange: (parameters: Parameters) => void;
};

function Settings({ models, model, parameters, onChange }: SettingsProps) {
  const { t, i18n } = useTranslation();
  const { rate } = useMoney();
  const locale = i18n.language;
  const price = model?.price;
  return (
    <div className="settings-body">
      <NativeSelect
        label={t("playground.model")}
        description={model?.description === "" ? undefined : model?.description}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={parameters.model}
        onChange={(event) => onChange({ ...parameters, model: event.currentTarget.value })}
        data={models.map(({ name }) => name)}
      />
      {model === undefined ? undefined : (
        <dl className="inline-facts">
          <div className="fact">
            <dt>{t("playground.context")}</dt>
            <dd>{count(model.contextTokens, locale)}</dd>
          </div>
          <div className="fact">
            <dt>{t("tokenClasses.input")}</dt>
            <dd>{price ? `${rate(Number(price.inputUsdPerMillion))}/Mtok` : t("playground.unpriced")}</dd>
          </div>
          <div className="fact">
            <dt>{t("tokenClasses.output")}</dt>
            <dd>{price ? `${rate(Number(price.outputUsdPerMillion))}/Mtok` : t("playground.unpriced")}</dd>
          </div>
        </dl>
      )}
      <Textarea
        label={t("playground.system")}
        placeholder={t("playground.systemHint")}
        value={parameters.system}
        onChange={(event) => onChange({ ...parameters, system: event.currentTarget.value })}
        autosize
        minRows={3}
        maxRows={10}
      />
      <NumberInput
        label={t("playground.temperature")}
        description={t("playground.temperatureHint")}
        value={parameters.temperature}
        onChange={(value) => onChange({ ...parameters, temperature: Number(value) })}
        min={0}
        max={2}
        step={0.1}
        decimalScale={2}
      />
      <NumberInput
        label={t("playground.maxTokens")}
        description={t("playground.maxTokensHint")}
        value={parameters.maxTokens ?? ""}
        onChange={(value) => {
          const { maxTokens: _, ...rest } = parameters;
          onChange({ ...rest, maxTokens: value === "" ? undefined : Math.max(1, Math.round(Number(value))) });
        }}
        min={1}
        {...(model === undefined ? {} : { max: model.contextTokens })}
        step={16}
        allowDecimal={false}
      />
    </div>
  );
}

function Starters({ onPick }: { readonly onPick: (prompt: string) => void }) {
  const { t } = useTranslation();
  const prompts = t("playground.starters", { returnObjects: true }) as readonly string[];
  return (
    <Empty icon="chat" title={t("playground.start")}>
      <p>{t("playground.startHint")}</p>
      <ul className="starters">
        {prompts.map((prompt) => (
          <li key={prompt}>
            <Button variant="default" size="sm" onClick={() => onPick(prompt)}>
              {prompt}
            </Button>
          </li>
        ))}
      </ul>
    </Empty>
  );
}
