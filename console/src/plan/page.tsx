/** Plan: a scenario to change and to run, the runs that there are, what came of one of them, and some side by side. */
import "./plan.css";
import { Alert, Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import example from "../../../docs/examples/plan-capacity.yaml?raw";
import { ask, Refusal } from "../answers/ask.ts";
import { ScenarioForm } from "../parts/scenario-form.tsx";
import { Icon } from "../parts/icon.tsx";
import { Page, Refused, Waiting } from "../parts/page.tsx";
import { Panel } from "../parts/panel.tsx";
import { Comparison } from "./comparison.tsx";
import { keepScenario, keptScenario } from "./kept.ts";
import { RunProgress } from "./progress.tsx";
import { Result } from "./result.tsx";
import { RunsPanel } from "./runs-panel.tsx";
import { type FromLedger, type Listed, type Objective, objectives, type Planned, type Run } from "./shapes.ts";
import { isUnderWay, useRun, useRuns } from "./use-runs.ts";

type Refusing = { readonly yaml: string; readonly refusal: Refusal };

export default function PlanPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const navigate = useNavigate();
  const { answer, refusal, again } = useRuns();
  const shown = useRun(id ?? answer?.runs[0]?.id);
  const [marked, setMarked] = useState<readonly string[]>([]);
  const runs = answer?.runs ?? [];
  const compared = marked.filter((one) => runs.some((run) => run.id === one && run.solved !== null));
  const stop = async (which: string) => {
    await ask(`/api/plan/capacity/runs/${which}/stop`, { method: "POST", body: {} });
    again();
    shown.again();
  };
  const started = (run: Listed) => {
    again();
    void navigate(`/plan/${run.id}`);
  };
  return (
    <Page title={t("pages.plan")} lead={t("plan.lead")}>
      <div className="sections">
        <div className="scenario-beside plan-top">
          <ScenarioPanel onStarted={started} />
          <div className="sections">
            {refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />}
            <RunsPanel
              runs={runs}
              shown={shown.answer?.id}
              marked={compared}
              onMark={(one) =>
                setMarked(marked.includes(one) ? marked.filter((other) => other !== one) : [...marked, one])
              }
              onStop={(one) => void stop(one)}
            />
            {shown.answer !== undefined && isUnderWay(shown.answer) ? (
              <RunProgress run={shown.answer} onStop={() => void stop(shown.answer!.id)} />
            ) : undefined}
          </div>
        </div>
        {compared.length > 1 ? <Comparison ids={compared} /> : undefined}
        {shown.refusal === undefined ? undefined : <Refused refusal={shown.refusal} />}
        {shown.waiting ? <Waiting rows={6} /> : undefined}
        {shown.answer === undefined ? undefined : <Came run={shown.answer} />}
      </div>
    </Page>
  );
}

/** What came of a run that is over. */
function Came({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  if (hasPlan(run)) return <Result run={run} />;
  if (run.state !== "failed") return undefined;
  return (
    <Alert color="red" variant="light" icon={<Icon name="warning" />} title={t("plan.noPlan")} role="alert">
      {run.failure}
    </Alert>
  );
}

const hasPlan = (run: Run): run is Planned => run.plan !== null;

function ScenarioPanel({ onStarted }: { readonly onStarted: (run: Listed) => void }) {
  const { t } = useTranslation();
  const [yaml, setYaml] = useState(() => keptScenario(localStorage) ?? example);
  const [objective, setObjective] = useState<Objective | "">("");
  const [refused, setRefused] = useState<Refusing>();
  const [notes, setNotes] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);

  const asking = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
      setRefused(undefined);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setRefused({ yaml, refusal: error });
    } finally {
      setBusy(false);
    }
  };
  const run = () =>
    asking(async () => {
      const body = { yaml, ...(objective === "" ? {} : { objective }) };
      onStarted(await ask<Listed>("/api/plan/capacity/runs", { method: "POST", body }));
      keepScenario(localStorage, yaml === example ? undefined : yaml);
    });
  const fromLedger = () =>
    asking(async () => {
      const body = { base: yaml };
      const made = await ask<FromLedger>("/api/plan/capacity/from-ledger", { method: "POST", body });
      setYaml(made.yaml);
      setNotes(made.notes);
    });
  return (
    <div className="scenario">
      <Panel title={t("plan.scenario")} hint={t("plan.scenarioHint")}>
        <ScenarioForm
          label={t("plan.scenario")}
          yaml={yaml}
          busy={busy}
          refused={refused}
          refusedTitle={t("plan.refused")}
          tools={
            <>
              <NativeSelect
                size="xs"
                aria-label={t("plan.objective")}
                value={objective}
                onChange={(event) => setObjective(event.currentTarget.value as Objective | "")}
                data={[
                  { value: "", label: t("plan.asWritten") },
                  ...objectives.map((value) => ({ value, label: t(`plan.objectives.${value}`) })),
                ]}
              />
              <Button size="xs" variant="subtle" onClick={() => void fromLedger()}>
                {t("plan.fromLedger")}
              </Button>
              {yaml === example ? undefined : (
                <Button size="xs" variant="subtle" onClick={() => setYaml(example)}>
                  {t("makeOrBuy.reset")}
                </Button>
              )}
            </>
          }
          onChange={setYaml}
          onRun={() => void run()}
        />
        {notes.length === 0 ? undefined : (
          <Alert color="blue" variant="light" title={t("plan.assumed")} withCloseButton onClose={() => setNotes([])}>
            <ul>
              {notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          </Alert>
        )}
      </Panel>
    </div>
  );
}
