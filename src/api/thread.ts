/**
 * Long work in a thread beside the API's own, which has live events to tell meanwhile. One thread, started with the first
 * question, answers one after the other; idle, it keeps no process. What it refuses is a Fault here as it was there; a
 * defect ends it, is told to all who wait, and the next question starts another.
 */
import { parentPort, Worker } from "node:worker_threads";
import { Fault, type FaultCode, type FaultDetail } from "../stack/fault.ts";

/** What a thread can be asked, by name. */
type Work = Readonly<Record<string, (...asked: never[]) => unknown>>;

type Task = { readonly id: number; readonly name: string; readonly asked: readonly never[] };

type Told = { readonly id: number } & (
  | { readonly answer: unknown }
  | { readonly refusal: FaultDetail & { readonly code: FaultCode } }
);

type Waiting = { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void };

export class Thread<Does extends Work> {
  readonly #file: URL;
  readonly #what: string;
  readonly #waitingMost: number;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #asked = 0;

  /** `what` it works out, in the plural; the worker's file calls `answer`. */
  constructor(file: URL, what: string, waitingMost: number) {
    this.#file = file;
    this.#what = what;
    this.#waitingMost = waitingMost;
  }

  /** @throws Fault what the work refuses; `overloaded` when too many wait already */
  async ask<Name extends keyof Does & string>(
    name: Name,
    ...asked: Parameters<Does[Name]>
  ): Promise<ReturnType<Does[Name]>> {
    if (this.#waiting.size >= this.#waitingMost) {
      throw new Fault("overloaded", {
        message: `${this.#waiting.size} ${this.#what} are waiting already.`,
        remedy: "Try again in a second.",
        retryAfterSeconds: 1,
      });
    }
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker ??= this.#start();
      this.#worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      this.#worker.postMessage({ id, name, asked } satisfies Task);
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#file);
    worker.on("message", (told: Told) => {
      const { resolve, reject } = this.#waiting.get(told.id)!;
      this.#waiting.delete(told.id);
      if ("answer" in told) resolve(told.answer as never);
      else reject(new Fault(told.refusal.code, told.refusal));
      if (this.#waiting.size === 0) worker.unref();
    });
    worker.on("error", (error: Error) => {
      this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    });
    return worker;
  }
}

/** The thread's side: answers what it is asked by the work's name. */
export function answer(work: Work): void {
  parentPort?.on("message", (task: Task) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
    parentPort?.postMessage(told(work, task));
  });
}

function told(work: Work, { id, name, asked }: Task): Told {
  try {
    return { id, answer: work[name]!(...asked) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code, message, status, param, retryAfterSeconds } = error;
    return {
      id,
      refusal: {
        code,
        message,
        status,
        ...(param !== undefined && { param }),
        ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      },
    };
  }
}
