/** One deployment at one concurrency, with what it costs and how far each figure is known. */
import { usdPerMillionTokens } from "./cost.ts";
import { acceleratorsOf, type Served } from "./deployment.ts";
import { acceleratorsIn, predictDisaggregated, type Workers } from "./disaggregate.ts";
import { inferenceXLoad, inferenceXSettings } from "./inferencex.ts";
import { type KvCliff, kvCliff, kvSpaceOf } from "./kv-cliff.ts";
import { together } from "./power.ts";
import { type Distribution, inMilliseconds, predict, type Prediction, waitBand } from "./predict.ts";
import { deploymentOf } from "./engine.ts";
import type { Settings } from "./settings.ts";
import { beyondRange } from "./range.ts";
import { summarize } from "./simulate/summary.ts";
import { sharedPrefix, type Workload } from "./simulate/workload.ts";

export type Question = {
  readonly served: Served;
  /** Prompts computed apart by these, beside so many workers of `served` for the answers. */
  readonly apart?: { readonly prefill: Workers; readonly decodes: number };
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Of a prompt, what all prompts have in common, and a prefix cache so has; 0 to below 1. */
  readonly sharedShare: number;
  readonly seed: number;
  /** Beyond those of InferenceX, whose load it is. */
  readonly settings: Settings;
  /** Of an accelerator. */
  readonly usdPerHour: number | undefined;
};

/** A figure, and between which two it is to be expected in eight of ten cases. */
export type Banded = { readonly value: number; readonly low: number; readonly high: number };

export type Estimated = Omit<Prediction, "result"> & {
  readonly concurrency: number;
  /** TTFT without each client's first request. All clients begin at once, and so wait for each other as they never will again. */
  readonly steadyTtftMs: Distribution;
  readonly requestsPerSecond: number;
  readonly outputTokensPerSecondPerAcceleratorBand: Omit<Banded, "value">;
  /** Absent where nobody says what an hour costs. */
  readonly usd?: {
    readonly perMillionOutputTokens: Banded;
    /** Prompts' tokens and output tokens together. */
    readonly perMillionTokens: Banded;
  };
  /** Of an output token; absent where the catalog lacks the chip's power. */
  readonly joulesPerOutputToken?: Banded;
  /** In which ways nothing like it has been measured. */
  readonly beyond: readonly string[];
};

/**
 * A question answered for so many clients, each of which asks again when it has its answer.
 *
 * @throws Fault `invalid_value` as `predict` does
 */
export function estimateAt(question: Question, concurrency: number): Estimated {
  const { served, promptTokens, outputTokens, usdPerHour } = question;
  const { result, ...prediction } = predictionOf(question, concurrency);
  const { outputTokensPerSecondPerAccelerator: perSecond, power } = prediction;
  const { low: faster, high: slower } = waitBand(prediction);
  const banded = (value: number): Banded => ({ value, low: value * faster, high: value * slower });
  const all = result.totalTokensPerSecond / acceleratorsAsked(question);
  return {
    ...prediction,
    concurrency,
    steadyTtftMs: inMilliseconds(summarize(result.ttftSeconds.subarray(concurrency))),
    requestsPerSecond: result.requestsPerSecond,
    outputTokensPerSecondPerAcceleratorBand: { low: perSecond / slower, high: perSecond / faster },
    ...(usdPerHour !== undefined && {
      usd: {
        perMillionOutputTokens: banded(usdPerMillionTokens(usdPerHour, perSecond)),
        perMillionTokens: banded(usdPerMillionTokens(usdPerHour, all)),
      },
    }),
    ...(power.type === "predicted" && { joulesPerOutputToken: banded(power.joulesPerOutputToken) }),
    beyond: beyondRange(served, {
      promptTokens,
      outputTokens,
      concurrency: concurrency / (question.apart?.decodes ?? 1),
    }),
  };
}

/** Accelerators of a deployment, or of both of its pools. */
export function acceleratorsAsked({ served, apart }: Question): number {
  if (apart === undefined) return acceleratorsOf(served);
  return acceleratorsIn(apart.prefill) + acceleratorsIn({ served, replicas: apart.decodes });
}

/** Of pools, KV room, utilisation and what bounds are those of the workers for answers; power is that of all. */
function predictionOf(question: Question, concurrency: number): Prediction {
  const { served, apart } = question;
  const load = loadOf(question, concurrency);
  const settings = settingsFor(question, concurrency);
  if (apart === undefined) return predict(served, load, settings);
  const { maxSequences, blockTokens, kvBlocks, pue } = question.settings;
  const { kvBlocks: _, ...unbounded } = settingsFor({ ...question, served: apart.prefill.served }, concurrency);
  const found = predictDisaggregated({ prefill: apart.prefill, decode: { served, replicas: apart.decodes } }, load, {
    prefill: unbounded,
    decode: {
      ...(maxSequences !== undefined && { maxSequences }),
      ...(blockTokens !== undefined && { blockTokens }),
      ...(kvBlocks !== undefined && { kvBlocks }),
    },
    ...(pue !== undefined && { pue }),
  });
  const { prefill, decode, accelerators: ____, joulesPerOutputToken: __, transferMs: ___, ...times } = found;
  return { ...times, ...decode, power: together(prefill.power, decode.power) };
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
  return kvCliff(question.served, few, settingsFor(question, manyClients));
}

function loadOf({ promptTokens, outputTokens, sharedShare, seed, settings }: Question, concurrency: number): Workload {
  const load = inferenceXLoad(promptTokens, outputTokens, concurrency, seed);
  if (sharedShare === 0) return load;
  return { ...load, prefix: sharedPrefix(load.promptTokens, sharedShare, settings.blockTokens ?? 16) };
}

function settingsFor(
  { served, promptTokens, outputTokens, sharedShare, settings }: Question,
  concurrency: number,
): Settings {
  const own = inferenceXSettings(served, promptTokens, outputTokens, concurrency);
  const { maxSequences } = own;
  const stepMost = settings.maxStepTokens ?? Number.POSITIVE_INFINITY;
  const merged = {
    ...own,
    // A recipe's limit is that of the loads and steps it was written for.
    ...(maxSequences !== undefined && { maxSequences: Math.min(Math.max(maxSequences, concurrency), stepMost) }),
    ...settings,
    prefixCache: sharedShare > 0,
  };
  // A prompt that does not fit a step is spread over several, whatever is otherwise done.
  const isLong = promptTokens > (merged.maxStepTokens ?? Number.POSITIVE_INFINITY);
  return isLong ? { ...merged, chunkedPrefill: true } : merged;
}
