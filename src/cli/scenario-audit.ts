/** Every input of a case with all that is said of it, as text for a terminal. Pure. */
import type { Confidence } from "../catalog/figure.ts";
import type { Audit } from "../planner/scenario/assumptions.ts";
import type { Scenario } from "../planner/scenario/scenario.ts";
import { bold, dim, green, table, yellow } from "./terminal.ts";

const paints: Readonly<Record<Confidence, (text: string) => string>> = {
  reported: green,
  estimate: yellow,
  derived: yellow,
  assumption: (text) => text,
};

export function auditPicture(scenario: Scenario, audit: Audit): string {
  const { rows, byConfidence, disagreements, statements } = audit;
  const lines = rows.flatMap((row) =>
    row.readings.map((figure, index) => [
      index === 0 ? row.path : "",
      index + 1 === row.use ? bold("=") : dim("·"),
      figure.value.toLocaleString("en", { maximumSignificantDigits: 6 }),
      figure.unit,
      paints[figure.confidence](figure.confidence),
      figure.asOf,
      figure.source,
      ...(index + 1 === row.use && row.because !== null ? [dim(`used: ${row.because}`)] : []),
    ]),
  );
  const counts = Object.entries(byConfidence).map(([confidence, count]) => `${count} ${confidence}`);
  const titles = ["input", "", "value", "unit", "known", "as of", "source", ""];
  return [
    bold(scenario.title),
    dim("= used   · also said, and not used\n"),
    table(
      titles.map((title, index) => ({ title, align: index === 2 ? ("right" as const) : ("left" as const) })),
      lines,
    ),
    "",
    table(
      [{ title: "dated statement" }, { title: "at" }, { title: "what" }, { title: "source" }],
      statements.map(({ path, at, what, source }) => [path, at, what, source]),
    ),
    "",
    `${rows.length} inputs, each with its source, date and confidence: ${counts.join(", ")}.`,
    `Sources disagree on ${disagreements.length}: ${disagreements.join(", ") || "none"}.`,
  ].join("\n");
}
