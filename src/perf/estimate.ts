/** One deployment at one concurrency: what clients see, what it costs, and how far off each figure may be. */
import { usdPerMillionTokens } from "./cost.ts";
import { inferenceXLoad, inferenceXSettings } from "./inferencex/inferencex.ts";
import { type KvCliff, kvCliff, kvSpaceOf } from "./kv-cliff.ts";
import { deploymentOf } from "./engine.ts";
import { type Distribution, inMilliseconds, waitBand } from "./predict.ts";
import type { Settings } from "./settings.ts";
import { beyondRange } from "./accuracy/range.ts";
import { summarize } from "./simulate/summary.ts";
import { sharedPrefix, type Workload } from "./loads/workload.ts";
import { type Machines, underLoad, type UnderLoad } from "./under-load.ts";
import { cachesPrefixes } from "./memory/usual-limits.ts";

/** The settings of an engine that is told nothing else: its own defaults, or those that InferenceX benchmarks it with. */
export const recipes = ["none", "inferencex"] as const;
export type RecipeName = (typeof recipes)[number];

export type Question = Machines & {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Share of a prompt that all prompts have in common, and that a prefix cache therefore has; 0 to below 1. */
  readonly sharedShare: number;
  readonly seed: number;
  readonly recipe: RecipeName;
  /** What the engine is told beyond its defaults and the recipe. */
  readonly settings: Settings;
  /** Price of an accelerator-hour. */
  readonly usdPerHour: number | undefined;
};

/** A figure, with the range in which it is expected in eight of ten cases. */
export type Banded = { readonly value: number; readonly low: number; readonly high: number };

export type Estimated = Omit<UnderLoad, "result" | "pools" | "accelerators" | "joulesPerOutputToken"> & {
  readonly concurrency: number;
  /**
   * TTFT and TPOT without each client's first request. All clients begin at once, and so wait for each other as they never
   * will again. A search judges by these.
   */
  readonly steadyTtftMs: Distribution;
  readonly steadyTpotMs: Distribution;
  readonly requestsPerSecond: number;
  readonly outputTokensPerSecondPerAcceleratorBand: Omit<Banded, "value">;
  /** Absent without a price of an hour. */
  readonly usd?: {
    readonly perMillionOutputTokens: Banded;
    /** For all tokens, those of prompts included. */
    readonly perMillionTokens: Banded;
  };
  /** Absent where the catalog lacks the chip's power. */
  readonly joulesPerOutputToken?: Banded;
  /** A sentence for each way in which the question is beyond what was measured. */
  readonly beyond: readonly string[];
};

/**
 * Answers a question for so many clients, each of which asks again when it has its answer.
 *
 * @throws Fault `invalid_value` as `predict` does
 */
export function estimateAt(question: Question, concurrency: number): Estimated {
  const { served, promptTokens, outputTokens, usdPerHour } = question;
  const load = loadOf(question, concurrency);
  const {
    result,
    pools: _,
    accelerators,
    joulesPerOutputToken: joules,
    ...prediction
  } = underLoad(question, load, toldFor(question, concurrency), recipeFor(question, concurrency));
  const { outputTokensPerSecondPerAccelerator: perSecond } = prediction;
  const { low: faster, high: slower } = waitBand(prediction);
  const banded = (value: number): Banded => ({ value, low: value * faster, high: value * slower });
  const steady = (seconds: Float64Array) => inMilliseconds(summarize(seconds.subarray(concurrency)));
  return {
    ...prediction,
    concurrency,
    steadyTtftMs: steady(result.ttftSeconds),
    steadyTpotMs: steady(result.tpotSeconds),
    requestsPerSecond: result.requestsPerSecond,
    outputTokensPerSecondPerAcceleratorBand: { low: perSecond / slower, high: perSecond / faster },
    ...(usdPerHour !== undefined && {
      usd: {
        perMillionOutputTokens: banded(usdPerMillionTokens(usdPerHour, perSecond)),
        perMillionTokens: banded(usdPerMillionTokens(usdPerHour, result.totalTokensPerSecond / accelerators)),
      },
    }),
    ...(joules !== undefined && { joulesPerOutputToken: banded(joules) }),
    beyond: beyondRange(served, {
      promptTokens,
      outputTokens,
      concurrency: concurrency / (question.apart?.decodes ?? 1),
      // Pools are asked by a router of their own.
      ...(question.apart === undefined && { requestsPerSecond: result.requestsPerSecond }),
    }),
  };
}

const manyClients = 1024;

/** Where the question's deployment runs out of KV cache. */
export function cliffOf(question: Question): KvCliff {
  // Three requests for each client will do to fill a cache.
  const { apart, served, settings } = question;
  // Of pools, where first tokens wait is a matter of either.
  if (apart !== undefined) return kvSpaceOf(deploymentOf(served, settings), loadOf(question, 1));
  const few = (concurrency: number) => {
    const { promptTokens, outputTokens, prefix, arrivals } = loadOf(question, concurrency);
    const most = Math.min(promptTokens.length, 3 * concurrency);
    return {
      arrivals,
      promptTokens: promptTokens.subarray(0, most),
      outputTokens: outputTokens.subarray(0, most),
      ...(prefix && {
        prefix: {
          ...prefix,
          offsets: prefix.offsets.subarray(0, most + 1),
          units: prefix.units.subarray(0, prefix.offsets[most]),
        },
      }),
    };
  };
  // The cliff is where very many ask.
  return kvCliff(question.served, few, settingsOf(question, manyClients));
}

function loadOf({ promptTokens, outputTokens, sharedShare, seed, settings }: Question, concurrency: number): Workload {
  const load = inferenceXLoad(promptTokens, outputTokens, concurrency, seed);
  if (sharedShare === 0) return load;
  return { ...load, prefix: sharedPrefix(load.promptTokens, sharedShare, settings.blockTokens ?? 16) };
}

/** What the recipe says to those who compute prompts, with so many clients. */
function recipeFor(
  { recipe, served, apart, promptTokens, outputTokens, settings }: Question,
  concurrency: number,
): Settings | undefined {
  if (recipe === "none") return undefined;
  const own = inferenceXSettings(apart?.prefill.served ?? served, promptTokens, outputTokens, concurrency);
  const { maxSequences } = own;
  if (maxSequences === undefined) return own;
  const stepMost = settings.maxStepTokens ?? Number.POSITIVE_INFINITY;
  // A recipe's limit is that of the loads and steps it was written for.
  return { ...own, maxSequences: Math.min(Math.max(maxSequences, concurrency), stepMost) };
}

function toldFor(question: Question, concurrency: number): Settings {
  const { served, apart, promptTokens, sharedShare, settings, recipe } = question;
  // Recipes turn it off, since no prompts of theirs share anything.
  const caches = recipe === "none" && cachesPrefixes(apart?.prefill.served ?? served);
  const told = { ...settings, prefixCache: sharedShare > 0 || caches };
  const { maxStepTokens = Number.POSITIVE_INFINITY } = { ...recipeFor(question, concurrency), ...settings };
  // A prompt that does not fit a step is spread over several, whatever is otherwise done.
  return promptTokens > maxStepTokens ? { ...told, chunkedPrefill: true } : told;
}

/** All that the engine is told, in one piece. */
export function settingsOf(question: Question, concurrency: number): Settings {
  return { ...recipeFor(question, concurrency), ...toldFor(question, concurrency) };
}
