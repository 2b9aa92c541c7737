/**
 * Every number that a scenario states, in one list: what the model reads, what the audit prints, what is drawn from its
 * range and what the tornado moves. There is no other number in the model.
 */
import { disagree, rangeOf, type Readings, usedFigure, usedValue } from "../../catalog/readings.ts";
import { inputNames, type Scenario } from "./scenario.ts";

export type Assumption = {
  /** Where it stands in the file: `inputs.itCapital`, `deals.openai.mw`. */
  readonly path: string;
  readonly readings: Readings;
};

/** Backlogs as reported are listed by the audit alone: the model does not move them. */
export function assumptionsOf(scenario: Scenario): readonly Assumption[] {
  return [
    ...inputNames.map((name) => ({ path: `inputs.${name}`, readings: scenario.inputs[name] })),
    { path: "base", readings: scenario.base },
    ...Object.entries(scenario.deals).flatMap(([name, { valueUsd, years, mw }]) => [
      { path: `deals.${name}.valueUsd`, readings: valueUsd },
      { path: `deals.${name}.years`, readings: years },
      { path: `deals.${name}.mw`, readings: mw },
    ]),
    ...Object.entries(scenario.strategies).flatMap(([name, { decisions }]) =>
      decisions.flatMap((decision, index) => {
        const path = `strategies.${name}.decisions[${index}]`;
        if ("share" in decision) return [{ path: `${path}.share`, readings: decision.share }];
        return "mw" in decision && decision.mw !== undefined ? [{ path: `${path}.mw`, readings: decision.mw }] : [];
      }),
    ),
  ];
}

/** What each number is, by its path. */
export type Values = ReadonlyMap<string, number>;

/** As the scenario uses them. */
export function usedValues(assumptions: readonly Assumption[]): Map<string, number> {
  return new Map(assumptions.map(({ path, readings }) => [path, usedValue(readings)]));
}

/** Those whose truth may lie elsewhere than where it is used. */
export function doubted(assumptions: readonly Assumption[]): readonly (Assumption & { low: number; high: number })[] {
  return assumptions.map((one) => ({ ...one, ...rangeOf(one.readings) })).filter(({ low, high }) => high > low);
}

export type Audit = {
  readonly rows: readonly AuditRow[];
  readonly byConfidence: Readonly<Record<string, number>>;
  /** Paths of those of which the readings disagree. */
  readonly disagreements: readonly string[];
  /** Dates and decisions, with who says so. */
  readonly statements: readonly {
    readonly path: string;
    readonly at: string;
    readonly what: string;
    readonly source: string;
  }[];
};

export type AuditRow = {
  readonly path: string;
  readonly what: string;
  /** Counted from 1. */
  readonly use: number;
  readonly because: string | null;
  readonly low: number;
  readonly high: number;
  readonly rangeSource: string | null;
  readonly readings: Readings["readings"];
};

/** Every input with all its readings and the one that is used, and every dated statement with its source. */
export function auditOf(scenario: Scenario): Audit {
  const reported = Object.entries(scenario.backlogs).flatMap(([company, quarters]) =>
    Object.entries(quarters).map(([at, readings]) => ({ path: `backlogs.${company}.${at}`, readings })),
  );
  const all = [...assumptionsOf(scenario), ...reported];
  const byConfidence: Record<string, number> = { reported: 0, estimate: 0, derived: 0, assumption: 0 };
  for (const { readings } of all) {
    const { confidence } = usedFigure(readings);
    byConfidence[confidence] = (byConfidence[confidence] ?? 0) + 1;
  }
  return {
    rows: all.map(({ path, readings }) => ({
      path,
      what: readings.what,
      use: readings.use ?? 1,
      because: readings.because ?? null,
      ...rangeOf(readings),
      rangeSource: readings.range?.source ?? null,
      readings: readings.readings,
    })),
    byConfidence,
    disagreements: all.filter(({ readings }) => disagree(readings)).map(({ path }) => path),
    statements: [
      ...Object.entries(scenario.deals).map(([name, { opens, closes, what, source }]) => ({
        path: `deals.${name}`,
        at: `${opens} to ${closes}`,
        what,
        source,
      })),
      ...Object.entries(scenario.strategies).flatMap(([name, { decisions }]) =>
        decisions.map((decision, index) => ({
          path: `strategies.${name}.decisions[${index}]`,
          at: decision.at,
          what:
            "order" in decision
              ? `${decision.do}: ${decision.what}`
              : "deal" in decision
                ? `${decision.do} ${decision.deal}`
                : decision.do,
          source: decision.source,
        })),
      ),
    ],
  };
}
