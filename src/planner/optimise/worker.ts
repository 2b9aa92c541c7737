/** The thread in which HiGHS runs, so that the caller's stays free to show progress and to cancel. */
import { parentPort, workerData } from "node:worker_threads";
import type { LinearProgram } from "./model.ts";
import { rowActivity } from "./model.ts";
import { type Found, type Progress, search } from "./search.ts";
import { openSession } from "./session.ts";

export type Task = {
  readonly program: LinearProgram;
  readonly gap: number;
  readonly timeLimitSeconds: number;
  /** Set to 1 to cancel. */
  readonly cancel: Int32Array;
};

export type Answer =
  | { readonly progress: Progress }
  | { readonly found: Found; readonly violations: readonly Violation[] };

/** By how much a limit would have to give for the model to have a solution. */
export type Violation = { readonly row: number; readonly amount: number; readonly activity: number };

const tolerance = 1e-6;

async function run({ program, gap, timeLimitSeconds, cancel }: Task): Promise<void> {
  const deadline = performance.now() + timeLimitSeconds * 1000;
  const isStopping = () => Atomics.load(cancel, 0) === 1 || performance.now() > deadline;
  const session = await openSession(program, isStopping);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const say = (answer: Answer) => parentPort!.postMessage(answer);
  const report = (progress: Progress) => say({ progress });
  const found = search(program, session, { gap, isStopping, report });
  const violations = found.status === "infeasible" ? explain(program, session) : [];
  session.dispose();
  say({ found, violations });
}

/** The cheapest set of limits that would have to give. */
function explain(program: LinearProgram, session: Awaited<ReturnType<typeof openSession>>): Violation[] {
  if (session.relax(program.violation) !== "optimal") return [];
  const activity = rowActivity(program, session.values());
  return [...activity.keys()].flatMap((row) => {
    const amount = Math.max(activity[row]! - program.rowUpper[row]!, program.rowLower[row]! - activity[row]!);
    return amount > tolerance ? [{ row, amount, activity: activity[row]! }] : [];
  });
}

await run(workerData as Task);
