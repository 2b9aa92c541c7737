/** The thread of `deal-thread.ts`: takes deals, and gives back what comes of them. */
import { parentPort } from "node:worker_threads";
import { evaluateDeal } from "../planner/deal/evaluate.ts";
import type { Done, Task } from "./deal-thread.ts";

parentPort?.on("message", ({ id, deal, drawing }: Task) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage({ id, evaluation: evaluateDeal(deal, drawing) } satisfies Done);
});
