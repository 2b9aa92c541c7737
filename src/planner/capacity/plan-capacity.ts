/**
 * What to build, lease, rent or buy, when and where: the capacity plan of a scenario.
 */
import { Fault } from "../../stack/fault.ts";
import { nameOf } from "../optimise/model.ts";
import { gapOf, type Progress } from "../optimise/search.ts";
import { defaultGap, solve } from "../optimise/solve.ts";
import { accountsOf, type FutureAccount } from "./account.ts";
import { caseOf } from "./case.ts";
import { problemsOfPlan } from "./check.ts";
import { type Decided, decidedBy } from "./decided.ts";
import { type Formulated, formulate } from "./formulate.ts";
import type { CapacityScenario, Objective } from "./scenario.ts";

export type PlanOptions = {
  /** How much more than the proven bound a plan may cost, as a share; 0.01 when absent. */
  readonly gap?: number;
  readonly timeLimitSeconds?: number;
  /** Blocks and contracts are whole for so many quarters, and may be fractions beyond; all whole when absent. */
  readonly integerQuarters?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** When it fires, the best plan so far is given, marked. */
  readonly signal?: AbortSignal;
};

export type CapacityPlan = Decided & {
  readonly name: string;
  readonly objective: Objective;
  readonly quarters: readonly string[];
  readonly futures: readonly FutureAccount[];
  readonly solved: Solved;
  /** Rules that the plan breaks, as an independent check sees it; none, or there is a defect. */
  readonly problems: readonly string[];
};

export type Solved = {
  /** `best so far`: the time ran out, or somebody asked to stop, before the gap was reached. */
  readonly status: "within gap" | "best found" | "best so far";
  /** What is optimised, in dollars, risk among it; higher is better. */
  readonly valueUsd: number;
  /** No plan is worth more; null when the time ran out before it was proven. */
  readonly boundUsd: number | null;
  readonly gap: number | null;
  readonly rootSeconds: number;
  readonly seconds: number;
  readonly columns: number;
  readonly rows: number;
  readonly wholeNumbers: number;
};

/**
 * @throws Fault `invalid_value` when no plan serves what must be served: it says which limits stand in the way.
 * @throws AbortError when it is cancelled before there is any plan.
 */
export async function planCapacity(scenario: CapacityScenario, options: PlanOptions = {}): Promise<CapacityPlan> {
  const planned = caseOf(scenario);
  const formulated = formulate(planned, { integerQuarters: options.integerQuarters ?? Infinity });
  const program = formulated.model.program();
  const solution = await solve(program, options);
  const { values, value, bound } = solution;
  if (values === null || value === null)
    return refuse(formulated, solution.status, solution.violations, options.signal);
  const gap = bound === null ? null : gapOf(value, bound);
  const decided = decidedBy(planned, formulated.of, values);
  const futures = accountsOf(planned, decided);
  return {
    name: scenario.name,
    objective: scenario.objective,
    quarters: planned.quarterNames,
    ...decided,
    futures,
    problems: problemsOfPlan(scenario, { ...decided, futures }, options.integerQuarters),
    solved: {
      status:
        gap !== null && gap <= (options.gap ?? defaultGap) + 1e-9
          ? "within gap"
          : solution.status === "stopped"
            ? "best so far"
            : "best found",
      valueUsd: -value * 1e6,
      boundUsd: bound === null ? null : -bound * 1e6,
      gap,
      rootSeconds: solution.rootSeconds,
      seconds: solution.seconds,
      columns: program.cost.length,
      rows: program.rowLower.length,
      wholeNumbers: program.stages.filter((stage) => stage >= 0).length,
    },
  };
}

function refuse(
  { model }: Formulated,
  status: string,
  violations: readonly { readonly row: number; readonly amount: number }[],
  signal: AbortSignal | undefined,
): never {
  if (signal?.aborted === true) throw new DOMException("It was stopped before there was a plan.", "AbortError");
  if (status === "stopped") {
    throw new Fault("invalid_value", {
      message: "The time ran out before there was a plan.",
      remedy: "Give it more time, or plan fewer sites or quarters.",
    });
  }
  const broken = violations.map(({ row, amount }) => `${nameOf(model.rows[row]!)} by ${amount.toFixed(2)}`);
  throw new Fault("invalid_value", {
    message: `No plan serves all that must be served (${status}): ${broken.join("; ")}.`,
  });
}
