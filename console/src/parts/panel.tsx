/** A panel of a page: a titled section with its actions. A drawing in it always has a table to switch to. */
import { SegmentedControl } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";

type Props = {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly flush?: boolean;
};

export function Panel({ title, hint, actions, children, flush = false }: Props) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <header className="panel-head">
        <div>
          <h2 id={id}>{title}</h2>
          {hint === undefined ? undefined : <p className="hint">{hint}</p>}
        </div>
        {actions === undefined ? undefined : <div className="panel-actions">{actions}</div>}
      </header>
      <div className={flush ? "panel-body flush" : "panel-body"}>{children}</div>
    </section>
  );
}

type ChartProps = Omit<Props, "children" | "flush"> & { readonly chart: ReactNode; readonly table: ReactNode };

export function ChartPanel({ chart, table, actions, ...rest }: ChartProps) {
  const { t } = useTranslation();
  const [shows, setShows] = useState("chart");
  return (
    <Panel
      {...rest}
      flush={shows === "table"}
      actions={
        <>
          {actions}
          <SegmentedControl
            size="xs"
            aria-label={t("chart.show")}
            value={shows}
            onChange={setShows}
            data={[
              { value: "chart", label: t("chart.chart") },
              { value: "table", label: t("chart.table") },
            ]}
          />
        </>
      }
    >
      {shows === "chart" ? chart : table}
    </Panel>
  );
}

/** A table that scrolls by itself on a narrow screen, also by keyboard. */
export function TableFrame({
  label,
  kind,
  children,
}: {
  readonly label: string;
  readonly kind?: "projects" | "list" | "chip-figures" | "build-up" | "side-by-side";
  readonly children: ReactNode;
}) {
  return (
    <div className="table-frame" role="region" aria-label={label} tabIndex={0}>
      <table className={kind === undefined ? "table" : `table ${kind}`}>{children}</table>
    </div>
  );
}
