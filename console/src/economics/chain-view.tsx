/** The chain of the stack, to be moved: any input set, and the margin of every layer beside what it was. */
import { Alert, Button, NumberInput, SegmentedControl } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { quantity } from "../format/number.ts";
import { layerColor } from "../palette.ts";
import { Icon } from "../parts/icon.tsx";
import { useMoney } from "../parts/money.tsx";
import { Refused, Waiting } from "../parts/page.tsx";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { isSameAsPrinted, printed } from "../stack/printed.ts";
import { saveCsv } from "../parts/save.ts";
import { type ChainAnswer, type ChainInput, chainInputs, type ChainLayer, type Chains } from "./shapes.ts";
import { useSourceText } from "./sources.tsx";

type Set = Partial<Record<ChainInput, number>>;

export function ChainView() {
  const chains = useAnswer<Chains>("/api/stack-chains");
  if (chains.waiting) return <Waiting rows={8} />;
  if (chains.answer === undefined) {
    return chains.refusal === undefined ? undefined : <Refused refusal={chains.refusal} again={chains.again} />;
  }
  return <Chain chains={chains.answer} />;
}

function Chain({ chains }: { readonly chains: Chains }) {
  const { t } = useTranslation();
  const [name, setName] = useState("h200");
  const [set, setSet] = useState<Set>({});
  const { answer, refusal } = useChain(name, set);
  const chain = chains.chains.find((one) => one.name === name);
  if (chain === undefined) return undefined;
  const machines = t("economics.machines", { returnObjects: true }) as Readonly<Record<string, string>>;
  const pick = (next: string) => {
    setName(next);
    setSet({});
  };
  return (
    <div className="sections">
      <p className="prose">{t("economics.chainLead")}</p>
      <div className="toolbar">
        <SegmentedControl
          aria-label={t("economics.machine")}
          value={name}
          onChange={pick}
          data={chains.chains.map(({ name: value }) => ({ value, label: machines[value] ?? value }))}
        />
        <span className="quiet small">
          {t("economics.chainSource", { workload: chain.workload, source: chain.publishedBy })}
        </span>
      </div>
      <div className="chain">
        <Panel
          title={t("economics.inputsTitle")}
          hint={t("economics.inputsHint")}
          actions={
            <Button size="xs" variant="default" disabled={Object.keys(set).length === 0} onClick={() => setSet({})}>
              {t("economics.asSources")}
            </Button>
          }
        >
          <div className="chain-inputs">
            {chainInputs.map((input) => (
              <Input
                key={`${name} ${input}`}
                chains={chains}
                chain={chain}
                input={input}
                value={set[input]}
                onChange={(value) => setSet((before) => ({ ...before, [input]: value }))}
              />
            ))}
          </div>
        </Panel>
        <div className="sections">
          {refusal === undefined ? undefined : (
            <Alert color="red" variant="light" icon={<Icon name="warning" />} role="alert">
              {refusal.message}
            </Alert>
          )}
          {answer === undefined ? <Waiting rows={6} /> : <Picture answer={answer} name={name} />}
        </div>
      </div>
    </div>
  );
}

/** Asks again whenever something is moved, and shows the latest answer. */
function useChain(name: string, set: Set) {
  const [state, setState] = useState<{ readonly answer?: ChainAnswer; readonly refusal?: Refusal }>({});
  const turn = useRef(0);
  useEffect(() => {
    const mine = ++turn.current;
    // While a slider moves, only where it rests for a moment is asked for.
    const timer = setTimeout(() => {
      ask<ChainAnswer>("/api/stack-chains/run", { method: "POST", body: { name, set } }).then(
        (answer) => mine === turn.current && setState({ answer }),
        (error: unknown) => {
          if (!(error instanceof Refusal)) throw error;
          if (mine === turn.current) setState((before) => ({ ...before, refusal: error }));
        },
      );
    }, 40);
    return () => clearTimeout(timer);
  }, [name, set]);
  return state;
}

type InputProps = {
  readonly chains: Chains;
  readonly chain: Chains["chains"][number];
  readonly input: ChainInput;
  readonly value: number | undefined;
  readonly onChange: (value: number) => void;
};

function Input({ chains, chain, input, value, onChange }: InputProps) {
  const { t } = useTranslation();
  const sourceText = useSourceText();
  const readings = chain.inputs[input];
  const used = readings.readings[(readings.use ?? 1) - 1]?.value ?? 0;
  const { unit, least, most } = chains.inputs[input];
  const shown = value ?? used;
  const top = Math.min(
    most,
    input === "utilisation"
      ? 1
      : Math.max(used * 2.5, ...readings.readings.map((one) => one.value), input === "royalty" ? 4 : 0),
  );
  const step = 10 ** Math.floor(Math.log10(Math.max(top, 1e-3)) - 2);
  const label = t(`economics.chainInputs.${input}`);
  return (
    <div className={value === undefined || value === used ? "chain-input" : "chain-input moved"}>
      <span className="chain-input-name" title={sourceText(readings)}>
        {label} <small className="quiet">{unit}</small>
      </span>
      <NumberInput
        size="xs"
        aria-label={label}
        value={shown}
        min={least}
        max={most}
        step={step}
        hideControls
        onChange={(next) => typeof next === "number" && onChange(next)}
      />
      <input
        type="range"
        aria-label={t("economics.slider", { name: label })}
        min={Math.min(least, used)}
        max={top}
        step={step}
        value={Math.min(shown, top)}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
    </div>
  );
}

function Picture({ answer, name }: { readonly answer: ChainAnswer; readonly name: string }) {
  const { t, i18n } = useTranslation();
  const { rate, symbol } = useMoney();
  const { published, run } = answer;
  const most = Math.max(...[...run.layers, ...published.layers].map(({ revenueUsd }) => revenueUsd));
  const labels = t("example.labels", { returnObjects: true }) as Readonly<Record<string, string>>;
  const units = t("example.units", { returnObjects: true }) as Readonly<Record<string, string>>;
  const csv = () =>
    saveCsv(`stack-${name}`, [
      ["layer", "figure", "value", "unit", "published"],
      ...run.lines.map(({ layer, label, value, unit, published: said }) => [layer, label, value, unit, said ?? ""]),
    ]);
  return (
    <>
      <Panel title={t("economics.hourTitle")} hint={t("economics.hourHint")}>
        <div className="scroll-x" role="region" tabIndex={0} aria-label={t("economics.hourTitle")}>
          <table className="waterfall chain-picture">
            <thead>
              <tr>
                <th scope="col">{t("layersTable.layer")}</th>
                <td className="track-head" aria-hidden="true" />
                <th scope="col" className="number">
                  {t("economics.price")}
                </th>
                <th scope="col" className="number">
                  {t("figures.margin")}
                </th>
                <th scope="col" className="number">
                  {t("economics.was")}
                </th>
              </tr>
            </thead>
            <tbody>
              {run.layers.toReversed().map((layer) => (
                <LayerBar
                  key={layer.layer}
                  layer={layer}
                  before={published.layers.find((one) => one.layer === layer.layer)}
                  most={most}
                />
              ))}
            </tbody>
          </table>
        </div>
        <p className="hint">
          {t("economics.hourSum", {
            revenue: rate(run.revenueUsd),
            margin: rate(run.marginUsd),
            was: rate(published.marginUsd),
          })}
        </p>
      </Panel>
      <Panel
        title={t("economics.linesTitle")}
        actions={
          <Button size="xs" variant="default" onClick={csv}>
            CSV
          </Button>
        }
        flush
      >
        <TableFrame label={t("economics.linesTitle")}>
          <thead>
            <tr>
              <th scope="col">{t("layersTable.layer")}</th>
              <th scope="col">{t("example.figure")}</th>
              <th scope="col" className="number">
                {t("example.here")}
              </th>
              <th scope="col" className="number">
                {t("example.published")}
              </th>
              <th scope="col">{t("example.unit")}</th>
            </tr>
          </thead>
          <tbody>
            {run.lines.map(({ layer, label, value, unit, published: said }, index) => (
              <tr
                key={`${layer} ${label}`}
                className={run.lines[index - 1]?.layer === layer ? undefined : "group-first"}
              >
                <th scope="row">
                  {run.lines[index - 1]?.layer === layer ? (
                    <span className="visually-hidden">{t(`layers.${layer}`)}</span>
                  ) : (
                    <>
                      <span className="swatch" style={{ background: layerColor[layer] }} />
                      {t(`layers.${layer}`)}
                    </>
                  )}
                </th>
                <td>{labels[label] ?? label}</td>
                <td className={`number strong${unit === "%" && value < 0 ? " bad" : ""}`}>
                  {unit.startsWith("USD") ? rate(value) : quantity(value, i18n.language)}
                </td>
                <td className="number quiet">
                  {said === null ? (
                    <span className="none">—</span>
                  ) : (
                    <span className={isSameAsPrinted(value, said) ? undefined : "bad"}>
                      {unit.startsWith("USD") ? `${symbol}${printed(said, 2)}` : printed(said)}
                    </span>
                  )}
                </td>
                <td className="quiet nowrap">{units[unit] ?? unit}</td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      </Panel>
    </>
  );
}

type BarProps = { readonly layer: ChainLayer; readonly before: ChainLayer | undefined; readonly most: number };

/** The layer's cost in its colour, and beyond it what it keeps, or what it pays beyond its price. */
function LayerBar({ layer, before, most }: BarProps) {
  const { t } = useTranslation();
  const { rate } = useMoney();
  const cost = layer.revenueUsd - layer.marginUsd;
  const width = (usd: number) => `${(Math.max(0, usd) / most) * 100}%`;
  const isLoss = layer.marginUsd < 0;
  const ratio = (of: ChainLayer | undefined) =>
    of?.marginRatio === null || of === undefined
      ? "—"
      : `${of.marginRatio < 0 ? "−" : ""}${Math.abs(100 * of.marginRatio).toFixed(1)} %`;
  return (
    <tr className="step">
      <th scope="row">
        <span className="swatch" style={{ background: layerColor[layer.layer] }} />
        <span>
          {t(`layers.${layer.layer}`)}
          <small>{t(`trade.${layer.layer}`)}</small>
        </span>
      </th>
      <td className="track" aria-hidden="true">
        <span
          className="bar"
          style={{
            left: 0,
            width: width(Math.min(cost, layer.revenueUsd)),
            background: layerColor[layer.layer],
            opacity: 0.55,
          }}
        />
        <span
          className={isLoss ? "bar loss" : "bar"}
          style={{
            left: width(Math.min(cost, layer.revenueUsd)),
            width: width(Math.abs(layer.marginUsd)),
            ...(isLoss ? {} : { background: layerColor[layer.layer] }),
          }}
        />
        {before === undefined ? undefined : <span className="chain-was" style={{ left: width(before.revenueUsd) }} />}
      </td>
      <td className="number">{rate(layer.revenueUsd)}</td>
      <td className={`number strong${isLoss ? " bad" : ""}`}>{ratio(layer)}</td>
      <td className="number quiet">{ratio(before)}</td>
    </tr>
  );
}
