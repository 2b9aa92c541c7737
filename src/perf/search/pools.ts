/**
 * Pools for prompts and for answers: what a worker of either does at best, and how many of each go together. Each pool is chosen by
 * itself, and the numbers are matched so that neither pool waits for the other (DistServe, OSDI 2024, §4.1; Splitwise, ISCA 2024).
 */
import { calibrationOf } from "../kernels/calibration.ts";
import type { Served } from "../deployment.ts";
import { transferOf } from "../disaggregate.ts";
import { unhiddenCosts } from "../steps/sampling.ts";
import type { Deployment } from "../simulate/deployment.ts";
import { chunkSeconds, type StepTable } from "../simulate/step-table.ts";
import { climbed, type LoadMeans } from "./load.ts";
import type { Candidate, Objective } from "./space.ts";
import type { Best, Bound, Lost } from "./verdict.ts";

/** A worker that computes prompts, with the step budget that computes most of them. */
export type PrefillWorker = {
  readonly id: number;
  readonly requestsPerSecond: number;
  /** For a prompt alone, until the decode worker has it. */
  readonly firstSeconds: number;
};

/** A worker that decodes, by the requests that it has at once. */
export type DecodeWorker = {
  readonly id: number;
  readonly curve: readonly DecodePoint[];
  /** Where the objective is met with the most requests. */
  readonly best: DecodePoint;
};

export type DecodePoint = {
  readonly concurrency: number;
  readonly tokenSeconds: number;
  readonly requestsPerSecond: number;
};

/** What a group's workers do as either pool, under the id of its first candidate. */
export type PoolBound = {
  readonly id: number;
  readonly prefill: PrefillWorker | { readonly lost: Lost };
  readonly decode: DecodeWorker | { readonly lost: Lost };
};

/** How many workers of each. */
export type Counts = { readonly prefills: number; readonly decodes: number };

/** As in bounds.ts: with lengths as they are drawn, the simulation may be a little faster. */
const slack = 1.1;
/** Share of the best rate that is good enough, if it takes fewer workers. */
const nearEnough = 0.97;
const decodesMost = 8;
/** The most that workers for prompts are busy: beyond it queues only grow. */
const busiest = 0.95;

/** A group whose workers are out for prompts, for answers or both. A reason for one stands for the other too, if that has none. */
export function lostPools(id: number, prompt: Lost | undefined, token: Lost | undefined): PoolBound {
  return { id, prefill: { lost: (prompt ?? token)! }, decode: { lost: (token ?? prompt)! } };
}

/** @param slow why its workers are too slow for prompts or for tokens by the datasheet alone, where they are */
export function poolBoundOf(
  candidates: readonly Candidate[],
  deployment: Deployment,
  means: LoadMeans,
  objective: Objective,
  slow: { readonly token: Lost | undefined; readonly prompt: Lost | undefined },
): PoolBound {
  const { id, served } = candidates[0]!;
  return {
    id,
    prefill: slow.prompt === undefined ? prefillOf(candidates, deployment, means, objective) : { lost: slow.prompt },
    decode: slow.token === undefined ? decodeOf(id, served, deployment, means, objective) : { lost: slow.token },
  };
}

function prefillOf(
  candidates: readonly Candidate[],
  { table }: Deployment,
  means: LoadMeans,
  objective: Objective,
): PoolBound["prefill"] {
  const workers = candidates.map(({ id, served, maxStepTokens }): PrefillWorker => {
    const computed = means.promptTokens * (1 - means.sharedShare);
    // Full steps, however prompts fill them; ranks fill theirs side by side.
    const seconds = computedSeconds(table, computed, maxStepTokens, maxStepTokens, means);
    const { setupSeconds } = transferOf(served);
    const alone = means.promptTokensP90 * (1 - means.sharedShare);
    return {
      id,
      requestsPerSecond: served.attentionParallel / seconds,
      firstSeconds:
        table.ingestSeconds +
        setupSeconds +
        computedSeconds(table, alone, Math.min(alone, maxStepTokens), maxStepTokens, means),
    };
  });
  const soon = workers.filter(({ firstSeconds }) => (firstSeconds / slack) * 1e3 <= objective.ttftMs);
  if (soon.length > 0)
    return soon.reduce((one, other) => (other.requestsPerSecond > one.requestsPerSecond ? other : one));
  const least = Math.min(...workers.map(({ firstSeconds }) => firstSeconds)) * 1e3;
  return {
    lost: { loss: "roofline", why: `a first token takes ${least.toFixed(0)} ms at best, limit ${objective.ttftMs} ms` },
  };
}

/** Seconds of so many tokens of a prompt, in steps of `tokens` tokens, those of other prompts included. */
function computedSeconds(table: StepTable, computed: number, tokens: number, most: number, means: LoadMeans): number {
  const step = Math.max(1, Math.min(most, Math.ceil(tokens)));
  const past = means.promptTokens * means.sharedShare;
  return (table.mixedSeconds[step]! / step) * computed + chunkSeconds(table.prefillAttention, computed, past);
}

function decodeOf(
  id: number,
  served: Served,
  { table, scheduler, kvBlocks, blockTokens, sequenceBlocks }: Deployment,
  { promptTokens, outputTokens }: LoadMeans,
  objective: Objective,
): PoolBound["decode"] {
  const ranks = served.attentionParallel;
  const besides = (sequenceBlocks?.(Math.round(promptTokens + outputTokens)) ?? 0) * blockTokens;
  const room = (kvBlocks * blockTokens * slack) / (promptTokens + outputTokens / 2 + besides);
  // Engines that only decode prepare a step while one runs.
  const costs = calibrationOf(served.engine, served.chip);
  const unhidden = unhiddenCosts(costs, served);
  const stepSeconds = costs.stepSeconds - unhidden.stepSeconds;
  const sequenceSeconds = costs.sequenceSeconds - unhidden.sequenceSeconds;
  const at = (concurrency: number): DecodePoint | undefined => {
    const sequences = Math.max(1, Math.ceil(concurrency / ranks));
    if (sequences > scheduler.maxSequences || (sequences > room && sequences > 1)) return undefined;
    const context = table.contextSeconds[sequences]! * sequences * (promptTokens + outputTokens / 2);
    const hidden = Math.min(
      Math.max(0, stepSeconds + sequences * sequenceSeconds),
      table.decodeSeconds[sequences]! / 2,
    );
    const tokenSeconds = table.decodeSeconds[sequences]! + context - hidden;
    return { concurrency, tokenSeconds, requestsPerSecond: concurrency / (tokenSeconds * outputTokens) };
  };
  const { curve, best } = climbed(
    at,
    ({ tokenSeconds }) => (tokenSeconds / slack) * 1e3 <= objective.tpotMs,
    ({ requestsPerSecond }) => requestsPerSecond,
  );
  if (best !== undefined) return { id, curve, best };
  const tokenMs = ((curve[0]?.tokenSeconds ?? Number.NaN) / slack) * 1e3;
  return {
    lost: { loss: "roofline", why: `a token takes ${tokenMs.toFixed(1)} ms at best, limit ${objective.tpotMs} ms` },
  };
}

/** A worker of either pool, with how many accelerators it takes. */
export type Sized<Worker> = Worker & { readonly accelerators: number };

/** What a pair cannot exceed, with as many workers of each as go together; undefined where one of each is too many. */
export function pairBound(
  id: number,
  prefill: Sized<PrefillWorker>,
  decode: Sized<DecodeWorker>,
  outputTokens: number,
  objective: Objective,
  acceleratorsMost: number,
): Bound | undefined {
  const at = (point: DecodePoint): Best | undefined => {
    const match = matched(prefill, { ...point, accelerators: decode.accelerators }, objective, acceleratorsMost, false);
    return (
      match && {
        concurrency: point.concurrency,
        tokensPerSecondPerUser: slack / point.tokenSeconds,
        tokensPerSecondPerAccelerator: slack * outputTokens * match.requestsPerSecondPerAccelerator,
      }
    );
  };
  const best = at(decode.best);
  return best && { id, curve: decode.curve.flatMap((point) => at(point) ?? []), best };
}

/**
 * How many workers of each go together at so many requests to a decode worker. The most requests per accelerator win; of numbers that
 * are near enough to the best, the fewest workers.
 *
 * With `waits`, workers for prompts are only as busy as the objective leaves time to queue. Nine of ten requests wait no longer than
 * 2.3 times the mean (ln 10, an exponential tail). Behind n workers that take turns the mean wait is that of an M/D/1 queue divided by n
 * (Kingman 1961: arrivals in turn vary so much less).
 *
 * @returns undefined where one worker of each takes more accelerators than there may be
 */
export function matched(
  prefill: Sized<PrefillWorker>,
  decode: Sized<DecodePoint>,
  { ttftMs }: Objective,
  acceleratorsMost: number,
  waits = true,
): (Counts & { readonly requestsPerSecondPerAccelerator: number }) | undefined {
  const service = 1 / prefill.requestsPerSecond;
  const spare = Math.max(0.1 * service, ttftMs / 1e3 - prefill.firstSeconds) / (2.3 * (service / 2));
  const prompts = (workers: number) => {
    const busy = waits ? Math.min(busiest, (spare * workers) / (1 + spare * workers)) : busiest;
    return workers * prefill.requestsPerSecond * busy;
  };
  let found: (Counts & { readonly requestsPerSecondPerAccelerator: number }) | undefined;
  // The more workers of one kind, the nearer the other's are to enough for them; beyond some it is no matter.
  for (let decodes = 1; decodes <= decodesMost && decodes * decode.accelerators < acceleratorsMost; decodes++) {
    const answers = decodes * decode.requestsPerSecond;
    const room = Math.floor((acceleratorsMost - decodes * decode.accelerators) / prefill.accelerators);
    const enough = Math.max(1, Math.floor(answers / prefill.requestsPerSecond / busiest));
    for (const wanted of [enough, enough + 1, Math.ceil(enough * 1.3) + 1]) {
      const prefills = Math.min(wanted, room);
      if (prefills < 1) continue;
      const accelerators = prefills * prefill.accelerators + decodes * decode.accelerators;
      const worth = Math.min(prompts(prefills), answers) / accelerators;
      if (found === undefined || worth * nearEnough > found.requestsPerSecondPerAccelerator) {
        found = { prefills, decodes, requestsPerSecondPerAccelerator: worth };
      }
    }
  }
  return found;
}
