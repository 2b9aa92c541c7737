/**
 * What would be worth how much, by solving relaxations of changed scenarios again: supply that comes a quarter sooner,
 * knowing the future, and having counted with more than one future at all.
 *
 * Relaxations, since the whole numbers' luck would drown small differences; so these are values at the margin of the model,
 * not of the plan.
 */
import { type LinearProgram, type Named, nameOf } from "../optimise/model.ts";
import { solve, type SolveOptions } from "../optimise/solve.ts";
import { caseOf } from "./case.ts";
import { formulate } from "./formulate.ts";
import type { CapacityScenario, Future } from "./scenario.ts";
import { type Series, valuesOf } from "./series.ts";
import { quarterIndex } from "./quarter.ts";

export type WhatIf = {
  /** Of each supply that a quarter's shorter lead is worth something for, dearest first: for one month of it. */
  readonly monthSooner: readonly { readonly supply: string; readonly worthUsd: number }[];
  /** Expected value of perfect information; null when there is one future. */
  readonly perfectInformationUsd: number | null;
  /**
   * Value of the stochastic solution: what planning for the mean future and meeting the others would lose; null when there
   * is one future, or when that plan could not serve what must be served.
   */
  readonly stochasticSolutionUsd: number | null;
};

type Options = Pick<SolveOptions, "signal"> & { readonly onStep?: (step: string) => void };

/** For the objectives that are counted in dollars. */
export async function whatIf(scenario: CapacityScenario, { signal, onStep }: Options = {}): Promise<WhatIf> {
  const worthOf = async (changed: CapacityScenario, fixed?: ReadonlyMap<string, number>) => {
    const { program } = relaxed(changed, fixed);
    const { value } = await solve(program, { timeLimitSeconds: Infinity, ...(signal === undefined ? {} : { signal }) });
    signal?.throwIfAborted();
    return value === null ? null : -value * 1e6;
  };
  onStep?.("as it is");
  const asIs = (await worthOf(scenario)) ?? 0;
  const monthSooner: { supply: string; worthUsd: number }[] = [];
  for (const { name, leadQuarters } of scenario.supply) {
    if (leadQuarters === 0) continue;
    onStep?.(`${name} a quarter sooner`);
    const supply = scenario.supply.map((one) =>
      one.name === name ? { ...one, leadQuarters: one.leadQuarters - 1 } : one,
    );
    const sooner = (await worthOf({ ...scenario, supply })) ?? asIs;
    if (sooner - asIs > 1) monthSooner.push({ supply: name, worthUsd: (sooner - asIs) / 3 });
  }
  const isCertain = scenario.futures.length === 1;
  if (isCertain) return { monthSooner: sorted(monthSooner), perfectInformationUsd: null, stochasticSolutionUsd: null };
  onStep?.("with the future known");
  const informed = (await worthOf({ ...scenario, branch: scenario.start })) ?? asIs;
  onStep?.("planned for the mean future");
  const fixed = await planForMean(scenario, signal);
  const met = fixed === undefined ? null : await worthOf(scenario, fixed);
  return {
    monthSooner: sorted(monthSooner),
    perfectInformationUsd: Math.max(0, informed - asIs),
    stochasticSolutionUsd: met === null ? null : Math.max(0, asIs - met),
  };
}

const sorted = <Of extends { readonly worthUsd: number }>(list: readonly Of[]) =>
  list.toSorted((a, b) => b.worthUsd - a.worthUsd);

/** The first decisions of a plan that knows one future only, the mean. */
async function planForMean(
  scenario: CapacityScenario,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number> | undefined> {
  const mean = { ...scenario, futures: [meanOf(scenario)] };
  const { program, variables, branch } = relaxed(mean);
  const { values } = await solve(program, { timeLimitSeconds: Infinity, ...(signal === undefined ? {} : { signal }) });
  if (values === null) return undefined;
  const early = new Set(branch);
  return new Map(
    variables.flatMap((named, variable) =>
      decided.has(named.family) && named.key.some((part) => early.has(part))
        ? [[nameOf(named), values[variable]!] as const]
        : [],
    ),
  );
}

const decided = new Set(["build", "reserve", "buy", "rent", "sign", "programme", "accept"]);

function relaxed(
  scenario: CapacityScenario,
  fixed: ReadonlyMap<string, number> = new Map(),
): { readonly program: LinearProgram; readonly variables: readonly Named[]; readonly branch: readonly string[] } {
  const planned = caseOf(scenario);
  const { model } = formulate(planned, { integerQuarters: 0 });
  const program = model.program();
  const at = (bounds: Float64Array) =>
    bounds.map((bound, variable) => fixed.get(nameOf(model.variables[variable]!)) ?? bound);
  return {
    program: {
      ...program,
      lower: at(program.lower),
      upper: at(program.upper),
      stages: program.stages.map(() => -1),
    },
    variables: model.variables,
    branch: planned.quarterNames.slice(0, planned.branch),
  };
}

function meanOf({ futures, start, quarters }: CapacityScenario): Future {
  const from = quarterIndex(start);
  const mean = (of: (future: Future) => number) => futures.reduce((sum, one) => sum + one.probability * of(one), 0);
  const series = (of: (future: Future) => Series) =>
    Array.from({ length: quarters }, (_, quarter) => mean((one) => valuesOf(of(one), from, quarters)[quarter] ?? 0));
  const keys = (of: (future: Future) => object) => [...new Set(futures.flatMap((one) => Object.keys(of(one))))];
  return {
    name: "mean",
    probability: 1,
    demandFactor: series(({ demandFactor }) => demandFactor),
    priceFactor: series(({ priceFactor }) => priceFactor),
    slipQuarters: Object.fromEntries(
      keys(({ slipQuarters }) => slipQuarters).map((name) => [
        name,
        Math.round(mean((one) => one.slipQuarters[name] ?? 0)),
      ]),
    ),
    callShare: Object.fromEntries(
      keys(({ callShare }) => callShare).map((name) => [name, mean((one) => one.callShare[name] ?? 1)]),
    ),
  };
}
