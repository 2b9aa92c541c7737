/** Solves a mixed-integer programme in a worker thread: with progress, a time limit, and a signal to cancel. */
import { Worker } from "node:worker_threads";
import type { LinearProgram } from "./model.ts";
import type { Progress } from "./search.ts";
import type { Solution } from "./solve-here.ts";
import type { Answer, Task } from "./worker.ts";

export type SolveOptions = {
  readonly gap?: number;
  readonly timeLimitSeconds?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** When it fires, the best so far is made whole and given; none, while the relaxation of a large model goes on. */
  readonly signal?: AbortSignal;
};

/** How long a stop may take to be heard while there is nothing to give yet; an interior point does not listen. */
const patienceMs = 1000;

export const defaultGap = 0.01;
export const defaultTimeLimitSeconds = 60;

export async function solve(program: LinearProgram, options: SolveOptions = {}): Promise<Solution> {
  const { gap = defaultGap, timeLimitSeconds = defaultTimeLimitSeconds, onProgress, signal } = options;
  const cancel = new Int32Array(new SharedArrayBuffer(4));
  const task: Task = { program, gap, timeLimitSeconds, cancel };
  const worker = new Worker(new URL("worker.ts", import.meta.url), { workerData: task });
  const started = performance.now();
  let hasBegun = false;
  let patience: NodeJS.Timeout | undefined;
  const { promise: unheard, resolve: giveUp } = Promise.withResolvers<Solution>();
  const stop = () => {
    Atomics.store(cancel, 0, 1);
    patience = setTimeout(() => hasBegun || giveUp(nothing((performance.now() - started) / 1000)), patienceMs);
  };
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop);
  try {
    const solved = new Promise<Solution>((resolve, reject) => {
      worker.on("message", (answer: Answer) => {
        if ("progress" in answer) {
          hasBegun ||= answer.progress.phase !== "relaxation";
          onProgress?.(answer.progress);
        } else {
          resolve(answer.solution);
        }
      });
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`The solver ended with ${code} and no answer.`)));
    });
    return await Promise.race([solved, unheard]);
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener("abort", stop);
    await worker.terminate();
  }
}

function nothing(seconds: number): Solution {
  return {
    status: "stopped",
    values: null,
    duals: null,
    relaxedDuals: null,
    value: null,
    bound: null,
    rootSeconds: seconds,
    seconds,
    violations: [],
  };
}
