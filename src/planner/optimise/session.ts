/**
 * A linear programme held by HiGHS (WebAssembly), changed and solved again from where it stood.
 *
 * Everything here blocks its thread; `solve.ts` runs it in a worker. A check is called now and then while it runs and may
 * ask it to stop.
 */
import highsModule, { type Highs, type Model } from "highs";
import type { LinearProgram } from "./model.ts";

export type LpStatus = "optimal" | "infeasible" | "unbounded" | "stopped" | "failed";
export type Method = "ipm" | "simplex" | "choose";

export type Session = {
  /** Solves the relaxation, warm where the last basis allows. */
  solve(method: Method): LpStatus;
  objective(): number;
  /** Of the last solve that reached an optimum; zeros before. */
  values(): Float64Array;
  /** Of rows, of that same optimum: by how much the objective rises for each unit of the bound that holds. */
  duals(): Float64Array;
  fix(variable: number, value: number): void;
  bound(variable: number, lower: number, upper: number): void;
  setCosts(costs: Float64Array): void;
  basis(): Basis;
  restore(basis: Basis): void;
  /** Branch and bound on all whole numbers from a first plan; null when it found none that is better. */
  improve(start: Float64Array | null, gap: number, onBound: (bound: number, value: number) => void): Improved;
  /** From now on it is not asked to stop: one more solve makes the best so far whole. */
  grace(): void;
  /** The model as a file, for other solvers. */
  mps(): Uint8Array;
  dispose(): void;
};

export type Basis = ReturnType<Model["getBasis"]>;

export type Improved = {
  readonly values: Float64Array | null;
  readonly objective: number;
  /** Proven: no plan costs less. */
  readonly bound: number;
};

/** The package takes no infinity. */
const endlessSeconds = 1e9;

const optimal = 7;
const statuses: Readonly<Record<number, LpStatus>> = {
  7: "optimal",
  8: "infeasible",
  9: "infeasible",
  10: "unbounded",
  13: "stopped",
  17: "stopped",
};

// The package's types describe its CommonJS build; what is imported is the function itself.
const loadHighs = highsModule as unknown as typeof highsModule.default;

/**
 * @param isStopping Asked now and then while HiGHS runs.
 * @param secondsLeft Where it is known, interior point keeps to it by HiGHS's own clock and does not ask: it would ask in each
 *   step of its inner iterations, which takes an eighth of its time.
 */
export async function openSession(
  program: LinearProgram,
  isStopping: () => boolean,
  secondsLeft?: () => number,
): Promise<Session> {
  const highs = await loadHighs();
  const model = highs.createModel(dataOf(program));
  model.options.set({ output_flag: false });
  const { callbackType } = highs.constants;
  let isGranted = false;
  const stop = (event: { interrupt(): void }) => {
    if (!isGranted && isStopping()) event.interrupt();
    return undefined;
  };
  const callbacks = { [callbackType.simplexInterrupt]: stop, [callbackType.ipmInterrupt]: stop };
  let isWarm = false;
  let known = { values: new Float64Array(program.cost.length), duals: new Float64Array(program.rowLower.length) };
  return {
    solve(method) {
      // A warm start is lost to presolve.
      model.options.set({ solver: method, presolve: isWarm ? "off" : "choose" });
      if (method === "ipm" && secondsLeft !== undefined) {
        model.options.set({ time_limit: model.getRunTime() + Math.min(secondsLeft(), endlessSeconds) });
        model.run();
        model.options.set({ time_limit: endlessSeconds });
      } else {
        model.run(callbacks);
      }
      const status = statuses[model.getModelStatus()] ?? "failed";
      if (status === "optimal") {
        isWarm = true;
        const { colValue, rowDual } = model.getSolution();
        known = { values: new Float64Array(colValue), duals: new Float64Array(rowDual) };
      }
      return status;
    },
    objective: () => model.getObjectiveValue(),
    values: () => known.values,
    duals: () => known.duals,
    fix: (variable, value) => model.changeColBounds(variable, value, value),
    bound: (variable, lower, upper) => model.changeColBounds(variable, lower, upper),
    setCosts(costs) {
      model.changeColsCost({ kind: "range", from: 0, to: costs.length - 1 }, costs);
    },
    basis: () => model.getBasis(),
    restore(basis) {
      model.setBasis(basis);
      isWarm = true;
    },
    improve: (start, gap, onBound) => improve(highs, program, { start, gap, isStopping, onBound }),
    grace() {
      isGranted = true;
    },
    mps: () => model.exportModel("mps"),
    dispose: () => model.dispose(),
  };
}

function improve(
  highs: Highs,
  program: LinearProgram,
  from: {
    readonly start: Float64Array | null;
    readonly gap: number;
    readonly isStopping: () => boolean;
    readonly onBound: (bound: number, value: number) => void;
  },
): Improved {
  const { callbackType } = highs.constants;
  const integrality = Int32Array.from(program.stages, (stage) => (stage >= 0 ? 1 : 0));
  return highs.withModel({ ...dataOf(program), integrality }, (model) => {
    model.options.set({ output_flag: false, mip_rel_gap: from.gap, mip_abs_gap: 1e-7 });
    if (from.start !== null) model.setSolution({ colValue: from.start });
    model.run({
      [callbackType.mipInterrupt]: (event) => {
        const { mip_dual_bound: bound, mip_primal_bound: value } = event.data;
        if (bound !== undefined && value !== undefined) from.onBound(bound, value);
        if (from.isStopping()) event.interrupt();
        return undefined;
      },
    });
    const hasPlan = model.info.get("primal_solution_status") === 2;
    const bound = Number(model.info.get("mip_dual_bound"));
    return {
      values: hasPlan ? model.getSolution().colValue : null,
      objective: model.getObjectiveValue(),
      bound: model.getModelStatus() === optimal && !Number.isFinite(bound) ? model.getObjectiveValue() : bound,
    };
  });
}

function dataOf(program: LinearProgram) {
  const [numCols, numRows] = [program.cost.length, program.rowLower.length];
  const { starts, indices, values } = program;
  return {
    numCols,
    numRows,
    offset: program.offset,
    colCost: program.cost,
    colLower: program.lower,
    colUpper: program.upper,
    rowLower: program.rowLower,
    rowUpper: program.rowUpper,
    matrix: { format: "csr" as const, numRows, numCols, starts, indices, values },
  };
}
