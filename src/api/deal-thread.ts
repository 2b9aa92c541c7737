/**
 * Deals worked out in a thread beside the API's own: ten thousand draws take it longer than anybody who follows live
 * events should wait. One thread, started with the first deal, takes one deal after the other.
 */
import { Worker } from "node:worker_threads";
import type { DealEvaluation, Drawing } from "../planner/deal/evaluate.ts";
import type { Deal } from "../planner/deal/schema.ts";

export type Task = { readonly id: number; readonly deal: Deal; readonly drawing: Drawing };
export type Done = { readonly id: number; readonly evaluation: DealEvaluation };
type Waiting = { readonly resolve: (evaluation: DealEvaluation) => void; readonly reject: (error: Error) => void };

let thread: Worker | undefined;
let tasks = 0;
const waiting = new Map<number, Waiting>();

/** The deal has been read by `workableDeal`: nothing in it can be refused any more. */
export function evaluateInThread(deal: Deal, drawing: Drawing): Promise<DealEvaluation> {
  const id = ++tasks;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    thread ??= start();
    thread.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.postMessage({ id, deal, drawing } satisfies Task);
  });
}

function start(): Worker {
  const worker = new Worker(new URL("./deal-worker.ts", import.meta.url));
  worker.on("message", ({ id, evaluation }: Done) => {
    waiting.get(id)?.resolve(evaluation);
    waiting.delete(id);
    // Idle, it keeps no process.
    if (waiting.size === 0) worker.unref();
  });
  worker.on("error", (error: Error) => {
    thread = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return worker;
}
