/**
 * What to build, lease, rent or buy, when and where: the capacity plan of a scenario.
 */
import { Fault } from "../../stack/fault.ts";
import type { LinearProgram } from "../optimise/model.ts";
import { gapOf, type Progress } from "../optimise/search.ts";
import { defaultGap, defaultTimeLimitSeconds, solve, type SolveOptions } from "../optimise/solve.ts";
import type { Solution } from "../optimise/solve-here.ts";
import { accountsOf, type FutureAccount } from "./account.ts";
import { caseOf } from "./case.ts";
import { problemsOfPlan } from "./check/problems.ts";
import { type Decided, decidedBy } from "./decided.ts";
import { explain } from "./explain.ts";
import { type Formulated, formulate } from "./formulate.ts";
import { type Learned, learns, planLearned } from "./learning.ts";
import { type Binding, bindings, type WorkPrice, workPrices } from "./prices.ts";
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
  /** Where it is solved: in a worker thread when absent. */
  readonly solver?: (program: LinearProgram, options: SolveOptions) => Promise<Solution>;
};

export type CapacityPlan = Decided & {
  readonly name: string;
  readonly objective: Objective;
  readonly quarters: readonly string[];
  readonly futures: readonly FutureAccount[];
  readonly solved: Solved;
  /** What one more unit of work costs, by quarter, model and tier. */
  readonly prices: readonly WorkPrice[];
  /** What binds, dearest first. */
  readonly bindings: readonly Binding[];
  /** Prices of own chips that fall with what is made of them. */
  readonly learned: readonly Learned[];
  /** Rules that the plan breaks, as an independent check sees it; none, or there is a defect. */
  readonly problems: readonly string[];
};

export type Solved = {
  /** `best so far`: the time ran out, or somebody asked to stop, before the gap was reached. */
  readonly status: "within gap" | "best found" | "best so far";
  /** What is optimised, in dollars with risk among it, or a return on capital per year; higher is better. */
  readonly value: number;
  /** No plan is worth more; null when the time ran out before it was proven. */
  readonly bound: number | null;
  readonly unit: "usd" | "perYear";
  readonly gap: number | null;
  readonly rootSeconds: number;
  readonly seconds: number;
  readonly columns: number;
  readonly rows: number;
  readonly wholeNumbers: number;
};

/**
 * With chips whose price is learned it is planned until volume and price agree, all within the time limit.
 *
 * @throws Fault `invalid_value` when no plan serves what must be served: it says which limits stand in the way.
 * @throws AbortError when it is cancelled before there is any plan.
 */
export async function planCapacity(scenario: CapacityScenario, options: PlanOptions = {}): Promise<CapacityPlan> {
  if (!learns(scenario)) return { ...(await planAtPrices(scenario, options)), learned: [] };
  const started = performance.now();
  const limit = options.timeLimitSeconds ?? defaultTimeLimitSeconds;
  const secondsLeft = () => limit - (performance.now() - started) / 1000;
  return planLearned(
    scenario,
    (priced) => planAtPrices(priced, { ...options, timeLimitSeconds: secondsLeft() }),
    () => secondsLeft() <= 0 || options.signal?.aborted === true,
  );
}

async function planAtPrices(scenario: CapacityScenario, options: PlanOptions): Promise<Omit<CapacityPlan, "learned">> {
  const planned = caseOf(scenario);
  const formulated = formulate(planned, { integerQuarters: options.integerQuarters ?? Infinity });
  const program = formulated.model.program();
  const { solver = solve } = options;
  const solution = await solver(program, options);
  const { values, value, bound } = solution;
  if (values === null || value === null) return refuse(formulated, program, solution, options.signal);
  // Money is counted in millions, returns by the quarter.
  const isRatio = scenario.objective === "roic";
  const scale = isRatio ? 4 : 1e6;
  const gap = bound === null ? null : gapOf(value, bound);
  const decided = decidedBy(planned, formulated.of, values);
  const futures = accountsOf(planned, decided);
  return {
    name: scenario.name,
    objective: scenario.objective,
    quarters: planned.quarterNames,
    ...decided,
    futures,
    prices: solution.duals === null ? [] : workPrices(formulated, decided, futures, solution.duals),
    bindings: solution.relaxedDuals === null ? [] : bindings(formulated, solution.relaxedDuals),
    problems: problemsOfPlan(scenario, { ...decided, futures }, options.integerQuarters),
    solved: {
      status:
        gap !== null && gap <= (options.gap ?? defaultGap) + 1e-9
          ? "within gap"
          : solution.status === "stopped"
            ? "best so far"
            : "best found",
      value: -value * scale,
      bound: bound === null ? null : -bound * scale,
      unit: isRatio ? "perYear" : "usd",
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
  program: LinearProgram,
  { status, violations }: Solution,
  signal: AbortSignal | undefined,
): never {
  if (signal?.aborted === true) throw new DOMException("It was stopped before there was a plan.", "AbortError");
  if (status === "infeasible") {
    throw new Fault("invalid_value", {
      message: explain(program, model.rows, violations),
      remedy: "Lift a limit, allow more supply or earlier, or lower mustServeShare.",
    });
  }
  if (status === "unbounded") {
    throw new Fault("invalid_value", {
      message: "It can earn without investing anything, so its return on capital has no limit.",
      remedy:
        "Ask for profit; or say with finance.standingCapitalUsd what stands already is worth, and with mustServeShare what has to be served that takes new capital.",
    });
  }
  if (status === "idle") {
    throw new Fault("invalid_value", {
      message: "Nothing that it could do earns anything, so there is no return on capital to make greatest.",
      remedy:
        "Give some demand at a price above what serving it costs, or say with mustServeShare what has to be served.",
    });
  }
  if (status === "stopped") {
    throw new Fault("invalid_value", {
      message: "The time ran out before there was a plan.",
      remedy: "Give it more time, or plan fewer sites or quarters.",
    });
  }
  throw new Error(`HiGHS could not solve it (${status}).`);
}
