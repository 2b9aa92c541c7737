/** The thread of one run of `plan-runs.ts`: plans, tells how far it is, and stops with the best so far when it is told to. */
import { parentPort, workerData } from "node:worker_threads";
import { planCapacity } from "../planner/capacity/plan-capacity.ts";
import type { Progress } from "../planner/optimise/search.ts";
import { Fault } from "../stack/fault.ts";
import type { Told, Work } from "./plan-runs.ts";

const { scenario, options } = workerData as Work;
const stopping = new AbortController();
parentPort?.once("message", () => stopping.abort());
// The solver's own thread keeps this one; the port need not.
parentPort?.unref();

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
const tell = (told: Told) => parentPort?.postMessage(told);

try {
  const onProgress = (progress: Progress) => tell({ type: "progress", progress });
  tell({ type: "plan", plan: await planCapacity(scenario, { ...options, signal: stopping.signal, onProgress }) });
} catch (error) {
  if (error instanceof Fault) tell({ type: "refused", message: error.message });
  else if (error instanceof DOMException && error.name === "AbortError") tell({ type: "stopped" });
  else throw error;
}
