/**
 * Scenarios worked out in a thread beside the API's own, which has live events to tell meanwhile. One thread, started with
 * the first of them, takes one after the other.
 */
import { Worker } from "node:worker_threads";
import type { Headline } from "../planner/scenario/headlines.ts";
import type { ScenarioRun } from "../planner/scenario/run.ts";
import type { Scenario } from "../planner/scenario/scenario.ts";

/** Every case as it comes with Tokenworks, none of it drawn. */
export type Overview = {
  readonly cases: readonly { readonly name: string; readonly company: string; readonly run: ScenarioRun }[];
  readonly headlines: readonly Headline[];
};

export type Task =
  | { readonly id: number; readonly asks: "run"; readonly scenario: Scenario; readonly options: Draws }
  | { readonly id: number; readonly asks: "overview" };
export type Done = { readonly id: number; readonly answer: ScenarioRun | Overview };

type Draws = { readonly draws: number; readonly seed: number };
type Waiting = { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void };

let thread: Worker | undefined;
let tasks = 0;
let overview: Promise<Overview> | undefined;
const waiting = new Map<number, Waiting>();

/** The scenario has been read: nothing in it can be refused any more. */
export function runInThread(scenario: Scenario, options: Draws): Promise<ScenarioRun> {
  return asked((id) => ({ id, asks: "run", scenario, options }));
}

/** Worked out once: nothing changes it while the process runs. */
export function overviewInThread(): Promise<Overview> {
  overview ??= asked<Overview>((id) => ({ id, asks: "overview" })).catch((error: unknown) => {
    overview = undefined;
    throw error;
  });
  return overview;
}

function asked<Answer>(task: (id: number) => Task): Promise<Answer> {
  const id = ++tasks;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
    thread ??= start();
    thread.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.postMessage(task(id));
  });
}

function start(): Worker {
  const worker = new Worker(new URL("./scenario-worker.ts", import.meta.url));
  worker.on("message", ({ id, answer }: Done) => {
    waiting.get(id)?.resolve(answer as never);
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
