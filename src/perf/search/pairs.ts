/** Pools of the same kind become deployments: every worker for answers is paired with the best workers for prompts. */
import { acceleratorsOf } from "../deployment.ts";
import type { Course } from "./course.ts";
import type { Loser } from "./findings.ts";
import {
  type Counts,
  type DecodeWorker,
  matched,
  pairBound,
  type PoolBound,
  type PrefillWorker,
  type Sized,
} from "./pools.ts";
import type { Bound, Lost } from "./verdict.ts";

/** Workers for prompts, the best by accelerator, that each decode worker is tried with. */
const partnersMost = 2;

type Pair = readonly [Sized<PrefillWorker>, Sized<DecodeWorker>];

export class Pairs {
  readonly bounds: Bound[] = [];
  /** Pairs that cannot be, by their number. */
  readonly lost: (readonly [id: number, lost: Lost])[] = [];
  /** Workers that no deployment came of, or only some of those that could have. */
  readonly idle: Loser[] = [];
  readonly #course: Course;
  readonly #pairs = new Map<number, Pair>();

  constructor(course: Course, pools: readonly PoolBound[]) {
    this.#course = course;
    if (pools.length === 0) return;
    const byId = new Map(pools.map((pool) => [pool.id, pool]));
    for (const groups of course.kin().values()) {
      this.#pairUp(groups.map((group) => byId.get(group.candidates[0]!.id)!));
    }
  }

  has(id: number): boolean {
    return this.#pairs.has(id);
  }

  /** How many workers of a pair go together at so many requests to a decode worker; nothing for other candidates. */
  countsOf(id: number, concurrency: number | undefined): { readonly counts?: Counts } {
    const pair = this.#pairs.get(id);
    if (pair === undefined) return {};
    const [prefill, decode] = pair;
    const { objective, acceleratorsMost } = this.#course.search;
    const point = decode.curve.find((one) => one.concurrency === concurrency) ?? decode.best;
    const match = matched(prefill, { ...point, accelerators: decode.accelerators }, objective, acceleratorsMost);
    return { counts: { prefills: match?.prefills ?? 1, decodes: match?.decodes ?? 1 } };
  }

  /** @param pools of one chip, engine and precision */
  #pairUp(pools: readonly PoolBound[]): void {
    const steps = this.#course.search.stepTokens.length;
    const prefills = pools
      .flatMap(({ prefill }) => ("lost" in prefill ? [] : this.#sized(prefill)))
      .toSorted((one, other) => rate(other) - rate(one) || one.id - other.id);
    const decodes = pools.flatMap(({ decode }) => ("lost" in decode ? [] : this.#sized(decode)));
    for (const { id, prefill, decode } of pools) {
      if ("lost" in prefill) this.#leave(id, "prefill", prefill.lost, steps * pools.length);
      if ("lost" in decode) this.#leave(id, "decode", decode.lost, steps * prefills.length);
    }
    const [best] = prefills;
    for (const [place, worker] of prefills.entries()) {
      const [own, most] = [worker, best!].map((one) => rate(one).toPrecision(3));
      const why = `${own} prompts/s of an accelerator at best, others reach ${most}`;
      const others = "another step budget computes more prompts";
      if (place >= partnersMost) this.#leave(worker.id, "prefill", { loss: "bound", why }, steps * decodes.length);
      else this.#leave(worker.id, "prefill", { loss: "bound", why: others }, (steps - 1) * decodes.length);
    }
    for (const prefill of prefills.slice(0, partnersMost)) for (const decode of decodes) this.#add([prefill, decode]);
  }

  #add(pair: Pair): void {
    const { search, means } = this.#course;
    const [prefill, decode] = pair;
    const id = this.#course.pairId(prefill.id, decode.id);
    this.#pairs.set(id, pair);
    const bound = pairBound(id, ...pair, means.outputTokens, search.objective, search.acceleratorsMost);
    if (bound !== undefined) {
      this.bounds.push(bound);
      return;
    }
    const needed = prefill.accelerators + decode.accelerators;
    const why = `one worker of each takes ${needed} accelerators, limit ${search.acceleratorsMost}`;
    this.lost.push([id, { loss: "impossible", why }]);
  }

  /** Notes a worker for so many deployments that it would have been in. */
  #leave(id: number, only: "prefill" | "decode", lost: Lost, count: number): void {
    if (count > 0) this.idle.push({ candidate: { ...this.#course.candidates[id]!, only }, count, ...lost });
  }

  #sized<Worker extends { readonly id: number }>(worker: Worker): Sized<Worker> {
    return { ...worker, accelerators: acceleratorsOf(this.#course.candidates[worker.id]!.served) };
  }
}

/** Prompts a second of one accelerator. */
function rate({ requestsPerSecond, accelerators }: Sized<PrefillWorker>): number {
  return requestsPerSecond / accelerators;
}
