/** Where figures are from: on hover beside each, and in a list with all that is said of it. */
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { marks } from "../chips/figure.tsx";
import { quantity } from "../format/number.ts";
import { Panel, TableFrame } from "../parts/panel.tsx";
import type { Audit, AuditRow, Readings } from "./shapes.ts";
import { useWords } from "./words.ts";

/** Every reading in words, for the mark beside a figure. */
export function useSourceText(): (of: Readings) => string {
  const { t, i18n } = useTranslation();
  return ({ readings, use = 1, because }) => {
    const lines = readings.map(
      ({ value, unit, source, asOf, confidence }, index) =>
        `${index + 1 === use ? "▸" : "·"} ${quantity(value, i18n.language)} ${unit} · ${t(`chips.known.${confidence}`)} · ${asOf} · ${source}`,
    );
    return [...lines, ...(because === undefined ? [] : [`${t("economics.usedFor")} ${because}`])].join("\n");
  };
}

export function AuditPanel({ audit }: { readonly audit: Audit }) {
  const { t } = useTranslation();
  const [shows, setShows] = useState<"all" | "disagreeing">("all");
  const rows = shows === "all" ? audit.rows : audit.rows.filter(({ path }) => audit.disagreements.includes(path));
  const counts = (["reported", "estimate", "derived", "assumption"] as const).map(
    (known) => `${audit.byConfidence[known] ?? 0} ${t(`chips.known.${known}`)}`,
  );
  return (
    <Panel
      title={t("economics.audit")}
      hint={t("economics.auditHint", {
        count: audit.rows.length,
        known: counts.join(t("chips.comma")),
        disagreeing: audit.disagreements.length,
      })}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("economics.audit")}
          value={shows}
          onChange={setShows}
          data={[
            { value: "all", label: t("economics.all") },
            { value: "disagreeing", label: t("economics.disagreeing") },
          ]}
        />
      }
      flush
    >
      <TableFrame label={t("economics.audit")}>
        <thead>
          <tr>
            <th scope="col">{t("economics.input")}</th>
            <th scope="col" className="number">
              {t("chips.value")}
            </th>
            <th scope="col">{t("chips.howKnown")}</th>
            <th scope="col">{t("chips.asOf")}</th>
            <th scope="col">{t("chips.source")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <AuditRows key={row.path} row={row} />
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}

function AuditRows({ row }: { readonly row: AuditRow }) {
  const { t, i18n } = useTranslation();
  const { assumption } = useWords();
  return row.readings.map((figure, index) => {
    const isUsed = index + 1 === row.use;
    return (
      <tr key={index} className={`${index === 0 ? "group-first" : ""}${isUsed ? "" : " faded"}`}>
        {index === 0 ? (
          <th scope="rowgroup" rowSpan={row.readings.length} className="wrapped" title={row.path}>
            {assumption(row.path, row.what)}
          </th>
        ) : undefined}
        <td className={`number${isUsed ? " strong" : ""}`}>
          <span className="sourced-mark">{marks[figure.confidence]}</span>
          {quantity(figure.value, i18n.language)} <small className="quiet">{figure.unit}</small>
        </td>
        <td className="nowrap">{t(`chips.known.${figure.confidence}`)}</td>
        <td className="nowrap">{figure.asOf}</td>
        <td className="source-cell">
          <SourceLinks text={figure.source} />
          {isUsed && row.because !== null ? (
            <small className="quiet because">
              {t("economics.usedFor")} {row.because}
            </small>
          ) : undefined}
        </td>
      </tr>
    );
  });
}

/** A source's words, its addresses as links. */
export function SourceLinks({ text }: { readonly text: string }) {
  return text.split(/(https?:\/\/[^\s,;)]+)/).map((part, index) =>
    part.startsWith("http") ? (
      <a key={index} href={part} target="_blank" rel="noreferrer">
        {new URL(part).hostname.replace(/^www\./, "")}
      </a>
    ) : (
      part
    ),
  );
}
