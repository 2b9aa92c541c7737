/**
 * Estimates worked out in a thread beside the API's own: a thousand clients take it longer than anybody who follows live
 * events should wait. One thread, started with the first question, takes one after the other.
 */
import { Worker } from "node:worker_threads";
import type { Estimated, Question } from "../perf/estimate.ts";
import type { KvCliff } from "../perf/kv-cliff.ts";
import { Fault, type FaultCode } from "../stack/fault.ts";

export type Task = { readonly id: number; readonly question: Question; readonly concurrency: readonly number[] };

export type Estimates = { readonly points: readonly Estimated[]; readonly kv: KvCliff };

export type Refusal = { readonly code: FaultCode; readonly message: string; readonly param?: string };

export type Done = { readonly id: number } & (
  | { readonly type: "estimated"; readonly estimates: Estimates }
  /** What cannot be: a split that does not divide, weights that do not fit. */
  | { readonly type: "refused"; readonly refusal: Refusal }
);

type Waiting = { readonly resolve: (found: Estimates) => void; readonly reject: (error: Error) => void };

/** Questions that may wait before more are refused. */
const waitingMost = 64;
let thread: Worker | undefined;
let tasks = 0;
const waiting = new Map<number, Waiting>();

/** @throws Fault what of the question cannot be; `overloaded` when too many wait already */
export function estimateInThread(question: Question, concurrency: readonly number[]): Promise<Estimates> {
  if (waiting.size >= waitingMost) {
    throw new Fault("overloaded", {
      message: `${waiting.size} estimates are waiting already.`,
      remedy: "Try again in a second.",
      retryAfterSeconds: 1,
    });
  }
  const id = ++tasks;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    thread ??= start();
    thread.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.postMessage({ id, question, concurrency } satisfies Task);
  });
}

function start(): Worker {
  const worker = new Worker(new URL("./perf-worker.ts", import.meta.url));
  worker.on("message", (done: Done) => {
    const { resolve, reject } = waiting.get(done.id)!;
    waiting.delete(done.id);
    if (done.type === "estimated") resolve(done.estimates);
    else reject(new Fault(done.refusal.code, done.refusal));
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
