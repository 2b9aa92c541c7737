/** Chips side by side, each with its best deployment within the objective: a column for each chip, a row for each figure. */
import { Button } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { count, joules, percent, quantity, span } from "../format/number.ts";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { saveCsv } from "../parts/save.ts";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { lookOf } from "./compared.ts";
import { atBest, type Predicted } from "./predict.ts";
import { comparisonRows } from "./prediction-rows.ts";
import type { Banded, Busy, EstimatedDeployment, EstimatedPoint, Found } from "./prediction-shapes.ts";

type Props = { readonly predicted: readonly Predicted[]; readonly titleOf: (chip: string) => string };

/** What is known of a chip that has a deployment within the objective. */
type Known = { readonly best: Found; readonly at: EstimatedPoint; readonly estimated: EstimatedDeployment };

type Row = {
  readonly name:
    | "deployment"
    | "clientsColumn"
    | "ttftP90"
    | "tpotP90"
    | "perUser"
    | "perAccelerator"
    | "bound"
    | "rentPerMtok"
    | "perMtok"
    | "joules"
    | "watts"
    | "weightsEach"
    | "kvRoom"
    | "kvFull"
    | "kvShare"
    | "howKnown";
  readonly of: (known: Known) => ReactNode;
  /** By which the best is marked. */
  readonly least?: (known: Known) => number | undefined;
};

const busyParts = ["tensor", "memory", "link", "host"] as const;

export function SideBySidePanel({ predicted, titleOf }: Props) {
  const { t, i18n } = useTranslation();
  const { perMtok, perHour } = usePlanMoney();
  const locale = i18n.language;
  const columns = predicted.map((one, index) => ({ one, known: knownOf(one), look: lookOf(index) }));
  const banded = (figure: Banded | undefined, text: (value: number) => string) =>
    figure === undefined ? (
      "—"
    ) : (
      <>
        {text(figure.value)}
        <small className="quiet under">
          {text(figure.low)} – {text(figure.high)}
        </small>
      </>
    );
  const rate = (value: number) => quantity(value, locale);
  const energy = (value: number) => joules(value, locale);
  const groups: { readonly name: "deployed" | "speed" | "cost" | "memory" | "trust"; readonly rows: readonly Row[] }[] =
    [
      {
        name: "deployed",
        rows: [
          {
            name: "deployment",
            of: ({ best }) => (
              <>
                {shortName(best)}
                {poolsOf(best) === undefined ? undefined : <small className="quiet under">{poolsOf(best)}</small>}
              </>
            ),
          },
          { name: "clientsColumn", of: ({ best }) => count(best.concurrency, locale) },
        ],
      },
      {
        name: "speed",
        rows: [
          { name: "ttftP90", of: ({ best }) => span(best.ttftP90Ms), least: ({ best }) => best.ttftP90Ms },
          { name: "tpotP90", of: ({ best }) => span(best.tpotP90Ms), least: ({ best }) => best.tpotP90Ms },
          {
            name: "perUser",
            of: ({ best, at }) => banded(perUserOf(best, at), rate),
            least: ({ best }) => -best.tokensPerSecondPerUser,
          },
          {
            name: "perAccelerator",
            of: ({ at }) => banded(at.outputTokensPerSecondPerAccelerator, rate),
            least: ({ best }) => -best.outputTokensPerSecondPerAccelerator,
          },
          { name: "bound", of: ({ at }) => <BoundBy at={at} /> },
        ],
      },
      {
        name: "cost",
        rows: [
          {
            name: "rentPerMtok",
            of: ({ at, estimated }) => (
              <>
                {banded(at.usdPerMillionOutputTokens, perMtok)}
                <small className="quiet under">
                  {estimated.usdPerHour === undefined
                    ? t("predictions.noRent")
                    : t("predictions.anHour", { price: perHour(estimated.usdPerHour) })}
                </small>
              </>
            ),
            least: ({ best }) => best.usdPerMillionOutputTokens,
          },
          {
            name: "perMtok",
            of: ({ at }) => (at.buildUp === undefined ? "—" : perMtok(at.buildUp.totalUsd)),
            least: ({ at }) => at.buildUp?.totalUsd,
          },
          {
            name: "joules",
            of: ({ at }) => banded(at.joulesPerOutputToken, energy),
            least: ({ best }) => best.joulesPerOutputToken,
          },
          {
            name: "watts",
            of: ({ at: { wattsPerAccelerator, phases } }) =>
              wattsPerAccelerator === undefined ? (
                "—"
              ) : (
                <>
                  {count(Math.round(wattsPerAccelerator), locale)} W
                  {phases === undefined ? undefined : (
                    <small className="quiet under">
                      {t("predictions.phases", {
                        prefill: count(Math.round(phases.prefill.watts), locale),
                        decode: count(Math.round(phases.decode.watts), locale),
                      })}
                    </small>
                  )}
                </>
              ),
          },
        ],
      },
      {
        name: "memory",
        rows: [
          {
            name: "weightsEach",
            of: ({ estimated }) =>
              estimated.weightBytes === undefined ? "—" : `${quantity(estimated.weightBytes / 1e9, locale)} GB`,
          },
          {
            name: "kvRoom",
            of: ({ estimated: { kv } }) =>
              kv === undefined ? (
                "—"
              ) : (
                <>
                  {t("predictions.tokens", { count: kv.tokens, text: count(kv.tokens, locale) })}
                  <small className="quiet under">
                    {t("predictions.requestsAtOnce", { count: kv.sequences, text: count(kv.sequences, locale) })}
                  </small>
                </>
              ),
            least: ({ estimated: { kv } }) => kv && -kv.sequences,
          },
          {
            name: "kvFull",
            of: ({ best, estimated: { kv } }) =>
              kv?.fullAt !== undefined
                ? t("predictions.clients", { count: kv.fullAt, text: count(kv.fullAt, locale) })
                : kv === undefined || best.prefill !== undefined
                  ? "—"
                  : t("predictions.sequencesFirst", { text: count(kv.sequencesMost, locale) }),
          },
          {
            name: "kvShare",
            of: ({ at }) => (
              <>
                {percent(at.kvShare, locale, 0)}
                {at.preemptions > 0 ? (
                  <small className="quiet under">{t("predictions.preempted", { count: at.preemptions })}</small>
                ) : undefined}
              </>
            ),
          },
        ],
      },
      {
        name: "trust",
        rows: [
          {
            name: "howKnown",
            of: ({ best, at }) => (
              <>
                <span title={t(`predictions.knownWhy.${best.provenance}`)}>
                  {t(`predictions.known.${best.provenance}`)}
                </span>
                {at.beyond.map((one) => (
                  <small className="warn under" key={one}>
                    {one}
                  </small>
                ))}
              </>
            ),
          },
        ],
      },
    ];
  // Where none meets the objective, there is only why.
  const shown = columns.some(({ known }) => known !== undefined) ? groups : [{ name: "deployed" as const, rows: [] }];
  return (
    <Panel
      title={t("predictions.verdict")}
      hint={t("predictions.verdictHint")}
      actions={
        <Button size="xs" variant="default" onClick={() => saveCsv("chips", comparisonRows(predicted))}>
          {t("exports.csv")}
        </Button>
      }
      flush
    >
      <TableFrame label={t("predictions.verdict")} kind="side-by-side">
        <thead>
          <tr>
            <td />
            {columns.map(({ one, look }) => (
              <th scope="col" key={one.chip}>
                <span className="swatch" style={{ background: look.color }} />
                {titleOf(one.chip)}
                {one.found.complete ? undefined : <small className="warn under">{t("predictions.bestSoFar")}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name: group, rows }, at) => (
            <Fragment key={group}>
              <tr className="group">
                <th scope="rowgroup">{t(`predictions.groups.${group}`)}</th>
                {columns.map(({ one: { chip, why }, known }) =>
                  known === undefined && at === 0 ? (
                    <td
                      key={chip}
                      rowSpan={shown.reduce((sum, { rows: all }) => sum + all.length + 1, 0)}
                      className="misses"
                    >
                      <strong>{t("predictions.misses")}</strong>
                      {why === undefined ? undefined : <span className="quiet"> {why}</span>}
                      <span className="quiet"> {t("predictions.missesRemedy")}</span>
                    </td>
                  ) : known === undefined ? undefined : (
                    <td key={chip} />
                  ),
                )}
              </tr>
              {rows.map(({ name, of, least }) => {
                const best = bestOf(columns.flatMap(({ known }) => (known && least?.(known)) ?? []));
                return (
                  <tr key={name}>
                    <th scope="row">{t(`predictions.${name}`)}</th>
                    {columns.map(({ one, known }) =>
                      known === undefined ? undefined : (
                        <td
                          key={one.chip}
                          className={best !== undefined && least?.(known) === best ? "best" : undefined}
                        >
                          {of(known)}
                        </td>
                      ),
                    )}
                  </tr>
                );
              })}
            </Fragment>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}

/** What bounds it, and what is busiest in steps with prompts and in those of decodes. */
function BoundBy({ at: { boundBy, busy } }: { readonly at: EstimatedPoint }) {
  const { t, i18n } = useTranslation();
  const busiest = (of: Busy) =>
    busyParts
      .toSorted((one, other) => of[other] - of[one])
      .slice(0, 2)
      .map((part) => `${t(`predictions.busy.${part}`)} ${percent(of[part], i18n.language, 0)}`)
      .join(", ");
  return (
    <>
      {t(`predictions.bounds.${boundBy}`)}
      {(["prefill", "decode"] as const).map((phase) =>
        // Workers for answers have no steps with prompts.
        busyParts.every((part) => busy[phase][part] === 0) ? undefined : (
          <small className="quiet under" key={phase}>
            {t(`predictions.steps.${phase}`)}: {busiest(busy[phase])}
          </small>
        ),
      )}
    </>
  );
}

function knownOf(one: Predicted): Known | undefined {
  const at = atBest(one);
  const { best, estimated } = one;
  return best === undefined || at === undefined || estimated === undefined ? undefined : { best, at, estimated };
}

function perUserOf({ tokensPerSecondPerUser: value }: Found, { tpotMs: { mean, band } }: EstimatedPoint): Banded {
  return { value, low: (value * mean) / band.high, high: (value * mean) / band.low };
}

function bestOf(values: readonly number[]): number | undefined {
  return values.length < 2 ? undefined : Math.min(...values);
}

/** `2 × TensorRT-LLM fp8 tp2`: the chip stands above it. */
function shortName({ deployment, chip }: Found): string {
  return deployment.replace(` ${chip} `, " ").replace(/, .*$/, "");
}

/** `2 × tp4 prefill + 1 × tp8-dp2 decode`, where prompts and answers have pools of their own. */
function poolsOf({ deployment }: Found): string | undefined {
  return /, (.* decode), /.exec(deployment)?.[1];
}
