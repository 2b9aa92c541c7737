/**
 * Keeps a process alive: starts it, learns when it is ready, starts it again when it dies, and stops it.
 *
 * A process is its spec and how to spawn it; the same keeper serves engines, gateway workers, the
 * ledger's shipper and the control API. One that dies takes nobody with it.
 */
import type { ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterDeath, type RestartHistory, restartDelayMs } from "./restart.ts";

export type ProcessState = "starting" | "ready" | "restarting" | "stopped";

export type ProcessSpec = {
  readonly name: string;
  /** Starts one life of it. */
  readonly spawn: () => ChildProcess;
  /** Resolves when this life serves; rejects or never settles otherwise. */
  readonly ready: (child: ChildProcess) => Promise<void>;
  /** How long a polite stop may take before SIGKILL. */
  readonly stopMs: number;
};

export type ProcessStatus = {
  readonly name: string;
  readonly state: ProcessState;
  readonly pid: number | null;
  readonly restarts: number;
  /** Why it last died: `exit 3`, `SIGKILL`. */
  readonly lastDeath: string | null;
};

/** Emits `change` on every change of state, and `death` with the pid of each life that ends unasked. */
export class Keeper extends EventEmitter<{ change: []; death: [pid: number | undefined, cause: string] }> {
  readonly spec: ProcessSpec;
  #child: ChildProcess | null = null;
  #state: ProcessState = "stopped";
  #history: RestartHistory = { earlyDeaths: 0, startedAtMs: 0 };
  #restarts = 0;
  #lastDeath: string | null = null;
  #stopping = false;

  constructor(spec: ProcessSpec) {
    super();
    this.spec = spec;
  }

  get status(): ProcessStatus {
    return {
      name: this.spec.name,
      state: this.#state,
      pid: this.#child?.pid ?? null,
      restarts: this.#restarts,
      lastDeath: this.#lastDeath,
    };
  }

  get child(): ChildProcess | null {
    return this.#child;
  }

  /** Starts it, and resolves when its first life is ready; rejects with the cause when that life dies first. */
  async start(): Promise<void> {
    await this.#live();
  }

  /** From now on a death is not answered by another life. */
  retire(): void {
    this.#stopping = true;
  }

  /** Stops it politely, then not. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.retire();
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), this.spec.stopMs);
      await gone;
      clearTimeout(timer);
    }
    this.#turn("stopped");
  }

  async #live(): Promise<void> {
    const child = this.spec.spawn();
    this.#child = child;
    this.#history = { ...this.#history, startedAtMs: performance.now() };
    this.#turn("starting");
    const death = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
      child.once("error", (error) => resolve(error.message));
    });
    void death.then((cause) => this.#mourn(child, cause));
    await Promise.race([
      this.spec.ready(child),
      death.then((cause) => Promise.reject(new Error(`${this.spec.name} ended before it was ready (${cause}).`))),
    ]);
    if (this.#child === child && !this.#stopping) this.#turn("ready");
  }

  #mourn(child: ChildProcess, cause: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    if (this.#stopping) return;
    this.#lastDeath = cause;
    this.#history = afterDeath(this.#history, performance.now());
    this.#turn("restarting");
    this.emit("death", child.pid, cause);
    void this.#revive();
  }

  async #revive(): Promise<void> {
    await sleep(restartDelayMs(this.#history));
    if (this.#stopping) return;
    this.#restarts += 1;
    // A life that ends before it is ready is mourned like any other: its rejection says nothing new.
    await this.#live().catch(() => undefined);
  }

  #turn(state: ProcessState): void {
    this.#state = state;
    this.emit("change");
  }
}
