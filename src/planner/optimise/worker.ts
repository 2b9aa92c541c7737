/** The thread in which HiGHS runs, so that the caller's stays free to show progress and to cancel. */
import { parentPort, workerData } from "node:worker_threads";
import type { LinearProgram } from "./model.ts";
import { nativeBinary, solveNatively } from "./native.ts";
import type { Progress } from "./search.ts";
import type { Session } from "./session.ts";
import { type Solution, solveHere } from "./solve-here.ts";

export type Task = {
  readonly program: LinearProgram;
  readonly gap: number;
  readonly timeLimitSeconds: number;
  /** Set to 1 to cancel. */
  readonly cancel: Int32Array;
};

export type Answer = { readonly progress: Progress } | { readonly solution: Solution };

/** Below this, writing a file takes longer than what is gained. */
const nativeColumns = 10_000;

async function run({ program, gap, timeLimitSeconds, cancel }: Task): Promise<void> {
  const deadline = performance.now() + timeLimitSeconds * 1000;
  const isStopping = () => secondsLeft() <= 0;
  const secondsLeft = () => (Atomics.load(cancel, 0) === 1 ? 0 : Math.max(0, deadline - performance.now()) / 1000);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const say = (answer: Answer) => parentPort!.postMessage(answer);
  const solution = await solveHere(program, {
    gap,
    isStopping,
    secondsLeft,
    report: (progress) => say({ progress }),
    rootOf: (session) => nativeRoot(program, session, isStopping),
  });
  say({ solution });
}

/** The root by HiGHS's own build, where the model is large enough to gain by it. */
async function nativeRoot(program: LinearProgram, session: Session, isStopping: () => boolean) {
  const binary = program.cost.length < nativeColumns || program.ratio !== undefined ? undefined : nativeBinary();
  if (binary === undefined) return undefined;
  const started = performance.now();
  const basis = await solveNatively(binary, session.mps(), isStopping);
  const fits = basis?.colStatus.length === program.cost.length && basis.rowStatus.length === program.rowLower.length;
  return basis !== undefined && fits ? { basis, seconds: (performance.now() - started) / 1000 } : undefined;
}

await run(workerData as Task);
