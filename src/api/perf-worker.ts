/** The thread of `perf-thread.ts`. */
import { cliffOf, type Estimated, estimateAt, type Question } from "../perf/estimate.ts";
import type { KvCliff } from "../perf/kv-cliff.ts";
import { answer } from "./thread.ts";

export type Estimates = { readonly points: readonly Estimated[]; readonly kv: KvCliff };

const work = {
  estimates(question: Question, concurrency: readonly number[]): Estimates {
    return { points: concurrency.map((clients) => estimateAt(question, clients)), kv: cliffOf(question) };
  },
};
export type PerfWork = typeof work;
answer(work);
