/** The ticked deals side by side: one row a measure, the best of a row marked where more or less is better. */
import { useEffect, useRef, useState } from "react";
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import { Refused, Waiting } from "../parts/page.tsx";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { saveCsv, savePdf } from "../parts/save.ts";
import type { Comparison } from "./shapes.ts";
import { useDealWords } from "./words.ts";

export function ComparedPanel({ yamls }: { readonly yamls: readonly string[] }) {
  const { t } = useTranslation();
  const { measure } = useDealWords();
  const [state, setState] = useState<{ answer?: Comparison; refusal?: Refusal }>({});
  const [round, setRound] = useState(0);
  const question = JSON.stringify(yamls);
  const latest = useRef(0);
  useEffect(() => {
    const turn = ++latest.current;
    ask<Comparison>("/api/deals/compare", { method: "POST", body: { yamls } }).then(
      (answer) => {
        if (turn === latest.current) setState({ answer });
      },
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        if (turn === latest.current) setState({ refusal: error });
      },
    );
  }, [question, round]);
  const { answer, refusal } = state;
  if (refusal !== undefined) return <Refused refusal={refusal} again={() => setRound((before) => before + 1)} />;
  if (answer === undefined) return <Waiting rows={4} />;
  const rows = [
    ["measure", ...answer.deals.map(({ name }) => name)],
    ...answer.rows.map((row) => [row.measure, ...row.values.map((value) => value ?? "")]),
  ];
  return (
    <Panel
      title={t("deals.compared")}
      hint={t("deals.comparedHint")}
      flush
      actions={
        <>
          <Button size="xs" variant="default" onClick={() => saveCsv("deals-compared", rows)}>
            {t("exports.csv")}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => void savePdf("deals-compared", "/api/deals/report", { kind: "comparison", yamls })}
          >
            {t("exports.pdf")}
          </Button>
        </>
      }
    >
      <TableFrame label={t("deals.compared")}>
        <thead>
          <tr>
            <th scope="col">{t("deals.measure")}</th>
            {answer.deals.map(({ name, title }) => (
              <th key={name} scope="col" className="number">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.rows.map((row) => (
            <tr key={row.measure}>
              <th scope="row">{t(`deals.measures.${row.measure}`)}</th>
              {row.values.map((value, index) => (
                <td key={answer.deals[index]?.name} className={index === row.best ? "number good" : "number"}>
                  {measure(row.measure, value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}
