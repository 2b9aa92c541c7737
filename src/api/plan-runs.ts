/**
 * Capacity plans being worked out: one at a time in a thread of its own, the rest in line, the last ones kept to look at
 * and compare. In memory: a restart forgets them, and whoever wants to keep a plan has its scenario and its files.
 */
import { randomUUID } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { CapacityPlan, PlanOptions } from "../planner/capacity/plan-capacity.ts";
import type { CapacityScenario } from "../planner/capacity/scenario.ts";
import { gapOf, type Phase, type Progress } from "../planner/optimise/search.ts";
import { Fault } from "../stack/fault.ts";

type Limits = Pick<PlanOptions, "gap" | "timeLimitSeconds">;

export type Work = { readonly scenario: CapacityScenario; readonly options: Limits };

export type Told =
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "plan"; readonly plan: CapacityPlan }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "stopped" };

/** How far a run is; `gap` once there is a plan and a bound. */
export type Step = {
  readonly phase: Phase;
  readonly seconds: number;
  readonly settled: number;
  readonly gap: number | null;
};

export type PlanRun = {
  readonly id: string;
  readonly scenario: CapacityScenario;
  readonly askedAtMs: number;
  /** `stopped`: before there was any plan; a run that is stopped later is done, its plan marked. */
  readonly state: "queued" | "running" | "done" | "stopped" | "failed";
  /** Oldest first; the last is where it is. */
  readonly steps: readonly Step[];
  readonly plan?: CapacityPlan;
  /** Why there is none. */
  readonly failure?: string;
};

const waitingMost = 8;
const keptMost = 20;
const stepsMost = 400;

export class PlanRuns {
  #runs: PlanRun[] = [];
  readonly #options = new Map<string, Limits>();
  #working: { readonly id: string; readonly worker: Worker } | undefined;

  /** Newest first. */
  get all(): readonly PlanRun[] {
    return this.#runs.toReversed();
  }

  /** @throws Fault `not_found` */
  run(id: string): PlanRun {
    const run = this.#runs.find((one) => one.id === id);
    if (run !== undefined) return run;
    throw new Fault("not_found", {
      message: `There is no run ${id}.`,
      remedy: `The last ${keptMost} are kept until the factory restarts.`,
    });
  }

  /** @throws Fault `overloaded` when too many wait already */
  start(scenario: CapacityScenario, options: Limits, nowMs: number): PlanRun {
    const waiting = this.#runs.filter(({ state }) => state === "queued").length;
    if (waiting >= waitingMost) {
      throw new Fault("overloaded", {
        message: `${waiting} plans are waiting already.`,
        remedy: "Wait for one of them, or stop one.",
        retryAfterSeconds: 10,
      });
    }
    const run: PlanRun = { id: randomUUID(), scenario, askedAtMs: nowMs, state: "queued", steps: [] };
    this.#options.set(run.id, options);
    this.#runs.push(run);
    this.#next();
    return this.run(run.id);
  }

  /** The best plan so far is given, marked; one that still waits is taken out of the line. */
  stop(id: string): PlanRun {
    const { state } = this.run(id);
    if (state === "queued") this.#set(id, { state: "stopped" });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    else if (this.#working?.id === id) this.#working.worker.postMessage("stop");
    return this.run(id);
  }

  async close(): Promise<void> {
    for (const { id, state } of this.#runs) if (state === "queued") this.#set(id, { state: "stopped" });
    await this.#working?.worker.terminate();
  }

  #next(): void {
    if (this.#working !== undefined) return;
    const run = this.#runs.find(({ state }) => state === "queued");
    if (run === undefined) return;
    const { id, scenario } = run;
    const work: Work = { scenario, options: this.#options.get(id) ?? {} };
    const worker = new Worker(new URL("./plan-worker.ts", import.meta.url), { workerData: work });
    this.#working = { id, worker };
    this.#set(id, { state: "running" });
    worker.on("message", (told: Told) => this.#hear(id, told));
    worker.on("error", (error: Error) => this.#set(id, { state: "failed", failure: error.message }));
    worker.on("exit", () => {
      if (this.run(id).state === "running") this.#set(id, { state: "stopped" });
      this.#working = undefined;
      this.#forget();
      this.#next();
    });
  }

  #hear(id: string, told: Told): void {
    if (told.type === "plan") this.#set(id, { state: "done", plan: told.plan });
    else if (told.type === "refused") this.#set(id, { state: "failed", failure: told.message });
    else if (told.type === "stopped") this.#set(id, { state: "stopped" });
    else {
      const { phase, seconds, settled, value, bound } = told.progress;
      const step = { phase, seconds, settled, gap: value === null || bound === null ? null : gapOf(value, bound) };
      this.#set(id, { steps: [...this.run(id).steps, step].slice(-stepsMost) });
    }
  }

  #set(id: string, change: Partial<PlanRun>): void {
    this.#runs = this.#runs.map((run) => (run.id === id ? { ...run, ...change } : run));
  }

  #forget(): void {
    const over = this.#runs.filter(({ state }) => state !== "queued" && state !== "running").slice(0, -keptMost);
    for (const { id } of over) this.#options.delete(id);
    this.#runs = this.#runs.filter((run) => !over.includes(run));
  }
}
