/** The thread of `perf-thread.ts`: takes questions, and gives back estimates. */
import { parentPort } from "node:worker_threads";
import { cliffOf, estimateAt } from "../perf/estimate.ts";
import { Fault } from "../stack/fault.ts";
import type { Done, Task } from "./perf-thread.ts";

function answer({ id, question, concurrency }: Task): Done {
  try {
    const points = concurrency.map((clients) => estimateAt(question, clients));
    return { id, type: "estimated", estimates: { points, kv: cliffOf(question) } };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code, message, param } = error;
    return { id, type: "refused", refusal: { code, message, ...(param !== undefined && { param }) } };
  }
}

parentPort?.on("message", (task: Task) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(answer(task));
});
