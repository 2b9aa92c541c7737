/** Estimates worked out in a thread of their own: a thousand clients take longer than live events should wait. */
import type { Question } from "../perf/estimate.ts";
import type { Estimates, PerfWork } from "./perf-worker.ts";
import { Thread } from "./thread.ts";

const waitingMost = 64;
const thread = new Thread<PerfWork>(new URL("./perf-worker.ts", import.meta.url), "estimates", waitingMost);

/** @throws Fault what cannot be: a split that does not divide, weights that do not fit */
export function estimateInThread(question: Question, concurrency: readonly number[]): Promise<Estimates> {
  return thread.ask("estimates", question, concurrency);
}
