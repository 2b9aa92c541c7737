/** The thread in which HiGHS runs, so that the caller's stays free to show progress and to cancel. */
import { parentPort, workerData } from "node:worker_threads";
import type { LinearProgram } from "./model.ts";
import { type Found, type Progress, search } from "./search.ts";
import { openSession } from "./session.ts";
import { leastViolations, type Violation } from "./violations.ts";

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

async function run({ program, gap, timeLimitSeconds, cancel }: Task): Promise<void> {
  const deadline = performance.now() + timeLimitSeconds * 1000;
  const isStopping = () => Atomics.load(cancel, 0) === 1 || performance.now() > deadline;
  const session = await openSession(program, isStopping);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const say = (answer: Answer) => parentPort!.postMessage(answer);
  const report = (progress: Progress) => say({ progress });
  const found = search(program, session, { gap, isStopping, report });
  session.dispose();
  const violations = found.status === "infeasible" ? await leastViolations(program) : [];
  say({ found, violations });
}

await run(workerData as Task);
