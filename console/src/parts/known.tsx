/** How a figure is known, and figures that may not be: what is unavailable is a dash, never a zero. */
import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Figure } from "../../../src/stack/report.ts";
import type { Provenance } from "../../../src/stack/usage.ts";

/** A full mark is measured, a half one modelled, an empty one unavailable: told apart without colour. */
export function Known({ by, short = false }: { readonly by: Provenance; readonly short?: boolean }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={t(`known.${by}Why`)} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      <span className={`known ${by}`} role="img" aria-label={t(`known.${by}`)}>
        <svg width="9" height="9" viewBox="0 0 10 10" aria-hidden="true">
          <circle cx="5" cy="5" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.4" />
          {by === "measured" ? <circle cx="5" cy="5" r="4" fill="currentColor" /> : undefined}
          {by === "modelled" ? <path d="M5 1a4 4 0 0 0 0 8Z" fill="currentColor" /> : undefined}
        </svg>
        {short ? undefined : t(`known.${by}`)}
      </span>
    </Tooltip>
  );
}

/** A figure's value, or the dash. */
export function FigureValue({ figure, text }: { readonly figure: Figure; readonly text: (value: number) => string }) {
  const { t } = useTranslation();
  const { value, provenance } = figure;
  if (value === null || provenance === "unavailable") {
    return (
      <span className="none" role="img" aria-label={t("known.unavailable")}>
        —
      </span>
    );
  }
  return <>{text(value)}</>;
}

/** What depends on several figures is known as well as the least known of them. */
export function leastKnown(...all: readonly Provenance[]): Provenance {
  if (all.includes("unavailable")) return "unavailable";
  return all.includes("modelled") ? "modelled" : "measured";
}
