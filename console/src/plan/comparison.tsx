/** Plans side by side: what each is worth, what it takes, and how capacity and cash run. */
import { Button, useComputedColorScheme } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "../answers/ask.ts";
import { SavePicture } from "../parts/save-picture.tsx";
import { Chart } from "../parts/chart.tsx";
import { Waiting } from "../parts/page.tsx";
import { ChartPanel, Panel, TableFrame } from "../parts/panel.tsx";
import { saveCsv } from "../parts/save.ts";
import { inks } from "../palette.ts";
import { besideOption, quartersOfAll, totalMw } from "./charts.ts";
import { type Measure, measures } from "./measures.ts";
import type { Planned, Quarter, Run } from "./shapes.ts";
import { usePlanWords } from "./words.ts";

export function Comparison({ ids }: { readonly ids: readonly string[] }) {
  const { t } = useTranslation();
  const runs = usePlanned(ids);
  const { large, mw, share, objective, value } = usePlanWords();
  const name = (run: Planned) => nameOf(run, runs ?? [], objective(run.objective));
  if (runs === undefined) return <Waiting rows={6} />;
  const text = (measure: Measure, run: Planned) => {
    const found = measures[measure](run.plan);
    if (measure === "value") return value(run.plan.solved);
    if (found === null) return "—";
    if (measure === "gap") return share(found, 2);
    if (measure === "margin" || measure === "unmet") return share(found);
    return measure === "capacity" ? mw(found) : large(found);
  };
  const names = Object.keys(measures) as Measure[];
  const rows = [
    ["measure", ...runs.map(name)],
    ...names.map((measure) => [measure, ...runs.map(({ plan }) => measures[measure](plan) ?? "")]),
  ];
  return (
    <section className="sections" aria-label={t("plan.sideBySide")}>
      <Panel
        title={t("plan.sideBySide")}
        hint={t("plan.sideBySideHint")}
        flush
        actions={
          <Button size="xs" variant="default" onClick={() => saveCsv("plans", rows)}>
            {t("exports.csv")}
          </Button>
        }
      >
        <TableFrame label={t("plan.sideBySide")}>
          <thead>
            <tr>
              <th scope="col">{t("plan.measure")}</th>
              {runs.map((run) => (
                <th key={run.id} scope="col" className="number">
                  {name(run)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map((measure) => (
              <tr key={measure}>
                <th scope="row">{t(`plan.measures.${measure}`)}</th>
                {runs.map((run) => (
                  <td key={run.id} className="number">
                    {text(measure, run)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </TableFrame>
      </Panel>
      <div className="plan-beside">
        <Beside
          title={t("plan.capacityOverTime")}
          file="capacity-compared"
          runs={runs}
          of={totalMw}
          text={mw}
          name={name}
        />
        <Beside title={t("plan.balance")} file="cash-compared" runs={runs} of={cashOf} text={large} name={name} />
      </div>
    </section>
  );
}

type BesideProps = {
  readonly title: string;
  readonly file: string;
  readonly runs: readonly Planned[];
  readonly of: (quarter: Quarter) => number;
  readonly text: (value: number) => string;
  readonly name: (run: Planned) => string;
};

/** One figure of each quarter, plan by plan. */
function Beside({ title, file, runs, of, text, name }: BesideProps) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme("light");
  const quarters = quartersOfAll(runs);
  return (
    <ChartPanel
      title={title}
      actions={<SavePicture name={file} />}
      chart={<Chart option={besideOption(runs, of, inks[scheme], text, name)} height={280} label={title} />}
      table={
        <TableFrame label={title}>
          <thead>
            <tr>
              <th scope="col">{t("plan.quarter")}</th>
              {runs.map((run) => (
                <th key={run.id} scope="col" className="number">
                  {name(run)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {quarters.map((quarter) => (
              <tr key={quarter}>
                <th scope="row">{quarter}</th>
                {runs.map((run) => {
                  const found = run.plan.summary.quarters.find((one) => one.quarter === quarter);
                  return (
                    <td key={run.id} className="number">
                      {found === undefined ? "—" : text(of(found))}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </TableFrame>
      }
    />
  );
}

const cashOf = ({ cashUsd }: Quarter) => cashUsd;

/** A plan's scenario, and what tells it from another of the same. */
function nameOf(run: Planned, runs: readonly Planned[], objective: string): string {
  const namesakes = runs.filter(({ name }) => name === run.name);
  if (namesakes.length === 1) return run.name;
  const alike = namesakes.filter((one) => one.objective === run.objective);
  return alike.length === 1 ? `${run.name}, ${objective}` : `${run.name}, ${objective} ${alike.indexOf(run) + 1}`;
}

/** In the order in which they are asked for; those that have no plan are left out. */
function usePlanned(ids: readonly string[]): readonly Planned[] | undefined {
  const [runs, setRuns] = useState<readonly Planned[]>();
  const question = ids.join(" ");
  useEffect(() => {
    const left = new AbortController();
    const all = question.split(" ").map((id) => ask<Run>(`/api/plan/capacity/runs/${id}`, { signal: left.signal }));
    Promise.all(all).then(
      (found) => setRuns(found.filter((run): run is Planned => run.plan !== null)),
      (error: unknown) => {
        if (!left.signal.aborted) throw error;
      },
    );
    return () => left.abort();
  }, [question]);
  return runs;
}
