/**
 * Which limits of an infeasible model would have to give, at least: each limit that may be lifted gets a slack at its weight,
 * and the weighed sum of slacks is made least.
 */
import { type LinearProgram, rowActivity } from "./model.ts";
import { openSession } from "./session.ts";

/** What a limit's row would amount to. */
export type Violation = { readonly row: number; readonly activity: number };

const tolerance = 1e-6;

/** None when even so there is no solution: laws contradict each other, or whole numbers do. */
export async function leastViolations(program: LinearProgram): Promise<Violation[]> {
  const session = await openSession(elastic(program), () => false);
  const status = session.solve("choose");
  const values = session.values();
  session.dispose();
  if (status !== "optimal") return [];
  const activity = rowActivity(program, values);
  return [...activity].flatMap((amount, row) => {
    const excess = Math.max(amount - program.rowUpper[row]!, program.rowLower[row]! - amount);
    return excess > tolerance * Math.max(1, Math.abs(amount)) ? [{ row, activity: amount }] : [];
  });
}

/** The programme with slacks behind its own columns, and nothing else to pay for. */
function elastic(program: LinearProgram): LinearProgram {
  const slacks = [...program.violation].flatMap((weight, row) => {
    if (weight < 0) return [];
    const over = program.rowUpper[row]! < Infinity ? [{ row, weight, sign: -1 }] : [];
    const under = program.rowLower[row]! > -Infinity ? [{ row, weight, sign: 1 }] : [];
    return [...over, ...under];
  });
  const columns = program.cost.length;
  const byRow = Map.groupBy(slacks.entries(), ([, { row }]) => row);
  const [starts, indices, values]: [number[], number[], number[]] = [[0], [], []];
  for (let row = 0; row < program.rowLower.length; row++) {
    for (let at = program.starts[row]!; at < program.starts[row + 1]!; at++) {
      indices.push(program.indices[at]!);
      values.push(program.values[at]!);
    }
    for (const [index, { sign }] of byRow.get(row) ?? []) {
      indices.push(columns + index);
      values.push(sign);
    }
    starts.push(indices.length);
  }
  const more = (of: Float64Array, value: (slack: { readonly weight: number }) => number) =>
    Float64Array.from([...of, ...slacks.map(value)]);
  return {
    ...program,
    cost: Float64Array.from([...program.cost.map(() => 0), ...slacks.map(({ weight }) => weight)]),
    offset: 0,
    lower: more(program.lower, () => 0),
    upper: more(program.upper, () => Infinity),
    starts: Int32Array.from(starts),
    indices: Int32Array.from(indices),
    values: Float64Array.from(values),
    stages: Int32Array.from([...program.stages, ...slacks.map(() => -1)]),
    roundUpFrom: more(program.roundUpFrom, () => 0.5),
    ratio: undefined,
  };
}
