/**
 * A good plan with a proof of how good: the linear relaxation gives the bound, a relax-and-fix dive the plan.
 *
 * HiGHS alone finds no good plan of a capacity model in minutes, though the relaxation's bound is tight. So the relaxation
 * is solved once (interior point), the few strategic yes-or-noes of stage 0 are branched on, and the rest is settled stage
 * by stage: the third of the fractional whole numbers that is nearest to whole is rounded, and the relaxation solved again
 * from where it stood. What gap is left at the end, branch and bound may close while there is time.
 */
import type { LinearProgram, Ratio } from "./model.ts";
import type { Basis, LpStatus, Session } from "./session.ts";

export type Phase = "relaxation" | "strategic" | "dive" | "improve" | "prices";

export type Progress = {
  readonly phase: Phase;
  readonly seconds: number;
  /** No plan costs less; null until the relaxation is solved. */
  readonly bound: number | null;
  /** What the best plan so far costs. */
  readonly value: number | null;
  /** Share of the whole numbers that are settled. */
  readonly settled: number;
};

export type SearchOptions = {
  /** Of the relaxation, when another has solved it already, and how long that took. */
  readonly root?: { readonly basis: Basis; readonly seconds: number } | undefined;
  /** A relative gap that is good enough. */
  readonly gap: number;
  /** Time is up, or somebody asked to stop: the best so far is to be made whole and given. */
  readonly isStopping: () => boolean;
  readonly report: (progress: Progress) => void;
};

export type Found = {
  /** `done`: within the gap, or as good as was found without being stopped. `idle`: no ratio, for nothing earns anything. */
  readonly status: "done" | "stopped" | "infeasible" | "unbounded" | "idle" | "failed";
  readonly values: Float64Array | null;
  /** With the whole numbers fixed: what a little more costs while what is decided stays. */
  readonly duals: Float64Array | null;
  /** Of the relaxation, in which decisions would follow. */
  readonly relaxedDuals: Float64Array | null;
  readonly value: number | null;
  readonly bound: number | null;
  readonly rootSeconds: number;
  readonly seconds: number;
};

const whole = 1e-6;
/** Of the fractional whole numbers, settled at once. */
const batchShare = 0.34;
const batchLeast = 4;
/** Below this many columns simplex beats interior point. */
const smallColumns = 3000;
/** Columns up to which branch and bound is worth a try. */
const improvableColumns = 20_000;
const strategicNodesMax = 60;
/** Dives that round up at the given fraction, sooner, and later; as many as are needed. */
const leans = [1, 0.6, 1.4];
const ratioRoundsMax = 12;

type Fixing = { readonly variable: number; readonly lower: number; readonly upper: number };

/** Minimises the programme's cost, or makes its ratio greatest: then values and bounds are of −ratio. */
export function search(program: LinearProgram, session: Session, options: SearchOptions): Found {
  const started = performance.now() - (options.root?.seconds ?? 0) * 1000;
  const seconds = () => (performance.now() - started) / 1000;
  const wholes = [...program.stages.keys()].filter((variable) => program.stages[variable]! >= 0);
  let bound: number | null = null;
  let value: number | null = null;
  let values: Float64Array | null = null;
  let settled = 0;
  const isGood = () => value !== null && bound !== null && gapOf(value, bound) <= options.gap;
  let relaxedDuals: Float64Array | null = null;
  const report = (phase: Phase) => options.report({ phase, seconds: seconds(), bound, value, settled });
  let rootSeconds = 0;
  const end = (status: Found["status"], found?: Pick<Found, "values" | "duals">): Found => ({
    ...(found ?? { values: null, duals: null }),
    status,
    relaxedDuals,
    value: found === undefined ? null : value,
    bound,
    rootSeconds,
    seconds: seconds(),
  });

  report("relaxation");
  const { ratio } = program;
  if (ratio !== undefined) session.setCosts(ratio.earned.map((earned) => -earned));
  if (options.root !== undefined) session.restore(options.root.basis);
  let root: LpStatus | "idle" = session.solve(
    options.root !== undefined || program.cost.length < smallColumns ? "simplex" : "ipm",
  );
  rootSeconds = seconds();
  if (root === "optimal" && ratio !== undefined) {
    root = raiseRatio(ratio, session);
    bound = -ratioOf(ratio, session);
  }
  if (root === "infeasible" || root === "unbounded" || root === "idle" || root === "failed") return end(root);
  if (root === "optimal") {
    bound ??= session.objective();
    report("strategic");
    const strategic = wholes.filter((variable) => program.stages[variable] === 0);
    const proven = settleStrategic(program, session, strategic, options.isStopping, () => report("strategic"));
    if (ratio === undefined) bound = Math.max(bound, proven);
    relaxedDuals = session.duals();
    for (const lean of leans) {
      const dived = dive(program, session, wholes, lean, options.isStopping, (share) => {
        settled = share;
        report("dive");
      });
      if (options.isStopping()) break;
      const cost = ratio === undefined ? session.objective() : -ratioOf(ratio, session);
      if (dived && cost < (value ?? Infinity)) {
        value = cost;
        values = session.values();
      }
      if (isGood() || ratio !== undefined) break;
    }
  }
  let isStopped = options.isStopping();
  if (value === null && isStopped && makeWhole(program, session, wholes)) {
    value = session.objective();
    values = session.values();
  }
  const mayImprove = ratio === undefined && !isStopped && !isGood();
  if (mayImprove && (values === null || program.cost.length <= improvableColumns)) {
    report("improve");
    const improved = session.improve(values, options.gap, (proven, found) => {
      bound = Math.max(bound ?? -Infinity, proven);
      if (Number.isFinite(found)) value = Math.min(value ?? Infinity, found);
      report("improve");
    });
    if (Number.isFinite(improved.bound)) bound = Math.max(bound ?? -Infinity, improved.bound);
    if (improved.values !== null) ({ values } = improved);
    isStopped = options.isStopping();
  }
  if (values === null) return end(isStopped ? "stopped" : "infeasible");
  report("prices");
  session.grace();
  for (const variable of wholes) session.fix(variable, Math.round(values[variable]!));
  let status: LpStatus | "idle" = session.solve("simplex");
  if (status === "optimal" && ratio !== undefined) status = raiseRatio(ratio, session);
  if (status === "idle") return end("idle");
  if (status !== "optimal") return end("failed");
  value = ratio === undefined ? session.objective() : -ratioOf(ratio, session);
  const found = { values: session.values(), duals: session.duals() };
  // Simplex keeps even a fixed variable to its bounds within a tolerance only.
  for (const variable of wholes) found.values[variable] = Math.round(found.values[variable]!);
  return end(isStopped && !isGood() ? "stopped" : "done", found);
}

/** Dinkelbach's iteration (1967): the ratio of an optimum is the next price of capital, until nothing is earned above it. */
function raiseRatio(ratio: Ratio, session: Session): LpStatus | "idle" {
  let price = -Infinity;
  for (let round = 0; round < ratioRoundsMax; round++) {
    const reached = ratioOf(ratio, session);
    if (reached === Infinity) return "unbounded";
    if (Number.isNaN(reached)) return "idle";
    if (reached <= price + 1e-9 * Math.abs(price)) break;
    price = reached;
    session.setCosts(ratio.earned.map((earned, variable) => price * ratio.capital[variable]! - earned));
    const status = session.solve("simplex");
    if (status !== "optimal") return status;
  }
  return "optimal";
}

/** Infinity of what is earned on nothing, NaN of nothing on nothing. */
function ratioOf({ earned, capital, standing }: Ratio, session: Session): number {
  const x = session.values();
  let [numerator, denominator] = [0, standing];
  for (const [variable, value] of x.entries()) {
    numerator += earned[variable]! * value;
    denominator += capital[variable]! * value;
  }
  if (denominator > 1e-6) return numerator / denominator;
  return numerator > 1e-6 ? Infinity : Number.NaN;
}

/** How much more a plan costs than is proven to be needed, as a share. */
export function gapOf(value: number, bound: number): number {
  return Math.max(0, value - bound) / Math.max(1e-9, Math.abs(value));
}

/**
 * Branch and bound on the strategic yes-or-noes alone, best bound first: a chip programme is worth nothing in part, and
 * rounding it away would cost more than all the rest. Leaves them fixed at the best.
 *
 * @returns a bound for every plan.
 */
function settleStrategic(
  program: LinearProgram,
  session: Session,
  strategic: readonly number[],
  isStopping: () => boolean,
  report: () => void,
): number {
  type Node = { readonly fixings: readonly Fixing[]; readonly bound: number };
  let open: Node[] = [{ fixings: [], bound: session.objective() }];
  const basis = session.basis();
  const apply = (fixings: readonly Fixing[]) => {
    for (const variable of strategic) session.bound(variable, program.lower[variable]!, program.upper[variable]!);
    for (const { variable, lower, upper } of fixings) session.bound(variable, lower, upper);
  };
  let applied: Node | undefined = open[0];
  for (let count = 0; open.length > 0; count++) {
    open = open.toSorted((a, b) => a.bound - b.bound);
    const node = open[0]!;
    if (applied !== node) {
      apply(node.fixings);
      session.restore(basis);
      if (session.solve("simplex") !== "optimal") return node.bound;
      applied = node;
    }
    const x = session.values();
    const fraction = (variable: number) => Math.abs(x[variable]! - Math.round(x[variable]!));
    const branch = strategic.reduce<number | undefined>(
      (worst, variable) =>
        fraction(variable) > Math.max(whole, worst === undefined ? 0 : fraction(worst)) ? variable : worst,
      undefined,
    );
    if (branch === undefined || count >= strategicNodesMax || isStopping()) return node.bound;
    open.shift();
    const below = Math.floor(x[branch]!);
    const sides = [
      { variable: branch, lower: program.lower[branch]!, upper: below },
      { variable: branch, lower: below + 1, upper: program.upper[branch]! },
    ];
    for (const side of sides) {
      const fixings = [...node.fixings, side];
      apply(fixings);
      session.restore(basis);
      const status = session.solve("simplex");
      if (status === "stopped") return node.bound;
      if (status !== "optimal") continue;
      applied = { fixings, bound: Math.max(node.bound, session.objective()) };
      open.push(applied);
    }
    report();
  }
  return -Infinity;
}

/** Settles stage by stage, from the strategic ones as they stand. */
function dive(
  program: LinearProgram,
  session: Session,
  wholes: readonly number[],
  lean: number,
  isStopping: () => boolean,
  report: (share: number) => void,
): boolean {
  let count = 0;
  const byStage = Map.groupBy(wholes, (variable) => program.stages[variable]!);
  for (const [stage, group] of byStage) {
    if (stage === 0) continue;
    for (const variable of group) session.bound(variable, program.lower[variable]!, program.upper[variable]!);
  }
  if (session.solve("simplex") !== "optimal") return false;
  for (const [, group] of [...byStage].toSorted(([a], [b]) => a - b)) {
    const status = settle(program, session, group, lean, isStopping, (settled) => {
      count += settled;
      report(count / wholes.length);
    });
    if (status !== "optimal") return false;
  }
  return true;
}

/** Rounds a stage's whole numbers until all are fixed, the most certain first. */
function settle(
  program: LinearProgram,
  session: Session,
  group: readonly number[],
  lean: number,
  isStopping: () => boolean,
  report: (count: number) => void,
): LpStatus {
  let open = [...group];
  while (open.length > 0) {
    if (isStopping()) return "stopped";
    const x = session.values();
    const fractional = open.filter((variable) => Math.abs(x[variable]! - Math.round(x[variable]!)) >= whole);
    if (fractional.length === 0) {
      for (const variable of open) session.fix(variable, Math.round(x[variable]!));
      report(open.length);
      return session.solve("simplex");
    }
    const certainty = (variable: number) => Math.abs((x[variable]! % 1) - 0.5);
    let batch = fractional
      .toSorted((a, b) => certainty(b) - certainty(a))
      .slice(0, Math.max(batchLeast, Math.ceil(fractional.length * batchShare)));
    const basis = session.basis();
    for (;;) {
      for (const variable of batch) session.fix(variable, rounded(program, variable, x[variable]!, lean));
      const status = session.solve("simplex");
      if (status === "optimal") break;
      if (status === "stopped") return status;
      for (const variable of batch) session.bound(variable, program.lower[variable]!, program.upper[variable]!);
      session.restore(basis);
      if (batch.length === 1) {
        // Its other side is the only one left.
        const [only] = batch;
        const up = rounded(program, only!, x[only!]!, lean) > x[only!]!;
        session.fix(only!, up ? Math.floor(x[only!]!) : Math.ceil(x[only!]!));
        const other = session.solve("simplex");
        if (other !== "optimal") return other;
        break;
      }
      batch = batch.slice(0, Math.ceil(batch.length / 4));
    }
    const done = new Set(batch);
    open = open.filter((variable) => !done.has(variable));
    report(batch.length);
  }
  return "optimal";
}

function rounded(program: LinearProgram, variable: number, value: number, lean: number): number {
  const fraction = value - Math.floor(value);
  return fraction >= program.roundUpFrom[variable]! * lean ? Math.ceil(value) : Math.floor(value);
}

/** When time is up: what is not settled is rounded down, or not done at all. */
function makeWhole(program: LinearProgram, session: Session, wholes: readonly number[]): boolean {
  session.grace();
  const x = session.values();
  const least = (variable: number) => Math.max(0, program.lower[variable]!);
  for (const choice of [(variable: number) => Math.max(least(variable), Math.floor(x[variable]! + whole)), least]) {
    for (const variable of wholes) session.fix(variable, choice(variable));
    if (session.solve("simplex") === "optimal") return true;
  }
  return false;
}
