/** The ledger's proof: its invariants, checked now, when asked. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LedgerCheck } from "../answers/shapes.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { Icon } from "../parts/icon.tsx";
import { Refused, Waiting } from "../parts/page.tsx";
import { Panel } from "../parts/panel.tsx";

export function LedgerProof() {
  const { t } = useTranslation();
  const [isAsked, setIsAsked] = useState(false);
  const { answer, refusal, waiting, again } = useAnswer<LedgerCheck>(isAsked ? "/api/ledger/check" : undefined);
  return (
    <Panel
      title={t("ledger.title")}
      hint={t("ledger.hint")}
      actions={
        <Button size="xs" variant="default" loading={waiting} onClick={isAsked ? again : () => setIsAsked(true)}>
          {isAsked ? t("ledger.again") : t("ledger.check")}
        </Button>
      }
    >
      {waiting ? <Waiting /> : undefined}
      {refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />}
      {answer === undefined ? undefined : (
        <>
          <p className={answer.ok ? "good strong" : "bad strong"} role="status">
            {answer.ok ? t("ledger.ok") : t("ledger.broken")}
          </p>
          <ul className="proof">
            {answer.invariants.map(({ name, holds, detail }) => (
              <li key={name}>
                <span
                  className={holds ? "good" : "bad"}
                  role="img"
                  aria-label={t(holds ? "ledger.holds" : "ledger.fails")}
                >
                  <Icon name={holds ? "check" : "warning"} size={16} />
                </span>
                <div>
                  <div>{name}</div>
                  <div className="quiet small">{detail}</div>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
