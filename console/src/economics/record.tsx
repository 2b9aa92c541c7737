/** Contracts and capital expenditure of public record, every figure with what is said of it. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAnswer } from "../answers/use-answer.ts";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { marks } from "../chips/figure.tsx";
import { quantity } from "../format/number.ts";
import { Refused, Waiting } from "../parts/page.tsx";
import { Panel, TableFrame } from "../parts/panel.tsx";
import { saveCsv } from "../parts/save.ts";
import type { Industry, Readings, RecordedContract } from "./shapes.ts";
import { useSourceText } from "./sources.tsx";

export function RecordPanels() {
  const { answer, refusal, waiting, again } = useAnswer<Industry>("/api/industry");
  if (waiting) return <Waiting rows={6} />;
  if (answer === undefined) return refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />;
  return (
    <>
      <Contracts contracts={answer.contracts} />
      <Capex capex={answer.capex} />
    </>
  );
}

function Contracts({ contracts }: { readonly contracts: readonly RecordedContract[] }) {
  const { t } = useTranslation();
  const { large } = usePlanMoney();
  const basis = t("economics.basis", { returnObjects: true }) as Readonly<Record<string, string>>;
  const used = (of: Readings | undefined) => (of === undefined ? "" : (of.readings[(of.use ?? 1) - 1]?.value ?? ""));
  const csv = () =>
    saveCsv("contracts", [
      [
        "signed",
        "seller",
        "buyer",
        "what",
        "value_usd_bn",
        "years",
        "power_mw",
        "power_basis",
        "usd_per_mw_year",
        "source",
      ],
      ...contracts.map((one) => [
        one.signed,
        one.seller,
        one.buyer,
        one.what,
        used(one.value),
        used(one.years),
        used(one.power),
        one.powerBasis ?? "",
        one.usdPerMwYear ?? "",
        (one.value ?? one.power)?.readings[0]?.source ?? "",
      ]),
    ]);
  return (
    <Panel
      title={t("economics.contractsTitle")}
      hint={t("economics.contractsHint")}
      actions={
        <Button size="xs" variant="default" onClick={csv}>
          CSV
        </Button>
      }
      flush
    >
      <TableFrame label={t("economics.contractsTitle")}>
        <thead>
          <tr>
            <th scope="col">{t("economics.seller")}</th>
            <th scope="col">{t("economics.buyer")}</th>
            <th scope="col" className="number">
              {t("economics.value")}
            </th>
            <th scope="col" className="number">
              {t("economics.years")}
            </th>
            <th scope="col" className="number">
              {t("economics.power")}
            </th>
            <th scope="col" className="number">
              {t("economics.perMwYear")}
            </th>
          </tr>
        </thead>
        <tbody>
          {contracts.map((one, index) => (
            <tr key={index}>
              <th scope="row" className="nowrap">
                {one.seller}
                <small className="quiet block">{one.signed}</small>
              </th>
              <td className="contract-what">
                {one.buyer}
                <small className="quiet block">{one.what}</small>
              </td>
              <td className="number">
                <Said of={one.value} text={(value) => large(value * 1e9)} />
              </td>
              <td className="number">
                <Said of={one.years} text={String} />
              </td>
              <td className="number">
                <Said of={one.power} text={(value) => `${(value / 1000).toFixed(2)} GW`} />
                {one.powerBasis === undefined ? undefined : (
                  <small className="quiet block">{basis[one.powerBasis]}</small>
                )}
              </td>
              <td className="number">
                {one.usdPerMwYear === null ? <span className="none">—</span> : large(one.usdPerMwYear)}
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}

function Capex({ capex }: { readonly capex: Industry["capex"] }) {
  const { t, i18n } = useTranslation();
  return (
    <Panel title={t("economics.capexTitle")} hint={t("economics.capexHint")} flush>
      <TableFrame label={t("economics.capexTitle")}>
        <thead>
          <tr>
            <th scope="col">{t("economics.company")}</th>
            <th scope="col">{t("economics.spanOf")}</th>
            <th scope="col" className="number">
              {t("economics.value")}
            </th>
          </tr>
        </thead>
        <tbody>
          {capex.map(({ company, span, spent }) => (
            <tr key={`${company} ${span}`}>
              <th scope="row">{company}</th>
              <td>{span}</td>
              <td className="number">
                <Said of={spent} text={(value) => quantity(value, i18n.language)} all />
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}

/** A figure with its readings behind it; all of them side by side where that is asked for. */
function Said({
  of,
  text,
  all = false,
}: {
  readonly of: Readings | undefined;
  readonly text: (value: number) => string;
  readonly all?: boolean;
}) {
  const sourceText = useSourceText();
  if (of === undefined) return <span className="none">—</span>;
  const used = of.readings[(of.use ?? 1) - 1];
  if (used === undefined) return undefined;
  const values = all ? of.readings : [used];
  return (
    <span title={sourceText(of)} className="said">
      <span className="sourced-mark">{marks[used.confidence]}</span>
      {values.map(({ value }) => text(value)).join(" … ")}
    </span>
  );
}
