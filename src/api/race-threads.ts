/** Runs a search in worker threads: the same findings from one as from many (see src/perf/search/race.ts). */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type Answer, Course, type Task } from "../perf/search/course.ts";
import { race } from "../perf/search/race.ts";
import type { Round } from "../perf/search/findings.ts";
import type { Findings } from "../perf/search/findings.ts";
import type { Search } from "../perf/search/space.ts";

export type Watch = {
  /** Told before each round. */
  readonly onRound?: (settled: number, candidates: number) => void;
  /** Ends the search; what was found until then is the answer. */
  readonly signal?: AbortSignal;
  readonly threads?: number;
};

const threadsMost = 16;

export async function searchInThreads(search: Search, watch: Watch = {}): Promise<Findings> {
  const { signal, onRound, threads = Math.min(threadsMost, availableParallelism()) } = watch;
  const course = new Course(search);
  const workers = Array.from({ length: threads }, () => new Hand(search));
  try {
    const running = race(course);
    let turn = running.next();
    while (!turn.done) {
      const round: Round = turn.value;
      onRound?.(round.settled, course.total);
      if (signal?.aborted) return round.findings();
      const answers = await carriedOut(round.tasks, workers, signal);
      if (answers === undefined) return round.findings();
      turn = running.next(answers);
    }
    return turn.value;
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

/** Each hand takes the next task when it has done one; undefined when the signal came first. */
async function carriedOut(
  tasks: readonly Task[],
  hands: readonly Hand[],
  signal: AbortSignal | undefined,
): Promise<Answer[] | undefined> {
  const answers: Answer[] = [];
  let next = 0;
  const isStopped = () => signal?.aborted ?? false;
  const work = async (hand: Hand) => {
    while (next < tasks.length && !isStopped()) {
      const at = next++;
      answers[at] = await hand.ask(tasks[at]!);
    }
  };
  await Promise.all(hands.map(work));
  return isStopped() ? undefined : answers;
}

class Hand {
  readonly #worker: Worker;

  constructor(search: Search) {
    this.#worker = new Worker(new URL("race-worker.ts", import.meta.url), { workerData: search });
  }

  ask(task: Task): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const done = (answer: Answer) => {
        this.#worker.off("error", reject);
        resolve(answer);
      };
      this.#worker.once("message", done);
      this.#worker.once("error", reject);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      this.#worker.postMessage(task);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
