/** Make or buy: a scenario as text, and what comes of it once it is run. */
import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import { LastResult } from "../parts/last-result.tsx";
import { Panel } from "../parts/panel.tsx";
import { Result } from "./result.tsx";
import { ScenarioForm } from "../parts/scenario-form.tsx";
import { example } from "./scenario.ts";
import type { MakeOrBuy } from "./shapes.ts";

type Props = { readonly yaml: string; readonly onChange: (yaml: string) => void };

export function MakeOrBuyView({ yaml, onChange }: Props) {
  const { t } = useTranslation();
  const [ran, setRan] = useState<{ readonly yaml: string; readonly result: MakeOrBuy }>();
  const [refused, setRefused] = useState<{ readonly yaml: string; readonly refusal: Refusal }>();
  const [busy, setBusy] = useState(false);
  const latest = useRef(0);

  const run = async () => {
    const turn = ++latest.current;
    setBusy(true);
    try {
      const result = await ask<MakeOrBuy>("/api/chips/make-or-buy", { method: "POST", body: { yaml } });
      if (turn !== latest.current) return;
      setRan({ yaml, result });
      setRefused(undefined);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (turn === latest.current) setRefused({ yaml, refusal: error });
    } finally {
      if (turn === latest.current) setBusy(false);
    }
  };

  // Something to read at once: the scenario as it stands.
  useEffect(() => {
    void run();
  }, []);

  const isStale = ran !== undefined && ran.yaml !== yaml;

  return (
    <div className="scenario-beside">
      <div className="scenario">
        <Panel title={t("makeOrBuy.scenario")} hint={t("makeOrBuy.scenarioHint")}>
          <ScenarioForm
            label={t("makeOrBuy.scenario")}
            yaml={yaml}
            busy={busy}
            refused={refused}
            refusedTitle={t("makeOrBuy.refused")}
            tools={
              yaml === example ? undefined : (
                <Button size="xs" variant="subtle" onClick={() => onChange(example)}>
                  {t("makeOrBuy.reset")}
                </Button>
              )
            }
            onChange={onChange}
            onRun={() => void run()}
          />
        </Panel>
      </div>
      <LastResult isRefused={refused !== undefined} isStale={isStale}>
        {ran === undefined ? undefined : <Result result={ran.result} stale={isStale} />}
      </LastResult>
    </div>
  );
}
